"""HTTP over raw sockets of one event loop, cheap enough that the load does not measure itself."""

import asyncio
import json


class NotSent(ConnectionError):
    """Nobody listened: the request did not reach anybody."""


class NoAnswer(ConnectionError):
    """The connection ended, or the time, before the answer was whole: nobody knows."""


class Reply:
    __slots__ = ("status", "head", "body")

    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    def header(self, name):
        at = self.head.lower().find(b"\r\n" + name.lower().encode() + b":")
        if at < 0:
            return None
        end = self.head.find(b"\r\n", at + 2)
        return self.head[at + len(name) + 3 : end if end >= 0 else None].strip().decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The code of a problem, "" of anything else."""
        return self.json.get("code", "") if self.status >= 400 and self.body else ""

    @property
    def version(self):
        """What the ETag says."""
        tag = self.header("ETag")
        return int(tag[2:-1]) if tag else None


def request_bytes(method, path, body=None, headers=""):
    """`headers` are whole lines, each with its end."""
    if body is None:
        return f"{method} {path} HTTP/1.1\r\nHost: desk\r\n{headers}\r\n".encode()
    if not isinstance(body, bytes):
        body = json.dumps(body, separators=(",", ":")).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n{headers}"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


class _Wire(asyncio.Protocol):
    def __init__(self):
        self.buffer = b""
        self.waiting = None
        self.open = False

    def connection_made(self, transport):
        self.transport = transport
        self.open = True

    def data_received(self, data):
        self.buffer = self.buffer + data if self.buffer else data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end]
        at = head.lower().find(b"\r\ncontent-length:")
        size = 0
        if at >= 0:
            size = int(head[at + 17 :].split(b"\r\n", 1)[0])
        if len(self.buffer) < end + 4 + size:
            return
        reply = Reply(int(head[9:12]), head, self.buffer[end + 4 : end + 4 + size])
        self.buffer = self.buffer[end + 4 + size :]
        if b"onnection: close" in head:
            self.close()
        self.settle(reply)

    def connection_lost(self, why):
        self.open = False
        self.settle(NoAnswer("the connection ended"))

    def settle(self, outcome):
        waiting, self.waiting = self.waiting, None
        if waiting is None or waiting.done():
            return
        if isinstance(outcome, Exception):
            waiting.set_exception(outcome)
        else:
            waiting.set_result(outcome)

    def too_late(self):
        self.settle(NoAnswer("no answer in time"))
        self.close()

    def close(self):
        self.open = False
        self.transport.abort()


class Caller:
    """One keep-alive connection, made anew whenever it is gone."""

    def __init__(self, port, timeout=30, source="127.0.0.1"):
        self.port, self.timeout, self.source = port, timeout, source
        self.wire = None

    async def connect(self):
        loop = asyncio.get_running_loop()
        try:
            _, self.wire = await loop.create_connection(_Wire, "127.0.0.1", self.port, local_addr=(self.source, 0))
        except OSError as why:
            self.wire = None
            raise NotSent(str(why)) from None

    async def send(self, data):
        if self.wire is None or not self.wire.open:
            await self.connect()
        loop = asyncio.get_running_loop()
        wire = self.wire
        wire.waiting = loop.create_future()
        deadline = loop.call_later(self.timeout, wire.too_late)
        wire.transport.write(data)
        try:
            return await wire.waiting
        finally:
            deadline.cancel()

    async def ask(self, method, path, body=None, headers=""):
        return await self.send(request_bytes(method, path, body, headers))

    async def get(self, path):
        return await self.ask("GET", path)

    async def post(self, path, body, headers=""):
        return await self.ask("POST", path, body, headers)

    def close(self):
        if self.wire is not None and self.wire.open:
            self.wire.close()
