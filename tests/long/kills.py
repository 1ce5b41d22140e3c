"""P1, P2 and P5: processes end by kill -9 under load. What was acknowledged is there, once, and in its order."""

import asyncio
import collections
import contextlib
import hashlib
import math
import random

from caller import NoAnswer, NotSent
from histories import DONE, UNKNOWN, Attempt, check_keys
from load import Ledger, Marks, Room, fate_of, told
from postgres import Cluster
from power_loss import power_loss
from stage import Stage, clock, crew, insist, new_ticket, nothing_pending, pages, say


CALM_AFTER_S = 8  # of PostgreSQL's recovery, which nobody else waits for


class Killer:
    """Ends processes, in turns where there are several kinds, and starts them again."""

    def __init__(self, stage, dice):
        self.stage, self.dice = stage, dice
        self.kinds = ["server"] if stage.cluster is None else ["server", "cluster", "server", "backend"]
        self.counts = collections.Counter()
        self.restart_s = collections.defaultdict(float)  # the slowest of each kind
        self.starts_in_vain = 0

    async def start_server(self):
        """The server ends when PostgreSQL is still recovering from the kill before; whoever keeps it alive starts it again."""
        until = clock() + 60e9
        while True:
            try:
                return await self.stage.start()
            except AssertionError as why:
                if "the database system is" not in str(why)[-300:] or clock() > until:
                    raise
                self.starts_in_vain += 1
                await asyncio.sleep(0.2)

    async def strike(self):
        kind = self.kinds[sum(self.counts.values()) % len(self.kinds)]
        begun = clock()
        self.stage.calm_from = math.inf
        if kind == "server":
            await self.stage.kill()
            await self.start_server()
        elif kind == "cluster":
            await asyncio.to_thread(self.stage.cluster.kill)
            await asyncio.to_thread(self.stage.cluster.start)
        else:
            await asyncio.to_thread(self.stage.cluster.kill_a_backend)
        self.stage.calm_from = (clock() / 1e9) + (CALM_AFTER_S if kind != "server" else 0)
        self.counts[kind] += 1
        self.restart_s[kind] = max(self.restart_s[kind], (clock() - begun) / 1e9)

    def tell(self, figures, **demanded):
        """`demanded`: of which kinds there have to be how many."""
        for kind in dict.fromkeys(self.kinds):
            name = f"kill -9 of the {kind}"
            if kind in demanded:
                figures.at_least(name, self.counts[kind], demanded[kind])
            else:
                figures.tell(name, self.counts[kind])
            if kind != "backend":
                figures.tell(f"slowest restart of the {kind}, s", self.restart_s[kind])
        if self.stage.cluster is not None:
            figures.tell("starts of the server that PostgreSQL's recovery ended", self.starts_in_vain)


@contextlib.asynccontextmanager
async def staged(options, start_options=(), **settings):
    cluster = None
    with contextlib.ExitStack() as stack:
        if options.store == "postgres":
            cluster = await asyncio.to_thread(Cluster(options.folder / "postgres").create)
            stack.callback(cluster.close)
        stage = Stage(options.folder / "server", cluster, **settings)
        stage.start_options = dict(start_options)
        stack.callback(stage.close)
        await stage.start()
        yield stage


# --- P1 -------------------------------------------------------------------------------------------------------------


async def p1(options, figures):
    dice = random.Random(options.seed)
    async with staged(options, ai__enabled="false") as stage:
        killer, ledger = Killer(stage, dice), Ledger(stage, Marks())
        for number in range(options.rounds):
            await ledger.open_round()
            async with crew(*(ledger.client(n) for n in range(options.clients))) as clients:
                await asyncio.sleep(dice.uniform(*options.pause_s))
                await killer.strike()
                ledger.over = True
                await asyncio.gather(*clients)
            lost = await ledger.close_round()
            for mark in lost:
                figures.found("lost write", f"{mark}, acknowledged in round {number}, seed {options.seed}")
            if number % 10 == 9:
                say(f"round {number + 1} of {options.rounds}: {len(ledger):,} acknowledged, {len(ledger.lost)} lost")
        await stage.kill()
        await stage.start()
        say("looking for all of it once more")
        lost_at_end = await ledger.missing(ledger.created, ledger.said)
        figures.at_least("acknowledged writes", len(ledger), options.enough)
        killer.tell(figures, **(options.kills if options.enough else {}))
        figures.exactly("lost", len(ledger.lost), 0)
        figures.exactly("lost, looked for at the end", len(lost_at_end), 0)
        figures.tell("answers by status", told(ledger.statuses))
    if options.power_losses:
        await power_loss(options, figures)


# --- P5 -------------------------------------------------------------------------------------------------------------


async def p5(options, figures):
    dice, marks = random.Random(options.seed), Marks()
    operations = checked = 0
    statuses = collections.Counter()
    # The first reply to a ticket cancels its classification: a write of two versions, which no read may tear apart.
    async with staged(options, ai__enabled="false") as stage:
        killer, until = Killer(stage, dice), clock() + options.seconds * 1e9
        while clock() < until:
            room = Room(stage, marks, dice)
            await room.furnish(options.tickets)
            async with crew(*(room.client(n) for n in range(options.clients))) as clients:
                for _ in range(3):
                    await asyncio.sleep(dice.uniform(*options.pause_s))
                    await killer.strike()
                await asyncio.sleep(dice.uniform(*options.pause_s))
                room.over = True
                await asyncio.gather(*clients)
            operations += await room.judge(figures, options.keep, options.seed)
            checked += len(room.calls)
            statuses.update(room.statuses)
            say(f"{operations:,} operations on {checked} tickets, {sum(killer.counts.values())} kills, "
                f"{len(figures.findings)} anomalies")
    figures.at_least("operations in histories", operations, options.enough)
    figures.tell("tickets", checked)
    killer.tell(figures)
    figures.tell("answers by status", told(statuses))
    figures.exactly("anomalies (lost, doubled, stale, torn, ...)", len(figures.findings), 0)


# --- P2 -------------------------------------------------------------------------------------------------------------


class Keyed:
    """Requests with keys, each sent 1 to 5 times: one after the other, across kills, or as twins at once."""

    def __init__(self, stage, dice, talks):
        self.stage, self.dice, self.talks = stage, dice, talks
        self.marks = Marks()
        self.attempts = []
        self.again = collections.deque()  # (key, request, sendings left)
        self.done = set()
        self.requests = {}
        self.over = False

    def new_request(self):
        key = self.marks.next()
        if self.dice.random() < 0.4:
            request = "/api/v1/tickets", {"title": key, "description": "Once, please."}
        else:
            request = f"/api/v1/tickets/{self.dice.choice(self.talks)}/messages", {"kind": "note", "body": key}
        self.requests[key] = request
        return key, request, self.dice.randrange(1, 6)

    async def client(self):
        first, second = self.stage.caller(timeout=25), self.stage.caller(timeout=25)
        while not self.over:
            await self.stage.up.wait()
            if len(self.again) > 64 and self.dice.random() < 0.75:
                key, request, left = self.again.popleft()
            else:
                key, request, left = self.new_request()
            if left >= 2 and self.dice.random() < 0.2:
                await asyncio.gather(self.send(first, key, request), self.send(second, key, request))
                left -= 2
            else:
                await self.send(first, key, request)
                left -= 1
            if left > 0:
                self.again.append((key, request, left))
        first.close()
        second.close()

    async def send(self, caller, key, request):
        path, body = request
        try:
            reply = await caller.post(path, body, f"Idempotency-Key: {key}\r\n")
        except NotSent:
            await asyncio.sleep(0.01)
            return
        except NoAnswer:
            self.attempts.append(Attempt(key, UNKNOWN))
            return
        fate = fate_of(reply)
        parts = [reply.body, (reply.header("ETag") or "").encode(), (reply.header("Location") or "").encode()]
        digest = hashlib.blake2b(b"\0".join(parts), digest_size=12).digest()
        replayed = reply.header("Idempotency-Replayed") == "true"
        self.attempts.append(Attempt(key, fate, reply.status, digest, replayed))
        if fate == DONE:
            self.done.add(key)

    async def finish(self):
        """What nobody has answered yet is sent until somebody does: a client that retries."""
        caller = self.stage.caller()
        for key, request in self.requests.items():
            while key not in self.done:
                await self.send(caller, key, request)
        caller.close()

    async def effects(self, caller):
        """How often each key happened, and the tickets that came of it."""
        counts, tickets = collections.Counter(), []
        async for item in pages(caller, "/api/v1/tickets"):
            if item["title"] in self.requests:
                counts[item["title"]] += 1
                tickets.append(item["id"])
        for ticket in self.talks:
            async for item in pages(caller, f"/api/v1/tickets/{ticket}/messages"):
                counts[item["body"]] += 1
        return counts, tickets


async def left_to_their_lease(caller):
    """Jobs that are still `running` when nothing has been asked for a while: a classification takes milliseconds."""
    seen, last_change = None, clock()
    while clock() - last_change < 5e9:
        jobs = (await insist(caller, "GET", "/api/v1/system/jobs?state=running&limit=100")).json["items"]
        waiting = (await insist(caller, "GET", "/api/v1/system/jobs?state=available&limit=1")).json["items"]
        now = {job["id"] for job in jobs}
        if now != seen or waiting:
            seen, last_change = now, clock()
        await asyncio.sleep(0.2)
    return len(seen)


async def p2(options, figures):
    dice = random.Random(options.seed)
    # A lease this long cannot be what lets a job go on after a kill.
    async with staged(options, ai__claim_timeout="20m") as stage:
        caller, killer = stage.caller(), Killer(stage, dice)
        talks = [(await new_ticket(caller, "Talk"))["id"] for _ in range(64)]
        keyed, until = Keyed(stage, dice, talks), clock() + options.seconds * 1e9
        async with crew(*(keyed.client() for _ in range(options.clients))) as clients:
            while clock() < until:
                await asyncio.sleep(dice.uniform(*options.pause_s))
                await killer.strike()
                if killer.counts["server"] % 10 == 0:
                    say(f"{len(keyed.requests):,} keys, {len(keyed.attempts):,} sendings, "
                        f"{sum(killer.counts.values())} kills")
            keyed.over = True
            await asyncio.gather(*clients)
        await keyed.finish()
        idle = await left_to_their_lease(caller)
        if idle:  # a new start releases them
            await stage.kill()
            await killer.start_server()
        await nothing_pending(caller, within=600)
        counts, tickets = await keyed.effects(caller)
        say(f"looking at the classifications of {len(tickets):,} tickets")
        results, safe_values = collections.Counter(), 0
        for ticket in tickets:
            body = (await insist(caller, "GET", f"/api/v1/tickets/{ticket}/events?limit=100")).body
            results[body.count(b'"type":"ai.classified"')] += 1
            safe_values += b'"fallback":true' in body
        for anomaly in check_keys(keyed.attempts, counts):
            figures.found(anomaly.kind, anomaly.detail)
        wrong_results = sum(count for number, count in results.items() if number != 1)
        kinds = collections.Counter(kind for kind, _ in figures.findings)
        fates = collections.Counter(str(attempt.status or "none") for attempt in keyed.attempts)
        figures.at_least("keyed requests", len(keyed.requests), options.enough)
        figures.tell("sendings", len(keyed.attempts))
        figures.tell("replayed answers", sum(attempt.replayed for attempt in keyed.attempts))
        killer.tell(figures)
        figures.tell("answers by status", told(fates))
        for kind in ("duplicate effect", "lost write", "replies differ", "processed twice", "refused but done"):
            figures.exactly(kind, kinds[kind], 0)
        figures.tell("tickets classified", results[1])
        figures.exactly("tickets without exactly one AI result", wrong_results, 0)
        # No provider fails in this run. A job that runs at three ends of the process is called poison, whoever ended it;
        # one suspect runs at a time (decision 0022), so that each end but the first two can make one of them at most.
        figures.at_most("tickets with the safe values, for three kills met their job", safe_values,
                        max(0, killer.counts["server"] - 2))
        figures.exactly("jobs that nobody runs, left to their lease", idle, 0)
