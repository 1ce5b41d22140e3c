"""PostgreSQL's machine is gone without a word: nothing answers, nothing refuses. The next host of the URL serves."""

import os
import subprocess
import time
import urllib.parse

import pytest
from server import CLUSTER, Server, eventually, new_store, new_ticket

pytestmark = pytest.mark.skipif(not CLUSTER, reason="needs PostgreSQL")

# Both addresses of the namespace lead to one PostgreSQL, as if the standby had been promoted at once.
RELAY = """
import socket, sys, threading

def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for each in (source, sink):
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

def serve(listener):
    while True:
        peer, _ = listener.accept()
        behind = socket.socket(socket.AF_UNIX)
        behind.connect(sys.argv[1])
        for ends in ((peer, behind), (behind, peer)):
            threading.Thread(target=pump, args=ends, daemon=True).start()

listeners = [socket.create_server((address, 5432)) for address in sys.argv[2:]]
print("up", flush=True)
for listener in listeners[1:]:
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
serve(listeners[0])
"""


def ip(*words):
    return subprocess.run(["ip", *words], capture_output=True, text=True)


class Elsewhere:
    """A network of its own with two addresses, each of which can be gone."""

    def __init__(self):
        self.name = f"cb{os.getpid()}"
        net = f"10.{64 + os.getpid() % 64}.{os.getpid() // 64 % 250}"
        self.first, self.second = f"{net}.2", f"{net}.3"
        self.outside, self.inside = f"{self.name}o", f"{self.name}i"
        self.relay = None
        for words in (
            ["netns", "add", self.name],
            ["link", "add", self.outside, "type", "veth", "peer", "name", self.inside, "netns", self.name],
            ["addr", "add", f"{net}.1/24", "dev", self.outside],
            ["link", "set", self.outside, "up"],
            # The other way round the second would go with the first.
            ["-n", self.name, "addr", "add", f"{self.second}/24", "dev", self.inside],
            ["-n", self.name, "addr", "add", f"{self.first}/24", "dev", self.inside],
            ["-n", self.name, "link", "set", self.inside, "up"],
        ):
            made = ip(*words)
            if made.returncode != 0:
                self.close()
                pytest.skip(f"no network of one's own can be made here: {made.stderr.strip()}")

    def lead_to(self, socket_path):
        self.relay = subprocess.Popen(
            ["ip", "netns", "exec", self.name, "python3", "-c", RELAY, socket_path, self.first, self.second],
            stdout=subprocess.PIPE, text=True)
        assert self.relay.stdout.readline() == "up\n"

    def lose_first(self):
        gone = ip("-n", self.name, "addr", "del", f"{self.first}/24", "dev", self.inside)
        assert gone.returncode == 0, gone.stderr

    def close(self):
        if self.relay:
            self.relay.kill()
            self.relay.wait()
        ip("link", "del", self.outside)
        ip("netns", "del", self.name)


@pytest.fixture
def elsewhere():
    if os.geteuid() != 0:
        pytest.skip("needs root to make a network")
    made = Elsewhere()
    yield made
    made.close()


def test_a_machine_that_is_gone_without_a_word_is_left_for_the_next_host(tmp_path, elsewhere):
    store = urllib.parse.urlsplit(new_store())
    folder = urllib.parse.parse_qs(store.query)["host"][0]
    elsewhere.lead_to(f"{folder}/.s.PGSQL.5432")
    url = f"postgres://postgres@{elsewhere.first},{elsewhere.second}{store.path}"
    with Server(tmp_path, store__url=url, store__tls_required="false", ai__enabled="false") as server:
        client = server.client()
        tickets = [new_ticket(client)]
        elsewhere.lose_first()
        begun = time.monotonic()

        def created():
            answer = client.post("/api/v1/tickets", {"title": "After it", "description": "Is anybody there?"})
            assert answer.status in (201, 503), answer.body
            assert answer.status == 201 or answer.headers["retry-after"]
            return answer.json if answer.status == 201 else None

        tickets.append(eventually(created, timeout=60, what="a PostgreSQL that answers"))
        print(f"served again after {time.monotonic() - begun:.1f} s")
        for ticket in tickets:
            assert client.get(f"/api/v1/tickets/{ticket['id']}").status == 200
        listed = client.get("/api/v1/tickets?limit=100").json["items"]
        assert {ticket["id"] for ticket in tickets} <= {each["id"] for each in listed}
