"""What a start says of a PostgreSQL that it cannot serve over, and what a server does whose store is taken from it."""

import contextlib
import http.client
import os
import signal
import socket
import struct
import subprocess
import threading
import urllib.parse

import pytest
from server import CLUSTER, Client, EventStream, Server, classified, new_store, new_ticket

pytestmark = pytest.mark.skipif(not CLUSTER, reason="needs the cluster of ops/with_postgres")
SSL_REQUEST = struct.pack("!ii", 8, 80877103)


# --- a PostgreSQL that says what ours does not, in its own protocol ---------------------------------------------------


def message(kind, body):
    return kind + struct.pack("!i", 4 + len(body)) + body


def fault(code, text):
    fields = (b"SFATAL", b"VFATAL", b"C" + code.encode(), b"M" + text.encode(), b"")
    return message(b"E", b"".join(field + b"\0" for field in fields))


def greeting(version):
    """Of a server that lets everybody in."""
    told = {"server_version": version, "client_encoding": "UTF8", "standard_conforming_strings": "on"}
    parameters = b"".join(message(b"S", f"{name}\0{value}\0".encode()) for name, value in told.items())
    return message(b"R", struct.pack("!i", 0)) + parameters + message(b"Z", b"I")


def pump(source, sink):
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
    except OSError:
        pass
    for each in (source, sink):
        each.close()


def answering(first, times=1_000, then=None):
    """The port of a server that answers so many connections with `first`, and is the one at `then` after that."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for number in range(1_000):
            peer, _ = listener.accept()
            if number < times:
                if peer.recv(8192) == SSL_REQUEST:
                    peer.sendall(b"N")
                    peer.recv(8192)
                peer.sendall(first)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(8192):
                    pass
                peer.close()
                continue
            behind = socket.socket(socket.AF_UNIX)
            behind.connect(then)
            for ends in ((peer, behind), (behind, peer)):
                threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def refusal_of(folder, url):
    """What a start says that ends with 1."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CALLBOARD_")}
    done = subprocess.run(Server(folder, store__url=url).command("serve"), cwd=folder, capture_output=True, text=True,
                          timeout=60, env=clean)
    assert done.returncode == 1, done
    assert len(done.stderr.strip().splitlines()) == 1, "one sentence"
    return done.stderr


@pytest.mark.parametrize(("said", "remedy"), [
    (fault("28P01", 'password authentication failed for user "desk"'), "correct them"),
    (fault("28000", 'no pg_hba.conf entry for host "10.0.0.1", user "desk"'), "pg_hba.conf"),
    (fault("42501", 'permission denied for database "desk"'), "GRANT CONNECT"),
    (fault("53300", "sorry, too many clients already"), "max_connections"),
    (fault("53300", 'too many connections for role "desk"'), "CONNECTION LIMIT"),
    (greeting("14.9"), "needs 15 or newer"),
], ids=lambda value: value if isinstance(value, str) else "said")
def test_what_a_server_refuses_names_the_remedy(tmp_path, said, remedy):
    text = refusal_of(tmp_path, f"postgres://desk:hunter2@127.0.0.1:{answering(said)}/desk")
    assert remedy in text and "hunter2" not in text, text


def store_that_asks_who(role):
    """A new store whose cluster does not trust this role."""
    store = new_store()
    if not ask(store, f"SELECT 1 FROM pg_hba_file_rules WHERE '{role}' = ANY (user_name)"):
        pytest.skip("this cluster trusts everybody; the one of ops/with_postgres --start does not")
    return store


@pytest.mark.parametrize(("role", "remedy"), [("desk_of_the_machine", "start this program as that user"),
                                              ("desk_rejected", "change its pg_hba.conf")])
def test_a_postgresql_that_lets_a_user_in_by_other_rules_is_there_and_says_which(tmp_path, role, remedy):
    store = store_that_asks_who(role)
    text = refusal_of(tmp_path, store.replace("user=postgres", f"user={role}"))
    assert remedy in text and "start it" not in text, text


def test_a_user_that_may_not_log_in_is_told(tmp_path):
    store = new_store()
    ask(store, "CREATE ROLE desk_without_login NOLOGIN")
    try:
        assert "ALTER ROLE" in refusal_of(tmp_path, store.replace("user=postgres", "user=desk_without_login"))
    finally:
        ask(store, "DROP ROLE desk_without_login")


def test_a_postgresql_that_asks_for_a_password_refuses_another_one_and_none(tmp_path):
    store = store_that_asks_who("desk_with_password")
    try:
        ask(store, "CREATE ROLE desk_with_password LOGIN PASSWORD 'the right one'")
        ask(store, "GRANT ALL ON DATABASE \"" + urllib.parse.urlsplit(store).path[1:] + '" TO desk_with_password')
        for password, right in ((":hunter2", False), ("", False), (":the%20right%20one", True)):
            url = store.replace("//", f"//desk_with_password{password}@", 1).replace("user=postgres", "")
            if right:
                with Server(tmp_path, store__url=url, ai__enabled="false") as server:
                    assert new_ticket(server.client())["number"] == 1
                    assert server.stop() == 0
            else:
                text = refusal_of(tmp_path, url)
                assert "correct them" in text and "hunter2" not in text, text
    finally:
        if ask(store, "SELECT 1 FROM pg_roles WHERE rolname = 'desk_with_password'"):
            ask(store, "DROP OWNED BY desk_with_password")
            ask(store, "DROP ROLE desk_with_password")


def test_a_server_without_tls_on_another_host_is_refused(tmp_path):
    # By an address of its own this machine is another host.
    address = socket.gethostbyname(socket.gethostname())
    if address.startswith("127."):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    heard = []
    listener = socket.create_server((address, 0))

    def no_tls():
        peer, _ = listener.accept()
        heard.append(peer.recv(8))
        peer.sendall(b"N")
        heard.append(peer.recv(8192))

    thread = threading.Thread(target=no_tls, daemon=True)
    thread.start()
    text = refusal_of(tmp_path, f"postgres://desk:hunter2@{address}:{listener.getsockname()[1]}/desk")
    thread.join(timeout=20)
    assert heard == [SSL_REQUEST, b""], "nothing is said in clear"
    assert "TLS" in text and "store.tls_required" in text and "hunter2" not in text, text


def test_a_start_waits_for_a_postgresql_in_recovery(tmp_path):
    store = urllib.parse.urlsplit(new_store())
    folder = urllib.parse.parse_qs(store.query)["host"][0]
    port = answering(fault("57P03", "the database system is in recovery mode"), 8, f"{folder}/.s.PGSQL.5432")
    with Server(tmp_path, store__url=f"postgres://postgres@127.0.0.1:{port}{store.path}") as server:
        assert new_ticket(server.client())["number"] == 1
    assert "PostgreSQL is starting or stopping; waiting" in server.banner_text() + server.log_text()


# --- a store that is lost ---------------------------------------------------------------------------------------------


def ask(url, sql):
    done = subprocess.run(["psql", "-qAt", url, "-c", sql], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_frozen_server_whose_store_was_taken_ends_when_it_wakes(tmp_path):
    (tmp_path / "second").mkdir()
    with Server(tmp_path) as first:
        ticket = new_ticket(first.client())
        first.process.send_signal(signal.SIGSTOP)
        with Server(tmp_path / "second", store__url=first.settings["store.url"]) as second:
            path = f"/api/v1/tickets/{ticket['id']}"
            assert second.client().ask("PATCH", path, {"title": "Changed by the second"}).status == 200
            first.process.send_signal(signal.SIGCONT)
            assert first.process.wait(timeout=30) == 70
            assert "another process has taken the store" in first.log_text()
            assert second.client().get(path).json["title"] == "Changed by the second"
            assert Client(second.admin).get("/readyz").status == 200
            assert second.stop() == 0


def test_a_store_that_comes_back_without_what_was_acknowledged_ends_the_server(tmp_path):
    with Server(tmp_path) as server:
        client = server.client()
        ticket = new_ticket(client)
        stream = EventStream(server.base)
        for each in (ticket, new_ticket(client)):
            classified(client, each["id"])
        cursor = stream.wait_for(lambda kind, _: kind == "ticket.created")[0]
        stream.close()
        url = server.settings["store.url"]
        # As on a standby that was promoted and did not get the last of it.
        ask(url, "DELETE FROM callboard.feed WHERE id = (SELECT max(id) FROM callboard.feed)")
        ask(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                 " AND pid <> pg_backend_pid()")
        path = f"/api/v1/tickets/{ticket['id']}/messages"
        with contextlib.suppress(OSError, http.client.HTTPException):  # if something else was written before
            answer = client.post(path, {"kind": "reply", "body": "Is anybody there?"})
            assert answer.status == 503, answer.body
        assert server.process.wait(timeout=30) == 70
        assert "without writes that were acknowledged" in server.log_text()
        # What stands in for the other timeline that such a server has.
        ask(url, "UPDATE callboard.callboard_meta SET origin = 'before ' || origin")
        server.start()
        assert EventStream(server.base, last_event_id=cursor).status == 410, "no place is told twice"
        assert server.stop() == 0
