"""Every metric of docs/metrics.md is fed by a running server, with the labels that stand there."""

import asyncio
import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
import websockets
from server import Client, EventStream, Server, classified, eventually, new_ticket

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "metrics.md"
MISSING = "0190b2c4-0000-7000-8000-000000000000"

# A healthy journey leaves these at 0. Each has a test of its own below, in test_clock.py or in test_postgres_cluster.py.
NEED_TROUBLE = {
    "callboard_feed_lag_seconds": "the feed must be held up",
    "callboard_feed_horizon_lag_seconds": "a stranger's transaction must be open in the same PostgreSQL",
    "callboard_clock_difference_seconds": "the machine's clock must jump",
    "callboard_search_lag_seconds": "the indexer must fail",
    "callboard_reader_waiting": "the readers must be busy while somebody looks",
    "callboard_actor_mailbox_depth": "an actor must be busy while somebody looks",
    "callboard_log_lost_total": "the standard error stream must refuse lines",
}

Family = collections.namedtuple("Family", "kind labels")
Sample = collections.namedtuple("Sample", "name labels value")


def documented():
    """The catalogue's table: name -> kind, and label -> allowed values (empty: any)."""
    found = {}
    for name, kind, labels in re.findall(r"^\| `(\w+)` \| (\w+) \| [^|]* \| ([^|]*) \|", DOCUMENT.read_text(), re.M):
        sets = dict(re.findall(r"`(\w+)`(?:: ([\w ]+))?", labels))
        found[name] = Family(kind, {label: values.split() for label, values in sets.items()})
    return found


CATALOGUE = documented()


def parsed(text):
    """Prometheus' text as name -> (kind, samples)."""
    found = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            found[name] = (kind, [])
        elif not line.startswith("#"):
            sample, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
            found[name][1].append(Sample(sample, dict(re.findall(r'(\w+)="([^"]*)"', labels or "")), float(value)))
    return found


def scrape(admin):
    return parsed(admin.get("/metrics").body.decode())


def total(families, sample, **labels):
    """The sum of the samples of this name that have these labels."""
    return sum(
        each.value
        for _, samples in families.values()
        for each in samples
        if each.name == sample and labels.items() <= each.labels.items()
    )


def unfed(families):
    """The documented families that say nothing but 0."""
    return {name for name in CATALOGUE if name not in families or not any(s.value for s in families[name][1])}


def seen(admin, sample, **labels):
    """Waits until there is more than 0 of it, and says how much."""
    return eventually(lambda: total(scrape(admin), sample, **labels), what=f"{sample} {labels or ''}")


# --- a journey ----------------------------------------------------------------------------------------------------


def add_message(client, ticket, body, kind="note"):
    return client.post(f"/api/v1/tickets/{ticket['id']}/messages", {"kind": kind, "body": body}).status


def poison_a_new_ticket(server):
    client = server.client()
    assert add_message(client, new_ticket(client), "poison") == 500
    client.close()


def everyday_work(server, client):
    ticket = client.post(
        "/api/v1/tickets", {"title": "Charged twice", "description": "For March."}, Idempotency_Key="a"
    ).json
    path = f"/api/v1/tickets/{ticket['id']}"
    replayed = client.post(
        "/api/v1/tickets", {"title": "Charged twice", "description": "For March."}, Idempotency_Key="a"
    )
    assert replayed.status == 201 and replayed.json["id"] == ticket["id"]
    assert classified(client, ticket["id"])["ai"]["status"] == "done"
    assert client.get("/api/v1/tickets?status=open").status == 200
    eventually(lambda: client.get("/api/v1/tickets?q=charged").json["items"], what="the indexing")
    assert add_message(client, ticket, "We look.", "reply") == 201
    assert add_message(client, ticket, "A known fault.") == 201
    assert client.ask("PATCH", path, {"status": "closed"}).status == 200
    assert client.ask("PATCH", path, {"status": "open"}).status == 409
    assert client.post("/api/v1/tickets", {"title": ""}).status == 400
    assert client.get(f"/api/v1/tickets/{MISSING}").status == 404
    assert client.get("/api/v1/nothing").status == 404
    assert client.post("/api/v1/users", {"name": "Maya", "email": "maya@example.com"}).status == 201
    foreign = client.post("/api/v1/tickets", {"title": "A", "description": "B"}, Origin="https://elsewhere.example")
    assert foreign.status == 403


def trouble(server, client, admin):
    broken = new_ticket(client, "Broken")
    assert classified(client, broken["id"])["ai"]["status"] == "fallback", "its job is dead"
    poisoned = new_ticket(client)
    for _ in range(3):
        add_message(client, poisoned, "poison")
    assert add_message(client, poisoned, "harmless") == 423
    with concurrent.futures.ThreadPoolExecutor(8) as pool:

        def shout():
            list(pool.map(lambda _: poison_a_new_ticket(server), range(8)))
            return total(scrape(admin), "callboard_log_suppressed_total")

        eventually(shout, timeout=60, what="a suppressed line")


async def watched_journey(server):
    """The last scrape as text, taken while a WebSocket and an event stream are open."""
    admin, client = Client(server.admin), server.client()
    async with websockets.connect(server.base.replace("http://", "ws://") + "/api/v1/live") as socket:
        await socket.send(json.dumps({"type": "subscribe", "id": "a", "topic": "tickets"}))
        assert json.loads(await socket.recv())["type"] == "subscribed"

        def work():
            stream, brief = EventStream(server.base), EventStream(server.base)
            brief.wait_for(lambda kind, _: kind == "cursor")
            brief.close()
            everyday_work(server, client)
            stream.wait_for(lambda kind, _: kind == "ai.classified")
            trouble(server, client, admin)
            # Gauges of the store are brought up to date every 10 s.
            with contextlib.suppress(AssertionError):
                eventually(lambda: unfed(scrape(admin)) <= set(NEED_TROUBLE), timeout=40)
            return admin.get("/metrics").body.decode()

        return await asyncio.to_thread(work)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    failpoints = "ticket.decide@poison=throw,builtin.classify@Broken=throw*3"
    settings = {"log__level": "debug", "ai__retry_base": "10ms", "testing__failpoints": failpoints}
    with Server(tmp_path_factory.mktemp("journey"), **settings) as server:
        return asyncio.run(watched_journey(server))


def test_what_is_served_is_what_is_documented(text):
    assert len(CATALOGUE) > 30
    assert {name: kind for name, (kind, _) in parsed(text).items()} == {
        name: family.kind for name, family in CATALOGUE.items()
    }


def test_a_journey_feeds_every_family(text):
    assert unfed(parsed(text)) <= set(NEED_TROUBLE)
    assert set(NEED_TROUBLE) <= set(CATALOGUE)


def test_labels_and_their_values_are_the_documented_ones(text):
    for name, (_, samples) in parsed(text).items():
        allowed = CATALOGUE[name].labels
        for sample in samples:
            labels = {label: value for label, value in sample.labels.items() if label != "le"}
            assert labels.keys() == allowed.keys(), sample
            for label, value in labels.items():
                assert value in (allowed[label] or [value]) and value != "other", sample


DURATION = "http_server_request_duration_seconds_count"
ANSWERED = [
    ("POST", "/tickets", "201"),
    ("POST", "/tickets", "400"),
    ("POST", "/tickets", "403"),
    ("GET", "/tickets", "200"),
    ("GET", "/tickets/{id}", "200"),
    ("GET", "/tickets/{id}", "404"),
    ("PATCH", "/tickets/{id}", "200"),
    ("PATCH", "/tickets/{id}", "409"),
    ("POST", "/tickets/{id}/messages", "201"),
    ("POST", "/tickets/{id}/messages", "423"),
    ("POST", "/tickets/{id}/messages", "500"),
    ("POST", "/users", "201"),
    ("GET", "/events", "200"),
    ("GET", "/live", "101"),
    ("GET", "/metrics", "200"),
    ("GET", "none", "404"),
]


@pytest.mark.parametrize("method,route,status", ANSWERED)
def test_each_kind_of_request_is_counted_by_its_route(text, method, route, status):
    labels = {"http_request_method": method, "http_route": route, "http_response_status_code": status}
    assert total(parsed(text), DURATION, **labels) >= 1


FED = [
    ("http_server_refused_total", {"reason": "origin"}),
    ("callboard_actor_restarts_total", {"actor": "ticket"}),
    ("callboard_actor_restarts_total", {"actor": "provider_builtin"}),
    ("callboard_journal_items_total", {"outcome": "stored"}),
    ("callboard_reader_query_duration_seconds_count", {"query": "list_tickets"}),
    ("callboard_reader_query_duration_seconds_count", {"query": "load_ticket"}),
    ("callboard_reader_query_duration_seconds_count", {"query": "read_feed"}),
    ("callboard_live_closed_total", {"reason": "client"}),
    ("callboard_jobs", {"state": "dead"}),
    ("callboard_jobs_finished_total", {"kind": "classify", "outcome": "done"}),
    ("callboard_ai_call_duration_seconds_count", {"provider": "builtin"}),
    ("callboard_ai_calls_total", {"provider": "builtin", "outcome": "ok"}),
    ("callboard_ai_calls_total", {"provider": "builtin", "outcome": "transient"}),
    ("callboard_tickets", {"status": "open"}),
    ("callboard_tickets", {"status": "closed"}),
    ("callboard_log_lines_total", {"level": "debug"}),
    ("callboard_log_lines_total", {"level": "info"}),
    ("callboard_log_lines_total", {"level": "warn"}),
    ("callboard_log_lines_total", {"level": "error"}),
]


@pytest.mark.parametrize("sample,labels", FED)
def test_each_label_that_the_journey_touches_is_fed(text, sample, labels):
    assert total(parsed(text), sample, **labels) >= 1


def test_what_happened_once_is_counted_once(text):
    families = parsed(text)
    created = {"http_request_method": "POST", "http_route": "/tickets", "http_response_status_code": "201"}
    replays = total(families, "callboard_idempotent_replays_total")
    assert replays == 1
    assert total(families, "callboard_tickets_created_total") == total(families, DURATION, **created) - replays
    assert total(families, "callboard_messages_added_total", kind="reply") == 1
    assert total(families, "callboard_messages_added_total", kind="note") == 1
    assert total(families, "callboard_ticket_quarantined") == 1
    assert total(families, "callboard_actor_restarts_total", actor="provider_builtin") == 3
    assert total(families, "callboard_live_connections", transport="websocket") == 1
    assert total(families, "callboard_live_connections", transport="sse") == 1
    assert total(families, "callboard_live_subscriptions") == 2
    assert total(families, "callboard_live_closed_total") == 1
    assert total(families, "callboard_build_info") == 1


def test_no_id_of_the_journey_is_a_label(text):
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed: ops/setup --tests brings it")
def test_promtool_accepts_the_text(text):
    checked = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=60)
    assert checked.returncode == 0, checked.stderr.decode()


# --- what only trouble feeds --------------------------------------------------------------------------------------


def test_what_lags_is_told_until_it_has_caught_up(tmp_path):
    failpoints = "reader@read_feed=sleep:300ms*60,search_indexer.read=throw*12"
    with Server(tmp_path, testing__failpoints=failpoints) as server:
        client, admin = server.client(), Client(server.admin)
        lagging = {"callboard_feed_lag_seconds", "callboard_search_lag_seconds"}

        def one_that_lags():
            new_ticket(client, "Zebra")
            families = scrape(admin)
            lagging.difference_update([name for name in lagging if total(families, name)])
            return not lagging

        eventually(one_that_lags, timeout=60, what=f"any lag of {lagging}")
        assert total(scrape(admin), "callboard_actor_restarts_total", actor="search_indexer") > 0, "it was struck"
        find = lambda: client.get("/api/v1/tickets?q=zebra").json["items"]
        eventually(find, timeout=60, what="the indexing")
        caught_up = lambda: {"callboard_feed_lag_seconds", "callboard_search_lag_seconds"} <= unfed(scrape(admin))
        eventually(caught_up, timeout=60, what="the end of the lag")


def test_questions_that_wait_for_a_busy_reader_are_told(tmp_path):
    with Server(tmp_path, store__readers=2, testing__failpoints="reader@list_users=sleep:3s*2") as server:
        admin = Client(server.admin)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(lambda: server.client().get("/api/v1/users").status) for _ in range(6)]
            assert seen(admin, "callboard_reader_waiting") <= 6
            assert seen(admin, "callboard_actor_mailbox_depth", actor="reader_1") <= 6
            assert {each.result() for each in asked} == {200}
        eventually(lambda: not total(scrape(admin), "callboard_reader_waiting"), what="the end of the wait")


def test_lines_that_standard_error_does_not_take_are_counted(tmp_path):
    server = Server(tmp_path)
    server.start(preexec_fn=lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 2))
    try:
        assert seen(Client(server.admin), "callboard_log_lost_total")
        assert new_ticket(server.client())["id"]
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.kill()


def test_changes_refused_because_too_many_wait_for_the_ticket_are_counted(tmp_path):
    settings = {"limits__writes_per_ticket": 1, "ai__policy__classify__mode": "off"}
    with Server(tmp_path, testing__failpoints="journal.before_commit=sleep:500ms", **settings) as server:
        path = f"/api/v1/tickets/{new_ticket(server.client())['id']}"

        def rename(number):
            answer = server.client().ask("PATCH", path, {"title": f"Name {number}"})
            return answer.json.get("code", answer.status), answer.headers.get("retry-after")

        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            outcomes, waits = zip(*pool.map(rename, range(24)))
        assert set(outcomes) == {200, "overloaded"}
        assert {wait is None for outcome, wait in zip(outcomes, waits) if outcome == 200} == {True}
        assert set(waits) - {None} <= {"1", "2", "3"}
        assert len(set(waits) - {None}) > 1, "those refused together do not come back together"
        refused = total(scrape(Client(server.admin)), "http_server_refused_total", reason="writes_per_ticket")
        assert refused == outcomes.count("overloaded")
