"""P11: the store is away, locked or full. Nothing is acknowledged that is not there; what is refused is not there; the
process stays, and serves again at once."""

import asyncio
import collections
import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import tempfile

from caller import NoAnswer, NotSent
from kills import staged
from load import Marks, Room, told
from postgres import Cluster, url_of_either
from stage import Stage, clock, crew, insist, new_ticket, say

FILE_MAX = 2 * 1024 * 1024
ALLOWED = {200, 201, 412, 429, 503}
ROOM_ON_DISK = 48 * 1024 * 1024


def live_through_full_files():
    """What writes beyond its limit gets an error, not a signal that ends it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class Outage:
    """One outage of a room with people in it."""

    def __init__(self, stage, options, figures):
        self.stage, self.options, self.figures = stage, options, figures
        self.statuses, self.back_s = {}, []

    async def during(self, name, begin, end, unready=True, refuses=True):
        """What clients see before, during and after, and their histories at the end."""
        stage, options, figures = self.stage, self.options, self.figures
        room = Room(stage, Marks(), random.Random(options.seed))
        await room.furnish(options.tickets)
        caller, warm = stage.caller(), collections.Counter()
        quiet = (await new_ticket(caller))["id"]
        await insist(caller, "GET", f"/api/v1/tickets/{quiet}")  # from here on it is in memory
        caller.close()
        pid = stage.pid
        async with crew(*(room.client(n) for n in range(options.clients))) as clients:
            await asyncio.sleep(1)
            await begin()
            seen_unready = await self.watch(options.away_s, quiet, warm)
            refused = room.statuses[503]
            await end()
            over = clock()
            back = await self.serving_again(over)
            await asyncio.sleep(1)
            room.over = True
            await asyncio.gather(*clients)
        same = stage.is_running() and stage.pid == pid
        calls = await room.judge(figures, options.keep, options.seed)
        await stage.kill()  # what was acknowledged is not only in its memory
        await stage.start()
        await room.judge(figures, options.keep, options.seed)
        figures.tell(f"{name}: calls in histories", calls)
        figures.tell(f"{name}: calls refused or unknown meanwhile", refused, *((">= 1", refused >= 1) if refuses else ()))
        figures.tell(f"{name}: reads of a warm ticket meanwhile", told(warm), "200 alone", set(warm) == {200})
        if unready:
            figures.exactly(f"{name}: readiness ended", seen_unready, True)
        figures.exactly(f"{name}: process still the first", same, True)
        figures.at_most(f"{name}: serving again after, s", back, 5 * options.slack)
        figures.exactly(f"{name}: 503 without Retry-After", room.without_retry_after, 0)
        wrong = {status: count for status, count in room.statuses.items() if status not in ALLOWED}
        figures.exactly(f"{name}: answers of another status", sum(wrong.values()), 0)
        figures.tell(f"{name}: answers by status", told(room.statuses))

    async def watch(self, seconds, quiet, warm):
        """Whether it ever said that it is not ready. Counts the answers to who reads a ticket that nobody changes."""
        until, unready, caller = clock() + seconds * 1e9, False, self.stage.caller(timeout=5)
        while clock() < until:
            unready = unready or not await self.stage.is_ready()
            try:
                warm[(await caller.get(f"/api/v1/tickets/{quiet}")).status] += 1
            except (NotSent, NoAnswer):
                warm["none"] += 1
            await asyncio.sleep(0.1)
        caller.close()
        return unready

    async def serving_again(self, since):
        """Seconds until a creation succeeds and the server says that it is ready."""
        caller = self.stage.caller(timeout=30)
        while clock() - since < 120e9:
            with contextlib.suppress(NotSent, NoAnswer):
                reply = await caller.post("/api/v1/tickets", {"title": "Back", "description": "Again."})
                if reply.status == 201 and await self.stage.is_ready():
                    caller.close()
                    return (clock() - since) / 1e9
            await asyncio.sleep(0.05)
        return 120.0


# --- SQLite -----------------------------------------------------------------------------------------------------------


async def locked_sqlite(options, figures):
    """Another program holds the file's write lock: a backup that hangs, an operator's shell."""
    async with staged(options, ai__enabled="false") as stage:
        other = sqlite3.connect(stage.server.folder / "store" / "callboard.db", isolation_level=None,
                                check_same_thread=False)

        async def begin():
            await asyncio.to_thread(lambda: _lock(other))

        async def end():
            other.execute("ROLLBACK")

        await Outage(stage, options, figures).during("locked", begin, end)
        other.close()


def _lock(other):
    other.execute("PRAGMA busy_timeout = 30000")
    other.execute("BEGIN IMMEDIATE")


async def full_sqlite(options, figures):
    stage = Stage(options.folder / "full", ai__enabled="false")
    stage.start_options = {"preexec_fn": live_through_full_files, "restore_signals": False}
    await stage.start()
    try:
        async def begin():
            resource.prlimit(stage.pid, resource.RLIMIT_FSIZE, (FILE_MAX, resource.RLIM_INFINITY))
            caller, large = stage.caller(), {"title": "Large", "description": "x" * 20_000}
            for _ in range(2000):
                if (await caller.post("/api/v1/tickets", large)).status == 503:
                    break
            caller.close()

        async def end():
            resource.prlimit(stage.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            stage.start_options = {}

        await Outage(stage, options, figures).during("full", begin, end)
    finally:
        stage.close()


@contextlib.contextmanager
def small_disk(folder, size=ROOM_ON_DISK):
    """A file system in memory with little room, and what fills it."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """Not a byte is left."""
    with open(folder / "ballast", "ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)


def may_mount():
    """Not even root may in a container without the privilege."""
    with tempfile.TemporaryDirectory(prefix="callboard-mount-") as place:
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], stderr=subprocess.DEVNULL).returncode != 0:
            return False
        subprocess.run(["umount", "-l", place], check=True)
    return True


def skipped(options, figures):
    figures.tell("no room on the disk", "skipped: needs the right to mount", "", None if options.short else False)


async def really_full_sqlite(options, figures):
    """The operating system's own ENOSPC, from the log, the index and the journal alike."""
    if not may_mount():
        skipped(options, figures)
        return
    with small_disk(options.folder / "disk") as disk:
        stage = Stage(options.folder / "nospace", ai__enabled="false", store__url=f"sqlite:{disk}/callboard.db")
        await stage.start()
        try:
            await Outage(stage, options, figures).during(
                "no room on the disk", lambda: asyncio.to_thread(fill, disk),
                lambda: asyncio.to_thread((disk / "ballast").unlink))
        finally:
            stage.close()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def within(options, name, **more):
    """The same in a folder of its own."""
    return type(options)(**{**vars(options), "folder": options.folder / name, **more})


async def stopped_postgres(options, figures):
    for name, mode in (("stopped", "fast"), ("restarted", "immediate")):
        one = within(options, name, away_s=options.away_s if name == "stopped" else 0.5)
        async with staged(one, ai__enabled="false") as stage:
            await Outage(stage, one, figures).during(
                name, lambda: asyncio.to_thread(stage.cluster.stop, mode),
                lambda: asyncio.to_thread(stage.cluster.start), unready=name == "stopped")


async def locked_postgres(options, figures):
    """An operator's session holds the table that every write looks at."""
    async with staged(within(options, "locked"), ai__enabled="false") as stage:
        others = []

        async def begin():
            others.append(await asyncio.to_thread(stage.cluster.hold, "LOCK TABLE callboard.shard IN ACCESS EXCLUSIVE MODE"))

        async def end():
            others[0].kill()
            await asyncio.to_thread(others[0].wait)

        await Outage(stage, options, figures).during("locked", begin, end)


async def frozen_postgres(options, figures):
    """It neither answers nor hangs up."""
    # Readiness ends when a write has taken 2 s longer than store.timeout, which is 5 s.
    one = within(options, "frozen", away_s=max(options.away_s, 10))
    async with staged(one, ai__enabled="false") as stage:
        await Outage(stage, one, figures).during(
            "frozen", lambda: asyncio.to_thread(stage.cluster.freeze), lambda: asyncio.to_thread(stage.cluster.thaw))


async def slow_postgres(options, figures):
    """It answers everything, and late. Who waits is served: nothing needs to be refused, and nothing is wrong."""
    async with staged(within(options, "slow"), ai__enabled="false") as stage, contextlib.AsyncExitStack() as stack:
        async def begin():
            stack.enter_context(stage.cluster.slowed())

        await Outage(stage, options, figures).during("slow", begin, stack.aclose, unready=False, refuses=False)


async def full_postgres(options, figures):
    if not may_mount():
        skipped(options, figures)
        return
    with small_disk(options.folder / "disk", 256 * 1024 * 1024) as disk:
        # Small segments: the log asks for room often.
        cluster = await asyncio.to_thread(Cluster(disk / "postgres", ("max_wal_size=64MB",)).create)
        stage = Stage(options.folder / "nospace", cluster, ai__enabled="false")
        await stage.start()

        ended = []

        async def end():
            (disk / "ballast").unlink()
            # It ends itself when its log cannot grow; its operator starts it again.
            ended.append(not cluster.is_running())
            if ended[0]:
                await asyncio.to_thread(cluster.start)

        try:
            await Outage(stage, options, figures).during("no room on the disk", lambda: asyncio.to_thread(fill, disk), end,
                                                         unready=False)
            figures.tell("no room on the disk: PostgreSQL ended itself", ended[0])
        finally:
            stage.close()
            cluster.close()


async def failed_over_postgres(options, figures):
    """Its machine is gone for good, and its synchronous standby is promoted. The server knows both addresses."""
    one = within(options, "failed-over", away_s=options.away_s // 2)
    with contextlib.ExitStack() as stack:
        primary, standby = (Cluster(one.folder / name / "postgres") for name in ("primary", "standby"))
        for cluster in (primary, standby):
            stack.callback(cluster.close)
        await asyncio.to_thread(primary.create)
        await asyncio.to_thread(standby.follow, primary)
        stage = Stage(one.folder / "server", store__url=url_of_either(primary, standby), ai__enabled="false")
        stack.callback(stage.close)
        await stage.start()
        took_s = []

        async def begin():
            # A machine's end stops all at one instant: no process sees another go and tells somebody something.
            primary.freeze()
            await asyncio.to_thread(primary.kill)

        async def end():
            begun = clock()
            await asyncio.to_thread(standby.promote)
            took_s.append((clock() - begun) / 1e9)

        await Outage(stage, one, figures).during("failed over", begin, end)
        figures.tell("failed over: promotion took, s", took_s[0])


async def p11(options, figures):
    postgres = [stopped_postgres, locked_postgres, frozen_postgres, slow_postgres, full_postgres, failed_over_postgres]
    sqlite = [locked_sqlite, full_sqlite, really_full_sqlite]
    runs = postgres if options.store == "postgres" else sqlite
    for run in runs:
        say(run.__name__.replace("_", " "))
        await run(options, figures)
    figures.exactly("anomalies (lost, refused but done, stale, ...)", len(figures.findings), 0)
