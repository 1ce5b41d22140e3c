"""An open-loop load in a process of its own: tickets at a fixed rate, however slow the answers are.

  offer.py PORT RATE SECONDS ADDRESSES

From so many addresses of loopback in turn, since some limits are those of one address. Prints one line of JSON. Latency counts
from the moment at which a request was due, so that a client which falls behind does not flatter the server. A refusal closes
its connection, so most requests here need a new one: plain sockets, one epoll.
"""

import collections
import itertools
import json
import select
import socket
import sys
import time

BODY = b'{"title":"Offered","description":"My invoice is wrong."}'
REQUEST = (b"POST /api/v1/tickets HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"
           b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY))
OPEN_MAX = 6000  # more than this in flight, and the rest is counted as not sent
AFTERMATH_S = 15
BIND_ADDRESS_NO_PORT = 24  # of Linux: the port is chosen when it is known whom to connect to


class Load:
    def __init__(self, port, addresses):
        self.address = ("127.0.0.1", port)
        self.sources = itertools.cycle((f"127.0.0.{2 + n}", 0) for n in range(addresses))
        self.poll = select.epoll()
        self.open = {}  # descriptor -> [socket, when due, bytes so far]
        self.idle = []
        self.statuses = collections.Counter()
        self.by_second = collections.Counter()
        self.accepted, self.refused = [], []
        self.without_retry_after = 0

    def send(self, due):
        if self.idle:
            sock = self.idle.pop()
        else:
            if len(self.open) >= OPEN_MAX:
                self.statuses["not sent"] += 1
                return
            sock = socket.socket()
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_IP, BIND_ADDRESS_NO_PORT, 1)
            sock.bind(next(self.sources))
            sock.connect_ex(self.address)
            self.poll.register(sock.fileno(), select.EPOLLIN)
        self.open[sock.fileno()] = [sock, due, b""]
        try:
            sock.send(REQUEST)
        except BlockingIOError:  # the handshake is not over
            self.poll.modify(sock.fileno(), select.EPOLLIN | select.EPOLLOUT)
        except OSError:
            self.end(sock.fileno(), "cut")

    def end(self, number, status):
        self.statuses[status] += 1
        sock = self.open.pop(number)[0]
        sock.close()

    def hear(self, number, what):
        call = self.open.get(number)
        if call is None:  # an idle connection that the server has closed
            self.idle = [sock for sock in self.idle if sock.fileno() != number or sock.close()]
            return
        sock, due, so_far = call
        try:
            if what & select.EPOLLOUT:
                self.poll.modify(number, select.EPOLLIN)
                sock.send(REQUEST)
                return
            data = sock.recv(65536)
        except OSError:
            return self.end(number, "cut")
        if not data:
            return self.end(number, "cut")
        call[2] = so_far = so_far + data
        head, end, body = so_far.partition(b"\r\n\r\n")
        if not end:
            return
        low = head.lower()
        at = low.find(b"content-length: ")
        if len(body) < int(low[at + 16 :].split(b"\r", 1)[0]):
            return
        self.answered(number, int(head[9:12]), low, due)

    def answered(self, number, status, head, due):
        now = time.monotonic()
        self.statuses[status] += 1
        if status == 201:
            self.accepted.append(now - due)
            self.by_second[int(now - self.begun)] += 1
        else:
            self.refused.append(now - due)
            self.without_retry_after += b"retry-after: " not in head
        sock = self.open.pop(number)[0]
        if b"connection: close" in head:
            sock.close()
        else:
            self.idle.append(sock)

    def run(self, rate, seconds):
        self.begun = time.monotonic()
        sent, total = 0, int(rate * seconds)
        until = self.begun + seconds + AFTERMATH_S
        while (sent < total or self.open) and (now := time.monotonic()) < until:
            due = min(total, int((now - self.begun) * rate))
            for number in range(sent, min(due, sent + 256)):
                self.send(self.begun + number / rate)
            sent = min(due, sent + 256)
            for number, what in self.poll.poll(0 if sent < due else 0.001):
                self.hear(number, what)
            if sent == total and not hasattr(self, "offered_s"):
                self.offered_s = time.monotonic() - self.begun
        self.statuses["no answer"] += len(self.open)
        return sent


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def main():
    port, rate, seconds, addresses = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    load = Load(port, addresses)
    sent = load.run(rate, seconds)
    whole = [load.by_second[second] for second in range(1, int(seconds))]  # the first is not steady yet
    print(json.dumps({
        "sent": sent,
        "offered_per_s": (sent - load.statuses["not sent"]) / getattr(load, "offered_s", seconds),
        "statuses": {str(status): count for status, count in load.statuses.items() if count},
        "accepted_per_s": sum(whole) / max(1, len(whole)),
        "accepted": [round(value, 4) for value in load.accepted],
        "refused_p99_s": percentile(load.refused, 0.99),
        "without_retry_after": load.without_retry_after,
    }))


if __name__ == "__main__":
    main()
