"""What test_openapi.py cannot reach with a question and an answer: successes that need a fault or a stream first, and
every frame and event, each checked against the schemas of the OpenAPI document.

Not a frame of the document: pings and pongs, which are the WebSocket's own, and SSE's comments and `retry`."""

import asyncio
import base64
import hashlib
import json
import os

import websockets
from documented import Checked, Document
from server import Answer, EventStream, Server, classified, eventually, new_ticket

V1 = "/api/v1"
NOBODY = "0190b2c4-0000-7000-8000-000000000000"
EVENT_TYPES = {
    "ticket.created", "ticket.changed", "ticket.status_changed", "ticket.assigned", "ticket.claimed", "ticket.released",
    "ticket.deleted", "ticket.creator_forgotten", "message.added", "ai.classified", "ai.cancelled",
}


# --- successes that need something first ----------------------------------------------------------------------------


def test_a_replay_of_a_dead_job_is_accepted(tmp_path):
    settings = {"ai__retry_base": "10ms", "ai__retry_max": "20ms"}
    with Server(tmp_path, testing__failpoints="builtin.classify@Broken=throw*3", **settings) as server:
        api = Checked(server.client())
        assert classified(api.client, new_ticket(api.client, "Broken")["id"])["ai"]["status"] == "fallback"
        (job,) = api.ask("GET", f"{V1}/system/jobs", query="?state=dead", status=200).json["items"]
        replayed = api.ask("POST", f"{V1}/system/jobs/{{id}}/replay", id=job["id"], status=202)
        assert replayed.json["id"] == job["id"]


def test_a_release_from_quarantine_is_without_content(tmp_path):
    with Server(tmp_path, testing__failpoints="ticket.decide@poison=throw") as server:
        api = Checked(server.client())
        ticket = new_ticket(api.client)
        say = lambda text, status: api.ask(
            "POST", f"{V1}/tickets/{{id}}/messages", {"kind": "note", "body": text}, id=ticket["id"], status=status
        )
        for _ in range(2):
            assert say("poison", 500).json["code"] == "set_aside"
        assert say("poison", 503).json["code"] == "store_in_doubt", "at its first crash, which is the ticket's last"
        assert say("fine", 423).json["code"] == "quarantined"
        report = api.ask("GET", f"{V1}/system/quarantine", status=200).json
        assert [t["ticket_id"] for t in report["tickets"]] == [ticket["id"]] and len(report["set_aside"]) == 2
        released = api.ask("POST", f"{V1}/system/quarantine/{{id}}/release", id=ticket["number"], status=204)
        assert released.body == b""
        say("fine", 201)


def test_an_upgrade_to_a_websocket_is_answered_101(server):
    key = base64.b64encode(os.urandom(16)).decode()
    asks = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    upgraded = Checked(server.client()).ask("GET", f"{V1}/live", headers=asks, status=101)
    proof = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    assert upgraded.headers["sec-websocket-accept"] == base64.b64encode(proof).decode()


def test_an_event_stream_is_answered_200(server, client):
    stream = EventStream(server.base)
    stream.wait_for(lambda kind, _: kind == "cursor")
    answer = Answer(stream.status, stream.response.getheaders(), None)
    Document(client).check("GET", f"{V1}/events", answer)
    assert answer.status == 200


# --- frames ---------------------------------------------------------------------------------------------------------


class Frames:
    """The kinds of frame that the document names for one side, and which of them were seen."""

    def __init__(self, document, side):
        refs = document.operation("GET", f"{V1}/live")[side]
        self.kinds = {ref["$ref"].rsplit("/", 1)[1]: document.validator(ref) for ref in refs}
        self.seen = set()

    def check(self, frame):
        fitting = [kind for kind, validator in self.kinds.items() if validator.is_valid(frame)]
        assert len(fitting) == 1, f"{fitting} fit {frame}"
        self.seen.update(fitting)


class LiveClient:
    """A WebSocket whose frames are held against the document, in both directions."""

    def __init__(self, socket, document):
        self.socket = socket
        self.document = document
        self.sent = Frames(document, "x-client-frames")
        self.received = Frames(document, "x-server-frames")
        self.events = []
        self.others = []

    async def send(self, **frame):
        self.sent.check(frame)
        await self.socket.send(json.dumps(frame))

    async def hear(self):
        frame = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
        self.received.check(frame)
        if frame["type"] == "event":
            check_event(self.document, frame["event"])
            self.events.append(frame)
        else:
            self.others.append(frame)
        return frame

    async def hear_until(self, kind, wanted=lambda _: True):
        while True:
            frame = await self.hear()
            if frame["type"] == kind and wanted(frame):
                return frame

    def types_of(self, subscription):
        return {f["event"]["type"] for f in self.events if f["id"] == subscription}


def check_event(document, event):
    """What is inside its data is documented elsewhere."""
    document.named("event_view").validate(event)
    if event["type"] in ("ticket.created", "ticket.entered"):
        document.named("ticket").validate(event["data"]["ticket"])
    if event["type"] == "ai.classified":
        document.named("ticket_ai").validate(event["data"]["ai"])


def live(server, watch):
    """Runs `watch(live_client)`."""

    async def run():
        async with websockets.connect(server.live) as socket:
            return await watch(LiveClient(socket, await asyncio.to_thread(Document, server.client())))

    return asyncio.run(run())


def everything_happens(client):
    """Makes an event of each type; the tickets that are left at the end."""
    made = lambda path, body: client.post(V1 + path, body).json["id"]
    ann = made("/users", {"name": "Ann", "email": "ann@example.com"})
    maya = made("/users", {"name": "Maya", "email": "maya@example.com"})
    department = made("/departments", {"name": "Billing"})

    def ask(method, path, body=None, status=200):
        answer = client.ask(method, f"{V1}/tickets/{path}", body)
        assert answer.status == status, answer.body

    one = new_ticket(client, "Charged twice", "My card was charged twice.", created_by=ann)["id"]
    classified(client, one)
    requester = {"name": "Ann", "email": "ann@example.com"}
    changed = {"tags": ["vip"], "priority": "urgent", "category": "technical", "department": department}
    ask("PATCH", one, {"title": "It crashes", "requester": requester, **changed})
    classified(client, one)
    ask("PATCH", one, {"assignee_id": maya})
    ask("PATCH", one, {"status": "resolved"})
    ask("PATCH", one, {"status": "open"})
    ask("POST", f"{one}/claim", {"user_id": maya})
    ask("POST", f"{one}/messages", {"kind": "reply", "body": "We look."}, 201)
    ask("POST", f"{one}/release")
    assert client.ask("DELETE", f"{V1}/users/{ann}").status == 204
    eventually(lambda: client.get(f"{V1}/tickets/{one}").json["created_by"] is None, what="the forgetting")
    client.ask("PUT", f"{V1}/system/ai", {"enabled": False})
    two, three = new_ticket(client)["id"], new_ticket(client)["id"]
    ask("POST", f"{two}/messages", {"kind": "reply", "body": "We look."}, 201)
    ask("PATCH", two, {"status": "closed", "requester": None, "department": department})
    ask("DELETE", three, status=204)
    return [one, two], three


def test_every_frame_is_as_documented(server, client):
    async def watch(live_client):
        await live_client.send(type="subscribe", id="all", topic="tickets")
        began = await live_client.hear_until("subscribed")
        only_open = {"status": ["open"], "priority": []}
        await live_client.send(type="subscribe", id="open", topic="tickets", filter=only_open)
        _, deleted = await asyncio.to_thread(everything_happens, client)
        over = lambda frame: frame["event"]["type"] == "ticket.deleted" and frame["id"] == "all"
        last = await live_client.hear_until("event", over)
        assert last["event"]["ticket_id"] == deleted
        await live_client.send(type="subscribe", id="again", topic="tickets", cursor=began["cursor"])
        caught_up = await live_client.hear_until("caught_up")
        assert (caught_up["id"], caught_up["cursor"]) == ("again", last["cursor"])
        await live_client.send(type="unsubscribe", id="open")
        pong = await live_client.socket.ping(b"there?")
        await asyncio.wait_for(pong, 60)
        await live_client.hear_until("heartbeat")
        return live_client

    heard = live(server, watch)
    assert heard.types_of("all") == EVENT_TYPES
    assert heard.types_of("open") >= {"ticket.entered", "ticket.left", "ticket.created", "ticket.deleted"}
    of = lambda subscription: [(f["cursor"], f["event"]) for f in heard.events if f["id"] == subscription]
    assert of("again") == of("all"), "what is told anew is what was told"
    assert heard.sent.seen == set(heard.sent.kinds)
    assert set(heard.received.kinds) - heard.received.seen == {"error_frame", "resync_frame"}, "of the two tests below"


BAD_COMMANDS = [
    ("{", None, "malformed_json", []),
    ("[]", None, "invalid_request", [" wrong_type"]),
    ({"type": "dance", "id": "a"}, "a", "invalid_request", ["/type invalid_choice"]),
    ({"id": "a"}, "a", "invalid_request", ["/type missing"]),
    ({"type": "subscribe"}, None, "invalid_request", ["/id missing", "/topic missing"]),
    ({"type": "subscribe", "id": "x" * 65, "topic": "tickets"}, None, "invalid_request", ["/id too_long"]),
    ({"type": "subscribe", "id": "a", "topic": "me"}, "a", "invalid_request", ["/topic login_required"]),
    ({"type": "subscribe", "id": "a", "topic": f"ticket:{NOBODY}"}, "a", "not_found", []),
    ({"type": "subscribe", "id": "a", "topic": "tickets", "filter": {"status": "lost", "x": 1}}, "a", "invalid_request",
     ["/filter/status invalid_choice", "/filter/x unknown_member"]),
    ({"type": "subscribe", "id": "a", "topic": "tickets", "cursor": "abc"}, "a", "invalid_cursor",
     ["/cursor invalid_cursor"]),
    ({"type": "subscribe", "id": "taken", "topic": "tickets"}, "taken", "conflict", []),
    ({"type": "unsubscribe", "id": "a"}, "a", "not_found", []),
]


def test_every_error_frame_is_as_documented_and_tells_its_mistake(server):
    async def watch(live_client):
        codes = live_client.document.document["components"]["schemas"]["problem"]["properties"]["code"]["enum"]
        await live_client.send(type="subscribe", id="taken", topic="tickets")
        await live_client.hear_until("subscribed")
        for command, name, code, errors in BAD_COMMANDS:
            await live_client.socket.send(command if isinstance(command, str) else json.dumps(command))
            frame = await live_client.hear_until("error")
            told = [f"{e['pointer']} {e['code']}" for e in frame["errors"]]
            assert (frame["id"], frame["code"], told) == (name, code, errors), command
            assert code in codes and frame["detail"]
        return live_client

    heard = live(server, watch)
    assert heard.received.seen >= {"error_frame"} and not heard.events
    words = [(f["detail"], json.dumps(f["errors"])) for f in heard.others if f["type"] == "error"]
    assert len(set(words)) == len(BAD_COMMANDS), "each in its own words"


def test_a_cursor_that_is_too_old_is_told_as_documented(tmp_path):
    server = Server(tmp_path).start()
    stream = EventStream(server.base)
    cursor, _, _ = stream.wait_for(lambda kind, _: kind == "cursor")
    department = server.client().post(f"{V1}/departments", {"name": "Billing"}).json["id"]
    classified(server.client(), new_ticket(server.client())["id"])
    server.stop()
    server.settings["store.feed_retention"] = "1ms"
    server.start()
    api = Checked(server.client())

    def expired():
        stream = EventStream(server.base, "topic=tickets&status=open", cursor)
        stream.close()
        return stream.status == 410

    eventually(expired, what="the end of old events")
    refused = api.ask(
        "GET", f"{V1}/events", query="?topic=tickets&status=open", headers={"Last-Event-ID": cursor}, status=410
    )
    assert refused.json["code"] == "cursor_expired" and refused.json["list"] == f"{V1}/tickets?status=open"

    async def watch(live_client):
        await live_client.send(
            type="subscribe", id="a", topic=f"department:{department}", filter={"priority": ["high"]}, cursor=cursor
        )
        frame = await live_client.hear_until("resync")
        assert frame["list"] == f"{V1}/tickets?department={department}&priority=high"
        await live_client.send(type="subscribe", id="b", topic="tickets", cursor=frame["cursor"])
        assert (await live_client.hear_until("caught_up"))["id"] == "b"
        return live_client

    assert "resync_frame" in live(server, watch).received.seen
    server.kill()


# --- what events are for --------------------------------------------------------------------------------------------


def follow(ticket, event):
    """The ticket after an event, by what the event says and nothing else."""
    kind, data = event["type"], event["data"]
    if kind == "ticket.created":
        return data["ticket"]
    if kind == "ticket.deleted":
        return None
    after = {**ticket, "version": event["version"], "updated_at": event["time"]}
    if kind == "ticket.changed":
        after |= {name: value for name, value in data.items() if name in ticket}
        if "classify_input" in data:
            after["ai"] = {name: None for name in ticket["ai"]} | {"status": "pending", "fallback": False}
    elif kind == "ticket.status_changed":
        resolved_at = event["time"] if data["to"] == "resolved" else ticket["resolved_at"]
        after["status"] = data["to"]
        after["resolved_at"] = resolved_at if data["to"] in ("resolved", "closed") else None
        after["closed_at"] = event["time"] if data["to"] == "closed" else None
    elif kind == "ticket.assigned":
        after["assignee_id"] = data["to"]
    elif kind in ("ticket.claimed", "ticket.released"):
        after["claimed_by"] = data["user_id"] if kind == "ticket.claimed" else None
    elif kind == "ticket.creator_forgotten":
        after["created_by"] = None
    elif kind == "ai.classified":
        after |= {name: data[name] for name in ("ai", "category", "priority") if name in data}
    elif kind == "ai.cancelled":
        after["ai"] = {**ticket["ai"], "status": "off"}
    return after


def test_a_view_that_follows_the_event_stream_is_what_the_server_shows(server, client):
    stream, document = EventStream(server.base), Document(client)
    stream.wait_for(lambda kind, _: kind == "cursor")
    left, deleted = everything_happens(client)
    stream.wait_for(lambda kind, data: kind == "ticket.deleted")
    tickets = {}
    for _, kind, event in stream.events[1:]:
        assert kind == event["type"]
        check_event(document, event)
        before = tickets.get(event["ticket_id"])
        assert event["version"] == (before["version"] + 1 if before else 1)
        tickets[event["ticket_id"]] = follow(before, event)
    assert {kind for _, kind, _ in stream.events} == EVENT_TYPES | {"cursor"}
    assert tickets.pop(deleted) is None
    assert tickets == {ticket: client.get(f"{V1}/tickets/{ticket}").json for ticket in left}
