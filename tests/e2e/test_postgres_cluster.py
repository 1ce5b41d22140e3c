"""The cluster around a store: TLS to it, its restart and its end, a standby, somebody else's transaction, one of one's own."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest
from server import BINARY, CLUSTER, Client, Server, eventually, new_ticket

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "long"))

from postgres import Cluster, url_of_either
from test_postgres_start import refusal_of
from test_scripts import Tree

pytestmark = pytest.mark.skipif(not CLUSTER, reason="needs PostgreSQL")


@pytest.fixture
def folder():
    """Where the user postgres gets to as well."""
    with tempfile.TemporaryDirectory(prefix="callboard_cluster_") as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)


@pytest.fixture
def cluster(folder):
    made = Cluster(folder / "postgres")
    try:
        yield made.create()
    finally:
        made.close()


def refused_for(server, folder, url):
    """Another process is told that this one has the store."""
    second = Server(folder, store__url=url).command("serve")
    done = subprocess.run(second, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and f"in use by process {server.process.pid}" in done.stderr, done


# --- it goes and comes back -------------------------------------------------------------------------------------------


def stop_and_start(cluster, server):
    cluster.stop("immediate")
    cluster.start()


def crash_one_process(cluster, server):
    # All sessions end, and PostgreSQL says that it has been there for as long as before.
    writer = cluster.ask("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'callboard:%:writer'")
    os.kill(int(writer), signal.SIGKILL)
    eventually(lambda: subprocess.run(["psql", "-qAt", cluster.url, "-c", "SELECT 1"], capture_output=True).returncode == 0)


@pytest.mark.parametrize("restart", [stop_and_start, crash_one_process])
def test_who_comes_right_after_a_restart_leaves_the_store_to_who_had_it(cluster, tmp_path, restart):
    with Server(tmp_path, store__url=cluster.url) as server:
        number = new_ticket(server.client())["number"]
        restart(cluster, server)
        # Nobody has a session now: a holder that lives gets a moment to come back.
        refused_for(server, tmp_path, cluster.url)
        assert new_ticket(server.client())["number"] == number + 1
        assert server.stop() == 0


def test_who_comes_as_another_role_is_told_who_has_the_store(cluster, tmp_path):
    with Server(tmp_path, store__url=cluster.url) as server:
        number = new_ticket(server.client())["number"]
        for right in ("CREATE ROLE other LOGIN", "GRANT ALL ON DATABASE callboard TO other", "GRANT ALL ON SCHEMA callboard TO other",
                      "GRANT ALL ON ALL TABLES IN SCHEMA callboard TO other"):
            cluster.ask(right)
        refused_for(server, tmp_path, cluster.url.replace("callboard@", "other@"))
        assert new_ticket(server.client())["number"] == number + 1
        assert server.stop() == 0


def test_after_a_restart_the_store_of_a_dead_holder_is_taken(cluster, tmp_path):
    with Server(tmp_path, store__url=cluster.url) as server:
        new_ticket(server.client())
        cluster.stop("immediate")
        server.kill()
        cluster.start()
        with server:
            assert new_ticket(server.client())["number"] > 1
            assert server.stop() == 0


def test_after_a_failover_the_store_stays_with_who_had_it(cluster, folder, tmp_path):
    standby = Cluster(folder / "standby")
    try:
        standby.follow(cluster)
        url = url_of_either(cluster, standby)
        with Server(tmp_path, store__url=url, ai__enabled="false") as server:
            number = new_ticket(server.client())["number"]
            cluster.stop("immediate")
            standby.promote()
            refused_for(server, tmp_path, url)
            assert new_ticket(server.client())["number"] > number
            assert server.stop() == 0
    finally:
        standby.close()


def test_a_standby_is_refused(cluster, folder, tmp_path):
    standby = Cluster(folder / "standby")
    try:
        standby.follow(cluster)
        assert "point store.url at the primary" in refusal_of(tmp_path, standby.url)
    finally:
        standby.close()


def test_a_copy_into_a_cluster_that_ends_says_so_and_goes_on_when_it_is_there_again(cluster, tmp_path):
    with Server(tmp_path, store__url="sqlite:desk.db", ai__enabled="false") as server:
        client = server.client()
        for _ in range(20):
            new_ticket(client)
        assert server.stop() == 0
    words = [BINARY, "store", "copy", "--from", "sqlite:desk.db", "--to", cluster.url]
    held = "testing.failpoints=copy.before_commit@history of the tickets=sleep:5s"
    copying = subprocess.Popen([*words, "--set", held], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    eventually(lambda: cluster.ask("SELECT count(*) FROM pg_class WHERE relname = 'store_copy'") == "1"
               and cluster.ask("SELECT count(*) FROM callboard.ticket") == "20", what="the tickets")
    cluster.kill()
    _, told = copying.communicate(timeout=60)
    assert copying.returncode == 1 and "PostgreSQL" in told and "100 %" not in told, told
    cluster.start()
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "everything is equal" in done.stdout, done.stdout + done.stderr


# --- TLS --------------------------------------------------------------------------------------------------------------


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make_authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.crt")


@pytest.fixture
def tls(folder):
    """A cluster with a certificate of `ours` for localhost."""
    for name in ("ours", "another"):
        make_authority(folder, name)
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
            "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ours.crt", "-CAkey", "ours.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "server.crt")
    if os.geteuid() == 0:
        shutil.chown(folder / "server.key", "postgres")
    cluster = Cluster(folder / "postgres", ("ssl=on", f"ssl_cert_file={folder}/server.crt",
                                            f"ssl_key_file={folder}/server.key"))
    try:
        yield cluster.create()
    finally:
        cluster.close()


def url_of(cluster, host, authority):
    return (f"postgres://callboard@{host}:{cluster.port}/callboard"
            f"?sslmode=verify-full&sslrootcert={cluster.folder.parent / authority}.crt")


def test_every_session_is_encrypted_where_the_url_asks_for_it(tls, tmp_path):
    with Server(tmp_path, store__url=url_of(tls, "localhost", "ours")) as server:
        assert new_ticket(server.client())["number"] == 1
        encrypted = tls.ask("SELECT count(*) > 2, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                            " WHERE application_name LIKE 'callboard:%'")
        assert encrypted == "t|t"


@pytest.mark.parametrize(("host", "authority", "said"), [
    ("localhost", "another", "certificate verify failed"),
    ("127.0.0.1", "ours", "does not match host name"),
    ("localhost", "nobody", "nobody.crt"),
])
def test_a_server_that_is_not_the_one_is_refused(tls, tmp_path, host, authority, said):
    text = refusal_of(tmp_path, url_of(tls, host, authority))
    assert said in text and "certificate" in text and "sslrootcert" in text, text


# --- somebody else's transaction --------------------------------------------------------------------------------------


def test_an_open_transaction_of_somebody_else_shows_in_the_horizon_lag(tmp_path):
    with Server(tmp_path) as server:
        admin = Client(server.admin)

        def lag_s():
            return float(re.search(r"^callboard_feed_horizon_lag_seconds (\S+)$", admin.get("/metrics").body.decode(),
                                   re.M)[1])

        stranger = subprocess.Popen(["psql", "-qAt", server.settings["store.url"]], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
        stranger.stdin.write("BEGIN; SELECT pg_current_xact_id();\n")
        stranger.stdin.flush()
        assert stranger.stdout.readline().strip().isdigit()
        new_ticket(server.client())
        eventually(lambda: lag_s() > 0, timeout=40, what="the lag")
        stranger.stdin.close()
        assert stranger.wait(timeout=10) == 0
        eventually(lambda: lag_s() == 0, timeout=40, what="its end")


# --- a cluster of one's own -------------------------------------------------------------------------------------------


def beside_a_cluster(folder, script):
    return [ROOT / "ops" / "with_postgres", "--in", folder / "data", "bash", "-c", script]


def test_data_stay_for_the_next_time_and_the_commands_status_is_handed_on(folder):
    for script, status, told in (
        ('psql -qAt "$CALLBOARD_TEST_POSTGRES" -c "CREATE TABLE kept AS SELECT 7 AS n"', 0, ""),
        ('psql -qAt "$CALLBOARD_TEST_POSTGRES" -c "SELECT n FROM kept"; exit 3', 3, "7\n"),
    ):
        done = subprocess.run(beside_a_cluster(folder, script), capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stdout) == (status, told), done.stderr
        assert not (folder / "data" / "postmaster.pid").exists(), "it is stopped with the command"


@pytest.mark.parametrize(("number", "to"), [(signal.SIGTERM, os.kill), (signal.SIGTERM, os.killpg), (signal.SIGINT, os.killpg),
                                            (signal.SIGHUP, os.killpg)])
def test_a_signal_reaches_the_command_once_and_it_ends_in_its_own_way(folder, number, to):
    # The second one would end it at once, as it does the server.
    script = 'trap "trap - INT TERM; sleep 1; echo ended; exit 4" INT TERM; echo up; while :; do sleep 0.1; done'
    beside = subprocess.Popen(beside_a_cluster(folder, script), stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert beside.stdout.readline() == "up\n"
    to(beside.pid, number)
    assert beside.wait(timeout=60) == 4
    assert beside.stdout.read() == "ended\n"
    assert not (folder / "data" / "postmaster.pid").exists()


def test_run_postgres_serves_and_finds_its_data_the_next_time(folder):
    tree = Tree(folder)
    (tree.bin / "ninja").write_text(f"#!/bin/sh\nmkdir -p build/release && ln -sf {BINARY} build/release/callboard\n")
    ready = folder / "ready.json"
    environment = {"PATH": f"{tree.bin}:{os.environ['PATH']}", "CALLS": str(tree.calls_file), "CI": "1",
                   "INSTALLED": tree.installed}

    @contextlib.contextmanager
    def served():
        ready.unlink(missing_ok=True)
        words = [f"--set={name}" for name in ("server.port=0", "admin.port=0", f"server.ready_file={ready}")]
        with open(folder / "output", "w") as output:
            process = subprocess.Popen([folder / "ops" / "run", "--postgres", *words], cwd="/", env=environment,
                                       stdout=output, stderr=output)
        try:
            eventually(lambda: ready.exists() or process.poll() is not None, timeout=60, what="the start")
            assert process.poll() is None, (folder / "output").read_text()
            yield Client(json.loads(ready.read_text())["server"])
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0

    with served() as client:
        ticket = new_ticket(client)
    assert (folder / "var" / "postgres" / "PG_VERSION").exists()
    with served() as client:
        assert client.get(f"/api/v1/tickets/{ticket['id']}").status == 200
