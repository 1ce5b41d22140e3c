"""P14: thousands of connections that send or read as slowly as they can get away with. Others do not notice."""

import asyncio
import collections
import json
import pathlib
import sys

from caller import NoAnswer, NotSent
from kills import staged
from load import told
from stage import clock, crew, insist, percentile, say

HERE = pathlib.Path(__file__).resolve().parent
CLIENTS = 16


class Honest:
    """Clients that do their work; each answer's time, and what was no success."""

    def __init__(self, stage, ticket):
        self.stage, self.ticket = stage, ticket
        self.took_s, self.statuses = [], collections.Counter()
        self.over = False

    async def client(self, number):
        caller, turn = self.stage.caller(timeout=10), number
        while not self.over:
            turn += 1
            if turn % 5 == 0:
                caller.close()  # others come and go
            begun = clock()
            try:
                if turn % 2:
                    reply = await caller.get(f"/api/v1/tickets/{self.ticket}")
                else:
                    reply = await caller.post("/api/v1/tickets", {"title": "Honest", "description": "My invoice is wrong."})
                self.statuses[reply.status] += 1
            except (NotSent, NoAnswer) as why:
                self.statuses[type(why).__name__] += 1
            self.took_s.append((clock() - begun) / 1e9)
            await asyncio.sleep(0.02)
        caller.close()


async def p14(options, figures):
    async with staged(options, ai__enabled="false") as stage:
        caller = stage.caller()
        ticket = (await insist(caller, "POST", "/api/v1/tickets", {"title": "a", "description": "b"})).json["id"]
        honest = Honest(stage, ticket)
        async with crew(*(honest.client(n) for n in range(CLIENTS))) as clients:
            await asyncio.sleep(options.baseline_s)
            before, honest.took_s = honest.took_s, []
            say(f"{options.connections} attack")
            attack = await asyncio.create_subprocess_exec(
                sys.executable, str(HERE / "attack.py"), str(stage.port), str(options.connections), str(options.seconds),
                stdout=asyncio.subprocess.PIPE, limit=1 << 24)
            await attack.stdout.readline()  # all have begun
            most = (await stage.metrics())["http_server_connections"]
            seen = json.loads((await attack.communicate())[0])
            honest.over = True
            await asyncio.gather(*clients)
        figures.tell("attackers", options.connections)
        figures.tell("connections open at once, as the server counts", int(most))
        for kind, row in seen.items():
            figures.exactly(f"slow {kind}: cut", len(row["cut_s"]), row["count"])
            figures.at_most(f"slow {kind}: cut after, s (most)", max(row["cut_s"], default=99.0), 15 * options.slack_s)
            figures.tell(f"slow {kind}: told", told(collections.Counter(row["told"])))
        good = sum(count for status, count in honest.statuses.items() if status in (200, 201))
        p99_before, p99_during = percentile(before, 0.99), percentile(honest.took_s, 0.99)
        figures.exactly("honest requests without success", sum(honest.statuses.values()) - good, 0)
        figures.tell("honest requests", sum(honest.statuses.values()))
        figures.tell("honest p99 before, s", p99_before)
        # Below that it is the noise of the machine.
        figures.in_time("honest p99 meanwhile, s", p99_during, round(max(2 * p99_before, 0.025), 3), options)
