"""P6 and P7: the live feed has no gaps, whatever breaks; who does not read hurts only themselves."""

import asyncio
import collections
import pathlib
import random

from caller import NoAnswer, NotSent
from ear import Ear, number_of
from kills import Killer, staged
from load import told
from stage import clock, crew, eventually, insist, new_ticket, pages, percentile, say

DEPARTMENTS = 10
READS_AGAIN_S = 7.5  # between the server's goodbye and its hanging up


class Chatter:
    """Notes on tickets at a steady pace, by a few clients."""

    def __init__(self, stage, tickets, rate, size=40, clients=16):
        self.stage, self.tickets, self.rate, self.clients = stage, tickets, rate, clients
        self.body = {"kind": "note", "body": "x" * size}
        self.statuses = collections.Counter()
        self.over = False

    async def client(self, number):
        caller = self.stage.caller(timeout=25)
        begun, sent = clock() / 1e9, 0
        pace = self.clients / self.rate
        while not self.over:
            await self.stage.up.wait()
            due = begun + (sent + number / self.clients) * pace
            now = clock() / 1e9
            if due > now:
                await asyncio.sleep(due - now)
            elif now - due > 1:
                begun, sent = now, 0  # what a kill has cost is not made up for
            sent += 1
            ticket = self.tickets[(sent * self.clients + number) % len(self.tickets)]
            try:
                reply = await caller.post(f"/api/v1/tickets/{ticket}/messages", self.body)
                self.statuses[reply.status] += 1
            except NotSent:
                await asyncio.sleep(0.02)
            except NoAnswer:
                self.statuses["none"] += 1
        caller.close()

    def all(self):
        return [self.client(number) for number in range(self.clients)]


async def furnished(stage, tickets):
    """Departments, and tickets in them: {ticket: department}."""
    caller = stage.caller()
    departments = []
    for number in range(DEPARTMENTS):
        reply = await insist(caller, "POST", "/api/v1/departments", {"name": f"Department {number}"})
        departments.append(reply.json["id"])
    caller.close()
    return departments


async def p6(options, figures):
    dice, over = random.Random(options.seed), asyncio.Event()
    async with staged(options, ai__enabled="false") as stage:
        caller, killer = stage.caller(), Killer(stage, dice)
        departments = await furnished(stage, options.tickets)
        # A tenth of the clients hear everything, the others a department each; half are WebSockets.
        ears = [Ear(stage, ("sse", "websocket")[n % 2],
                    "tickets" if n % 10 == 0 else f"department:{departments[n // 2 % DEPARTMENTS]}")
                for n in range(options.clients)]
        async with crew(*(ear.listen(dice, over, options.reconnect_s) for ear in ears)):
            await asyncio.wait_for(asyncio.gather(*(ear.ready.wait() for ear in ears)), 60)
            first_cursor = ears[0].cursor
            where = {}
            for n in range(options.tickets):
                ticket = await new_ticket(caller, department=departments[n % DEPARTMENTS])
                where[ticket["id"]] = departments[n % DEPARTMENTS]
            chatter = Chatter(stage, list(where), options.rate)
            until = clock() + options.seconds * 1e9
            async with crew(*chatter.all()) as clients:
                while clock() < until:
                    await asyncio.sleep(min(options.kill_every_s * dice.uniform(0.7, 1.3), (until - clock()) / 1e9 + 0.1))
                    await killer.strike()
                    say(f"{sum(chatter.statuses.values()):,} writes, {killer.counts['server']} kills")
                chatter.over = True
                await asyncio.gather(*clients)
            stored = {}
            for ticket in where:
                async for event in pages(caller, f"/api/v1/tickets/{ticket}/events"):
                    stored[number_of(event["id"])] = ticket
            # The whole feed once more, undisturbed: its order is the one order.
            replay = Ear(stage, "sse", keeps_tickets=True)
            replay.cursor = first_cursor
            await replay.connect()
            seen_all = lambda: _true(len(replay.heard) >= len(stored))
            await eventually(seen_all, 300, "the whole feed again")
            sequences = collections.defaultdict(list)
            for number, ticket in zip(replay.heard, replay.tickets):
                sequences["tickets"].append(number)
                sequences[f"department:{where[ticket.decode()]}"].append(number)
            caught_up = lambda: _true(all(len(ear.heard) >= len(sequences[ear.topic]) for ear in ears))
            try:
                await eventually(caught_up, options.catch_up_s, "catching up")
            except RuntimeError:
                pass  # what is missing is counted below
            over.set()
        missing = doubled = disordered = 0
        for number, ear in enumerate(ears):
            wanted, unique = sequences[ear.topic], list(dict.fromkeys(ear.heard))
            doubled += len(ear.heard) - len(unique)
            lacking = len(set(wanted) - set(unique))
            missing += lacking
            if unique != wanted:
                heard = set(unique)
                places = [place for place, event in enumerate(wanted) if event not in heard][:5]
                disordered += not lacking
                figures.found("gap" if lacking else "order", f"client {number} ({ear.kind}, {ear.topic}): {lacking} of "
                              f"{len(wanted)} missing, at {places}, {len(unique)} heard, refused "
                              f"{ear.refused[-3:]}, seed {options.seed}")
        replayed = list(replay.heard)
        lags = [lag for ear in ears for lag in ear.lags]
        figures.at_least("events", len(stored), options.enough)
        figures.tell("clients", len(ears))
        figures.tell("deliveries", sum(len(ear.heard) for ear in ears))
        figures.tell("connections, each resumed from its cursor", sum(ear.connections for ear in ears))
        killer.tell(figures)
        figures.exactly("events of the store that the feed does not have", len(stored.keys() - set(replayed)), 0)
        figures.exactly("events of the feed that the store does not have", len(set(replayed) - stored.keys()), 0)
        figures.exactly("missing", missing, 0)
        figures.exactly("clients that heard another order", disordered, 0)
        figures.tell("told twice, before de-duplication by id", doubled)
        refused = collections.Counter(why for ear in ears for why in ear.refused)
        # While the store is away nobody knows whether there is such a department.
        away = 0 if stage.cluster is None else refused["503"] + refused["store_unavailable"]
        figures.exactly("resumptions refused", refused.total() - away, 0)
        figures.tell("resumptions refused by reason", told(refused))
        figures.tell("writes/s", sum(chatter.statuses.values()) / options.seconds)
        figures.tell("lag p50, s", percentile(lags, 0.5))
        figures.in_time("lag p99, s", percentile(lags, 0.99), 0.25, options)
        figures.tell("answers by status", told(chatter.statuses))


async def _true(value):
    return value


# --- P7 -------------------------------------------------------------------------------------------------------------


def waiting_in_kernel(server_port):
    """Bytes that the server's sockets hold for their peers: {peer's port: bytes}, connections that are open alone."""
    found = {}
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == server_port and fields[3] == "01":
            found[int(fields[2].rpartition(":")[2], 16)] = int(fields[4].partition(":")[0], 16)
    return found


async def nothing_new(ear, for_s=2):
    """Until it has heard nothing for a while: the last writes are answered, and their events are out."""
    count, since = len(ear.heard), clock()
    while clock() - since < for_s * 1e9:
        if len(ear.heard) != count:
            count, since = len(ear.heard), clock()
        await asyncio.sleep(0.1)


async def connected(ears):
    for begin in range(0, len(ears), 50):
        await asyncio.gather(*(ear.connect() for ear in ears[begin : begin + 50]))
    await asyncio.wait_for(asyncio.gather(*(ear.ready.wait() for ear in ears)), 60)


async def p7(options, figures):
    async with staged(options, ai__enabled="false") as stage:
        caller = stage.caller()
        readers = [Ear(stage, "websocket") for _ in range(options.clients - options.stopped)]
        stopped = [Ear(stage, "websocket", receive_bytes=4096) for _ in range(options.stopped)]
        await connected(readers + stopped)
        tickets = [(await new_ticket(caller))["id"] for _ in range(20)]
        chatter = Chatter(stage, tickets, options.rate, size=options.size, clients=4)
        async with crew(*chatter.all()) as clients:
            heard, begun = len(readers[0].heard), clock()
            await asyncio.sleep(options.baseline_s)
            rate = max(len(readers[0].heard) - heard, 1) / ((clock() - begun) / 1e9)  # a slow store takes less than is asked
            before, rss_before = [lag for ear in readers for lag in ear.lags], stage.resident_bytes()
            for ear in readers:
                del ear.lags[:]
            for ear in stopped:
                ear.wire.transport.pause_reading()
            say(f"{len(stopped)} stop reading; {rss_before / 2**20:.0f} MiB")
            # What fills the queue behind the kernel's buffers is not yet a delay of ours.
            fills_s = min(256, 262144 / (options.size + 350)) / rate
            patient, patience = stopped[::2], {}  # they read again, but too late not to be told to go
            rss_most, grown, cut, sizes = rss_before, {}, {}, {}
            ports = {ear.local_port for ear in stopped}
            never = {ear.local_port for ear in stopped[1::2]}
            until = clock() + options.patience_s * 1e9
            while len(cut) < len(stopped) and clock() < until:
                now, held = clock() / 1e9, waiting_in_kernel(stage.port)
                for port in ports - cut.keys():
                    if port not in held:
                        cut[port] = now
                    elif held[port] > sizes.get(port, 0) and port not in patience:
                        sizes[port], grown[port] = held[port], now
                for ear in patient:
                    port = ear.local_port
                    if port in grown and port not in patience and now > grown[port] + fills_s + READS_AGAIN_S:
                        patience[port] = now
                        ear.wire.transport.resume_reading()
                rss_most = max(rss_most, stage.resident_bytes())
                await asyncio.sleep(0.25)
            during = [lag for ear in readers for lag in ear.lags]
            slow = (await stage.metrics()).get('callboard_live_closed_total{reason="slow"}', 0)
            for ear in stopped[1::2]:
                ear.wire.transport.resume_reading()
            await asyncio.gather(*(asyncio.wait_for(ear.wire.ended.wait(), 30) for ear in stopped),
                                 return_exceptions=True)
            goodbyes = [ear for ear in patient if ear.closing and ear.closing[0] == 4008 and ear.closing[1]]
            for ear in goodbyes:
                ear.cursor = ear.closing[1]
            chatter.over = True
            await asyncio.gather(*clients)
            for ear in stopped:
                await ear.connect()
            await nothing_new(readers[0])
        reference = list(readers[0].heard)
        complete = lambda ear: list(dict.fromkeys(ear.heard)) == reference
        try:
            await eventually(lambda: _true(all(map(complete, stopped))), 30, "the rest")
        except RuntimeError:
            pass  # counted below
        delays = [cut[port] - grown[port] - fills_s for port in cut.keys() & grown.keys() & never]
        p99_before, p99_during = percentile(before, 0.99), percentile(during, 0.99)
        figures.tell("WebSockets", options.clients)
        figures.tell("that stop reading", options.stopped)
        figures.tell("events", len(reference))
        figures.tell("events/s while all read", rate)
        figures.exactly("closed as slow", int(slow), options.stopped)
        # In short, other tests may keep some of them from reading until the server has hung up.
        figures.at_least(f"found 4008 and a cursor, reading again {READS_AGAIN_S} s after they fell behind", len(goodbyes),
                         len(patient) // (2 if options.short else 1))
        # 5 s until the close, and 5 s for the peer to take it; seen every 0.25 s.
        figures.at_most("cut after, when they never read again, s (most)", max(delays, default=99.0),
                        10.25 * options.slack_s)
        figures.exactly("that resumed without a gap", sum(map(complete, stopped)), options.stopped)
        figures.at_most("memory growth, MiB", (rss_most - rss_before) / 2**20, 300)
        figures.exactly("readers that missed an event", sum(not complete(ear) for ear in readers), 0)
        figures.tell("readers' lag p99 before, s", p99_before)
        # Below that it is the noise of the machine.
        figures.in_time("readers' lag p99 meanwhile, s", p99_during, round(max(2 * p99_before, 0.025), 3), options)
        figures.tell("answers by status", told(chatter.statuses))
        for ear in readers + stopped:
            ear.close()
