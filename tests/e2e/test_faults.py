"""What goes wrong inside costs only what it has to."""

import http.client
import socket
import struct
import threading
import urllib.parse

import pytest
from server import CLUSTER, Client, Server, eventually, new_store, new_ticket


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


RECOVERY = b"".join(part + b"\0" for part in (b"SFATAL", b"VFATAL", b"C57P03", b"Mthe database system is in recovery mode", b""))
SSL_REQUEST = struct.pack("!ii", 8, 80877103)


def pump(source, sink):
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
    except OSError:
        pass
    for each in (source, sink):
        each.close()


def recovering(refusals, to):
    """The port of a PostgreSQL that says so many times that it is in recovery, in its own protocol, before it is `to`."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for number in range(1_000):
            peer, _ = listener.accept()
            if number < refusals:
                if peer.recv(8192) == SSL_REQUEST:
                    peer.sendall(b"N")
                    peer.recv(8192)
                peer.sendall(b"E" + struct.pack("!i", 4 + len(RECOVERY)) + RECOVERY)
                peer.close()
                continue
            behind = socket.socket(socket.AF_UNIX)
            behind.connect(to)
            for ends in ((peer, behind), (behind, peer)):
                threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


@pytest.mark.skipif(not CLUSTER, reason="only PostgreSQL recovers while it is asked")
def test_a_start_waits_for_a_postgresql_in_recovery(tmp_path):
    store = urllib.parse.urlsplit(new_store())
    folder = urllib.parse.parse_qs(store.query)["host"][0]
    port = recovering(8, f"{folder}/.s.PGSQL.5432")
    with Server(tmp_path, store__url=f"postgres://postgres@127.0.0.1:{port}{store.path}") as server:
        assert new_ticket(server.client())["number"] == 1
    assert "PostgreSQL is starting or stopping; waiting" in server.banner_text() + server.log_text()
