"""P14: thousands of connections that send or read as slowly as they can get away with. Others do not notice. Our own
say when they were cut; at length slowhttptest attacks as well, after its fashion."""

import asyncio
import collections
import json
import pathlib
import re
import shutil
import sys

from caller import NoAnswer, NotSent
from kills import staged
from load import told
from stage import clock, crew, insist, percentile, say

HERE = pathlib.Path(__file__).resolve().parent
CLIENTS = 16
TOOL = "slowhttptest"  # Debian's package has the same name
TOOL_MODES = {
    "headers": "-H -i 2 -x 24 -t GET -u {base}/api/v1/tickets",
    "body": "-B -i 2 -x 10 -s 8192 -f application/json -t POST -u {base}/api/v1/tickets",
    "read": "-X -n 5 -z 32 -w 10 -y 20 -k 10 -u {base}/openapi.json",  # 10: as many requests as it allows
}
ATTACKERS_MIN = 1000


class Honest:
    """Clients that do their work; each answer's time and status."""

    def __init__(self, stage, ticket):
        self.stage, self.ticket = stage, ticket
        self.seen = []  # (seconds, status or what was wrong)
        self.over = False

    def lap(self):
        """What was seen since the last one."""
        seen, self.seen = self.seen, []
        return seen

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
                status = reply.status
            except (NotSent, NoAnswer) as why:
                status = type(why).__name__
            self.seen.append(((clock() - begun) / 1e9, status))
            await asyncio.sleep(0.02)
        caller.close()


def p99(seen):
    return percentile([seconds for seconds, _ in seen], 0.99)


def failures(seen):
    return sum(status not in (200, 201) for _, status in seen)


def judge(figures, options, name, seen, calm_s):
    figures.exactly(f"{name}honest requests without success", failures(seen), 0)
    figures.tell(f"{name}honest requests", len(seen))
    # Below 25 ms it is the noise of the machine.
    figures.in_time(f"{name}honest p99 meanwhile, s", p99(seen), round(max(2 * calm_s, 0.025), 3), options)


async def connections(stage):
    return int((await stage.metrics())["http_server_connections"])


async def our_attack(stage, options, figures):
    say(f"{options.connections} attack")
    attack = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "attack.py"), str(stage.port), str(options.connections), str(options.seconds),
        stdout=asyncio.subprocess.PIPE, limit=1 << 24)
    await attack.stdout.readline()  # all have begun
    most = await connections(stage)
    seen = json.loads((await attack.communicate())[0])
    figures.tell("attackers", options.connections)
    figures.tell("connections open at once, as the server counts", most)
    for kind, row in seen.items():
        figures.exactly(f"slow {kind}: cut", len(row["cut_s"]), row["count"])
        figures.at_most(f"slow {kind}: cut after, s (most)", max(row["cut_s"], default=99.0), 15 * options.slack_s)
        figures.tell(f"slow {kind}: told", told(collections.Counter(row["told"])))


# --- slowhttptest -----------------------------------------------------------------------------------------------------


async def most_until(stage, ended):
    """The most connections that there were at once."""
    most = 0
    while not ended.done():
        most = max(most, await connections(stage))
        await asyncio.wait([ended], timeout=0.5)
    return most


async def until_gone(stage, within=60):
    """Seconds until the server holds honest connections alone: theirs and the one that asked for a ticket."""
    begun = clock()
    while await connections(stage) > CLIENTS + 1 and clock() - begun < within * 1e9:
        await asyncio.sleep(0.1)
    return (clock() - begun) / 1e9


async def tool_attack(stage, options, figures, name, mode):
    size = options.tool
    tool = await asyncio.create_subprocess_exec(
        TOOL, *TOOL_MODES[mode].format(base=stage.server.base).split(), "-c", str(size["connections"]),
        "-r", str(size["rate"]), "-l", str(size["seconds"]), "-p", "3", "-v", "1",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    ended = asyncio.ensure_future(tool.communicate())
    # No more than told: the sooner the server cuts them, the fewer there are.
    figures.tell(f"{name}connections open at once", await most_until(stage, ended))
    figures.at_most(f"{name}none of them open after its end, s", await until_gone(stage), 15 * options.slack_s)
    said = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", ended.result()[0].decode(errors="replace"))  # without its colours
    counted = re.findall(r"connected:\s+(\d+)\s+error:\s+\d+\s+closed:\s+(\d+)", said)  # every 5 s, of all so far
    figures.at_least(f"{name}attackers", sum(map(int, counted[-1])) if counted else 0, ATTACKERS_MIN)
    available = set(re.findall(r"service available:\s+(\w+)", said))
    figures.exactly(f"{name}service available, it says", " and ".join(sorted(available)) or said[-200:], "YES")
    figures.tell(f"{name}it ended", " ".join(re.findall(r"Exit status:\s+(.+)", said)))


async def attacks_by_tool(stage, honest, options, figures, calm_s):
    if shutil.which(TOOL) is None:
        figures.tell(TOOL, f"skipped: it is not installed (Debian package {TOOL})", "", False)
        return
    for mode in TOOL_MODES:
        name = f"{TOOL}, slow {mode}: "
        say(f"{TOOL}, slow {mode}")
        honest.lap()
        await tool_attack(stage, options, figures, name, mode)
        judge(figures, options, name, honest.lap(), calm_s)


async def p14(options, figures):
    async with staged(options, ai__enabled="false") as stage:
        caller = stage.caller()
        ticket = (await insist(caller, "POST", "/api/v1/tickets", {"title": "a", "description": "b"})).json["id"]
        honest = Honest(stage, ticket)
        async with crew(*(honest.client(n) for n in range(CLIENTS))) as clients:
            await asyncio.sleep(options.baseline_s)
            before = honest.lap()
            calm_s = p99(before)
            await our_attack(stage, options, figures)
            meanwhile = honest.lap()
            figures.exactly("honest requests before without success", failures(before), 0)
            figures.tell("honest p99 before, s", calm_s)
            judge(figures, options, "", meanwhile, calm_s)
            if not options.short:
                await attacks_by_tool(stage, honest, options, figures, calm_s)
            honest.over = True
            await asyncio.gather(*clients)
