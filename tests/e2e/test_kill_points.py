"""The process ends at a chosen place of a classification or of a client's write: it happens once all the same."""

import contextlib
import http.client

import pytest
from server import Server, classified, new_ticket

# The only batch of the second start is the classification.
POINTS = ["store.before_commit@claim", "store.after_commit@claim", "builtin.classify", "journal.before_commit",
          "store.before_commit@batch", "store.after_commit@batch", "journal.after_commit", "ticket.reply"]
COMMITTED = {"store.after_commit@batch", "journal.after_commit", "ticket.reply"}
KILLED = 137
# Places on the way of a client's write. The router stores a creation by itself: a ticket's actor comes later.
WRITES = {
    "creation": ["journal.before_commit", "store.before_commit@batch", "store.after_commit@batch", "journal.after_commit"],
    "message": ["ticket.decide", "journal.before_commit", "store.before_commit@batch", "store.after_commit@batch",
                "journal.after_commit", "ticket.reply"],
}


def history_of(client, ticket):
    return client.get(f"/api/v1/tickets/{ticket['id']}/events").json["items"]


def kinds_in_a_copy(server, ticket):
    """What the store holds, seen without a start of the server that is to go on."""
    with server.copy(server.folder / "copy", ai__enabled="false") as copy:
        return [event["type"] for event in history_of(copy.client(), ticket)]


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_around_the_classification_leaves_exactly_one_and_no_wait(tmp_path, point):
    # A lease this long cannot be what lets the job go on.
    server = Server(tmp_path, ai__enabled="false", ai__claim_timeout="10m").start()
    ticket = new_ticket(server.client())
    assert server.stop() == 0
    server.settings |= {"ai.enabled": "true", "testing.failpoints": f"{point}=exit*1"}
    with contextlib.suppress(AssertionError):  # it may end before it is ready
        server.start()
    assert server.process.wait(timeout=20) == KILLED
    assert kinds_in_a_copy(server, ticket).count("ai.classified") == (point in COMMITTED), "it ended elsewhere"
    server.settings.pop("testing.failpoints")
    with server:
        assert classified(server.client(), ticket["id"])["ai"]["status"] == "done"
        assert server.stop() == 0, "it waits for what still runs"
    server.settings["ai.enabled"] = "false"
    with server:
        client = server.client()
        events = history_of(client, ticket)
        assert [event["version"] for event in events] == list(range(1, len(events) + 1))
        assert [event["type"] for event in events].count("ai.classified") == 1
        assert client.get(f"/api/v1/tickets/{ticket['id']}").json["version"] == len(events)


@pytest.mark.parametrize(("write", "point"), [(write, point) for write, points in WRITES.items() for point in points])
def test_a_kill_around_a_keyed_write_leaves_it_once_and_its_key_tells(tmp_path, write, point):
    server = Server(tmp_path, ai__enabled="false").start()
    path, body = "/api/v1/tickets", {"title": "twice?", "description": "once"}
    if write == "message":
        path, body = f"{path}/{new_ticket(server.client())['id']}/messages", {"kind": "note", "body": "once"}
    assert server.stop() == 0
    server.settings["testing.failpoints"] = f"{point}=exit*1"
    server.start()
    with pytest.raises((http.client.HTTPException, OSError)):
        server.client().post(path, body, Idempotency_Key="k")
    assert server.process.wait(timeout=20) == KILLED
    server.settings.pop("testing.failpoints")
    with server:
        client = server.client()
        again = client.post(path, body, Idempotency_Key="k")
        assert again.status == 201, again.body
        assert ("idempotency-replayed" in again.headers) == (point in COMMITTED), "it ended elsewhere"
        once_more = client.post(path, body, Idempotency_Key="k")
        assert once_more.body == again.body
        assert [item["id"] for item in client.get(path).json["items"]] == [again.json["id"]]
