"""`serve --demo`: a desk to look at, and something that moves. It never mixes with what is there already."""

import json

import pytest
from server import EventStream, Server, eventually

FILL = 200


def all_items(client, path):
    """Every item of a list, page by page along its cursors."""
    items, cursor = [], ""
    while True:
        page = client.get(f"{path}?limit=50{cursor}").json
        items += page["items"]
        if not page["next_cursor"]:
            return items
        cursor = f"&cursor={page['next_cursor']}"


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("demo"))
    server.start("--demo")
    stream = EventStream(server.base)
    try:
        # The fill creates so many and works on them; the next one is of the show that goes on.
        later = lambda kind, event: kind == "ticket.created" and event["data"]["ticket"]["number"] > FILL
        stream.wait_for(later, timeout=120)
        yield server
    finally:
        stream.close()
        if server.process.poll() is None:
            server.kill()


@pytest.fixture
def client(show):
    connection = show.client()
    yield connection
    connection.close()


def test_the_store_holds_the_whole_fill(client):
    tickets = all_items(client, "/api/v1/tickets")
    assert len({t["id"] for t in tickets}) == len(tickets) > FILL
    assert set(range(1, FILL + 1)) <= {t["number"] for t in tickets}
    assert len({t["title"] for t in tickets if t["number"] <= FILL}) > FILL / 2
    assert all(t["requester"]["email"] and t["description"] for t in tickets)


def test_it_looks_like_a_desk_at_work(client):
    tickets = all_items(client, "/api/v1/tickets")
    assert len({t["status"] for t in tickets}) >= 4, "of five"
    assert len({t["category"] for t in tickets}) >= 2 and len({t["priority"] for t in tickets}) >= 2
    messages = [m for t in tickets for m in all_items(client, f"/api/v1/tickets/{t['id']}/messages")]
    assert {m["kind"] for m in messages} == {"reply", "note"}
    assert len(messages) > 50 and all(m["body"] for m in messages)


def test_people_and_departments_are_there_and_belong_together(client):
    users = {u["id"] for u in all_items(client, "/api/v1/users")}
    departments = {d["id"]: d for d in all_items(client, "/api/v1/departments")}
    assert len(users) >= 3 and len(departments) >= 3
    assert {member for d in departments.values() for member in d["members"]} == users
    tickets = all_items(client, "/api/v1/tickets")
    assignees = {t["assignee_id"] for t in tickets} - {None}
    assert len(assignees) >= 2 and assignees <= users
    named = {t["department"] for t in tickets} - {None}
    assert len(named) >= 3 and named <= departments.keys()


def test_something_moves_after_the_fill(show, client):
    stream = EventStream(show.base)
    stream.wait_for(lambda kind, _: kind == "cursor")
    _, kind, event = stream.wait_for(lambda kind, _: kind not in ("cursor", "ai.classified"), timeout=60)
    stream.close()
    history = all_items(client, f"/api/v1/tickets/{event['ticket_id']}/events")
    assert (event["id"], kind) in [(e["id"], e["type"]) for e in history]


def test_a_second_start_adds_only_what_moves(show):
    lists = ("/api/v1/tickets", "/api/v1/users", "/api/v1/departments")
    before = {path: all_items(show.client(), path) for path in lists}
    assert show.stop() == 0, "while the show goes on"
    show.start("--demo")
    client = show.client()
    stream = EventStream(show.base)
    # A second fill would create all its tickets before it works on any.
    stream.wait_for(lambda kind, _: kind not in ("cursor", "ticket.created", "ai.classified"), timeout=120)
    stream.close()
    after = {path: all_items(client, path) for path in lists}
    for path in lists[1:]:
        assert [item["id"] for item in after[path]] == [item["id"] for item in before[path]]
    grown = len(after["/api/v1/tickets"]) - len(before["/api/v1/tickets"])
    assert 0 <= grown < FILL / 2


def test_a_store_that_is_in_use_gets_no_invented_people(tmp_path):
    with Server(tmp_path) as server:
        assert server.client().post("/api/v1/users", {"name": "Maya", "email": "maya@example.com"}).status == 201
        assert server.stop() == 0
        server.start("--demo")
        client = server.client()
        said = lambda: any("not empty" in json.loads(line)["msg"] for line in server.log_text().splitlines())
        eventually(said, what="the word that the store is not empty")
        eventually(lambda: client.get("/api/v1/tickets").json["items"], timeout=120, what="live activity")
        assert [u["email"] for u in all_items(client, "/api/v1/users")] == ["maya@example.com"]
        assert all_items(client, "/api/v1/departments") == []
        assert len(all_items(client, "/api/v1/tickets")) < FILL / 2
