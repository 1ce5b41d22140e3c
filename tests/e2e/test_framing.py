"""Every row of the framing tables over a raw socket against the real binary, in one piece and cut in every way.

A refused row gets one answer and the connection ends: what stands behind it would create a ticket and never does. An
accepted row gets one answer, and the request behind it another.
"""

import concurrent.futures
import json
import os
import pathlib
import random
import subprocess
from dataclasses import dataclass

import pytest
from server import BINARY, Server, new_ticket
from wire import Wire, request

PRINTER = os.environ.get("CALLBOARD_FRAMING_ROWS") or pathlib.Path(BINARY).parent / "tests" / "framing_rows"
TYPE = b"Content-Type: application/json\r\n"
CHUNK_HEAD = b"POST /api/v1/tickets HTTP/1.1\r\nHost: desk.example\r\n" + TYPE + b"Transfer-Encoding: chunked\r\n\r\n"
FRAMING_CODES = {
    "malformed_framing", "payload_too_large", "uri_too_long", "expectation_failed", "headers_too_large",
    "not_implemented", "http_version",
}
# Longer ones are cut into single bytes at both ends only.
SINGLE_BYTES_MAX = 32 * 1024
SEED = os.environ.get("CALLBOARD_TEST_SEED") or str(random.randrange(1 << 30))


@dataclass
class Row:
    table: str
    name: str
    status: int
    raw: bytes

    @property
    def head(self):
        return self.raw.lstrip(b"\r\n").partition(b"\r\n\r\n")[0]

    @property
    def has_body(self):
        return bool(self.raw.lstrip(b"\r\n").partition(b"\r\n\r\n")[2])

    @property
    def body_is_read(self):
        """Only JSON is; else the answer goes out first, and the connection cannot go on."""
        return TYPE in self.raw and self.raw.startswith(b"POST /api/v1/tickets HTTP/1.1\r\n")

    @property
    def method(self):
        return self.head.split(b" ")[0].decode("latin-1")

    @property
    def asks_to_close(self):
        first, *lines = self.head.split(b"\r\n")
        fields = [line.lower().partition(b":") for line in lines]
        words = [w.strip() for name, _, value in fields if name == b"connection" for w in value.split(b",")]
        return b"close" in words or (first.endswith(b"HTTP/1.0") and b"keep-alive" not in words)

    @property
    def behind(self):
        """The request behind it, the last on its connection."""
        if not self.status:
            return request("GET", "/healthz", fields=["X-Request-Id: behind", "Connection: close"])
        ticket = {"title": f"smuggled behind: {self.name}", "description": "Nobody may ever see this."}
        return request("POST", "/api/v1/tickets", json.dumps(ticket).encode(), ["Connection: close"])


def all_rows():
    printed = subprocess.run([PRINTER], capture_output=True, text=True, check=True, timeout=60).stdout
    for line in printed.splitlines():
        table, status, raw, name = line.split("\t")
        row = Row(table, name, int(status), bytes.fromhex(raw))
        if table == "chunk":
            row.raw = CHUNK_HEAD + row.raw
        yield row
        if table == "head" and not row.status and row.raw.startswith(b"POST /api/v1/tickets HTTP/1.1\r\n"):
            first, _, rest = row.raw.partition(b"\r\n")
            yield Row(table, f"{name}, as JSON", 0, first + b"\r\n" + TYPE + rest)


ROWS = list(all_rows())


def single_bytes(text):
    middle = (0, 0) if len(text) <= SINGLE_BYTES_MAX else (400, len(text) - 400)
    bytes_of = lambda begin, end: [text[i : i + 1] for i in range(begin, end)]
    return bytes_of(0, middle[0]) + [text[middle[0] : middle[1]]] + bytes_of(middle[1], len(text))


def random_pieces(text, dice):
    pieces, at = [], 0
    longest = max(2, len(text) // 5000, min(len(text) // 4, dice.choice([4, 16, 64, 100_000])))
    while at < len(text):
        size = dice.randint(1, longest)
        pieces.append(text[at : at + size])
        at += size
    return pieces


def in_one_piece(wire, row):
    wire.send(row.raw + row.behind)
    return wire.answers_to_end([row.method])


def in_pieces(wire, row, pieces):
    """Who hears an answer sends the rest at once, lest the server has stopped listening by then."""
    for number, piece in enumerate(pieces):
        if wire.hears_something():
            wire.send(b"".join(pieces[number:]))
            break
        wire.send(piece)
    return wire.answers_to_end([row.method])


def in_single_bytes(wire, row):
    return in_pieces(wire, row, single_bytes(row.raw + row.behind))


def in_random_pieces(wire, row):
    return in_pieces(wire, row, random_pieces(row.raw + row.behind, random.Random(f"{SEED} {row.name}")))


def one_after_the_other(wire, row):
    """Nothing is behind it until it is answered. A refused row is answered and closed all the same."""
    wire.send(row.raw)
    answer = wire.final_answer(row.method)
    if answer.headers.get("connection") != "close":
        wire.send(row.behind)
    return [answer, *wire.answers_to_end()]


def check(row, answers):
    first = answers[0]
    close = first.headers.get("connection") == "close"
    problem = first.json if first.body and "problem" in first.headers["content-type"] else {}
    if row.status:
        assert first.status == row.status, f"answered {first.status}"
        assert close, "does not say that the connection closes"
        assert row.method == "HEAD" or problem["status"] == row.status
        assert len(answers) == 1, "the request behind it was answered"
        return
    assert problem.get("code") not in FRAMING_CODES, f"refused: {problem.get('detail')}"
    if row.asks_to_close or (row.has_body and not row.body_is_read):
        assert close and len(answers) == 1, "the connection goes on"
    else:
        assert not close and len(answers) == 2, "the connection does not go on"
        assert answers[1].status == 200 and answers[1].headers["x-request-id"] == "behind"
    if row.body_is_read:
        assert first.status == 400, "what came is no ticket"


def fault_of(base, row, way):
    try:
        with Wire(base) as wire:
            answers = way(wire, row)
        assert answers, "no answer"
        check(row, answers)
    except (AssertionError, OSError) as fault:
        return f"{row.table}: {row.name}: {type(fault).__name__} {str(fault).partition(chr(10))[0]}"


@pytest.fixture
def patient_server(tmp_path):
    """Cutting into bytes takes its time on a busy machine, and that is not what is judged here."""
    patience = {"limits__header_timeout": "60s", "limits__body_timeout": "60s", "limits__idle_timeout": "60s"}
    with Server(tmp_path, **patience) as server:
        yield server


def test_the_table_is_whole():
    assert len([r for r in ROWS if r.status]) > 1000 and len([r for r in ROWS if not r.status]) > 500
    assert {r.table for r in ROWS} == {"head", "byte", "chunk", "incomplete"}


@pytest.mark.parametrize("way", [in_one_piece, one_after_the_other, in_single_bytes, in_random_pieces])
def test_every_row_is_judged_right_and_nothing_is_smuggled(patient_server, way):
    print("seed", SEED)
    rows = [row for row in ROWS if row.table != "incomplete"]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        faults = [f for f in pool.map(lambda row: fault_of(patient_server.base, row, way), rows) if f]
    assert not faults, f"{len(faults)} of {len(rows)} rows:\n" + "\n".join(faults[:20])
    client = patient_server.client()
    assert [t["title"] for t in client.get("/api/v1/tickets?limit=100").json["items"]] == []
    assert new_ticket(client)["number"] == 1, "tickets were created in between"


def test_a_request_that_is_cut_off_is_answered_once_and_its_beginning_alone_does_nothing(patient_server):
    for row in ROWS:
        if row.table != "incomplete":
            continue
        with Wire(patient_server.base) as wire:
            wire.send(row.raw)
            assert not wire.hears_something(), row.name
            wire.end_sending()
            answers = wire.answers_to_end()
        wanted = [400] if row.raw.strip(b"\r\n") else []
        assert [a.status for a in answers] == wanted, row.name
        assert all(a.headers["connection"] == "close" for a in answers), row.name
