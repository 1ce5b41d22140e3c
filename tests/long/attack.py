"""The slow connections of P14, in a process of their own so that they do not slow the honest clients down themselves.

  attack.py PORT CONNECTIONS SECONDS

Prints one line of JSON: for each kind how many there were, after how many seconds they were cut, and what they were told.
"""

import asyncio
import json
import pathlib
import resource
import socket
import sys

from caller import request_bytes
from stage import clock

KINDS = ("header", "body", "read")
LONG_BODY = 1_000_000
PIPELINE = 16


class Slow:
    """One attacker. It notes when it began and when the server was through with it."""

    def __init__(self, kind, port):
        self.kind, self.port = kind, port
        self.cut_s = None
        self.answered = None

    async def attack(self, until):
        loop = asyncio.get_running_loop()
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.begun = clock()
        try:
            await loop.sock_connect(sock, ("127.0.0.1", self.port))
            self.local_port = sock.getsockname()[1]
            await getattr(self, self.kind)(loop, sock, until)
        except OSError:
            pass
        if self.cut_s is None and clock() < until:
            self.cut_s = (clock() - self.begun) / 1e9
        sock.close()

    async def drip(self, loop, sock, first, until, every_s):
        """A few bytes now and then, for as long as anybody listens."""
        await loop.sock_sendall(sock, first)
        answer = asyncio.ensure_future(loop.sock_recv(sock, 4096))
        while clock() < until:
            done, _ = await asyncio.wait([answer], timeout=every_s)
            if done:
                self.answered = answer.result()[9:12].decode()
                self.cut_s = (clock() - self.begun) / 1e9
                return
            await loop.sock_sendall(sock, b"x")
        answer.cancel()

    async def header(self, loop, sock, until):
        await self.drip(loop, sock, b"GET /api/v1/tickets HTTP/1.1\r\nHost: a\r\nX-A: ", until, 1.0)

    async def body(self, loop, sock, until):
        head = (b"POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n{" % LONG_BODY)
        await self.drip(loop, sock, head, until, 1.0)

    async def read(self, loop, sock, until):
        """Asks for a lot and reads next to nothing; it cannot see the end, so somebody else looks for that."""
        await loop.sock_sendall(sock, request_bytes("GET", "/openapi.json") * PIPELINE)
        while clock() < until and self.cut_s is None:
            await asyncio.sleep(1.0)
            await loop.sock_recv(sock, 16)


def open_ports(server_port):
    """The peers whose connections the server still holds."""
    rows = (line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:])
    held = lambda row: int(row[1].rpartition(":")[2], 16) == server_port and row[3] in ("01", "08")
    return {int(row[2].rpartition(":")[2], 16) for row in rows if held(row)}


async def watch_readers(attackers, port):
    while True:
        held, now = open_ports(port), clock()
        for each in attackers:
            if each.kind == "read" and each.cut_s is None and hasattr(each, "local_port"):
                if now - each.begun > 2e9 and each.local_port not in held:
                    each.cut_s = (now - each.begun) / 1e9
        await asyncio.sleep(0.25)


async def attack(port, connections, seconds):
    attackers = [Slow(KINDS[n % len(KINDS)], port) for n in range(connections)]
    until, attacks = clock() + seconds * 1e9, []
    watching = asyncio.ensure_future(watch_readers(attackers, port))
    for begin in range(0, len(attackers), 100):
        attacks += [asyncio.ensure_future(each.attack(until)) for each in attackers[begin : begin + 100]]
        await asyncio.sleep(0.05)
    print("begun", flush=True)
    await asyncio.gather(*attacks)
    watching.cancel()
    return {kind: {"count": sum(each.kind == kind for each in attackers),
                   "cut_s": [each.cut_s for each in attackers if each.kind == kind and each.cut_s is not None],
                   "told": [each.answered for each in attackers if each.kind == kind and each.answered is not None]}
            for kind in KINDS}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    print(json.dumps(asyncio.run(attack(*map(int, sys.argv[1:])))))
