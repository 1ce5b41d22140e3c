"""A ticket whose commands crash its actor: what is refused, what goes on, what operators see, and how it comes back."""

import re

import pytest
from server import Server, classified, eventually, new_ticket

QUARANTINE = "/api/v1/system/quarantine"
POISON = "poison-of-the-well"
NOBODY = "0190b2c4-0000-7000-8000-000000000000"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def server(tmp_path):
    settings = {"ai__retry_base": "100ms", "ai__retry_max": "500ms"}
    with Server(tmp_path, testing__failpoints=f"ticket.decide@{POISON}=throw", **settings) as running:
        yield running


def note(client, ticket, body, **headers):
    return client.post(f"/api/v1/tickets/{ticket['id']}/messages", {"kind": "note", "body": body}, **headers)


def release(client, name, **headers):
    return client.ask("POST", f"{QUARANTINE}/{name}/release", **headers)


def quarantined(client):
    return {row["ticket_id"]: row for row in client.get(QUARANTINE).json["tickets"]}


def set_aside(client):
    return client.get(QUARANTINE).json["set_aside"]


def quarantine_one(client):
    ticket = new_ticket(client)
    for _ in range(3):
        assert note(client, ticket, POISON).status in (500, 503)
    assert ticket["id"] in quarantined(client)
    return ticket


def test_every_change_is_locked_and_every_reading_goes_on(client):
    ticket = quarantine_one(client)
    path = f"/api/v1/tickets/{ticket['id']}"
    changes = [
        ("POST", f"{path}/messages", {"kind": "reply", "body": "fine"}),
        ("PATCH", path, {"priority": "low"}),
        ("POST", f"{path}/claim", {"user_id": NOBODY}),
        ("POST", f"{path}/release", None),
        ("PATCH", f"/api/v1/tickets/{ticket['number']}", {"status": "closed"}),
        ("DELETE", path, None),
    ]
    for method, target, body in changes:
        locked = client.ask(method, target, body)
        assert (locked.status, locked.json["code"]) == (423, "quarantined"), target
        assert locked.headers["content-type"] == "application/problem+json"
        assert locked.json["status"] == 423 and "release" in locked.json["detail"]
        assert locked.json["instance"] == target
        assert locked.json["request_id"] == locked.headers["x-request-id"]
    assert client.get(path).json["status"] == "open"
    assert client.get(f"{path}/messages").json["items"] == []
    assert [t["id"] for t in client.get("/api/v1/tickets").json["items"]] == [ticket["id"]]


def test_the_report_names_the_ticket_and_what_crashed_it(client):
    ticket = quarantine_one(client)
    row = quarantined(client)[ticket["id"]]
    assert TIME.fullmatch(row["since"]) and "failpoint" in row["last_error"]
    assert len(set(row["references"])) == 3
    assert {each["reference"] for each in set_aside(client)} <= set(row["references"])
    assert POISON.encode() not in client.get(QUARANTINE).body


def test_each_ticket_is_quarantined_and_released_for_itself(client):
    bystander = new_ticket(client)
    first, second = quarantine_one(client), quarantine_one(client)
    assert quarantined(client).keys() == {first["id"], second["id"]}
    assert release(client, first["id"]).status == 204
    assert quarantined(client).keys() == {second["id"]}
    assert [note(client, t, "fine").status for t in (bystander, first, second)] == [201, 201, 423]
    assert new_ticket(client)["id"]


@pytest.mark.parametrize("name", ["id", "number"])
def test_a_released_ticket_is_as_before(client, name):
    ticket = quarantine_one(client)
    released = release(client, ticket[name])
    assert released.status == 204 and released.body == b""
    assert quarantined(client) == {}
    assert note(client, ticket, "fine").status == 201
    path = f"/api/v1/tickets/{ticket['id']}"
    assert client.ask("PATCH", path, {"status": "resolved"}).status == 200
    assert [m["body"] for m in client.get(f"{path}/messages").json["items"]] == ["fine"]
    versions = [e["version"] for e in client.get(f"{path}/events").json["items"]]
    assert versions == list(range(1, len(versions) + 1))


def test_crashes_before_the_release_do_not_count_after_it(client):
    ticket = quarantine_one(client)
    assert release(client, ticket["id"]).status == 204
    assert [note(client, ticket, POISON).status for _ in range(2)] == [500, 500]
    assert note(client, ticket, "fine").status == 201
    assert note(client, ticket, POISON).status in (500, 503)
    assert note(client, ticket, "fine").status == 423


def test_what_is_not_in_quarantine_cannot_be_released(client):
    ticket = new_ticket(client)
    crashed_once = new_ticket(client)
    note(client, crashed_once, POISON)
    wrong = [
        (ticket["id"], 404, "not_found"),
        (ticket["number"], 404, "not_found"),
        (crashed_once["id"], 404, "not_found"),
        (NOBODY, 404, "not_found"),
        (999_999, 404, "not_found"),
        ("tomorrow", 400, "invalid_request"),
    ]
    for name, status, code in wrong:
        answer = release(client, name)
        assert (answer.status, answer.json["code"]) == (status, code), name
        assert answer.headers["content-type"] == "application/problem+json"
    assert "quarantine" in release(client, ticket["id"]).json["detail"]
    assert client.ask("GET", f"{QUARANTINE}/{ticket['id']}/release").status == 405


def test_a_release_with_a_key_is_done_once(client):
    ticket = quarantine_one(client)
    assert release(client, ticket["id"], Idempotency_Key="let-go").status == 204
    for _ in range(3):
        note(client, ticket, POISON)
    again = release(client, ticket["id"], Idempotency_Key="let-go")
    assert again.status == 204 and again.headers["idempotency-replayed"] == "true"
    assert ticket["id"] in quarantined(client), "what was repeated is the answer, not the release"


def test_what_is_set_aside_is_listed_with_what_its_caller_was_told(client):
    ticket = new_ticket(client)
    said = note(client, ticket, POISON, X_Request_Id="said.1")
    named = client.ask("PATCH", f"/api/v1/tickets/{ticket['id']}", {"title": POISON}, X_Request_Id="named.1")
    assert [(a.status, a.json["code"]) for a in (said, named)] == [(500, "set_aside")] * 2
    assert said.json["reference"] in said.json["detail"]
    rows = set_aside(client)
    assert [(row["kind"], row["request_id"], row["reference"]) for row in rows] == [
        ("change_ticket", "named.1", named.json["reference"]),
        ("add_message", "said.1", said.json["reference"]),
    ]
    for row in rows:
        assert row["ticket_id"] == ticket["id"] and TIME.fullmatch(row["time"]) and "failpoint" in row["error"]
    assert quarantined(client) == {}, "two commands are not three"


def test_only_the_newest_hundred_set_aside_are_kept(client):
    references = []
    while len(references) < 104:
        ticket = new_ticket(client)
        references += [note(client, ticket, POISON).json["reference"] for _ in range(2)]
    assert [row["reference"] for row in set_aside(client)] == references[:-101:-1]


def test_a_quarantine_ends_with_its_process(server, client):
    ticket = quarantine_one(client)
    assert server.stop() == 0
    server.start()
    client = server.client()
    assert quarantined(client) == {} and set_aside(client) == []
    assert note(client, ticket, "fine").status == 201


def test_a_classification_waits_for_the_release(client):
    assert client.ask("PUT", "/api/v1/system/ai", {"enabled": False}).status == 200
    ticket = quarantine_one(client)
    assert client.ask("PUT", "/api/v1/system/ai", {"enabled": True}).status == 200
    tried = lambda: [job for job in client.get("/api/v1/system/jobs").json["items"] if job["last_error"]]
    (job,) = eventually(tried, what="the refused result")
    assert job["subject_id"] == ticket["id"]
    assert client.get(f"/api/v1/tickets/{ticket['id']}").json["ai"]["status"] == "pending"
    assert release(client, ticket["id"]).status == 204
    assert classified(client, ticket["id"])["ai"]["status"] == "done"
