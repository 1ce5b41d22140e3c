"""A raw TCP connection, and answers read by the letter of RFC 9112: for requests that no client library would send."""

import re
import select
import socket
import threading
import time
import urllib.parse

from server import Answer

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) [ -~]*")
FIELD_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~]*?)[ \t]*")


class Malformed(AssertionError):
    """What came is no sequence of whole answers."""


def read_head(head):
    first, *lines = head.split(b"\r\n")
    status = STATUS_LINE.fullmatch(first)
    fields = [FIELD_LINE.fullmatch(line) for line in lines]
    if not status or not all(fields):
        raise Malformed(f"not the head of an answer: {head[:300]}")
    return int(status[1]), [(field[1].decode(), field[2].decode()) for field in fields]


def split_answer(data, method="GET"):
    """The first answer in the bytes, and what is behind it. None while it is not whole."""
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        return None
    status, fields = read_head(head)
    lengths = [value for name, value in fields if name.lower() == "content-length"]
    size = 0
    if method != "HEAD" and status not in (204, 304) and status >= 200:
        if len(lengths) != 1 or not lengths[0].isdigit():
            raise Malformed(f"lengths of an answer with content: {lengths}")
        size = int(lengths[0])
    if len(rest) < size:
        return None
    return Answer(status, fields, rest[:size]), rest[size:]


class Wire:
    def __init__(self, base, timeout=60, receive_bytes=0):
        """With `receive_bytes` the kernel holds little more than that of what is not read yet."""
        parts = urllib.parse.urlsplit(base)
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect((parts.hostname, parts.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        self.received = b""

    def send(self, data):
        self.socket.sendall(data)

    def end_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def hears_something(self, within=0):
        return bool(self.received) or bool(select.select([self.socket], [], [], within)[0])

    def receive(self):
        """Whether anything came before the end."""
        data = self.socket.recv(1 << 16)
        self.received += data
        return bool(data)

    def answer(self, method="GET"):
        """The next answer, an interim one too."""
        while not (found := split_answer(self.received, method)):
            if not self.receive():
                raise Malformed(f"the connection ended within an answer: {self.received[:300]}")
        answer, self.received = found
        return answer

    def final_answer(self, method="GET"):
        while (answer := self.answer(method)).status < 200:
            pass
        return answer

    def answer_at(self, bytes_per_second):
        """The next answer, read no faster than that."""
        pace, begun, taken = threading.Event(), time.monotonic(), 0
        while not (found := split_answer(self.received)):
            data = self.socket.recv(4096)
            if not data:
                raise Malformed(f"the connection ended within an answer, after {taken} bytes")
            self.received += data
            taken += len(data)
            pace.wait(max(0, begun + taken / bytes_per_second - time.monotonic()))
        answer, self.received = found
        return answer

    def is_reset(self, within):
        """Whether the server breaks the connection off within so many seconds, seen without reading."""
        broken = select.poll()
        broken.register(self.socket, 0)
        return bool(broken.poll(within * 1000))

    def answers_to_end(self, methods=()):
        """All answers until the server closes, interim ones left out; `methods` are those of the requests."""
        while self.receive():
            pass
        answers = []
        while self.received:
            answers.append(self.final_answer(methods[len(answers)] if len(answers) < len(methods) else "GET"))
        return answers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def request(method, path, body=b"", fields=(), host="desk.example", media_type="application/json"):
    """A well-formed request's bytes. Without a media type its body has none."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *fields]
    if body:
        lines += [f"Content-Type: {media_type}"] * bool(media_type) + [f"Content-Length: {len(body)}"]
    return "".join(line + "\r\n" for line in lines).encode() + b"\r\n" + body
