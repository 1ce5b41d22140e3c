"""P9: a message or a job that crashes what handles it is tried three times and set aside. Others do not notice."""

import asyncio
import collections
import contextlib
import itertools

from caller import NoAnswer, NotSent
from kills import staged
from stage import clock, crew, eventually, insist, new_ticket, percentile, say

TRIES = 3


class Bystanders:
    """Work on other tickets all the while. What a process's end interrupts is asked again with its key."""

    def __init__(self, stage, tickets):
        self.stage, self.tickets = stage, tickets
        self.statuses, self.took_s, self.errors = collections.Counter(), [], 0
        self.over = False

    async def client(self, number):
        caller = self.stage.caller(timeout=20)
        for turn in itertools.count():
            if self.over:
                break
            path = f"/api/v1/tickets/{self.tickets[(number + turn) % len(self.tickets)]}/messages"
            begun = clock()
            while not self.over:
                await self.stage.up.wait()
                try:
                    reply = await caller.post(path, {"kind": "note", "body": "fine"}, f"Idempotency-Key: b{number}-{turn}\r\n")
                except (NotSent, NoAnswer):
                    if self.stage.is_running() and self.stage.up.is_set():
                        self.statuses["none"] += 1
                    await asyncio.sleep(0.02)
                    continue
                self.statuses[reply.status] += 1
                self.errors += reply.status != 201
                break
            self.took_s.append((clock() - begun) / 1e9)
            await asyncio.sleep(0.005)
        caller.close()


@contextlib.asynccontextmanager
async def beside(stage, figures, name):
    caller = stage.caller()
    others = Bystanders(stage, [(await new_ticket(caller))["id"] for _ in range(16)])
    async with crew(*(others.client(n) for n in range(8))) as clients:
        yield
        others.over = True
        await asyncio.gather(*clients)
    caller.close()
    figures.tell(f"{name}: others' requests", sum(others.statuses.values()))
    figures.tell(f"{name}: others' p99, s", percentile(others.took_s, 0.99))
    figures.exactly(f"{name}: others' errors", others.errors, 0)


async def poisonous_messages(options, figures):
    """The fault strikes a known number of times: as often as it is tried it is used up, and what comes after succeeds."""
    wrong = 0
    words = [f"poison{n}." for n in range(options.count)]
    points = ",".join(f"ticket.decide@{word}=throw*{TRIES}" for word in words)
    async with staged(options, testing__failpoints=points, ai__enabled="false") as stage:
        caller = stage.caller()
        tickets = [(await new_ticket(caller))["id"] for _ in words]
        async with beside(stage, figures, "messages"):
            for word, ticket in zip(words, tickets):
                path, body = f"/api/v1/tickets/{ticket}/messages", {"kind": "note", "body": word}
                first = await caller.post(path, body)
                second = await caller.post(path, body)
                if (first.status, first.code, second.status) != (500, "set_aside", 201):
                    wrong += 1
                    figures.found("tries", f"{word}: {first.status} {first.code}, then {second.status}")
        figures.tell("poisonous messages", len(words))
        figures.exactly("messages not tried exactly three times", wrong, 0)
        restarts = sum(value for name, value in (await stage.metrics()).items()
                       if name.startswith("callboard_actor_restarts_total") and 'actor="ticket' in name)
        figures.tell("messages: ticket actors started again", int(restarts))


async def poisonous_jobs(options, figures):
    """A classification that crashes its provider: dead after three tries, and when replayed done."""
    wrong = 0
    words = [f"poison{n}." for n in range(options.count)]
    points = ",".join(f"builtin.classify@{word}=throw*{TRIES}" for word in words)
    # Crashes of the provider beyond its own bound would let it rest for a minute: one poisonous job at a time.
    async with staged(options, testing__failpoints=points, ai__retry_base="10ms", ai__retry_max="20ms") as stage:
        caller = stage.caller()
        async with beside(stage, figures, "jobs"):
            for word in words[:3]:
                ticket = await new_ticket(caller, word)
                path = f"/api/v1/tickets/{ticket['id']}"
                status = await settled(caller, path)
                jobs = (await insist(caller, "GET", "/api/v1/system/jobs?state=dead")).json["items"]
                mine = [job for job in jobs if job["subject_id"] == ticket["id"]]
                good = status == "fallback" and len(mine) == 1
                if good:
                    await insist(caller, "POST", f"/api/v1/system/jobs/{mine[0]['id']}/replay", good=(200, 202, 204))
                    good = await settled(caller, path, "done") == "done"
                if not good:
                    wrong += 1
                    figures.found("tries", f"{word}: {status}, dead jobs {mine}")
        figures.tell("poisonous jobs", len(words[:3]))
        figures.exactly("jobs not tried exactly three times", wrong, 0)


async def settled(caller, path, wanted=None, within=30):
    async def look():
        status = (await insist(caller, "GET", path)).json["ai"]["status"]
        return status if status == wanted or (wanted is None and status != "pending") else None

    return await eventually(look, within, f"the classification of {path}")


async def deadly_jobs(options, figures):
    """A classification that ends its process: three processes, and the fourth serves with the safe values."""
    deaths = 0
    async with staged(options, testing__failpoints="builtin.classify@deadly=exit") as stage:
        caller = stage.caller()
        await insist(caller, "PUT", "/api/v1/system/ai", {"enabled": False})
        ticket = await new_ticket(caller, "deadly")
        async with beside(stage, figures, "deadly job"):
            with contextlib.suppress(NotSent, NoAnswer):
                await caller.ask("PUT", "/api/v1/system/ai", {"enabled": True})
            alive_since = clock()
            while clock() - alive_since < 3e9:
                if not stage.is_running():
                    stage.up.clear()
                    deaths += 1
                    with contextlib.suppress(AssertionError):  # it may end before it is ready
                        await stage.start()
                    alive_since = clock()
                if deaths > 2 * TRIES:
                    break
                await asyncio.sleep(0.05)
            status = await settled(stage.caller(), f"/api/v1/tickets/{ticket['id']}") if stage.is_running() else "gone"
        figures.exactly("processes that the deadly job ended", deaths, TRIES)
        figures.exactly("deadly job: ended in the safe values", status, "fallback")


async def p9(options, figures):
    for number, run in enumerate((poisonous_messages, poisonous_jobs, deadly_jobs)):
        say(run.__name__.replace("_", " "))
        one = type(options)(**{**vars(options), "folder": options.folder / str(number)})
        await run(one, figures)
