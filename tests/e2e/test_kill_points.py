"""The process ends at a chosen place of a classification: it happens once all the same, and goes on at once."""

import contextlib

import pytest
from server import Server, classified, new_ticket

# The only batch of the second start is the classification.
POINTS = ["store.before_commit@claim", "store.after_commit@claim", "builtin.classify", "journal.before_commit",
          "store.before_commit@batch", "store.after_commit@batch", "journal.after_commit", "ticket.reply"]
COMMITTED = {"store.after_commit@batch", "journal.after_commit", "ticket.reply"}
KILLED = 137


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
