"""Live clients by the hundred: event streams and WebSockets over raw sockets, reduced to what the checks need."""

import array
import asyncio
import json
import os
import re
import socket
import time

SSE_EVENT = re.compile(rb"id: ([^\n]+)\nevent: ([^\n]+)\ndata: ([^\n]*)\n\n")
WS_EVENT = re.compile(rb'"type":"event","id":"a","cursor":"([^"]+)","event":')
ANY_CURSOR = re.compile(rb'"cursor":"([^"]+)"')
EVENT = re.compile(
    rb'\{"id":"([0-9a-f-]{36})","type":"[a-z_.]+","time":"\d+-\d\d-\d\dT(\d\d):(\d\d):([\d.]{6})Z","ticket_id":"([0-9a-f-]{36})"')
UPGRADE = (b"GET /api/v1/live HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
DAY_S = 86400
SETTLED_S = 1.0  # of a connection's age: what comes before is what was missed, not what is new


def number_of(event_id):
    """The random half of a UUIDv7: 8 bytes instead of 36 characters."""
    return int(event_id[19:23] + event_id[24:], 16)


def masked(text, opcode=1):
    mask, data = os.urandom(4), text.encode() if isinstance(text, str) else text
    size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + size + mask + bytes(c ^ mask[n % 4] for n, c in enumerate(data))


class Ear:
    """Hears one topic, connection after connection. `heard` holds the events' numbers as they came."""

    def __init__(self, stage, kind, topic="tickets", receive_bytes=None, keeps_tickets=False):
        self.stage, self.kind, self.topic, self.receive_bytes = stage, kind, topic, receive_bytes
        self.cursor = None
        self.heard = array.array("Q")
        self.tickets = [] if keeps_tickets else None
        self.lags = array.array("d")
        self.wire = None
        self.refused = []
        self.connections = 0
        self.ready = asyncio.Event()  # it has a cursor: from now on nothing may be missed
        self.closing = None  # (code, reason) of a WebSocket's end

    async def connect(self):
        loop = asyncio.get_running_loop()
        sock = socket.socket()
        sock.setblocking(False)
        if self.receive_bytes:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_bytes)
        try:
            await loop.sock_connect(sock, ("127.0.0.1", self.stage.port))
        except OSError:
            sock.close()
            return False
        self.local_port = sock.getsockname()[1]
        make = EventStreamWire if self.kind == "sse" else SocketWire
        _, self.wire = await loop.create_connection(lambda: make(self), sock=sock)
        self.connections += 1
        return True

    def heard_event(self, cursor, match, settled):
        self.cursor = cursor.decode()
        self.heard.append(number_of(match[1]))
        if self.tickets is not None:
            self.tickets.append(match[5])
        if settled and time.monotonic() > self.stage.calm_from:
            day = int(match[2]) * 3600 + int(match[3]) * 60 + float(match[4])
            self.lags.append((time.time() - day + DAY_S / 2) % DAY_S - DAY_S / 2)

    async def listen(self, dice, over, every_s):
        """Until `over`; the connection is torn down about `every_s` seconds, and resumed."""
        while not over.is_set():
            await self.stage.up.wait()
            if not await self.connect():
                await asyncio.sleep(0.05)
                continue
            try:
                refusals = len(self.refused)
                await asyncio.wait_for(self.wire.ended.wait(), dice.expovariate(1 / every_s) + 0.05)
                await asyncio.sleep(0.05 if len(self.refused) == refusals else 0.5)
            except asyncio.TimeoutError:
                if over.is_set():
                    break
                self.wire.transport.abort()
                await self.wire.ended.wait()

    def close(self):
        if self.wire is not None:
            self.wire.transport.abort()


class _Wire(asyncio.Protocol):
    def __init__(self, ear):
        self.ear = ear
        self.buffer = b""
        self.text = b""
        self.ended = asyncio.Event()
        self.begun = time.monotonic()
        self.has_head = False

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.hello())

    def connection_lost(self, why):
        self.ended.set()

    def data_received(self, data):
        self.buffer += data
        if not self.has_head:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if int(head[9:12]) not in (200, 101):
                self.ear.refused.append(head[9:12].decode())
                self.transport.abort()
                return
            self.has_head, self.buffer = True, rest
        self.read()

    def is_settled(self):
        return time.monotonic() - self.begun > SETTLED_S


class EventStreamWire(_Wire):
    def hello(self):
        resume = f"Last-Event-ID: {self.ear.cursor}\r\n" if self.ear.cursor else ""
        return f"GET /api/v1/events?topic={self.ear.topic} HTTP/1.1\r\nHost: desk\r\n{resume}\r\n".encode()

    def read(self):
        at = 0
        while (end := self.buffer.find(b"\r\n", at)) >= 0:  # a chunk: its size, itself, a line's end
            size = int(self.buffer[at:end], 16)
            if len(self.buffer) < end + 4 + size:
                break
            self.text += self.buffer[end + 2 : end + 2 + size]
            at = end + 4 + size
        self.buffer = self.buffer[at:]
        settled, behind = self.is_settled(), 0
        for match in SSE_EVENT.finditer(self.text):
            behind = match.end()
            if event := EVENT.match(match[3]):
                self.ear.heard_event(match[1], event, settled)
            else:
                self.ear.cursor = self.ear.cursor or match[1].decode()
            self.ear.ready.set()
        self.text = self.text[behind:]
        if self.text.startswith((b":", b"retry")):
            self.text = self.text.partition(b"\n\n")[2]


class SocketWire(_Wire):
    def hello(self):
        wanted = {"type": "subscribe", "id": "a", "topic": self.ear.topic}
        if self.ear.cursor:
            wanted["cursor"] = self.ear.cursor
        return UPGRADE + masked(json.dumps(wanted))

    def read(self):
        data, at, settled = self.buffer, 0, self.is_settled()
        while len(data) >= at + 2:
            size, begin = data[at + 1], at + 2
            if size == 126:
                size, begin = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, begin = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if len(data) < begin + size or begin > len(data):
                break
            self.frame(data[at] & 15, data, begin, begin + size, settled)
            at = begin + size
        self.buffer = data[at:]

    def frame(self, opcode, data, begin, end, settled):
        if opcode == 1:
            if told := WS_EVENT.search(data, begin, min(end, begin + 200)):
                self.ear.heard_event(told[1], EVENT.match(data, told.end()), settled)
            elif cursor := ANY_CURSOR.search(data, begin, end):
                self.ear.cursor = self.ear.cursor or cursor[1].decode()
                self.ear.ready.set()
            else:
                # Without its subscription it would hear nothing for as long as it stays.
                self.ear.refused.append(json.loads(data[begin:end]).get("code", "no error"))
                self.transport.abort()
        elif opcode == 8:
            self.ear.closing = (int.from_bytes(data[begin : begin + 2], "big"), data[begin + 2 : end].decode())
            self.transport.write(masked(data[begin : begin + 2], 8))
        elif opcode == 9:
            self.transport.write(masked(data[begin:end], 10))
