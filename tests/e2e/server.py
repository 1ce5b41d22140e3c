"""Starts the real binary and talks to it, for the end-to-end tests. Standard library only; WebSockets by `websockets`."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import uuid

BINARY = os.environ["CALLBOARD_BINARY"]
START_TIMEOUT_S = 90
# The cluster of ops/with_postgres, or a file that holds its URL; with it each server gets a database instead of a file.
CLUSTER = os.environ.get("CALLBOARD_E2E_POSTGRES")


def new_database(template="template1"):
    """The URL of a new database, which begins as a copy of `template`. Nobody may be in that."""
    url = pathlib.Path(CLUSTER).read_text().strip() if CLUSTER.startswith("/") else CLUSTER
    name = f"e2e_{uuid.uuid4().hex}"

    def make():
        done = subprocess.run(["psql", "-q", url, "-c", f"CREATE DATABASE {name} TEMPLATE {template}"],
                              capture_output=True, text=True)
        # PostgreSQL takes a moment to notice that a client was killed.
        assert done.returncode == 0 or "being accessed by other users" in done.stderr, done.stderr
        return done.returncode == 0

    eventually(make, what=f"the copy of {template}")
    return url.replace("///postgres?", f"///{name}?")


def new_store():
    """The URL of an empty store."""
    return new_database() if CLUSTER else "sqlite:store/callboard.db"


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """One keep-alive connection."""

    def __init__(self, base, timeout=30):
        parts = urllib.parse.urlsplit(base)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def ask(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None
        if body is not None:
            data = json.dumps(body) if not isinstance(body, (str, bytes)) else body
            headers.setdefault("Content-Type", "application/json")
        self.connection.request(method, path, body=data, headers=headers)
        came = self.connection.getresponse()
        return Answer(came.status, came.getheaders(), came.read())

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body, **headers):
        return self.ask("POST", path, body, **headers)

    def close(self):
        self.connection.close()


class Server:
    """A callboard process in its own folder, on ports of its own. Starting again keeps the store."""

    def __init__(self, folder, **settings):
        self.folder = pathlib.Path(folder)
        self.settings = {
            "server.port": 0,
            "admin.port": 0,
            "server.ready_file": "ready.json",
            # Tests share the machine, and a reader that stands still for a second is not what they are about.
            "limits.read_wait_max": "10s",
        }
        self.settings.update({name.replace("__", "."): value for name, value in settings.items()})
        if "store.url" not in self.settings:
            self.settings["store.url"] = new_store()
        self.process = None

    def command(self, *words):
        flags = [word for name, value in self.settings.items() for word in ("--set", f"{name}={value}")]
        return [BINARY, *words, *flags]

    def start(self, *words, **process_options):
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        self.log = open(self.folder / "log.jsonl", "ab")
        self.banner = open(self.folder / "stdout.txt", "ab")
        process_options.setdefault("stdout", self.banner)
        self.process = subprocess.Popen(
            self.command("serve", *words), cwd=self.folder, stderr=self.log, **process_options
        )
        until = time.monotonic() + START_TIMEOUT_S
        while not ready.exists():
            if self.process.poll() is not None:
                raise AssertionError(f"callboard ended with {self.process.returncode}: {self.log_text()}")
            if time.monotonic() > until:
                raise AssertionError(f"callboard is not ready after {START_TIMEOUT_S} s: {self.log_text()}")
            time.sleep(0.01)
        where = json.loads(ready.read_text())
        self.base, self.admin = where["server"], where["admin"]
        self.live = self.base.replace("http://", "ws://") + "/api/v1/live"
        return self

    def log_text(self):
        return (self.folder / "log.jsonl").read_text(errors="replace")

    def banner_text(self):
        return (self.folder / "stdout.txt").read_text(errors="replace")

    def client(self, **options):
        return Client(self.base, **options)

    def copy(self, folder, **settings):
        """A server over a copy of what this one's store holds now. This one has ended, and its store stays as it is."""
        url = self.settings["store.url"]
        if url.startswith("sqlite:"):
            shutil.copytree(self.folder / "store", folder / "store")
        else:
            folder.mkdir(parents=True)
            url = new_database(template=re.search("///([^?]+)", url)[1])
        return Server(folder, store__url=url, **settings)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, how=signal.SIGTERM, timeout=40):
        self.process.send_signal(how)
        return self.process.wait(timeout=timeout)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()


def eventually(look, timeout=20, what="it"):
    """Looks until the answer is truthy: for effects that are allowed to take a moment."""
    until = time.monotonic() + timeout
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not happen within {timeout} s")
        time.sleep(0.02)


def new_ticket(client, title="Cannot log in", description="The portal says that my password is wrong.", **more):
    answer = client.post("/api/v1/tickets", {"title": title, "description": description, **more})
    assert answer.status == 201, answer.body
    return answer.json


def classified(client, ticket_id):
    """The ticket, once AI has spoken."""

    def look():
        ticket = client.get(f"/api/v1/tickets/{ticket_id}").json
        return ticket if ticket["ai"]["status"] != "pending" else None

    return eventually(look, what="the classification")


class EventStream:
    """Server-sent events, read by a thread of their own into `events` as (id, type, data)."""

    def __init__(self, base, query="topic=tickets", last_event_id=None):
        parts = urllib.parse.urlsplit(base)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        headers = {"Accept": "text/event-stream"}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        self.connection.request("GET", f"/api/v1/events?{query}", headers=headers)
        self.socket = self.connection.sock
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.events = []
        self.ended = threading.Event()
        self.changed = threading.Condition()
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        event = {}
        with contextlib.suppress(Exception):
            while line := self.response.readline():
                line = line.decode().rstrip("\n")
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif not line and "data" in event:
                    with self.changed:
                        self.events.append((event.get("id"), event.get("event"), json.loads(event["data"])))
                        self.changed.notify_all()
                    event = {}
        self.ended.set()

    def wait_for(self, wanted, timeout=20):
        """The first event that `wanted(type, data)` accepts."""
        with self.changed:
            found = None

            def look():
                nonlocal found
                found = next((e for e in self.events if wanted(e[1], e[2])), None)
                return found

            assert self.changed.wait_for(look, timeout), f"no such event among {[e[1] for e in self.events]}"
            return found

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # the reading thread holds it open
        self.connection.close()
