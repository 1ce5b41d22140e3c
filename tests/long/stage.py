"""What the runs stand on: the server over a store of its own, what it says of itself, and the figures at the end."""

import asyncio
import contextlib
import datetime
import json
import os
import pathlib
import re
import signal
import statistics
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from caller import Caller, NoAnswer, NotSent
from server import Server


def say(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def clock():
    return time.monotonic_ns()


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


class Stage:
    """A server that keeps its ports and its store from start to start. `cluster` is None or a PostgreSQL of its own."""

    def __init__(self, folder, cluster=None, **settings):
        folder.mkdir(parents=True, exist_ok=True)
        if cluster is not None:
            settings.setdefault("store__url", cluster.url)
        self.cluster = cluster
        self.server = Server(folder, **{"log__level": "warn", **settings})
        self.up = asyncio.Event()
        self.starts = 0
        self.start_options = {}
        self.calm_from = 0.0  # by the monotonic clock: until then something is being broken, and times are no finding

    async def start(self):
        await asyncio.to_thread(self.server.start, **self.start_options)
        self.port = urllib.parse.urlsplit(self.server.base).port
        self.admin_port = urllib.parse.urlsplit(self.server.admin).port
        self.server.settings |= {"server.port": self.port, "admin.port": self.admin_port}
        self.starts += 1
        self.up.set()

    @property
    def pid(self):
        return self.server.process.pid

    def is_running(self):
        return self.server.process is not None and self.server.process.poll() is None

    async def kill(self):
        self.up.clear()
        await asyncio.to_thread(self.server.kill)

    async def stop(self):
        self.up.clear()
        return await asyncio.to_thread(self.server.stop, signal.SIGTERM, 60)

    def caller(self, **options):
        return Caller(self.port, **options)

    def close(self):
        if self.is_running():
            self.server.kill()

    # --- what it says of itself

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text).group(1)) * 1024

    async def metrics(self):
        """Every series with its value."""
        caller = Caller(self.admin_port)
        text = (await caller.get("/metrics")).body.decode()
        caller.close()
        lines = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    async def is_ready(self):
        caller = Caller(self.admin_port, timeout=5)
        try:
            return (await caller.get("/readyz")).status == 200
        except (NotSent, NoAnswer):
            return False
        finally:
            caller.close()


# --- asking again -----------------------------------------------------------------------------------------------------


async def insist(caller, method, path, body=None, headers="", within=60, good=(200, 201, 204)):
    """The first good answer: for what checks and prepares, where trouble in between is nobody's finding."""
    until = time.monotonic() + within
    while True:
        try:
            reply = await caller.ask(method, path, body, headers)
            if reply.status in good:
                return reply
            trouble = f"{reply.status} {reply.body[:200]}"
        except (NotSent, NoAnswer) as why:
            trouble = repr(why)
        if time.monotonic() > until:
            raise RuntimeError(f"{method} {path}: {trouble}")
        await asyncio.sleep(0.05)


async def eventually(look, within=60, what="it", every=0.05):
    until = time.monotonic() + within
    while not (seen := await look()):
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not happen within {within} s")
        await asyncio.sleep(every)
    return seen


async def pages(caller, path):
    """All items of a list, newest versions of the server's cursors followed."""
    mark = "&" if "?" in path else "?"
    cursor = ""
    while cursor is not None:
        page = (await insist(caller, "GET", f"{path}{mark}limit=100" + (f"&cursor={cursor}" if cursor else ""))).json
        for item in page["items"]:
            yield item
        cursor = page["next_cursor"]


async def new_ticket(caller, title="Load", description="My invoice is wrong.", **more):
    reply = await insist(caller, "POST", "/api/v1/tickets", {"title": title, "description": description, **more})
    return reply.json


async def nothing_pending(caller, within=120):
    """Until every ticket's classification is over."""

    async def look():
        return not (await insist(caller, "GET", "/api/v1/tickets?ai_status=pending&limit=1")).json["items"]

    await eventually(look, within, "the classification of what was left")


def preloaded(library, **more):
    """An environment that loads this library before all others, beside a sanitizer too."""
    options = os.environ.get("ASAN_OPTIONS", "")
    return {**os.environ, "LD_PRELOAD": str(library), "ASAN_OPTIONS": f"{options}:verify_asan_link_order=0", **more}


@contextlib.asynccontextmanager
async def crew(*tasks):
    """Tasks that run beside the body and end with it. What breaks in one of them breaks the run."""
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        yield running
    finally:
        broken = [task.exception() for task in running if task.done() and not task.cancelled() and task.exception()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    if broken:
        raise broken[0]


# --- figures ----------------------------------------------------------------------------------------------------------


class Figures:
    """What a run measured, and whether it is what was promised."""

    def __init__(self, promise, store):
        self.promise, self.store = promise, store
        self.rows = []  # figure, value, demand, holds (None: only told)
        self.findings = []

    def tell(self, name, value, demand="", holds=None):
        self.rows.append((name, value, demand, holds))

    def at_most(self, name, value, bound, unit=""):
        self.tell(name, value, f"<= {bound:,}{unit}", value <= bound)

    def at_least(self, name, value, bound, unit=""):
        self.tell(name, value, f">= {bound:,}{unit}", value >= bound)

    def exactly(self, name, value, bound):
        self.tell(name, value, f"{bound:,}" if isinstance(bound, int) else str(bound), value == bound)

    def in_time(self, name, value, bound, options):
        """A time or a rate's share, judged at length alone: in short other tests run beside, on a slower binary."""
        self.tell(name, value, f"<= {bound:,}", None if options.short else value <= bound)

    def found(self, kind, detail):
        self.findings.append((kind, detail))

    def holds(self):
        return all(holds is not False for *_, holds in self.rows)

    @staticmethod
    def text_of(value):
        if isinstance(value, float):
            return f"{value:,.2f}" if value >= 0.1 else f"{value:.4f}"
        return f"{value:,}" if isinstance(value, int) else str(value)

    def show(self):
        rows = [(name, self.text_of(value), demand, {None: "", True: "holds", False: "BROKEN"}[holds])
                for name, value, demand, holds in self.rows]
        widths = [max(len(row[n]) for row in rows) for n in range(3)]
        print(f"\n{self.promise} on {self.store}")
        for name, value, demand, verdict in rows:
            print(f"  {name:{widths[0]}}  {value:>{widths[1]}}  {demand:{widths[2]}}  {verdict}".rstrip())
        for kind, detail in self.findings[:20]:
            print(f"  finding: {kind}: {detail[:600]}")
        if len(self.findings) > 20:
            print(f"  and {len(self.findings) - 20} findings more")
        line = {"promise": self.promise, "store": self.store, "holds": self.holds(),
                "date": datetime.date.today().isoformat(), "findings": len(self.findings),
                "figures": {name: value for name, value, *_ in self.rows}}
        print(json.dumps(line), flush=True)


def median(values):
    return statistics.median(values) if values else 0.0
