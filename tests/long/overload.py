"""P10: far more is offered than the slowed store can take. What is too much is refused at once; the rest does not suffer."""

import asyncio
import collections
import json
import pathlib
import re
import sys

from caller import NoAnswer, NotSent
from kills import staged
from load import told
from stage import clock, crew, percentile, say

HERE = pathlib.Path(__file__).resolve().parent
ACCEPTED_WITHIN = re.compile(r'http_server_request_duration_seconds_bucket\{http_request_method="POST",http_route="/tickets",'
                             r'http_response_status_code="201",le="([^"]+)"\}')
ADDRESSES = 8  # a crowd, none of whom alone has more than it may
BODY = {"title": "Wanted", "description": "My invoice is wrong."}


class Watch:
    """Health's answers and the server's memory, looked at many times a second."""

    def __init__(self, stage):
        self.stage = stage
        self.health_s, self.failed, self.rss = [], 0, []

    async def health(self):
        caller = self.stage.caller(timeout=10)
        caller.port = self.stage.admin_port
        while True:
            begun = clock()
            try:
                self.failed += (await caller.get("/healthz")).status != 200
            except (NotSent, NoAnswer):
                self.failed += 1
            self.health_s.append((clock() - begun) / 1e9)
            await asyncio.sleep(0.02)

    async def memory(self):
        while True:
            self.rss.append(self.stage.resident_bytes())
            await asyncio.sleep(0.25)


async def closed_loop(stage, connections, seconds):
    """Accepted a second, when each client waits for its answer: what the store can take."""
    until, accepted, latencies = clock() + seconds * 1e9, 0, []

    async def client():
        nonlocal accepted
        caller = stage.caller()
        while clock() < until:
            begun = clock()
            if (await caller.post("/api/v1/tickets", BODY)).status == 201:
                accepted += 1
                latencies.append((clock() - begun) / 1e9)
        caller.close()

    begun = clock()
    await asyncio.gather(*(client() for _ in range(connections)))
    return accepted / ((clock() - begun) / 1e9), latencies


async def offer(stage, rate, seconds, processes):
    """What `processes` generators saw together."""
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "offer.py"), str(stage.port), str(rate / processes), str(seconds),
            str(ADDRESSES), stdout=asyncio.subprocess.PIPE)
        for _ in range(processes)
    ]
    outputs = [(await process.communicate())[0] for process in running]
    return [json.loads(output) for output in outputs]


async def recovery_s(stage, good_s):
    """From now until twenty creations in a row are accepted, each as fast as when nobody else asks."""
    begun, caller, in_a_row = clock(), stage.caller(), 0
    since = begun
    while in_a_row < 20 and clock() - begun < 60e9:
        if in_a_row == 0:
            since = clock()
        asked = clock()
        try:
            good = (await caller.post("/api/v1/tickets", BODY)).status == 201 and (clock() - asked) / 1e9 < good_s
        except (NotSent, NoAnswer):
            good = False
        in_a_row = in_a_row + 1 if good else 0
    caller.close()
    return (since - begun) / 1e9 if in_a_row >= 20 else 60.0


def server_side(metrics, share):
    """Within which time this share of the accepted creations was answered, by the server's own clock: a bucket's end. What
    the load measures has the load's own delays in it."""
    buckets = sorted((float(found[1]), value) for name, value in metrics.items() if (found := ACCEPTED_WITHIN.match(name)))
    total = buckets[-1][1] if buckets else 0
    return next((end for end, count in buckets if total and count >= share * total), 0.0)


async def p10(options, figures):
    # A batch of 64 each 64 ms: about 1,000 writes a second, whatever the machine.
    settings = {"testing__failpoints": "journal.before_commit=sleep:64ms", "store__batch_max": 64, "ai__enabled": "false"}
    async with staged(options, **settings) as stage:
        peak, latencies = await closed_loop(stage, 150, options.peak_seconds)
        alone = percentile((await closed_loop(stage, 1, 2))[1], 0.99)
        say(f"peak {peak:.0f}/s, p99 {percentile(latencies, 0.99):.3f} s; alone {alone:.3f} s")
        watch = Watch(stage)
        async with crew(watch.health(), watch.memory()):
            seen = await offer(stage, options.rate, options.seconds, 2)
            recovered = await recovery_s(stage, 4 * alone)
        metrics = await stage.metrics()
        batch = metrics["callboard_journal_batch_items_sum"] / metrics["callboard_journal_batch_items_count"]
        statuses = collections.Counter()
        for each in seen:
            statuses.update(each["statuses"])
        goodput = sum(each["accepted_per_s"] for each in seen)
        accepted = [value for each in seen for value in each["accepted"]]
        offered = sum(each["offered_per_s"] for each in seen)
        wrong = sum(count for status, count in statuses.items() if status not in ("201", "429", "503", "not sent"))
        figures.tell("store's peak, accepted/s", peak)
        figures.tell("items per transaction, of 64", batch)
        # A generator that falls behind measures itself.
        figures.tell("offered/s", offered, f">= {0.98 * options.rate:,.0f}, else void",
                     None if options.short else offered >= 0.98 * options.rate)
        figures.tell("goodput, share of peak", goodput / peak, ">= 0.85", None if options.short else goodput / peak >= 0.85)
        figures.in_time("accepted p99, s", percentile(accepted, 0.99), 0.5, options)
        figures.tell("accepted p50, s", percentile(accepted, 0.5))
        figures.tell("accepted p50 by the server's clock, the peak included, s at most", server_side(metrics, 0.5))
        figures.tell("accepted p99 by the server's clock, the peak included, s at most", server_side(metrics, 0.99))
        figures.tell("refused p99, s", max(each["refused_p99_s"] for each in seen))
        figures.at_most("resident memory, MiB", max(watch.rss) / 2**20, 1536)
        figures.in_time("health p99, s", percentile(watch.health_s, 0.99), 0.05, options)
        figures.exactly("health failures", watch.failed, 0)
        figures.in_time("recovered after, s", recovered, 5, options)
        figures.tell("answers by status", told(statuses))
        figures.exactly("refusals without Retry-After", sum(each["without_retry_after"] for each in seen), 0)
        figures.exactly("cut, unanswered or another status", wrong, 0)
        figures.exactly("process still the first", stage.is_running(), True)
