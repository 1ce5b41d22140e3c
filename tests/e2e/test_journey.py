"""The main job: a ticket comes in, is stored, classified, and seen live."""

import asyncio
import json
import threading
import time

import websockets
from server import EventStream, Server, classified, eventually, new_ticket


def test_a_ticket_is_stored_classified_and_seen_on_the_event_stream(server, client):
    stream = EventStream(server.base)
    stream.wait_for(lambda kind, _: kind == "cursor")
    ticket = new_ticket(client, "Charged twice", "My card was charged twice for March, please refund one of them.")
    assert ticket["ai"]["status"] == "pending"
    _, _, created = stream.wait_for(lambda kind, _: kind == "ticket.created")
    assert created["ticket_id"] == ticket["id"] and created["version"] == 1
    _, _, spoken = stream.wait_for(lambda kind, _: kind == "ai.classified")
    assert spoken["data"]["ai"]["category"] == "billing" and spoken["version"] == 2
    now = client.get(f"/api/v1/tickets/{ticket['number']}").json
    assert now["category"] == "billing" and now["ai"]["status"] == "done"
    assert 0 <= now["ai"]["confidence"] <= 1


def test_a_websocket_sees_it_and_resumes_without_a_gap(server, client):
    async def watch():
        async with websockets.connect(server.live) as socket:
            await socket.send(json.dumps({"type": "subscribe", "id": "a", "topic": "tickets"}))
            hello = json.loads(await socket.recv())
            assert hello["type"] == "subscribed" and hello["id"] == "a"
            await asyncio.to_thread(new_ticket, client)
            seen = []
            while len(seen) < 2:
                frame = json.loads(await asyncio.wait_for(socket.recv(), 20))
                if frame["type"] == "event":
                    seen.append(frame)
            assert [f["event"]["type"] for f in seen] == ["ticket.created", "ai.classified"]
        missed = await asyncio.to_thread(new_ticket, client, "While away")
        async with websockets.connect(server.live) as socket:
            await socket.send(
                json.dumps({"type": "subscribe", "id": "b", "topic": "tickets", "cursor": seen[0]["cursor"]})
            )
            events = []
            while not any(e["ticket_id"] == missed["id"] and e["type"] == "ai.classified" for e in events):
                frame = json.loads(await asyncio.wait_for(socket.recv(), 20))
                if frame["type"] == "event":
                    events.append(frame["event"])
        # What came after the first event, and that once.
        assert events[0]["id"] == seen[1]["event"]["id"]
        assert len({e["id"] for e in events}) == len(events)

    asyncio.run(watch())


def test_a_filtered_subscription_gets_only_its_tickets_and_is_told_what_leaves(server, client):
    async def watch():
        async with websockets.connect(server.live) as socket:
            await socket.send(
                json.dumps({"type": "subscribe", "id": "f", "topic": "tickets", "filter": {"status": "open"}})
            )
            await socket.recv()
            ticket = await asyncio.to_thread(new_ticket, client, priority="high", category="general")
            path = f"/api/v1/tickets/{ticket['id']}"
            await asyncio.to_thread(client.ask, "PATCH", path, {"status": "resolved"})
            kinds = []
            while "ticket.left" not in kinds:
                frame = json.loads(await asyncio.wait_for(socket.recv(), 20))
                if frame["type"] == "event":
                    kinds.append(frame["event"]["type"])
            assert kinds[0] == "ticket.created"

    asyncio.run(watch())


def test_waiting_for_the_classification(server, client):
    answer = client.post(
        "/api/v1/tickets", {"title": "App crashes", "description": "Error 500 on every page."}, Prefer="wait=10"
    )
    assert answer.status == 201
    assert answer.json["ai"]["status"] == "done"
    assert answer.headers.get("preference-applied", "").startswith("wait")


def test_a_whole_conversation(server, client):
    agent = client.post("/api/v1/users", {"name": "Maya", "email": "maya@example.com"}).json
    ticket = new_ticket(client, requester={"name": "Ann", "email": "ann@example.com"})
    path = f"/api/v1/tickets/{ticket['id']}"
    claimed = client.post(f"{path}/claim", {"user_id": agent["id"]})
    assert claimed.status == 200 and claimed.json["status"] == "in_progress"
    assert claimed.json["assignee_id"] == claimed.json["claimed_by"] == agent["id"]
    other = client.post("/api/v1/users", {"name": "Jo", "email": "jo@example.com"}).json
    refused = client.post(f"{path}/claim", {"user_id": other["id"]})
    assert refused.status == 409 and refused.json["code"] == "claimed_by_other"
    for kind, text in (("reply", "We are on it."), ("note", "Looks like the proxy.")):
        assert client.post(f"{path}/messages", {"kind": kind, "body": text}).status == 201
    messages = client.get(f"{path}/messages").json["items"]
    assert [m["kind"] for m in messages] == ["reply", "note"]
    assert client.ask("PATCH", path, {"status": "resolved"}).json["resolved_at"]
    assert client.ask("PATCH", path, {"status": "closed"}).status == 200
    moved = client.ask("PATCH", path, {"status": "open"})
    assert moved.status == 409 and moved.json["allowed"] == []
    history = client.get(f"{path}/events?limit=100").json["items"]
    assert [e["version"] for e in history] == list(range(1, len(history) + 1))
    assert client.get(path).json["version"] == len(history)


def test_search_finds_new_text_within_a_moment_and_forgets_what_is_deleted(server, client):
    ticket = new_ticket(client, "Strange flamingo", "The printer prints only flamingos.")
    find = lambda: [t["id"] for t in client.get("/api/v1/tickets?q=flamingos").json["items"]]
    eventually(lambda: find() == [ticket["id"]], what="the indexing")
    assert client.ask("DELETE", f"/api/v1/tickets/{ticket['id']}").status == 204
    assert find() == []
    assert client.get(f"/api/v1/tickets/{ticket['id']}").status == 404


def test_a_deleted_user_is_forgotten_on_their_tickets(server, client):
    person = client.post("/api/v1/users", {"name": "Max", "email": "max@example.com"}).json
    ticket = new_ticket(client, created_by=person["id"], assignee_id=person["id"])
    assert client.ask("DELETE", f"/api/v1/users/{person['id']}").status == 204
    path = f"/api/v1/tickets/{ticket['id']}"
    eventually(lambda: client.get(path).json["created_by"] is None, what="the forgetting")
    assert client.get(path).json["assignee_id"] is None


def test_the_kill_switch_stops_ai_and_a_restart_of_it_catches_up(server, client):
    assert client.ask("PUT", "/api/v1/system/ai", {"enabled": False}).status == 200
    ticket = new_ticket(client)
    other = new_ticket(client, "Invoice")
    assert client.get(f"/api/v1/tickets/{other['id']}").json["ai"]["status"] == "pending"
    assert client.ask("PUT", "/api/v1/system/ai", {"enabled": True}).status == 200
    assert classified(client, ticket["id"])["ai"]["status"] == "done"


def test_the_kill_switch_gives_running_calls_back_and_ends_the_waits(tmp_path):
    with Server(tmp_path, testing__failpoints="builtin.classify@Slow=sleep:8s*1") as server:
        client = server.client()
        answers = []
        body = {"title": "Slow", "description": "The app crashes when I log in."}
        waiting = threading.Thread(
            target=lambda: answers.append(server.client().post("/api/v1/tickets", body, Prefer="wait=20"))
        )
        waiting.start()
        running = lambda: client.get("/api/v1/system/jobs?state=running").json["items"]
        eventually(running, what="the call")
        begun = time.monotonic()
        switched = client.ask("PUT", "/api/v1/system/ai", {"enabled": False})
        assert switched.status == 200 and switched.json == {"enabled": False}
        waiting.join()
        assert time.monotonic() - begun < 5
        assert answers[0].status == 201 and answers[0].json["ai"]["status"] == "pending"
        path = f"/api/v1/tickets/{answers[0].json['id']}"
        jobs = lambda: client.get("/api/v1/system/jobs").json["items"]
        eventually(lambda: [(j["state"], j["attempt"]) for j in jobs()] == [("available", 0)], what="the job's return")
        assert client.get("/api/v1/system/ai").json == {"enabled": False}
        assert client.ask("PUT", "/api/v1/system/ai", {"enabled": True}).json == {"enabled": True}
        eventually(lambda: client.get(path).json["ai"]["status"] == "done", timeout=40, what="the classification")
        events = client.get(f"{path}/events").json["items"]
        assert [e["type"] for e in events].count("ai.classified") == 1
