"""What goes wrong inside costs only what it has to."""

import http.client

import pytest
from server import Client, Server, eventually, new_ticket


def readiness(server):
    answer = Client(server.admin).get("/readyz")
    return answer.status, {check["name"]: check for check in answer.json["checks"]}


def test_a_handler_that_throws_answers_500_and_its_connection_goes_on(tmp_path):
    failpoints = "http.answer@/departments=throw*2"
    with Server(tmp_path, testing__failpoints=failpoints) as server:
        client = server.client()
        for method in ("GET", "POST"):
            answer = client.ask(method, "/api/v1/departments", {"name": "Billing"} if method == "POST" else None,
                                X_Request_Id="r-500")
            assert answer.status == 500 and answer.json["code"] == "internal"
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json["request_id"] == "r-500" and "failpoint" not in answer.body.decode()
        kept = client.connection.sock
        assert client.post("/api/v1/departments", {"name": "Billing"}).status == 201
        assert client.connection.sock is kept, "the connection was not closed"
        assert '"a request failed with an exception"' in server.log_text()
        metrics = lambda: Client(server.admin).get("/metrics").body.decode()
        # An answer is read before the server has put its request away.
        eventually(lambda: "\nhttp_server_active_requests 1\n" in metrics(), what="the end of all requests but this one")
        assert server.stop() == 0


def test_a_connection_that_ends_with_an_exception_takes_nobody_along(tmp_path):
    with Server(tmp_path, testing__failpoints="http.connection=throw*1") as server:
        broken = server.client()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            broken.get("/api/v1/tickets")
        other = server.client()
        ticket = new_ticket(other)
        assert other.get(f"/api/v1/tickets/{ticket['id']}").status == 200
        assert '"a connection ended with an exception"' in server.log_text()
        metrics = lambda: Client(server.admin).get("/metrics").body.decode()
        eventually(lambda: "\nhttp_server_connections 1\n" in metrics(), what="its place to be free again")


def test_a_server_whose_readers_cannot_open_is_not_ready_and_says_which(tmp_path):
    with Server(tmp_path, testing__failpoints="reader.open=throw*18", store__readers=2) as server:
        status, checks = readiness(server)
        failing = {name: check["reason"] for name, check in checks.items() if not check["ok"]}
        assert status == 503 and failing and set(failing) <= {"internal_reader", "reader_1", "reader_2"}
        assert all("the reader starts again" in reason for reason in failing.values())
        assert new_ticket(server.client()), "it accepts meanwhile"
        eventually(lambda: readiness(server)[0] == 200, timeout=60, what="readiness")
        assert all(check["ok"] for check in readiness(server)[1].values())


def test_a_store_that_neither_answers_nor_fails_ends_readiness(tmp_path):
    failpoints = "journal.before_commit=sleep:8s*1"
    with Server(tmp_path, testing__failpoints=failpoints, store__timeout="1s", ai__enabled="false") as server:
        assert readiness(server)[0] == 200
        answer = server.client().post("/api/v1/tickets", {"title": "Slow", "description": "The store stands still."})
        assert answer.status == 503 and answer.json["code"] == "store_in_doubt"
        status, checks = eventually(lambda: (found := readiness(server))[0] == 503 and found)
        assert status == 503 and "store.timeout" in checks["store answers"]["reason"]
        eventually(lambda: readiness(server)[0] == 200)
