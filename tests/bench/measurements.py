"""What is measured, of whom, in which order."""

import contextlib
import http.client
import json
import resource
import socket
import statistics
import subprocess
import threading
import time

from servers import BUILD, HERE, Callboard, Cluster, free_port, say, start, start_peers, wait_for, wrk

AI_OFF = "ai.policy.classify.mode=off"
TICKET = '{"title":"t","description":"d"}'
PAUSE_S = 0.002  # of half_load.lua, on average
UPGRADE = (b"GET /api/v1/live HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
SUBSCRIPTION = b'{"type":"subscribe","id":"a","topic":"tickets"}'
SUBSCRIBE = bytes([0x81, 0x80 | len(SUBSCRIPTION), 0, 0, 0, 0]) + SUBSCRIPTION  # masked with zeros
# The limit of whoever stores one ticket in one transaction: what the peers store, without the peers.
SINGLE_INSERT = ("insert into tickets (title, description) values ('cannot log in to the portal', "
                 "'since this morning the portal answers 500 after entering my password') returning *;")


class Figures:
    """Rates and times by what was measured and of whom, a list for the rounds."""

    def __init__(self):
        self.rounds = {}
        self.single = {}
        self.missing = {}

    def note(self, name, subject, figures):
        self.rounds.setdefault(name, {}).setdefault(subject, []).append(figures)
        say(f"{name:8} {subject:14} {figures['rate']:10.0f}/s  p99 {figures.get('p99_ms', 0):.2f} ms"
            + (f"  {figures['errors']} errors" if figures.get("errors") else ""))

    def medians(self, of):
        return {name: {subject: statistics.median(f.get(of, 0) for f in figures) for subject, figures in by.items()}
                for name, by in self.rounds.items()}

    def errors(self):
        return {name: {subject: count for subject, figures in by.items() if (count := sum(f.get("errors", 0) for f in figures))}
                for name, by in self.rounds.items()}


@contextlib.contextmanager
def steady_writes(port, per_second):
    """Tickets that come in at a steady pace meanwhile."""
    over = threading.Event()

    def write():
        connection = http.client.HTTPConnection("127.0.0.1", port)
        begun, n = time.monotonic(), 0
        while not over.wait(max(0.0, begun + n / per_second - time.monotonic())):
            connection.request("POST", "/api/v1/tickets", TICKET, {"Content-Type": "application/json"})
            connection.getresponse().read()
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def fan_out(stack, board, streams, per_second, seconds):
    """Deliveries a second when tickets come in at a steady pace, and which share of all arrived."""
    listener = start(stack, [str(BUILD / "tests/bench/fan_out"), str(board.port), str(streams), str(seconds + 5)],
                     stdout=subprocess.PIPE, text=True)
    time.sleep(3)
    connection = http.client.HTTPConnection("127.0.0.1", board.port)
    begun = time.monotonic()
    for n in range(per_second * seconds):
        time.sleep(max(0.0, begun + n / per_second - time.monotonic()))
        connection.request("POST", "/api/v1/tickets", TICKET, {"Content-Type": "application/json"})
        connection.getresponse().read()
    took = time.monotonic() - begun
    opened, deliveries, _ = map(int, listener.communicate()[0].split())
    return {"streams": opened, "per_second": deliveries / took,
            "arrived": deliveries / max(1, opened * per_second * seconds)}


def bytes_per_warm_ticket(stack, folder, count):
    """What a ticket costs while its actor is warm: reading them all once wakes them."""
    filling = Callboard(stack, folder, AI_OFF)
    filling.fill(count)
    filling.stop()
    cold = Callboard(stack, folder, AI_OFF)
    before = cold.resident_bytes
    script = folder / "each_once.lua"
    script.write_text("local n = 0\nrequest = function() n = n % " + str(count) + " + 1 "
                      'return wrk.format("GET", "/api/v1/tickets/" .. n) end\n')
    wrk(cold.base, script, 8)
    grown = cold.resident_bytes - before
    cold.stop()
    return grown / count


def bytes_per_websocket(stack, folder, wanted):
    """What a WebSocket with one subscription costs the server, without what the kernel keeps of it; and how many there were."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    board = Callboard(stack, folder, AI_OFF)
    count, before, sockets = max(1, min(wanted, most - 600)), board.resident_bytes, []
    for _ in range(count):
        sockets.append(socket.create_connection(("127.0.0.1", board.port)))
        sockets[-1].sendall(UPGRADE + SUBSCRIBE)
    for each in sockets:
        told = b""
        while b'"subscribed"' not in told:
            more = each.recv(4096)
            if not more:
                raise RuntimeError(f"a WebSocket of {count:,} was closed: {told[:200]!r}")
            told += more
    grown = board.resident_bytes - before
    for each in sockets:
        each.close()
    board.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))
    return count, grown / count


def work_off(board, count):
    """Jobs a second while a queue of `count` is worked off, and what reads wait meanwhile; against a quiet server. Medians of
    three, in turn."""
    board.switch_ai(False)
    board.fill(count)
    quiet, busy, rates = [], [], []
    for _ in range(3):
        board.switch_ai(False)
        quiet.append(wrk(f"{board.base}/api/v1/tickets/1", None, 2, connections=8)["p99_ms"])
        done_before, begun = board.metric("callboard_jobs_finished_total"), time.monotonic()
        board.switch_ai(True)
        busy.append(wrk(f"{board.base}/api/v1/tickets/1", None, 2, connections=8)["p99_ms"])
        rates.append((board.metric("callboard_jobs_finished_total") - done_before) / (time.monotonic() - begun))
    return {"ai_jobs_per_second": statistics.median(rates), "read_p99_ms_quiet": statistics.median(quiet),
            "read_p99_ms_while_ai_works": statistics.median(busy)}


def sustained(board, seconds):
    """Creates with everything behind them, and what had gathered behind them half-way and at the end (the most that was seen in
    the quarter before)."""
    gathered = {"jobs_waiting": 'callboard_jobs{state="available"}', "feed_lag_s": "callboard_feed_lag_seconds",
                "search_lag_s": "callboard_search_lag_seconds", "resident_mib": "process_resident_memory_bytes"}
    seen, over = [], threading.Event()

    def look():
        begun = time.monotonic()
        while not over.wait(min(1, seconds / 20)):
            seen.append((time.monotonic() - begun, {name: board.metric(of) for name, of in gathered.items()}))

    watcher = threading.Thread(target=look)
    watcher.start()
    load = wrk(f"{board.base}/api/v1/tickets", HERE / "create.lua", seconds)
    over.set()
    watcher.join()
    figures = {"creates_per_second": load["rate"], "create_p99_ms": load["p99_ms"], "create_errors": load["errors"]}
    for when, end in (("half_way", seconds / 2), ("at_the_end", seconds)):
        quarter = [values for time_, values in seen if end - seconds / 4 <= time_ <= end + 1]
        for name in gathered:
            most = max((values[name] for values in quarter), default=float("nan"))
            figures[f"{name}_{when}"] = most / 2**20 if name == "resident_mib" else most
    return figures


class Stand:
    """Everything of one run, started."""

    def __init__(self, arguments, folder, stack):
        self.arguments, self.folder, self.stack = arguments, folder, stack
        self.figures = Figures()
        bare_port = free_port()
        self.bare = f"http://127.0.0.1:{bare_port}/"
        wait_for(self.bare, start(stack, [str(BUILD / "tests/bench/bare_beast"), str(bare_port)]))
        self.cluster, self.peers = None, {}
        if arguments.peers or "postgres" in arguments.stores:
            self.cluster = Cluster(stack, folder / "postgres")
        self.peers, self.figures.missing = start_peers(stack, folder, arguments.peers, self.cluster)
        self.boards, self.busy = {}, {}
        for store in arguments.stores:
            cluster = self.cluster if store == "postgres" else None
            self.boards[store] = Callboard(stack, folder / f"board_{store}", AI_OFF, cluster=cluster)
            self.busy[store] = Callboard(stack, folder / f"busy_{store}", cluster=cluster)
            self.figures.single[f"{store}: start_seconds"] = self.busy[store].start_seconds
            self.figures.single[f"{store}: idle_rss_mib"] = self.busy[store].resident_bytes / 2**20
            say(f"{store}: filling with {arguments.tickets:,} tickets")
            self.boards[store].fill(arguments.tickets)
        for base in self.peers.values():
            wrk(f"{base}/tickets", HERE / "peers/post.lua", 4)

    def one_round(self):
        seconds, note = self.arguments.seconds, self.figures.note
        note("read", "bare beast", wrk(self.bare, None, seconds))
        if self.peers:
            note("create", "pgbench", {"rate": self.cluster.pgbench("peers", SINGLE_INSERT, seconds, 32)})
        for store in self.boards:
            note("create", f"{store} writer", {"rate": self.bare_writer(store)})
        for store, board in self.boards.items():
            note("create", store, wrk(f"{board.base}/api/v1/tickets", HERE / "create.lua", seconds))
            note("create", f"{store}, AI on", wrk(f"{self.busy[store].base}/api/v1/tickets", HERE / "create.lua", seconds))
            full = wrk(f"{board.base}/api/v1/tickets/1", None, seconds)
            note("read", store, full)
            half = max(1, round(full["rate"] / 2 * (PAUSE_S + full["p50_ms"] / 1000 / 2)))
            note("half", store, wrk(f"{board.base}/api/v1/tickets/1", HERE / "half_load.lua", seconds, connections=half))
            note("list", store, wrk(f"{board.base}/api/v1/tickets?status=open", None, seconds))
            with steady_writes(board.port, 100):
                note("filters", store, wrk(board.base, HERE / "filters.lua", seconds))
            note("message", store, wrk(board.base, HERE / "message.lua", seconds))
        for name, base in self.peers.items():
            note("create", name, wrk(f"{base}/tickets", HERE / "peers/post.lua", seconds))
            note("read", name, wrk(f"{base}/tickets/1", None, seconds))
            note("list", name, wrk(f"{base}/tickets?status=open", None, seconds))
            note("message", name, wrk(base, HERE / "peers/message.lua", seconds))

    def bare_writer(self, store):
        url = self.cluster.database("bare") if store == "postgres" else f"sqlite:{self.folder}/bare.db"
        program = [str(BUILD / "tests/bench/bare_writer"), url, str(self.arguments.seconds)]
        return float(subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout)

    def once(self):
        single = self.figures.single
        for store, board in self.busy.items():
            say(f"{store}: creates for {self.arguments.sustained} s with everything behind them")
            single |= {f"{store}: sustained_{name}": figure
                       for name, figure in sustained(board, self.arguments.sustained).items()}
            board.stop()
        for store, board in self.boards.items():
            for per_second in self.arguments.fan_out:
                say(f"{store}: live fan-out, {per_second} changes a second to 1,000 streams")
                figures = fan_out(self.stack, board, 1000, per_second, 5)
                single |= {f"{store}: fan_out_{per_second}_{name}": figure for name, figure in figures.items()}
            board.stop()
        for store in self.boards:
            say(f"{store}: the AI works off a queue")
            cluster = self.cluster if store == "postgres" else None
            board = Callboard(self.stack, self.folder / f"queue_{store}", cluster=cluster)
            single |= {f"{store}: {name}": figure for name, figure in work_off(board, self.arguments.warm).items()}
            board.stop()
        say("WebSockets")
        count, single["bytes_per_websocket"] = bytes_per_websocket(self.stack, self.folder / "sockets",
                                                                   self.arguments.websockets)
        single["websockets"] = count
        say("warm tickets")
        single["bytes_per_warm_ticket"] = bytes_per_warm_ticket(self.stack, self.folder / "warm", self.arguments.warm)


def measure(arguments, folder, stack):
    stand = Stand(arguments, folder, stack)
    for number in range(arguments.rounds):
        say(f"round {number + 1} of {arguments.rounds}")
        stand.one_round()
    stand.once()
    return stand.figures
