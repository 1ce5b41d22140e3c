"""The event stream as a browser follows it, by a client that knows the standard and nothing of Callboard."""

import collections
import http.client
import json
import pathlib
import subprocess
import threading
import urllib.parse

import pytest
from server import Client, EventStream, Server, classified, eventually, new_ticket

HERE = pathlib.Path(__file__).parent
TYPES = ("cursor", "ticket.created", "ticket.changed", "ticket.deleted", "ai.classified", "message.added")


class EventSource:
    """A process that prints what it hears, read into `lines`."""

    def __init__(self, url):
        assert (HERE / "node_modules" / "eventsource").exists(), "not installed: run ops/setup --tests"
        self.process = subprocess.Popen(["node", HERE / "event_source.mjs", url, *TYPES], stdout=subprocess.PIPE)
        self.lines = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def of(self, *types):
        return [line for line in list(self.lines) if line["type"] in types]

    @property
    def events(self):
        return self.of(*TYPES[1:])

    def close(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def follow():
    opened = []

    def open_one(url):
        opened.append(EventSource(url))
        eventually(lambda: opened[-1].of("cursor", "error"), what="the stream's beginning")
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def url_of(server, query="topic=tickets"):
    return f"{server.base}/api/v1/events?{query}"


def history(client):
    """The ids of all events of all tickets that there are."""
    ids, path = [], "/api/v1/tickets?limit=100"
    while path:
        page = client.get(path).json
        for ticket in page["items"]:
            events = client.get(f"/api/v1/tickets/{ticket['id']}/events?limit=100").json["items"]
            assert [e["version"] for e in events] == list(range(1, ticket["version"] + 1))
            ids += [e["id"] for e in events]
        cursor = page["next_cursor"]
        path = f"/api/v1/tickets?limit=100&cursor={cursor}" if cursor else None
    return ids


def test_events_come_in_their_order_and_as_they_are(server, client, follow):
    stream = follow(url_of(server))
    tickets = [new_ticket(client, f"Ticket {n} — “ünïcödé” 🎫")["id"] for n in range(5)]
    for ticket in tickets:
        classified(client, ticket)
        body = {"kind": "note", "body": "two\nlines\r\nand data: more"}
        assert client.post(f"/api/v1/tickets/{ticket}/messages", body).status == 201
        assert client.ask("PATCH", f"/api/v1/tickets/{ticket}", {"tags": ["seen"]}).status == 200
    eventually(lambda: len(stream.events) == 20, what="the events")
    for ticket in tickets:
        told = client.get(f"/api/v1/tickets/{ticket}/events").json["items"]
        assert [line["data"] for line in stream.events if line["data"]["ticket_id"] == ticket] == told
        assert [line["type"] for line in stream.events if line["data"]["ticket_id"] == ticket] == [
            "ticket.created", "ai.classified", "message.added", "ticket.changed"
        ]
    ids = [line["id"] for line in stream.of(*TYPES)]
    assert all(ids) and len(set(ids)) == 21, "each has a cursor of its own"
    assert stream.of("open") == [{"type": "open"}] and not stream.of("error")


def test_a_stream_that_is_filtered_is_told_of_its_own_alone(server, client, follow):
    stream = follow(url_of(server, "topic=tickets&priority=high,urgent"))
    wanted = [new_ticket(client, priority=priority)["id"] for priority in ("low", "high", "medium", "urgent")][1::2]
    eventually(lambda: len(stream.of("ai.classified")) == 2, what="the events")
    assert [line["data"]["ticket_id"] for line in stream.of("ticket.created")] == wanted


def test_a_refusal_is_final(server, follow):
    refused = follow(url_of(server, "topic=nothing"))
    assert refused.lines == [{"type": "error", "status": 400, "gone": True}]


def create_until_it_breaks(server):
    client = Client(server.base)
    try:
        while client.post("/api/v1/tickets", {"title": "Load", "description": "My invoice is wrong."}).status == 201:
            pass
    except (OSError, http.client.HTTPException):
        pass


def test_across_kills_it_resumes_by_itself_without_gap_or_double(tmp_path, follow):
    server = Server(tmp_path).start()
    server.settings["server.port"] = urllib.parse.urlsplit(server.base).port
    stream = follow(url_of(server))
    (first,) = stream.of("cursor")
    for kills in (1, 2):
        load = [threading.Thread(target=create_until_it_breaks, args=(server,)) for _ in range(4)]
        for thread in load:
            thread.start()
        enough = len(stream.events) + 40
        eventually(lambda: len(stream.events) >= enough, what="the events of the load")
        server.kill()
        for thread in load:
            thread.join()
        eventually(lambda: len(stream.of("error")) >= kills, what="the end of the stream")
        server.start()
        new_ticket(server.client(), "While away")
        eventually(lambda: len(stream.of("open")) == kills + 1, timeout=60, what="the coming back")
    client = server.client()
    pending = lambda: client.get("/api/v1/tickets?ai_status=pending&limit=1").json["items"]
    eventually(lambda: not pending(), timeout=60, what="the classification of what was left")
    there = history(client)
    eventually(lambda: len(stream.events) >= len(there), what="the last events")
    heard = [line["data"]["id"] for line in stream.events]
    assert [each for each, times in collections.Counter(heard).items() if times > 1] == [], "told twice"
    assert set(heard) == set(there), "what was told is stored, and what is stored was told"

    replayed = EventStream(server.base, last_event_id=first["id"])
    eventually(lambda: len(replayed.events) > len(there), what="the whole feed again")
    assert [(i, d["id"]) for i, _, d in replayed.events[1:]] == [(e["id"], e["data"]["id"]) for e in stream.events]
    assert stream.process.poll() is None and not any(line["gone"] for line in stream.of("error"))
    server.kill()
