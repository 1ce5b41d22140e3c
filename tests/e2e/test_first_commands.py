"""What a newcomer types first, as it is printed: the commands of the start banner and of the README."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

import pytest
from server import Server, eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOSTS = ["127.0.0.1", "0.0.0.0", "::1", "::"]


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


@pytest.fixture
def shell(tmp_path):
    """Runs a command line as it is; curl adds the status to what it prints."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".curlrc").write_text('write-out = "\\n%{http_code}"\n')
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "CURL_HOME": str(home)}

    def run(command):
        return subprocess.run(
            ["bash", "-c", command], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )

    return run


@contextlib.contextmanager
def watching(command):
    """What a command that does not end has printed so far, a list of lines."""
    process = subprocess.Popen(
        ["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, "")))
    reader.start()
    try:
        yield lines
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join()


def events_in(lines):
    """Pairs of type and data."""
    text = "".join(lines)
    return [(kind, json.loads(data)) for kind, data in re.findall(r"^event: (.+)\ndata: (.+)\n", text, re.MULTILINE)]


def check_commands(shell, create, watch):
    """A ticket is created, answered 201, and seen by who watches."""
    with watching(watch) as lines:
        kinds = lambda: [kind for kind, _ in events_in(lines)]
        eventually(lambda: kinds() == ["cursor"], what="the beginning of the stream")
        created = shell(create)
        assert created.returncode == 0, created.stderr
        *_, body, status = created.stdout.splitlines()
        assert status == "201" and json.loads(body)["title"] == "Charged twice"
        eventually(lambda: kinds() == ["cursor", "ticket.created", "ai.classified"], what="the events")
        assert [data["ticket_id"] for _, data in events_in(lines)[1:]] == [json.loads(body)["id"]] * 2


@pytest.mark.parametrize("host", HOSTS)
def test_the_banners_commands_work_as_printed(tmp_path, shell, host):
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    printed = tmp_path / "banner.txt"
    server = Server(tmp_path, server__host=host)
    with printed.open("wb") as out:
        server.start(stdout=out)
    try:
        banner = eventually(lambda: "Watch it live" in printed.read_text() and printed.read_text(), what="the banner")
        head, create, watch = re.fullmatch(r"(.*)\n\nTry it:\n(.*)\nWatch it live:\n(.*)\n", banner, re.DOTALL).groups()
        check_commands(shell, create, watch)
        version = subprocess.run([server.command()[0], "version"], capture_output=True, text=True, timeout=60).stdout
        assert version.split()[1] in head and "sqlite:store/callboard.db" in head
        shown = set(re.findall(r"http://\S+", head))
        assert shown == {server.base, f"{server.base}/docs", f"{server.admin}/readyz"}
        for url in shown - {server.base}:
            assert shell(f"curl -s {url}").stdout.endswith("\n200"), url
    finally:
        server.kill()


def test_the_readmes_commands_work_as_printed(server, shell):
    readme = (ROOT / "README.md").read_text()
    links = set(re.findall(r"[<(](http://127\.0\.0\.1:(?:8080|9090)/[^)>]+)", readme))
    assert len(links) >= 5
    readme = readme.replace("http://127.0.0.1:8080", server.base)
    watch, create = [block for block in re.findall(r"^```sh\n(.*?)^```", readme, re.M | re.S) if "curl" in block]
    check_commands(shell, create, watch)
    assert shell(f"curl -sL '{server.base}'").stdout.endswith("\n200"), "the address itself leads somewhere"
    for link in links:
        here = link.replace("http://127.0.0.1:8080", server.base).replace("http://127.0.0.1:9090", server.admin)
        assert shell(f"curl -s '{here}'").stdout.endswith("\n200"), link
