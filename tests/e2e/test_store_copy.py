"""A desk moves from SQLite to PostgreSQL: under load before, killed in the middle of the copy, and nothing is missing."""

import os
import subprocess
import threading

import pytest
from server import BINARY, CLUSTER, EventStream, Server, classified, eventually, new_store, new_ticket

pytestmark = pytest.mark.skipif(not CLUSTER, reason="needs the cluster of ops/with_postgres")
OFF = {"ai__policy__classify__mode": "off"}


def command(folder, *words, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CALLBOARD_")}
    return {"args": [BINARY, *words], "cwd": folder, "env": {**clean, **environment}}


def run(folder, *words, **environment):
    return subprocess.run(
        **command(folder, *words, **environment), capture_output=True, text=True, timeout=120
    )


def copy_words(source, *more):
    return ("store", "copy", "--from", source, *more)


def ask(url, sql):
    return subprocess.run(["psql", "-qAt", url, "-c", sql], capture_output=True, text=True).stdout.strip()


def all_pages(client, path):
    items, cursor = [], None
    while True:
        page = client.get(f"{path}{'&' if '?' in path else '?'}limit=100" + (f"&cursor={cursor}" if cursor else "")).json
        items += page["items"]
        cursor = page.get("next_cursor")
        if not cursor:
            return items


def everything(client):
    """What the API tells of the desk, as bytes and lists."""
    tickets = all_pages(client, "/api/v1/tickets")
    return {
        "tickets": tickets,
        "users": all_pages(client, "/api/v1/users"),
        "departments": all_pages(client, "/api/v1/departments"),
        "histories": {t["id"]: all_pages(client, f"/api/v1/tickets/{t['id']}/events") for t in tickets},
        "messages": {t["id"]: all_pages(client, f"/api/v1/tickets/{t['id']}/messages") for t in tickets},
        "found": [t["id"] for t in all_pages(client, "/api/v1/tickets?q=load")],
    }


def load(server, tickets_each=40):
    """Several clients at once; gives what they were answered, by key."""
    answers, lock = {}, threading.Lock()

    def work(nth):
        client = server.client()
        for i in range(tickets_each):
            key = f"{nth}-{i}"
            body = {"title": f"Load {key} \\N", "description": f"said by {nth}\t\\.\n{'x' * (i * 37)}", "tags": [f"w{nth}"]}
            answer = client.post("/api/v1/tickets", body, Idempotency_Key=key)
            assert answer.status == 201, answer.body
            with lock:
                answers[key] = (body, answer)
            path = f"/api/v1/tickets/{answer.json['id']}"
            assert client.post(f"{path}/messages", {"kind": "reply", "body": f"message {key}"}).status == 201
            if i % 10 == 0:
                assert client.ask("DELETE", path).status == 204

    threads = [threading.Thread(target=work, args=(nth,)) for nth in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def test_a_desk_moves_without_loss(tmp_path):
    source = "sqlite:store/callboard.db"
    server = Server(tmp_path, store__url=source).start()
    client = server.client()
    user = client.post("/api/v1/users", {"name": "Ann", "email": "ann@example.com"}).json
    department = client.post("/api/v1/departments", {"name": "Billing"}).json
    joined = client.ask("PUT", f"/api/v1/departments/{department['id']}/members/{user['id']}")
    assert joined.status < 300, joined.body
    classified(client, new_ticket(client, created_by=user["id"])["id"])
    answers = load(server)
    stream = EventStream(server.base)
    eventually(lambda: not client.get("/api/v1/tickets?ai_status=pending&limit=1").json["items"], what="the answers of AI")
    eventually(lambda: len(all_pages(client, "/api/v1/tickets?q=load")) == len(answers) * 9 // 10, what="the search index")
    # From here on nothing is classified: these jobs are to be done by who serves the copy.
    assert client.ask("PUT", "/api/v1/system/ai", {"enabled": False}).status == 200
    pending = [new_ticket(client, title=f"Pending {i}")["id"] for i in range(5)]
    cursor, _, _ = stream.wait_for(lambda kind, data: kind == "ticket.created")
    stream.close()
    before = everything(client)
    in_use = run(tmp_path, *copy_words(source, "--to", new_store()))
    assert in_use.returncode == 1 and f"process {server.process.pid}" in in_use.stderr, in_use.stderr
    assert server.stop() == 0

    target = new_store()
    # Held at a place in the middle, for the kill to meet it there.
    held = subprocess.Popen(
        **command(tmp_path, *copy_words(source, "--set", "testing.failpoints=copy.after_commit@history of the tickets=sleep:60000ms"),
                  DB_URL=target),
        stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    eventually(lambda: ask(target, "SELECT count(*) FROM callboard.ticket_event") not in ("", "0"), what="the events")
    refused = run(tmp_path, "serve", "--set", f"store.url={target}", "--set", "server.port=0", "--set", "admin.port=0")
    assert refused.returncode == 1 and f"process {held.pid}" in refused.stderr, refused.stderr
    held.kill()
    held.communicate()
    refused = run(tmp_path, "serve", "--set", f"store.url={target}", "--set", "server.port=0", "--set", "admin.port=0")
    assert refused.returncode == 1 and "unfinished copy" in refused.stderr and "store copy" in refused.stderr

    done = run(tmp_path, *copy_words(source), DB_URL=target)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "going on" in done.stderr and "100 %" in done.stderr
    assert "everything is equal" in done.stdout and "DIFFERENT" not in done.stdout
    again = run(tmp_path, *copy_words(source), DB_URL=target)
    assert again.returncode == 0 and "already" in again.stdout

    moved = Server(tmp_path, store__url=target, ai__enabled="false").start()
    client = moved.client()
    assert everything(client) == before
    for key, (body, answer) in answers.items():
        replayed = client.post("/api/v1/tickets", body, Idempotency_Key=key)
        assert replayed.headers.get("idempotency-replayed") == "true"
        assert (replayed.status, replayed.body) == (answer.status, answer.body)
        assert replayed.headers.get("location") == answer.headers.get("location")
    highest = max(answer.json["number"] for _, answer in answers.values())
    assert new_ticket(client)["number"] > highest
    resumed = EventStream(moved.base, last_event_id=cursor)
    assert resumed.status == 200, "a cursor of the old store goes on in the new one"
    for each in pending[1:]:
        resumed.wait_for(lambda kind, data: kind == "ticket.created" and data["ticket_id"] == each)
    resumed.close()
    assert moved.stop() == 0

    moved.settings["ai.enabled"] = "true"
    with moved:
        for ticket in pending:
            classified(moved.client(), ticket)
        assert moved.stop() == 0

    # Who serves the old file again tells another story: its old cursors have ended.
    (tmp_path / "old").mkdir()
    with Server(tmp_path / "old", **OFF, store__url=f"sqlite:{tmp_path}/store/callboard.db") as old:
        assert EventStream(old.base, last_event_id=cursor).status == 410


def test_mistakes_are_told_in_words_and_no_password_with_them(tmp_path):
    none = run(tmp_path, "store", "copy")
    assert none.returncode == 64 and "--from" in none.stderr
    missing = run(tmp_path, *copy_words("sqlite:nothing.db"), DB_URL=new_store())
    assert missing.returncode == 1 and "--from: There is no store at nothing.db" in missing.stderr
    assert not (tmp_path / "nothing.db").exists()
    run(tmp_path, "migrate", "--set", "store.url=sqlite:callboard.db")
    words = copy_words("sqlite:callboard.db")
    for url, says in (("postgres://me:geheim@127.0.0.1:1/desk", "cannot be reached"),
                      ("sqlite:other.db", "postgres://user@host/database"),
                      ("mysql://me:geheim@host/desk", "postgres://user@host/database")):
        told = run(tmp_path, *words, "--to", url)
        assert told.returncode == 1 and says in told.stderr, told.stderr
        assert "geheim" not in told.stderr + told.stdout
    slip = run(tmp_path, *words, "postgres://me:geheim@host/desk")
    assert slip.returncode == 64 and "geheim" not in slip.stderr + slip.stdout
    unset = run(tmp_path, *words)
    assert unset.returncode == 1 and "store.url" in unset.stderr


def test_help_says_what_it_does(tmp_path):
    for words in (("store", "--help"), ("store", "copy", "--help")):
        helped = run(tmp_path, *words)
        assert helped.returncode == 0 and "copy" in helped.stdout
        assert all(len(line) <= 120 for line in helped.stdout.splitlines()), helped.stdout
    assert "store" in run(tmp_path, "--help").stdout


def test_a_copy_that_differs_is_told_and_stays_shut(tmp_path):
    source, target = "sqlite:callboard.db", new_store()
    with Server(tmp_path, **OFF, store__url=source) as server:
        ticket = new_ticket(server.client())
        assert server.stop() == 0
    words = copy_words(source, "--to", target)
    assert run(tmp_path, *words, "--set", "testing.failpoints=copy.before_commit@complete=exit").returncode == 137
    ask(target, "UPDATE callboard.ticket SET status = 'closed'")
    told = run(tmp_path, *words)
    assert told.returncode == 1 and "differs from its source" in told.stderr
    assert "DIFFERENT" in told.stdout and f"id {ticket['id']}: differs in status" in told.stdout, told.stdout
    refused = run(tmp_path, "serve", "--set", f"store.url={target}", "--set", "server.port=0", "--set", "admin.port=0")
    assert refused.returncode == 1 and "unfinished copy" in refused.stderr
