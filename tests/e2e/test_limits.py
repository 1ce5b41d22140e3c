"""The limits of the edge over raw sockets: time, sizes, depth, pipelines, permits, connections; and methods of HTTP."""

import concurrent.futures
import json
import time

import pytest
from server import Client, Server, classified, eventually, new_ticket
from wire import Wire, request

TICKET = json.dumps({"title": "Charged twice", "description": "My card was charged twice."}).encode()
POST_HEAD = b"POST /api/v1/tickets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
LONG_S = 60


def drip(wire, pieces, every=0.1):
    """Sends pieces, one in a while, until the server says something. How long it listened."""
    begun = time.monotonic()
    for piece in pieces:
        wire.send(piece)
        if wire.hears_something(within=every):
            break
    return time.monotonic() - begun


def assert_last(wire, status, code):
    answer = wire.answer()
    assert answer.status == status and answer.json["code"] == code, answer.body
    assert answer.headers["connection"] == "close"
    assert wire.answers_to_end() == []


# --- time ---------------------------------------------------------------------------------------------------------


def test_a_header_that_comes_in_drops_is_ended_by_its_deadline(tmp_path):
    with Server(tmp_path, limits__header_timeout="2s") as server, Wire(server.base) as wire:
        drops = [b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: "] + [b"x"] * 10 * LONG_S
        listened = drip(wire, drops)
        assert 1.5 < listened < LONG_S / 2, "drops must not prolong it"
        assert_last(wire, 408, "request_timeout")


def test_the_deadline_of_a_header_holds_for_every_request_of_a_connection(tmp_path):
    with Server(tmp_path, limits__header_timeout="2s") as server, Wire(server.base) as wire:
        wire.send(request("GET", "/healthz"))
        assert wire.answer().status == 200
        wire.send(b"G")
        assert_last(wire, 408, "request_timeout")


def test_a_connection_that_says_nothing_is_closed_without_a_word(tmp_path):
    with Server(tmp_path, limits__header_timeout="1s", limits__idle_timeout="1s") as server:
        with Wire(server.base) as silent, Wire(server.base) as used:
            used.send(request("GET", "/healthz"))
            assert used.answer().status == 200
            assert silent.answers_to_end() == [] == used.answers_to_end()


def test_a_body_must_come_at_a_kibibyte_a_second(tmp_path):
    """What is ten times slower is ended long before the time-out of bodies; what is faster is read for as long."""
    head = lambda size: POST_HEAD + b"Content-Length: %d\r\n\r\n" % size
    with Server(tmp_path, limits__body_timeout=f"{2 * LONG_S}s") as server:

        def send_slowly():
            with Wire(server.base) as wire:
                wire.send(head(100_000))
                assert drip(wire, [b" " * 10] * 10 * LONG_S) < LONG_S, "it was listened to for too long"
                assert_last(wire, 408, "request_timeout")

        def send_steadily():
            with Wire(server.base) as wire:
                body = TICKET + b" " * 80 * 1024
                wire.send(head(len(body)))
                pieces = [body[at : at + 1024] for at in range(0, len(body), 1024)]
                assert drip(wire, pieces) > 6, "too quick to tell"
                assert wire.answer().status == 201

        with concurrent.futures.ThreadPoolExecutor() as pool:
            for done in [pool.submit(send_slowly), pool.submit(send_steadily)]:
                done.result()


# --- sizes --------------------------------------------------------------------------------------------------------


def test_a_body_may_have_a_mebibyte_and_no_byte_more(server):
    fill = lambda size: TICKET + b" " * (size - len(TICKET))
    with Wire(server.base) as wire:
        wire.send(request("POST", "/api/v1/tickets", fill(1 << 20)))
        assert wire.answer().status == 201
        wire.send(request("POST", "/api/v1/tickets", fill((1 << 20) + 1)))
        assert_last(wire, 413, "payload_too_large")
    with Wire(server.base) as wire:
        chunk = b"%x\r\n%s\r\n" % (1 << 20, fill(1 << 20))
        head = POST_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        wire.send(head + chunk + b"0\r\n\r\n")
        assert wire.answer().status == 201
        wire.send(head + chunk + b"1\r\n \r\n0\r\n\r\n")
        assert_last(wire, 413, "payload_too_large")
    assert len(server.client().get("/api/v1/tickets").json["items"]) == 2


def test_a_head_may_have_100_fields_and_16_kibibytes(server):
    bare = len(request("GET", "/healthz", fields=["X: "]))
    of_size = lambda size: request("GET", "/healthz", fields=["X: " + "x" * (size - bare)])
    of_fields = lambda count: request("GET", "/healthz", fields=[f"X-{n}: x" for n in range(count - 1)])
    assert len(of_size(16_384)) == 16_384
    for good, bad in [(of_size(16_384), of_size(16_385)), (of_fields(100), of_fields(101))]:
        with Wire(server.base) as wire:
            wire.send(good)
            assert wire.answer().status == 200
            wire.send(bad)
            assert_last(wire, 431, "headers_too_large")


def test_json_may_be_64_deep(client):
    def post(nested):
        answer = client.post("/api/v1/tickets", '{"title":"x","description":"y","tags":%s}' % nested)
        assert answer.status == 400
        return answer.json["code"], [e["pointer"] for e in answer.json.get("errors", [])]

    deep = lambda count, inside="": "[" * count + inside + "]" * count
    assert post(deep(63)) == ("invalid_request", ["/tags/0"]), "read, and found wrong"
    assert post(deep(64))[0] == "malformed_json", "the object around is the first level"
    assert post(deep(64, '{"a":1}'))[0] == "malformed_json"
    assert post("[" * 1_000_000)[0] == "malformed_json"
    assert post('{"a":' * 150_000)[0] == "malformed_json"
    assert client.get("/api/v1/tickets").json["items"] == []


# --- pipelines ----------------------------------------------------------------------------------------------------


def test_pipelined_requests_are_all_answered_in_their_order(server):
    """Many more than are answered in a row before the connection gives way to others."""

    def nth(n):
        name = [f"X-Request-Id: n{n}"]
        if n % 3 == 0:
            return request("POST", "/api/v1/tickets", TICKET, name)
        return request("GET", "/api/v1/tickets?limit=100", fields=name)

    with Wire(server.base) as wire, Wire(server.base) as other:
        wire.send(b"".join(nth(n) for n in range(60)))
        other.send(request("GET", "/healthz"))
        assert other.answer().status == 200
        for n in range(60):
            answer = wire.answer()
            assert answer.status == (201 if n % 3 == 0 else 200)
            assert answer.headers["x-request-id"] == f"n{n}"
            if n % 3:
                assert len(answer.json["items"]) == n // 3 + 1, "it shows the write before it, not the one behind"


# --- permits and connections --------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit, status, code", [
    ("limits__permits_per_principal", 429, "too_many_requests"),
    ("limits__permits_total", 503, "overloaded"),
])
def test_without_a_permit_a_request_is_refused_unread_and_at_once(tmp_path, limit, status, code):
    settings = {limit: 1, "testing__failpoints": "journal.before_commit=sleep:3s*1", "ai__enabled": "false"}
    with Server(tmp_path, **settings) as server, concurrent.futures.ThreadPoolExecutor() as pool:
        first = pool.submit(lambda: server.client().post("/api/v1/tickets", TICKET))
        metrics = lambda: Client(server.admin).get("/metrics").body.decode()
        eventually(lambda: "\nhttp_server_active_requests 2" in metrics(), what="the first request's beginning")
        with Wire(server.base) as wire:
            wire.send(POST_HEAD + b"Content-Length: 9\r\n\r\n")
            answer = wire.answer()
            assert not first.done(), "it was in time"
            assert answer.status == status and answer.json["code"] == code
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["connection"] == "close" and wire.answers_to_end() == []
        assert server.client().get("/api/v1/tickets").status == 200, "reading takes no permit of these"
        assert first.result().status == 201
        assert server.client().post("/api/v1/tickets", TICKET).status == 201, "permits come back"
        reason = limit.removeprefix("limits__")
        assert f'http_server_refused_total{{reason="{reason}"}} 1' in metrics()


def test_connections_beyond_the_cap_wait_until_one_ends(tmp_path):
    with Server(tmp_path, limits__connections_max=2) as server:
        with Wire(server.base) as first, Wire(server.base) as second, Wire(server.base) as third:
            for wire in (first, second):
                wire.send(request("GET", "/healthz"))
                assert wire.answer().status == 200
            third.send(request("GET", "/healthz"))
            assert not third.hears_something(within=1)
            assert Client(server.admin).get("/healthz").status == 200, "operators are let in"
            first.socket.close()
            assert third.answer().status == 200


# --- methods, origins, preferences ---------------------------------------------------------------------------------


def test_head_says_what_get_says_without_the_content(server, client):
    ticket = classified(client, new_ticket(client)["id"])
    path = f"/api/v1/tickets/{ticket['id']}"
    volatile = {"date", "x-request-id"}
    found = [path, f"{path}/messages", "/api/v1/tickets", "/openapi.json", "/docs", "/healthz"]
    for target in found + ["/api/v1/tickets/4711", "/api/v1/nothing", "/api/v1/tickets?limit=x"]:
        with Wire(server.base) as wire:
            wire.send(request("HEAD", target) + request("GET", target))
            head, get = wire.answer("HEAD"), wire.answer()
            kept = lambda answer: {n: v for n, v in answer.headers.items() if n not in volatile}
            assert (head.status, kept(head), head.body) == (get.status, kept(get), b""), target
            assert int(head.headers["content-length"]) == len(get.body)
    with Wire(server.base) as wire:
        etag = f'If-None-Match: "v{ticket["version"]}"'
        wire.send(request("HEAD", path, fields=[etag]) + request("GET", path, fields=[etag]))
        assert [wire.answer("HEAD").status, wire.answer().status] == [304, 304]
    for target in ("/api/v1/events?topic=tickets", "/api/v1/live"):
        with Wire(server.base) as wire:
            wire.send(request("HEAD", target) + request("GET", "/healthz"))
            refused = wire.answer("HEAD")
            assert refused.status == 405 and refused.headers["allow"] == "GET, OPTIONS", "a stream has no end"
            assert wire.answer().status == 200


def test_options_names_the_methods_of_a_path(server, client):
    assert client.ask("OPTIONS", "/api/v1/tickets").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.ask("OPTIONS", "/api/v1/nothing").status == 404
    with Wire(server.base) as wire:
        wire.send(request("OPTIONS", "*") + request("GET", "/healthz"))
        assert wire.answer().status == 204
        assert wire.answer().status == 200
    asks = {"Origin": "https://desk.example", "Access_Control_Request_Method": "POST"}
    preflight = client.ask("OPTIONS", "/api/v1/tickets", **asks)
    assert "access-control-allow-origin" not in preflight.headers, "no origin is allowed unless it is named"


def test_origins_on_the_list_may_ask_and_others_may_not(tmp_path):
    with Server(tmp_path, server__cors_origins="https://desk.example") as server:
        client = server.client()
        asks = {"Access_Control_Request_Method": "PATCH", "Access_Control_Request_Headers": "if-match, content-type"}
        foreign = ["https://evil.example", "null", "https://desk.example.evil.example", "http://desk.example"]
        for origin in ["https://desk.example", *foreign]:
            allowed = origin not in foreign
            preflight = client.ask("OPTIONS", "/api/v1/tickets/1", Origin=origin, **asks)
            answer = client.get("/api/v1/tickets", Origin=origin)
            refused = client.post("/api/v1/tickets", "{", Origin=origin)
            assert (preflight.status, answer.status, refused.status) == (204, 200, 400 if allowed else 403)
            for each in (preflight, answer, refused):
                assert each.headers.get("access-control-allow-origin") == (origin if allowed else None), origin
                assert "access-control-allow-credentials" not in each.headers
            if allowed:
                assert "PATCH" in preflight.headers["access-control-allow-methods"]
                assert "If-Match" in preflight.headers["access-control-allow-headers"]
                assert "ETag" in answer.headers["access-control-expose-headers"]
                assert answer.headers["vary"] == "Origin"


def test_a_wait_that_is_asked_for_is_said_to_be_applied(client):
    wishes = {"wait=20": "wait=20", "respond-async, Wait=20; x=y": "wait=20", "wait=900": "wait=30"}
    for prefer, applied in wishes.items():
        waited = client.post("/api/v1/tickets", TICKET, Prefer=prefer)
        assert waited.status == 201 and waited.headers["preference-applied"] == applied
        assert waited.json["ai"]["status"] == "done"
    for prefer in ("wait=soon", "wait=-1", "return=minimal"):
        ignored = client.post("/api/v1/tickets", TICKET, Prefer=prefer)
        assert ignored.status == 201 and "preference-applied" not in ignored.headers
    in_query = client.post("/api/v1/tickets?wait=20", TICKET)
    assert in_query.json["ai"]["status"] == "done" and "preference-applied" not in in_query.headers


def test_in_sync_mode_a_creation_waits_unless_it_asks_for_no_wait(tmp_path):
    # A classification that takes its time: nobody could meet a finished one by chance.
    settings = {"ai__mode": "sync", "ai__timeout": "20s", "testing__failpoints": "builtin.classify=sleep:2s"}
    with Server(tmp_path, **settings) as server:
        client = server.client()
        waited = client.post("/api/v1/tickets", TICKET)
        assert waited.status == 201 and waited.json["ai"]["status"] == "done"
        assert waited.headers["etag"] == '"v2"' and "preference-applied" not in waited.headers
        at_once = client.post("/api/v1/tickets", TICKET, Prefer="wait=0")
        assert at_once.status == 201 and at_once.json["ai"]["status"] == "pending"
        assert at_once.headers["etag"] == '"v1"'


# --- slow readers -------------------------------------------------------------------------------------------------


def test_many_answers_ahead_buy_a_slow_reader_no_time(server):
    with Wire(server.base, receive_bytes=4096) as wire:
        wire.send(request("GET", "/openapi.json") * 16)
        begun = time.monotonic()
        assert wire.is_reset(within=20)
        assert time.monotonic() - begun > 5, "too soon for somebody whose network hesitates"


def test_who_reads_steadily_gets_the_whole_answer(server):
    """Twice as fast as the slowest that is waited for."""
    with Wire(server.base, receive_bytes=4096) as wire:
        wire.send(request("GET", "/openapi.json"))
        begun = time.monotonic()
        answer = wire.answer_at(32 * 1024)
        assert answer.status == 200 and answer.json["openapi"] == "3.1.0"
        assert time.monotonic() - begun > 4, "too quick to tell"
