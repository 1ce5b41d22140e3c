"""What the log says at its most talkative, and that no customer's text is ever in it."""

import asyncio
import collections
import contextlib
import datetime
import json
import pathlib
import re

import pytest
import websockets
from server import Client, EventStream, Server, classified, eventually
from wire import Wire

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "logging.md"
TICKETS = "/api/v1/tickets"
FAILPOINTS = [
    "journal.after_commit=throw*1",
    "reader@list_tickets=throw*1",
    "ticket.decide@poison=throw",
    "builtin.classify@Broken=throw*3",
]
SHOWN = "this-one-is-meant-to-be-seen"

Asked = collections.namedtuple("Asked", "method status request_id")


class Canaries:
    """Words that stand nowhere else, each named after where it was put."""

    def __init__(self):
        self.put = []

    def __call__(self, where):
        self.put.append(f"qzx{where}xzq")
        return self.put[-1]

    def found_in(self, text):
        return [word for word in self.put if word.lower() in text.lower()]


class Recorder(Client):
    """Remembers under which name each request was answered."""

    def __init__(self, base):
        super().__init__(base)
        self.asked = []

    def ask(self, method, path, body=None, **headers):
        answer = super().ask(method, path, body, **headers)
        self.asked.append(Asked(method, answer.status, answer.headers["x-request-id"]))
        return answer


def put_in_the_directory(client, canary):
    """The first write meets a journal that crashes behind its commit, the first list a reader that crashes."""
    doubtful = client.post("/api/v1/users", {"name": canary("indoubt"), "email": f"{canary('doubtmail')}@example.com"})
    assert (doubtful.status, doubtful.json["code"]) == (503, "store_in_doubt")
    person = {"name": canary("username"), "email": f"{canary('usermail')}@example.com"}
    eventually(lambda: client.post("/api/v1/users", person).status == 201, what="the journal")
    assert client.post("/api/v1/users", person).status == 409
    department = client.post("/api/v1/departments", {"name": canary("department")})
    assert department.status == 201
    assert client.get(f"{TICKETS}?q={canary('crashedsearch')}").status >= 500
    by_each_reader = lambda: [client.get(TICKETS).status for _ in range(2)] == [200, 200]
    eventually(by_each_reader, what="both readers")
    return department.json["id"]


def put_in_a_ticket(client, canary, department):
    body = {
        "title": canary("title"),
        "description": f'{canary("description")}\n{{"level":"error","msg":"forged"}}\n',
        "requester": {"name": canary("requester"), "email": f"{canary('mail')}@example.com"},
        "tags": [canary("tag")],
        "department": department,
    }
    key = canary("key")
    made = client.post(TICKETS, body, Idempotency_Key=key)
    assert made.status == 201 and made.json["title"] == body["title"]
    assert client.post(TICKETS, body, Idempotency_Key=key).headers["idempotency-replayed"] == "true"
    assert client.post(TICKETS, {**body, "title": canary("othertitle")}, Idempotency_Key=key).status == 422
    ticket = f"{TICKETS}/{made.json['id']}"
    for kind in ("reply", "note"):
        assert client.post(f"{ticket}/messages", {"kind": kind, "body": canary(kind)}).status == 201
    assert client.ask("PATCH", ticket, {"title": canary("newtitle")}).status == 200
    assert client.ask("PATCH", ticket, {"priority": "low"}, If_Match='"v1"').status == 412
    find = lambda: client.get(f"{TICKETS}?q={canary.put[-1]}").json["items"]
    eventually(find, what="the indexing")
    return made.json["id"]


def put_in_requests(client, canary, ticket):
    assert client.get(f"{TICKETS}?q=%22{canary('search')}%22%20{canary('near')}*").status == 200
    assert client.get(f"{TICKETS}?tag={canary('tagfilter')}").status == 200
    for query in ("status", "cursor", "created_by", "created_after", canary("parameter")):
        assert client.get(f"{TICKETS}?{query}={canary(query.replace('_', ''))}").status == 400
    for path in (f"/{canary('path')}", f"{TICKETS}/{canary('id')}/messages", f"/api/v1/users/{canary('userid')}"):
        assert client.get(path).status in (400, 404)
    hidden = {
        "Authorization": f"Bearer {canary('token')}",
        "Cookie": f"session={canary('cookie')}",
        "User_Agent": canary("agent"),
        "Referer": f"https://{canary('referer')}.example/",
        "X_Forwarded_For": canary("forwarded"),
        "X_Request_Id": f"{canary('requestid')} {{}}",
        "traceparent": canary("trace"),
    }
    assert client.get(f"{TICKETS}/{ticket}", **hidden).status == 200
    assert client.get(TICKETS, X_Request_Id=SHOWN).status == 200
    fine = {"title": "A", "description": "B"}
    assert client.post(TICKETS, fine, Origin=f"https://{canary('origin')}.example").status == 403
    assert client.post(TICKETS, fine, Content_Type=f"text/{canary('type')}").status == 415
    assert client.get(TICKETS, Accept=f"image/{canary('accept')}").status == 406
    assert client.ask("PATCH", f"{TICKETS}/{ticket}", fine, If_Match=canary("match")).status == 400
    assert client.post(TICKETS, fine, X_Request_Timeout=canary("timeout")).status == 400
    for body in (
        f'{{"title": "{canary("malformed")}"',
        f'"{canary("notanobject")}"',
        f'{{"title": "\ud800{canary("surrogate")}"}}'.encode("utf-8", "surrogatepass"),
        {"title": "A", "description": "B", canary("member"): canary("membervalue")},
        {"title": "A", "description": "B", "priority": canary("priority"), "category": canary("category")},
        {"title": "A", "description": "B", "requester": {"name": "C", "email": canary("notamail")}},
        {"title": canary("toolong") * 1000, "description": "B"},
    ):
        assert client.post(TICKETS, body).status == 400


def put_where_it_crashes(client, canary):
    """A command set aside, a quarantined ticket, a provider that fails for good."""
    poisoned = client.post(TICKETS, {"title": canary("quarantined"), "description": "B"}).json["id"]
    assert client.ask("PATCH", f"{TICKETS}/{poisoned}", {"title": f"poison {canary('poisontitle')}"}).status == 500
    for _ in range(2):
        client.post(f"{TICKETS}/{poisoned}/messages", {"kind": "reply", "body": f"poison {canary('poisonreply')}"})
    assert client.post(f"{TICKETS}/{poisoned}/messages", {"kind": "note", "body": canary("locked")}).status == 423
    assert client.ask("POST", f"/api/v1/system/quarantine/{poisoned}/release").status == 204
    body = {"title": f"Broken {canary('broken')}", "description": canary("failedtext")}
    broken = client.post(TICKETS, body).json["id"]
    assert classified(client, broken)["ai"]["status"] == "fallback"
    (job,) = client.get("/api/v1/system/jobs?state=dead").json["items"]
    assert client.ask("POST", f"/api/v1/system/jobs/{job['id']}/replay").status == 202
    for enabled in (False, True):
        assert client.ask("PUT", "/api/v1/system/ai", {"enabled": enabled}).status == 200
    return poisoned, job["id"]


def put_on_raw_and_live_connections(server, canary):
    with Wire(server.base) as wire:
        wire.send(f"GET /{canary('rawpath')} HTTP/1.1\r\nHost: a\r\n{canary('rawheader')}\r\n\r\n".encode())
        assert wire.answer().status == 400
    with Wire(server.base) as wire:
        wire.send(f"{canary('method').upper()} / HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert wire.answer().status == 501
    for query in (f"topic={canary('topic')}", f"topic=tickets&filter={canary('filter')}"):
        assert EventStream(server.base, query).status == 400
    assert EventStream(server.base, last_event_id=canary("lastevent")).status == 400

    async def talk():
        address = server.base.replace("http://", "ws://") + "/api/v1/live"
        for text in (
            json.dumps({"type": "subscribe", "id": canary("subscription"), "topic": canary("wstopic")}),
            json.dumps({"type": canary("wstype"), "id": "a"}),
            f'{{"{canary("wsmalformed")}',
        ):
            async with websockets.connect(address, extra_headers={"Cookie": canary("wscookie")}) as socket:
                await socket.send(text)
                with contextlib.suppress(websockets.ConnectionClosed):
                    assert json.loads(await socket.recv())["type"] == "error"

    asyncio.run(talk())


Journey = collections.namedtuple("Journey", "canary asked lines log banner poisoned job")


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    settings = {"log__level": "debug", "ai__retry_base": "10ms", "ai__retry_max": "20ms"}
    canary = Canaries()
    with Server(tmp_path_factory.mktemp("log"), testing__failpoints=",".join(FAILPOINTS), **settings) as server:
        client = Recorder(server.base)
        department = put_in_the_directory(client, canary)
        ticket = put_in_a_ticket(client, canary, department)
        put_in_requests(client, canary, ticket)
        poisoned, job = put_where_it_crashes(client, canary)
        put_on_raw_and_live_connections(server, canary)
        assert client.get(f"{TICKETS}/{ticket}").status == 200
        assert server.stop() == 0
        log = server.log_text()
        lines = [json.loads(line) for line in log.splitlines()]
        return Journey(canary, client.asked, lines, log, server.banner_text(), poisoned, job)


def test_no_canary_is_in_the_log_or_on_standard_output(journey):
    assert SHOWN in journey.log, "what is meant to be seen is seen"
    assert len(set(journey.canary.put)) > 60
    assert journey.canary.found_in(journey.log) == []
    assert "callboard" in journey.banner and journey.canary.found_in(journey.banner) == []
    assert "forged" not in journey.log


def test_each_line_is_one_object_with_its_level_words_and_time(journey):
    for line in journey.log.splitlines():
        assert line.startswith('{"time":"') and len(line.encode()) < 4096
    for line in journey.lines:
        assert line["level"] in ("debug", "info", "warn", "error")
        assert isinstance(line["msg"], str) and line["msg"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        datetime.datetime.strptime(line["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
    assert {line["level"] for line in journey.lines} == {"debug", "info", "warn", "error"}


def test_no_field_is_undocumented(journey):
    documented = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(), re.M))
    assert len(documented) > 30
    used = {name for line in journey.lines for name in line}
    assert used <= documented | {"time", "level", "msg", "suppressed", "truncated"}


def test_each_request_has_its_line_under_the_name_its_caller_was_told(journey):
    answered = collections.defaultdict(list)
    for line in journey.lines:
        if line["msg"] == "request answered":
            answered[line["request_id"]].append(line)
    assert len(journey.asked) > 40
    for asked in journey.asked:
        (line,) = answered[asked.request_id]
        assert (line["method"], line["status"]) == (asked.method, asked.status)
        assert line["duration_ms"] > 0 and re.fullmatch(r"none|(/[a-z_.{}]+)+", line["route"]), line
        assert line["level"] == ("warn" if asked.status >= 500 and asked.status != 503 else "debug")


OF_A_REQUEST = {
    "request answered",
    "command set aside",
    "ticket released from quarantine",
    "job replayed",
    "AI switched",
}
OF_A_TICKET = {"ticket actor ended", "ticket quarantined", "command set aside", "ticket released from quarantine"}


@pytest.mark.parametrize("msg", sorted(OF_A_REQUEST))
def test_what_a_request_caused_carries_its_name(journey, msg):
    lines = [line for line in journey.lines if line["msg"] == msg]
    assert lines and all(line.get("request_id") for line in lines)
    assert {line["request_id"] for line in lines} & {asked.request_id for asked in journey.asked}


@pytest.mark.parametrize("msg", sorted(OF_A_TICKET))
def test_what_happened_to_a_ticket_carries_its_id(journey, msg):
    lines = [line for line in journey.lines if line["msg"] == msg]
    assert lines and {line.get("ticket_id") for line in lines} == {journey.poisoned}


def test_what_crashed_is_told_by_its_place(journey):
    restarted = {line["actor"] for line in journey.lines if line["msg"] == "actor restarted"}
    assert {"root/store/journal", "root/ai/provider_builtin"} <= restarted
    assert any(actor.startswith("root/store/reader_") for actor in restarted)
    (replayed,) = [line for line in journey.lines if line["msg"] == "job replayed"]
    assert replayed["job_id"] == journey.job
    (stopping,) = [line for line in journey.lines if line["msg"] == "stopping"]
    assert stopping["signal"] == "SIGTERM"
    assert (journey.lines[-1]["msg"], journey.lines[-1]["exit_code"]) == ("stopped", 0)
