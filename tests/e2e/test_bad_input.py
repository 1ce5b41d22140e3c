"""Mistakes in requests: each is refused in its own clear words, all of a request at once, and nothing is changed."""

import collections
import itertools
import json
import re

import pytest
from server import EventStream, Server, eventually, new_ticket
from wire import Wire, request

NOBODY = "0190b2c4-0000-7000-8000-000000000000"
STATUSES = ("open", "in_progress", "waiting", "resolved", "closed")
MOVES = {
    "open": ["in_progress", "waiting", "resolved", "closed"],
    "in_progress": ["open", "waiting", "resolved", "closed"],
    "waiting": ["open", "in_progress", "resolved", "closed"],
    "resolved": ["open", "closed"],
    "closed": [],
}

Mistake = collections.namedtuple("Mistake", "method path body errors status code fields says")


def mistake(method, path, body=None, *errors, status=400, code="invalid_request", fields=(), says=""):
    """`errors` are all that the answer lists, each as `pointer code`; its detail contains `says`."""
    return Mistake(method, path, body, list(errors), status, code, fields, says)


def malformed(body, says):
    return mistake("POST", "/tickets", body, code="malformed_json", says=says)


def header(*fields, error, status=400, code="invalid_header"):
    body = {"priority": "low"}
    return mistake("PATCH", "/tickets/<ticket>", body, *filter(None, [error]), status=status, code=code, fields=fields)


# In texts `<name>` stands for something in the desk.
TICKET = {"title": "x", "description": "y"}
USER = {"name": "x", "email": "x@example.com"}
CLAIM, SAY = "/tickets/<ticket>/claim", "/tickets/<ticket>/messages"
TABLE = {
    "nothing where an object must be": malformed(b"", "At byte 0"),
    "a body that is cut": malformed("{", "At byte 1: incomplete"),
    "a comma is missing": malformed('{"title":"x" "description":"y"}', "At byte 13"),
    "something behind the body": malformed('{"title":"x","description":"y"} x', "At byte 32: extra data"),
    "half a surrogate pair": malformed(r'{"title":"\ud800","description":"y"}', "At byte 16"),
    "the second half of a pair alone": malformed(r'{"title":"\udc00","description":"y"}', "surrogate"),
    "a number beyond all bounds": malformed('{"title":1e400,"description":"y"}', "At byte 14: exponent overflow"),
    "bytes that are no UTF-8": malformed(b'{"title":"x","description":"a\xff"}', "At byte 29: not UTF-8"),
    "half a character": malformed(b'{"title":"\xc3(","description":"y"}', "At byte 10: not UTF-8"),
    "a surrogate as it is": malformed(b'{"t":"\xed\xa0\x80"}', "At byte 6: not UTF-8"),
    "a control character as it is": malformed('{"title":"a\0b","description":"y"}', "At byte 11"),
    "nested too deep": malformed('{"title":"x","description":"y","tags":%s1%s}' % ("[" * 70, "]" * 70), "too deep"),
    "an array instead of an object": mistake("POST", "/tickets", [], " wrong_type"),
    "a ticket without anything": mistake("POST", "/tickets", {}, "/title missing", "/description missing"),
    "a member nobody knows": mistake("POST", "/tickets", {**TICKET, "role": "admin"}, "/role unknown_member"),
    "a member twice": mistake(
        "POST", "/tickets", '{"title":"x","title":"y","description":"z"}', "/title duplicate_member"),
    "a member twice inside": mistake(
        "POST", "/tickets", '{"title":"x","description":"y","requester":{"name":"a","name":"b","email":"a@b.cd"}}',
        "/requester/name duplicate_member"),
    "an escaped NUL": mistake("POST", "/tickets", {**TICKET, "title": "x\0"}, "/title invalid_character"),
    "two lines of a title": mistake("POST", "/tickets", {**TICKET, "title": "xy\nz"}, "/title invalid_character"),
    "a long title": mistake("POST", "/tickets", {**TICKET, "title": "x" * 201}, "/title too_long"),
    "a long description": mistake(
        "POST", "/tickets", {**TICKET, "description": "é" * 20_001}, "/description too_long"),
    "a number for a title": mistake("POST", "/tickets", {**TICKET, "title": 10**30}, "/title wrong_type"),
    "an unknown priority": mistake("POST", "/tickets", {**TICKET, "priority": "asap"}, "/priority invalid_choice"),
    "an unknown category": mistake("POST", "/tickets", {**TICKET, "category": "poetry"}, "/category invalid_choice"),
    "an empty tag": mistake("POST", "/tickets", {**TICKET, "tags": ["a", ""]}, "/tags/1 too_short"),
    "a long tag": mistake("POST", "/tickets", {**TICKET, "tags": ["x" * 51]}, "/tags/0 too_long"),
    "many tags": mistake("POST", "/tickets", {**TICKET, "tags": ["x"] * 21}, "/tags too_many_items"),
    "tags that are no list": mistake("POST", "/tickets", {**TICKET, "tags": "vip"}, "/tags wrong_type"),
    "a requester's bad address": mistake(
        "POST", "/tickets", {**TICKET, "requester": {"name": "a", "email": "a at b"}},
        "/requester/email invalid_email"),
    "a department's malformed id": mistake("POST", "/tickets", {**TICKET, "department": "7"}, "/department invalid_id"),
    "all who do not exist": mistake(
        "POST", "/tickets", {**TICKET, "department": NOBODY, "assignee_id": NOBODY, "created_by": NOBODY},
        "/assignee_id unknown_reference", "/created_by unknown_reference", "/department unknown_reference"),
    "body, header, query at once": mistake(
        "POST", "/tickets?wait=31&x=1", {"title": "", "description": 7, "y": 1}, "query:wait too_large",
        "query:x unknown", "/title too_short", "/description wrong_type", "/y unknown_member",
        "header:Idempotency-Key invalid_key", fields=["Idempotency-Key: "]),

    "no title in a change": mistake("PATCH", "/tickets/<ticket>", {"title": None}, "/title null"),
    "no status in a change": mistake("PATCH", "/tickets/<ticket>", {"status": None}, "/status null"),
    "no tags in a change": mistake("PATCH", "/tickets/<ticket>", {"tags": None}, "/tags null"),
    "an unknown status": mistake("PATCH", "/tickets/<ticket>", {"status": "lost"}, "/status invalid_choice"),
    "a member that cannot be changed": mistake(
        "PATCH", "/tickets/<ticket>", {"created_by": "<user>"}, "/created_by unknown_member"),
    "assigned to nobody there is": mistake(
        "PATCH", "/tickets/<ticket>", {"assignee_id": NOBODY}, "/assignee_id unknown_reference"),
    "assigned to no id": mistake("PATCH", "/tickets/<ticket>", {"assignee_id": "x"}, "/assignee_id invalid_id"),
    "no such department": mistake(
        "PATCH", "/tickets/<ticket>", {"department": NOBODY}, "/department unknown_reference"),
    "assigned although claimed": mistake(
        "PATCH", "/tickets/<claimed>", {"assignee_id": "<other_user>"}, status=409, code="claimed_by_other",
        says="release it before assigning"),
    "reopened although closed": mistake(
        "PATCH", "/tickets/<closed>", {"status": "open"}, status=409, code="transition_refused",
        says="become: nothing"),

    "a claim by nothing": mistake("POST", CLAIM, {}, "/user_id missing"),
    "a claim by no id": mistake("POST", CLAIM, {"user_id": "7"}, "/user_id invalid_id"),
    "a claim by nobody there is": mistake("POST", CLAIM, {"user_id": NOBODY}, "/user_id unknown_reference"),
    "a claim and more": mistake("POST", CLAIM, {"user_id": "<user>", "until": "noon"}, "/until unknown_member"),
    "a claim that is a text": mistake("POST", CLAIM, '"<user>"', " wrong_type"),
    "a claim of a claimed ticket": mistake(
        "POST", "/tickets/<claimed>/claim", {"user_id": "<other_user>"}, status=409, code="claimed_by_other",
        says="claimed by"),
    "a claim of a closed ticket": mistake(
        "POST", "/tickets/<closed>/claim", {"user_id": "<user>"}, status=409, code="transition_refused",
        says="cannot become in_progress"),

    "a long message": mistake("POST", SAY, {"kind": "note", "body": "x" * 20_001}, "/body too_long"),
    "a blank message": mistake("POST", SAY, {"kind": "note", "body": " \n\t"}, "/body blank"),
    "an empty message": mistake("POST", SAY, {"kind": "note", "body": ""}, "/body too_short"),
    "a message of no kind": mistake("POST", SAY, {"body": "x"}, "/kind missing"),
    "a message of a wrong kind": mistake("POST", SAY, {"kind": "shout", "body": "x"}, "/kind invalid_choice"),
    "a reply to a closed ticket": mistake(
        "POST", "/tickets/<closed>/messages", {"kind": "reply", "body": "x"}, status=409, code="conflict",
        says="takes no replies"),

    "a blank department": mistake("POST", "/departments", {"name": " "}, "/name blank"),
    "a long department": mistake("POST", "/departments", {"name": "x" * 101}, "/name too_long"),
    "a department's name taken": mistake(
        "POST", "/departments", {"name": "bILLING"}, "/name taken", status=409, code="name_taken"),
    "a department without a name": mistake("PATCH", "/departments/<department>", {"name": None}, "/name null"),
    "a department with members": mistake(
        "POST", "/departments", {"name": "x", "members": ["<user>"]}, "/members unknown_member"),
    "a department in use": mistake("DELETE", "/departments/<department>", status=409, code="in_use", says="move them"),
    "a user's address taken": mistake(
        "PATCH", "/users/<other_user>", {"email": "MAYA@example.com"}, "/email taken", status=409, code="email_taken"),
    "a user's bad address": mistake("POST", "/users", {**USER, "email": "nobody"}, "/email invalid_email"),
    "a user's long address": mistake(
        "POST", "/users", {**USER, "email": "x@" + "y" * 250 + ".com"}, "/email too_long"),
    "a user without an address": mistake("POST", "/users", {"name": "x"}, "/email missing"),
    "a user's long name": mistake("POST", "/users", {**USER, "name": "x" * 201}, "/name too_long"),
    "a member nobody is": mistake(
        "PUT", f"/departments/<department>/members/{NOBODY}", status=404, code="not_found", says="no such user"),
    "a member of nothing": mistake(
        "PUT", f"/departments/{NOBODY}/members/<user>", status=404, code="not_found", says="no such department"),

    "a switch in between": mistake("PUT", "/system/ai", {"enabled": "maybe"}, "/enabled wrong_type"),
    "a switch without a word": mistake("PUT", "/system/ai", {}, "/enabled missing"),
    "a switch and more": mistake("PUT", "/system/ai", {"enabled": True, "mode": "sync"}, "/mode unknown_member"),
    "jobs of no state": mistake("GET", "/system/jobs?state=x", None, "query:state invalid_choice"),
    "no job to replay": mistake("POST", f"/system/jobs/{NOBODY}/replay", status=404, code="not_found", says="dead or"),
    "a release from nowhere": mistake(
        "POST", "/system/quarantine/<ticket>/release", status=404, code="not_found", says="not in quarantine"),

    "no items": mistake("GET", "/tickets?limit=0", None, "query:limit too_small"),
    "too many items": mistake("GET", "/tickets?limit=101", None, "query:limit too_large"),
    "a number that is none": mistake("GET", "/tickets?limit=many", None, "query:limit invalid_integer"),
    "a number too large": mistake("GET", f"/tickets?limit={10**20}", None, "query:limit out_of_range"),
    "an offset below": mistake("GET", "/tickets?offset=-1", None, "query:offset too_small"),
    "an unknown parameter": mistake("GET", "/tickets?colour=red", None, "query:colour unknown"),
    "a parameter where none is": mistake("GET", "/tickets/<ticket>?x=1", None, "query:x unknown"),
    "a parameter twice": mistake("GET", "/tickets?limit=1&limit=1", None, "query:limit repeated"),
    "a filter for no status": mistake("GET", "/tickets?status=open&status=lost", None, "query:status invalid_choice"),
    "a filter for no id": mistake("GET", "/tickets?assignee_id=x", None, "query:assignee_id invalid_id"),
    "a filter for no time": mistake("GET", "/tickets?created_after=noon", None, "query:created_after invalid_time"),
    "a search for nothing": mistake("GET", "/tickets?q=", None, "query:q too_short"),
    "a percent sign alone": mistake("GET", "/tickets?q=%2", code="malformed_framing", says="percent"),
    "a path of other bytes": mistake("GET", "/tickets/%ff", says="The path must be percent-encoded UTF-8"),
    "no cursor": mistake("GET", "/tickets?cursor=", None, "query:cursor too_short"),
    "a cursor and an offset": mistake("GET", "/tickets?cursor=<cursor>&offset=1", None, "query:offset excluded"),
    "no topic": mistake("GET", "/events", None, "query:topic missing"),
    "a topic of nothing": mistake("GET", "/events?topic=weather", None, "query:topic invalid_topic"),
    "a topic's department of no id": mistake("GET", "/events?topic=department:7", None, "query:topic invalid_id"),
    "a topic's ticket of no number": mistake("GET", "/events?topic=ticket:01", None, "query:topic invalid_id"),
    "a topic of other bytes": mistake("GET", "/events?topic=%ff", None, "query: invalid_encoding"),
    "a stream from a list's place": mistake(
        "GET", "/events?topic=tickets&cursor=<cursor>", None, "query:cursor invalid_cursor", code="invalid_cursor"),
    "resumed from a list's place": mistake(
        "GET", "/events?topic=tickets", None, "header:Last-Event-ID invalid_cursor", code="invalid_cursor",
        fields=["Last-Event-ID: <cursor>"]),
    "resumed from two places": mistake(
        "GET", "/events?topic=tickets", None, "header:Last-Event-ID repeated", code="invalid_header",
        fields=["Last-Event-ID: a", "Last-Event-ID: b"]),

    "an If-Match without quotes": header("If-Match: v1", error="header:If-Match invalid_etag"),
    "an If-Match twice": header('If-Match: "v1"', 'If-Match: "v1"', error="header:If-Match repeated"),
    "a key twice": header("Idempotency-Key: a", "Idempotency-Key: a", error="header:Idempotency-Key repeated"),
    "a long key": header(f"Idempotency-Key: {'x' * 256}", error="header:Idempotency-Key invalid_key"),
    "a time-out of no length": header("X-Request-Timeout: soon", error="header:X-Request-Timeout invalid_timeout"),
    "nothing that could be answered": header("Accept: image/png", error="", status=406, code="not_acceptable"),
    "a body that is packed": header("Content-Encoding: gzip", error="", status=415, code="unsupported_media_type"),

    "nothing at this path": mistake("GET", "/nothing", status=404, code="not_found", says="nothing at this path"),
    "nobody's number": mistake("GET", "/tickets/999999", status=404, code="not_found", says="no such ticket"),
    "nothing to put there": mistake("PUT", "/tickets", {}, status=405, code="method_not_allowed", says="POST"),
}


class Desk:
    """A server with something in it that requests can be wrong about."""

    def __init__(self, folder):
        self.server = Server(folder).start()
        client = self.client = self.server.client()
        made = lambda path, body: client.post(f"/api/v1{path}", body).json["id"]
        names = self.names = {
            "user": made("/users", {"name": "Maya", "email": "maya@example.com"}),
            "other_user": made("/users", {"name": "Jo", "email": "jo@example.com"}),
            "department": made("/departments", {"name": "Billing"}),
        }
        names["ticket"] = new_ticket(client, department=names["department"])["id"]
        names["closed"], names["claimed"] = new_ticket(client)["id"], new_ticket(client)["id"]
        client.ask("PATCH", f"/api/v1/tickets/{names['closed']}", {"status": "closed"})
        client.post(f"/api/v1/tickets/{names['claimed']}/claim", {"user_id": names["user"]})
        names["cursor"] = client.get("/api/v1/tickets?limit=1").json["next_cursor"]
        unfinished = [f"/api/v1/system/jobs?state={state}" for state in ("available", "running", "parked")]
        eventually(lambda: not any(client.get(path).json["items"] for path in unfinished), what="the end of all jobs")

    def fill(self, text):
        return re.sub("<([a-z_]+)>", lambda found: self.names[found[1]], text)

    def ask(self, method, path, body=None, fields=(), **more):
        """Over a connection of its own, so that any header can be sent."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = self.fill(body).encode()
        with Wire(self.server.base) as wire:
            fields = [self.fill(field) for field in fields]
            wire.send(request(method, "/api/v1" + self.fill(path), body or b"", fields, **more))
            return wire.answer(method)

    def everything(self):
        lists = ("/tickets", "/users", "/departments", "/system/jobs", "/system/ai", "/tickets/<ticket>/events")
        return [self.ask("GET", path).body for path in lists]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    made = Desk(tmp_path_factory.mktemp("desk"))
    yield made
    made.server.kill()


def problem_of(answer, status, code):
    assert answer.status == status, answer.body
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:callboard:problem:{code}")
    assert problem["title"] and problem["detail"] and problem["request_id"] == answer.headers["x-request-id"]
    return problem


def refused(desk, row):
    return problem_of(desk.ask(row.method, row.path, row.body, row.fields), row.status, row.code)


@pytest.mark.parametrize("name", TABLE)
def test_each_mistake_gets_its_own_clear_answer(desk, name):
    row = TABLE[name]
    problem = refused(desk, row)
    found = [f"{e['pointer']} {e['code']}" for e in problem.get("errors", [])]
    assert sorted(found) == sorted(row.errors), problem
    assert row.says in problem["detail"], problem
    if row.errors:
        assert "see `errors`" in problem["detail"] or row.status == 409
        assert all(e["detail"] for e in problem["errors"])


def test_different_mistakes_are_told_apart_and_change_nothing(desk):
    before = desk.everything()
    words = collections.defaultdict(list)
    for name, row in TABLE.items():
        problem = refused(desk, row)
        words[json.dumps([problem["code"], problem["detail"], problem.get("errors")])].append(name)
    assert [names for names in words.values() if len(names) > 1] == []
    assert desk.everything() == before


def test_every_move_that_is_not_allowed_names_those_that_are(client):
    for source, target in itertools.product(STATUSES, STATUSES):
        path = f"/api/v1/tickets/{new_ticket(client)['id']}"
        assert client.ask("PATCH", path, {"status": source}).status == 200
        answer = client.ask("PATCH", path, {"status": target})
        if target == source or target in MOVES[source]:
            assert answer.status == 200 and answer.json["status"] == target
            continue
        problem = problem_of(answer, 409, "transition_refused")
        assert problem["allowed"] == MOVES[source]
        assert source in problem["detail"] and target in problem["detail"]
        assert client.get(path).json["status"] == source


def test_a_cursor_is_good_for_its_own_list_alone(desk):
    """None of these is told from the others: what a cursor holds is nobody's business."""
    cursor = desk.names["cursor"]
    assert desk.ask("GET", f"/tickets?cursor={cursor}").status == 200
    other = lambda letter: "B" if letter == "A" else "A"
    stream = EventStream(desk.server.base)
    feed_cursor, _, _ = stream.wait_for(lambda kind, _: kind == "cursor")
    stream.close()
    tampered = [other(cursor[0]) + cursor[1:], cursor[:30] + other(cursor[30]) + cursor[31:], cursor[:-3], cursor[3:]]
    foreign = ["abc", "AAAA" * 10, "%F0%9F%8E%AB", feed_cursor, cursor + "AAAA"]
    targets = [f"/tickets?cursor={each}" for each in tampered + foreign]
    targets += [f"/tickets?{change}&cursor={cursor}" for change in ("status=open", "sort=priority", "order=asc")]
    other_lists = ("/users", "/departments", "/system/jobs", "/tickets/<ticket>/events")
    targets += [f"{path}?cursor={cursor}" for path in other_lists]
    told = {json.dumps(problem_of(desk.ask("GET", each), 400, "invalid_cursor")["errors"]) for each in targets}
    assert len(told) == 1
    assert [e["pointer"] for e in json.loads(told.pop())] == ["query:cursor"]


def test_a_body_is_json_in_utf8_and_says_so(desk):
    post = lambda media_type: desk.ask("POST", "/tickets", {"title": "", "description": "y"}, media_type=media_type)
    good = ["application/json", "Application/JSON", "application/json; charset=UTF-8",
            'application/json;charset="utf-8"', "application/json ; x=y"]
    for media_type in good:
        assert problem_of(post(media_type), 400, "invalid_request")["errors"][0]["pointer"] == "/title", "it was read"
    bad = [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "*/*",
           "application/json; charset=latin1"]
    for media_type in bad:
        assert "application/json" in problem_of(post(media_type), 415, "unsupported_media_type")["detail"]


def test_what_asks_for_nothing_changes_nothing(desk):
    before = desk.everything()
    for path in ("/tickets/<ticket>", "/users/<user>", "/departments/<department>"):
        now = desk.ask("GET", path)
        for fields in ((), [f"If-Match: {now.headers['etag']}"]):
            same = desk.ask("PATCH", path, {}, fields)
            assert (same.status, same.body, same.headers["etag"]) == (200, now.body, now.headers["etag"])
        for unreadable in ("v1", '"v1', "W/"):
            refused = problem_of(desk.ask("GET", path, fields=[f"If-None-Match: {unreadable}"]), 400, "invalid_header")
            assert [e["pointer"] for e in refused["errors"]] == ["header:If-None-Match"], unreadable
    membership = "/departments/<department>/members/<other_user>"
    assert desk.ask("DELETE", membership).json["members"] == [], "nobody is a member"
    assert desk.everything() == before


def test_a_member_who_is_one_already_is_not_added_again(client):
    user = client.post("/api/v1/users", USER).json["id"]
    department = client.post("/api/v1/departments", {"name": "Billing"}).json["id"]
    member = f"/api/v1/departments/{department}/members/{user}"
    first, again = client.ask("PUT", member), client.ask("PUT", member)
    assert first.status == again.status == 200 and first.body == again.body
    assert again.json["members"] == [user] and again.json["version"] == 2


# --- ids ----------------------------------------------------------------------------------------------------------

BAD_UUIDS = ["7", "x", NOBODY[:-1], NOBODY + "0", NOBODY.replace("-", ""), NOBODY.replace("0190", "019g"),
             "%20" + NOBODY]
BAD_NUMBERS = ["x", "0", "-1", "+1", "01", "1.0", "1e3", "0x1", str(2**63), "1%20", *BAD_UUIDS[2:]]


def routes_with_ids(desk):
    """Method, path, the schemas of its ids by name, and the documented example of its body."""
    for path, operations in desk.ask("GET", "/openapi.json").json["paths"].items():
        for method, operation in operations.items():
            ids = {p["name"]: p["schema"] for p in operation.get("parameters", []) if p.get("in") == "path"}
            if ids:
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                yield method.upper(), path.removeprefix("/api/v1"), ids, content.get("example")


def test_an_id_that_is_none_is_refused_wherever_one_stands(desk):
    before = desk.everything()
    routes = list(routes_with_ids(desk))
    assert len(routes) > 15
    for method, path, ids, body in routes:
        kinds = {name: BAD_NUMBERS if "anyOf" in schema else BAD_UUIDS for name, schema in ids.items()}
        for bad in itertools.zip_longest(*kinds.values(), fillvalue="x"):
            problem = problem_of(desk.ask(method, path.format(**dict(zip(ids, bad))), body), 400, "invalid_request")
            told = {e["pointer"]: e["detail"] for e in problem["errors"]}
            assert set(told) == {f"path:{name}" for name in ids}, (method, path, bad)
            assert all(("number" in told[f"path:{name}"]) == ("anyOf" in schema) for name, schema in ids.items())
    assert desk.everything() == before


def test_an_id_of_nothing_is_not_found_wherever_one_stands(desk):
    for method, path, ids, body in routes_with_ids(desk):
        target = path.format(**{name: NOBODY for name in ids})
        assert "no " in problem_of(desk.ask(method, target, body), 404, "not_found")["detail"] or "quarantine" in path
