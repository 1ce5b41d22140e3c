"""The subcommands as an operator types them, each a process of its own."""

import json
import os
import pathlib
import resource
import signal
import sqlite3
import subprocess

from server import BINARY, Client, Server, eventually, new_ticket

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(folder, *words, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CALLBOARD_")}
    return subprocess.run(
        [BINARY, *words], cwd=folder, capture_output=True, text=True, timeout=60, env={**clean, **environment}
    )


def test_version_and_help_say_what_there_is(tmp_path):
    version = run(tmp_path, "version")
    assert version.returncode == 0 and version.stdout.startswith("callboard ")
    helped = run(tmp_path, "--help")
    assert helped.returncode == 0
    for word in ("serve", "migrate", "store", "config", "openapi", "version"):
        assert word in helped.stdout
    assert "--demo" in run(tmp_path, "serve", "--help").stdout


def test_an_unknown_word_is_refused_with_a_usage_code(tmp_path):
    wrong = run(tmp_path, "sreve")
    assert wrong.returncode not in (0, 1) and "sreve" in wrong.stderr
    assert run(tmp_path).returncode != 0


def test_the_example_is_the_documented_one_and_is_valid(tmp_path):
    example = run(tmp_path, "config", "example")
    assert example.returncode == 0
    assert example.stdout == (ROOT / "docs/configuration.example.toml").read_text()
    (tmp_path / "example.toml").write_text(example.stdout)
    assert run(tmp_path, "config", "check", "--config", "example.toml").returncode == 0


def test_show_tells_the_value_in_force_and_where_it_comes_from(tmp_path):
    (tmp_path / "callboard.toml").write_text("[server]\nport = 1001\n[log]\nlevel = \"warn\"\n")
    (tmp_path / ".env").write_text("CALLBOARD_SERVER_PORT=1002\n")
    words = ("config", "show", "--config", "callboard.toml")
    def port(text):
        (line,) = [line for line in text.splitlines() if line.lstrip().startswith(("server.port", "port = 100"))]
        return line
    assert "1002" in port(run(tmp_path, *words).stdout)
    assert "1003" in port(run(tmp_path, *words, PORT="1003").stdout)
    shown = run(tmp_path, *words, "--set", "server.port=1004", PORT="1003")
    assert "1004" in port(shown.stdout)
    assert "callboard.toml" in shown.stdout, "where the level comes from"


def test_unknown_environment_names_only_warn(tmp_path):
    checked = run(tmp_path, "config", "check", CALLBOARD_SERVICE_HOST="10.0.0.1")
    assert checked.returncode == 0
    assert "CALLBOARD_SERVICE_HOST" in checked.stderr


def test_all_mistakes_are_named_at_once_with_their_place(tmp_path):
    (tmp_path / "bad.toml").write_text("[server]\nporrt = 1\n[limits]\npermits_total = -4\n")
    checked = run(tmp_path, "config", "check", "--config", "bad.toml", "--set", "log.level=loud", PORT="hot")
    assert checked.returncode not in (0, 1)
    for part in ("porrt", "permits_total", "log.level", "PORT", "bad.toml"):
        assert part in checked.stderr, checked.stderr


def test_a_missing_settings_file_is_named_beside_the_other_mistakes(tmp_path):
    checked = run(tmp_path, "config", "check", "--config", "missing.toml", "--set", "log.level=loud",
                  "--set", "testing.failpoints=reader=nonsense")
    assert checked.returncode not in (0, 1)
    for part in ("missing.toml", "log.level", "testing.failpoints[0]"):
        assert part in checked.stderr, checked.stderr


def test_migrate_makes_the_store_once_and_serve_takes_it(tmp_path):
    store = "store.url=sqlite:here/callboard.db"
    first = run(tmp_path, "migrate", "--set", store)
    assert first.returncode == 0, first.stderr
    again = run(tmp_path, "migrate", "--set", store)
    assert again.returncode == 0 and "already" in again.stdout
    with Server(tmp_path, store__url="sqlite:here/callboard.db") as server:
        new_ticket(server.client())


def test_a_store_of_a_newer_binary_is_refused_with_the_remedy(tmp_path):
    run(tmp_path, "migrate", "--set", "store.url=sqlite:callboard.db")
    with sqlite3.connect(tmp_path / "callboard.db") as db:
        db.execute("PRAGMA user_version = 999")
    refused = run(tmp_path, "serve", "--set", "store.url=sqlite:callboard.db", "--set", "server.port=0")
    assert refused.returncode == 1
    assert "999" in refused.stderr and "newer" in refused.stderr


def test_openapi_prints_what_the_server_serves(server, tmp_path):
    printed = run(tmp_path, "openapi", "--json")
    assert printed.returncode == 0
    assert json.loads(printed.stdout) == server.client().get("/openapi.json").json
    assert run(tmp_path, "openapi").stdout == (ROOT / "docs/openapi.yaml").read_text()


def test_a_full_disk_is_503_and_not_ready_and_over_when_there_is_room_again(tmp_path):
    # No file of the process may grow past this, which is what a full disk looks like to the store.
    limit = 3 * 1024 * 1024

    def confine():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    server = Server(tmp_path, ai__policy__classify__mode="off")
    server.start(preexec_fn=confine, restore_signals=False)
    try:
        client, admin = server.client(), Client(server.admin)
        eventually(lambda: admin.get("/readyz").status == 200, what="readiness")
        body = {"title": "Large", "description": "x" * 20_000}
        stored = 0
        while (answer := client.post("/api/v1/tickets", body)).status == 201:
            stored += 1
            assert stored < 2_000
        assert answer.status == 503 and answer.headers["retry-after"]
        probe = eventually(lambda: (p := admin.get("/readyz")).status == 503 and p, what="readiness to end")
        assert "store" in probe.body.decode()
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        eventually(lambda: client.post("/api/v1/tickets", body).status == 201, what="the store to work again")
        eventually(lambda: admin.get("/readyz").status == 200, what="readiness to come back")
        numbers = client.get("/api/v1/tickets?limit=1").json["items"][0]["number"]
        assert numbers >= stored + 1
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.kill()
