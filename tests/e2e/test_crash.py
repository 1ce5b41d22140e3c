"""Nothing acknowledged is lost, whatever ends the process; effects happen once."""

import asyncio
import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import threading

import websockets
from server import BINARY, Client, EventStream, Server, classified, eventually, new_ticket


def create_until_it_breaks(server, number, acknowledged):
    client = Client(server.base)
    count = 0
    try:
        while True:
            count += 1
            answer = client.post(
                "/api/v1/tickets", {"title": f"Load {number}-{count}", "description": "My invoice is wrong."}
            )
            if answer.status == 201:
                acknowledged.append(answer.json["id"])
    except OSError:
        pass
    except Exception as gone:  # http.client's own family, when the answer breaks off
        assert type(gone).__module__ == "http.client", gone


def test_kill_in_the_middle_of_load_loses_nothing_and_classifies_each_ticket_once(tmp_path):
    server = Server(tmp_path, ai__claim_timeout="10m")  # so that no lease that ends helps
    seed = int(os.environ.get("CALLBOARD_TEST_SEED", random.randrange(1 << 30)))
    print("seed", seed)
    dice = random.Random(seed)
    acknowledged = []
    for _ in range(4):
        server.start()
        threads = [
            threading.Thread(target=create_until_it_breaks, args=(server, n, acknowledged)) for n in range(8)
        ]
        for thread in threads:
            thread.start()
        enough = len(acknowledged) + dice.randrange(20, 200)
        eventually(lambda: len(acknowledged) >= enough, what="the load")
        server.kill()
        for thread in threads:
            thread.join()
    server.start()
    client = server.client()
    counts = lambda: {
        state: len(client.get(f"/api/v1/tickets?ai_status={state}&limit=1").json["items"]) for state in ("pending",)
    }
    eventually(lambda: counts()["pending"] == 0, timeout=30, what="the classification of what was left")
    assert len(acknowledged) >= 80
    for ticket_id in acknowledged:
        ticket = client.get(f"/api/v1/tickets/{ticket_id}")
        assert ticket.status == 200, f"{ticket_id} was acknowledged and is lost"
        events = client.get(f"/api/v1/tickets/{ticket_id}/events").json["items"]
        assert [e["version"] for e in events] == list(range(1, len(events) + 1))
        assert [e["type"] for e in events].count("ai.classified") == 1
        assert ticket.json["version"] == len(events)
    assert server.stop() == 0


def test_a_keyed_request_across_kills_happens_once(tmp_path):
    server = Server(tmp_path, testing__failpoints="journal.after_commit=exit*1")
    server.start()
    body = {"title": "Exactly once", "description": "Pay me once."}
    try:
        server.client().post("/api/v1/tickets", body, Idempotency_Key="once")
        raise AssertionError("the process should have ended before it could answer")
    except (OSError, AssertionError) as gone:
        assert not isinstance(gone, AssertionError), gone
    except Exception as gone:
        assert type(gone).__module__ == "http.client", gone
    server.process.wait(timeout=20)
    server.settings.pop("testing.failpoints")
    server.start()
    client = server.client()
    again = client.post("/api/v1/tickets", body, Idempotency_Key="once")
    assert again.status == 201 and again.headers["idempotency-replayed"] == "true"
    assert len(client.get("/api/v1/tickets").json["items"]) == 1
    server.kill()


def test_a_subscriber_that_resumes_across_a_kill_misses_nothing(tmp_path):
    server = Server(tmp_path).start()
    stream = EventStream(server.base)
    first = new_ticket(server.client(), "Before")
    cursor, _, _ = stream.wait_for(lambda kind, data: kind == "ticket.created")
    classified(server.client(), first["id"])
    server.kill()
    server.start()
    second = new_ticket(server.client(), "After")
    resumed = EventStream(server.base, last_event_id=cursor)
    resumed.wait_for(lambda kind, data: kind == "ai.classified" and data["ticket_id"] == second["id"])
    kinds = [(kind, data["ticket_id"]) for _, kind, data in resumed.events if kind != "cursor"]
    assert kinds == [
        ("ai.classified", first["id"]),
        ("ticket.created", second["id"]),
        ("ai.classified", second["id"]),
    ]
    server.kill()


def test_a_poisonous_message_is_set_aside_and_other_tickets_go_on(tmp_path):
    with Server(tmp_path, testing__failpoints="ticket.decide@poison=throw") as server:
        client = server.client()
        ticket, other = new_ticket(client), new_ticket(client)
        path = f"/api/v1/tickets/{ticket['id']}/messages"
        refused = client.post(path, {"kind": "note", "body": "poison"})
        assert refused.status == 500 and refused.json["code"] == "set_aside"
        reference = refused.json["reference"]
        report = client.get("/api/v1/system/quarantine").json
        assert reference in [a["reference"] for a in report["set_aside"]]
        for _ in range(2):
            client.post(path, {"kind": "note", "body": "poison"})
        assert client.post(path, {"kind": "note", "body": "fine"}).status == 423
        assert client.post(f"/api/v1/tickets/{other['id']}/messages", {"kind": "note", "body": "fine"}).status == 201
        assert client.get(f"/api/v1/tickets/{ticket['id']}").status == 200
        released = client.ask("POST", f"/api/v1/system/quarantine/{ticket['id']}/release")
        assert released.status in (200, 204), released.body
        assert client.post(path, {"kind": "note", "body": "fine"}).status == 201


def test_a_provider_that_fails_ends_in_safe_values_and_the_dead_job_can_be_replayed(tmp_path):
    settings = {"ai__retry_base": "10ms", "ai__retry_max": "20ms"}
    with Server(tmp_path, testing__failpoints="builtin.classify@Broken=throw*3", **settings) as server:
        client = server.client()
        ticket = classified(client, new_ticket(client, "Broken")["id"])
        assert ticket["ai"]["status"] == "fallback" and ticket["ai"]["fallback"] is True
        assert (ticket["category"], ticket["priority"], ticket["ai"]["confidence"]) == ("general", "medium", 0)
        jobs = client.get("/api/v1/system/jobs?state=dead").json["items"]
        assert [j["subject_id"] for j in jobs] == [ticket["id"]]
        assert client.ask("POST", f"/api/v1/system/jobs/{jobs[0]['id']}/replay").status in (200, 202, 204)
        path = f"/api/v1/tickets/{ticket['id']}"
        eventually(lambda: client.get(path).json["ai"]["status"] == "done", what="the replay")


def test_a_job_that_ends_its_process_three_times_gives_safe_values_and_can_be_replayed(tmp_path):
    server = Server(tmp_path, testing__failpoints="builtin.classify@Poisonous=exit")
    server.start()
    client = server.client()
    # Created while AI is off: otherwise the process may end before it has answered.
    assert client.ask("PUT", "/api/v1/system/ai", {"enabled": False}).status == 200
    poisonous = new_ticket(client, "Poisonous")["id"]
    with contextlib.suppress(OSError, http.client.HTTPException):
        client.ask("PUT", "/api/v1/system/ai", {"enabled": True})
    server.process.wait(timeout=20)
    for _ in range(2):
        with contextlib.suppress(AssertionError):  # it may end before it is ready
            server.start()
        server.process.wait(timeout=20)
    server.start()
    client = server.client()
    ticket = classified(client, poisonous)
    assert ticket["ai"]["status"] == "fallback" and ticket["category"] == "general"
    assert classified(client, new_ticket(client, "Harmless")["id"])["ai"]["status"] == "done"
    (job,) = client.get("/api/v1/system/jobs?state=dead").json["items"]
    assert job["subject_id"] == poisonous and "poison" in job["last_error"]
    server.stop()
    server.settings.pop("testing.failpoints")
    server.start()
    client = server.client()
    assert client.ask("POST", f"/api/v1/system/jobs/{job['id']}/replay").status in (200, 202, 204)
    path = f"/api/v1/tickets/{poisonous}"
    eventually(lambda: client.get(path).json["ai"]["status"] == "done", what="the replay")
    assert server.stop() == 0


def tree_of(client):
    """The supervision tree, flat: by path."""
    found = {}

    def walk(node):
        found[node["path"]] = node
        for child in node.get("children", []):
            walk(child)

    walk(client.get("/api/v1/system/actors").json)
    return found


def test_a_part_that_crashes_is_restarted_and_the_tree_tells(tmp_path):
    with Server(tmp_path, testing__failpoints="reader@read_feed=throw*2") as server:
        client = server.client()
        path = "root/store/internal_reader"

        def running_again():
            reader = tree_of(client)[path]
            return reader if reader["restarts"] == 2 and reader["state"] == "running" else None

        reader = eventually(running_again, what="the second restart")
        assert reader["name"] == "internal_reader"
        listener = tree_of(client)["root/edge/public"]
        assert listener["state"] == "running" and listener["children_total"] >= 1
        assert "failpoint" in reader["last_error"] and reader["mailbox_depth"] >= 0
        assert classified(client, new_ticket(client)["id"])["ai"]["status"] == "done"


def test_a_part_that_crashes_again_and_again_ends_the_process_with_a_status(tmp_path):
    server = Server(tmp_path, testing__failpoints="feed.read=throw")
    with contextlib.suppress(AssertionError):  # it may end before it is ready
        server.start()
    assert server.process.wait(timeout=60) == 70
    lines = [json.loads(line) for line in server.log_text().splitlines()]
    assert [line["actor"] for line in lines if line["msg"] == "supervisor gave up"] == ["root/live/feed", "root/live"]


def test_a_store_that_fails_again_and_again_is_tried_for_ever_and_then_serves(tmp_path):
    with Server(tmp_path, testing__failpoints="reader@read_feed=throw*12") as server:
        client = server.client()
        reader = eventually(
            lambda: next((r for r in [tree_of(client)["root/store/internal_reader"]]
                          if r["restarts"] == 12 and r["state"] == "running"), None),
            what="twelve restarts",
        )
        assert "failpoint" in reader["last_error"]
        assert classified(client, new_ticket(client)["id"])["ai"]["status"] == "done"


def test_a_provider_that_crashes_too_often_rests_and_tickets_go_on(tmp_path):
    settings = {"testing__failpoints": "builtin.classify=throw", "ai__attempts": "20", "ai__retry_base": "1ms"}
    with Server(tmp_path, **settings) as server:
        client = server.client()
        ticket = new_ticket(client)
        provider = eventually(
            lambda: next((p for p in [tree_of(client)["root/ai/provider_builtin"]] if p["state"] == "failed"), None),
            timeout=60,
            what="the provider's rest",
        )
        assert provider["restarts"] == 11
        assert client.get(f"/api/v1/tickets/{ticket['id']}").json["ai"]["status"] == "pending"
        reply = client.post(f"/api/v1/tickets/{ticket['id']}/messages", {"kind": "reply", "body": "We look into it."})
        assert reply.status == 201
        assert Client(server.admin).get("/readyz").status == 200


def test_sigterm_says_goodbye_with_a_cursor_and_exits_0(tmp_path):
    server = Server(tmp_path).start()

    async def watch():
        async with websockets.connect(server.live) as socket:
            await socket.send(json.dumps({"type": "subscribe", "id": "a", "topic": "tickets"}))
            await socket.recv()
            server.process.send_signal(signal.SIGTERM)
            try:
                while True:
                    await asyncio.wait_for(socket.recv(), 30)
            except websockets.ConnectionClosed as closed:
                return closed.rcvd.code, closed.rcvd.reason

    code, cursor = asyncio.run(watch())
    assert code == 1012 and cursor
    assert server.process.wait(timeout=40) == 0


def test_a_second_process_on_the_same_store_does_not_serve_and_names_the_first(tmp_path):
    with Server(tmp_path) as server:
        second = subprocess.run(
            server.command("serve"), cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert second.returncode != 0
        assert str(server.process.pid) in second.stderr
        assert server.client().get("/healthz").status == 200


def test_bad_settings_are_named_all_at_once(tmp_path):
    ended = subprocess.run(
        [BINARY, "serve", "--set", "server.port=hot", "--set", "no.such=1", "--set", "ai.policy.classify.threshold=7"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )
    assert ended.returncode != 0
    for part in ("server.port", "no.such", "ai.policy.classify.threshold"):
        assert part in ended.stderr
