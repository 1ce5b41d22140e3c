"""P12: the wall clock jumps a day ahead, back, behind and back again, under load. Nothing is lost, and no job runs early, late
or twice. The clock is the server's alone (libfaketime); the monotonic clock goes on, as it would."""

import asyncio
import datetime
import os
import pathlib
import random
import subprocess

from kills import staged
from load import Marks, Room, told
from server import BINARY
from stage import clock, crew, eventually, insist, new_ticket, preloaded, say

FAKETIME = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
JUMPS = ["+1d", "+0", "-1d", "+0"]
BACK_OFF_S = 6
EARLY_S, LATE_S = 0.5, 15
PACE_S = 7.5  # each jump crashes the provider once; with more than ten in a minute it rests, and jobs are parked


class Clock:
    """The server's wall clock: ours and an offset that can change at any time."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "clock"
        self.file.write_text("+0")
        self.environment = preloaded(FAKETIME[-1], FAKETIME_TIMESTAMP_FILE=str(self.file), FAKETIME_NO_CACHE="1",
                                     FAKETIME_DONT_FAKE_MONOTONIC="1")

    def jump(self, to):
        new = self.file.with_suffix(".new")
        new.write_text(to)
        os.replace(new, self.file)


async def job_of(caller, ticket):
    jobs = (await insist(caller, "GET", "/api/v1/system/jobs?limit=100")).json["items"]
    return next((job for job in jobs if job["subject_id"] == ticket), None)


class Waiting:
    """A job that failed once and is due again in a few seconds of real time."""

    def __init__(self, caller, word):
        self.caller, self.word = caller, word
        self.done_at = None

    async def begin(self):
        self.ticket = (await new_ticket(self.caller, self.word))["id"]

        async def failed():
            job = await job_of(self.caller, self.ticket)
            return job if job and job["last_error"] else None

        job = await eventually(failed, 30, "the first failure")
        due, failed = (datetime.datetime.fromisoformat(job[name].replace("Z", "+00:00")) for name in ("run_at", "updated_at"))
        self.due = clock() / 1e9 + (due - failed).total_seconds()
        return self.due - clock() / 1e9 > 2  # the back-off is a throw of dice; too short a one shows nothing

    async def look(self):
        status = (await insist(self.caller, "GET", f"/api/v1/tickets/{self.ticket}")).json["ai"]["status"]
        if status == "done" and self.done_at is None:
            self.done_at = clock() / 1e9


async def one_jump(stage, fake, caller, to, words):
    """What became of jobs that waited, and of one that ran, while the clock jumped."""
    waiting = []
    for word in words:
        job = Waiting(caller, word)
        if await job.begin():
            waiting.append(job)
    running = (await new_ticket(caller, f"running{words[0]}"))["id"]

    async def is_running():
        return (await job_of(caller, running))["state"] == "running"

    await eventually(is_running, 30, "the run", every=0.01)  # it takes two seconds
    fake.jump(to)
    until = clock() / 1e9 + BACK_OFF_S + LATE_S
    over = False
    while (not over or any(job.done_at is None for job in waiting)) and clock() / 1e9 < until:
        for job in waiting:
            await job.look()
        over = (await job_of(caller, running))["state"] not in ("running", "available", "parked")
        await asyncio.sleep(0.05)
    early = [job for job in waiting if job.done_at is not None and job.done_at < job.due - EARLY_S]
    late = [job for job in waiting if job.done_at is None]
    events = (await insist(caller, "GET", f"/api/v1/tickets/{running}/events")).json["items"]
    job = await job_of(caller, running)
    once = [event["type"] for event in events].count("ai.classified") == 1
    return waiting, early, late, once, job


async def rival(stage, fake):
    """Whether another process, whose clock jumps as well, gets the store of the one that serves it."""
    server = stage.server
    settings = {**server.settings, "server.port": 0, "admin.port": 0, "server.ready_file": "rival.json"}
    words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    process = await asyncio.create_subprocess_exec(BINARY, "serve", *words, cwd=server.folder, env=fake.environment,
                                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, said = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode != 1 or f"in use by process {server.process.pid}".encode() not in said
    except asyncio.TimeoutError:
        process.kill()
        return True


async def p12(options, figures):
    if not FAKETIME:
        figures.tell("clock jumps", "skipped: no libfaketime (Debian package libfaketime)", "",
                     None if options.short else False)
        return
    fake, dice = Clock(options.folder / "clocks"), random.Random(options.seed)
    names = [[f"later{round_}-{n}." for n in range(options.jobs)] for round_ in range(options.rounds * len(JUMPS))]
    points = [f"builtin.classify@running{words[0]}=sleep:2s*1" for words in names]
    points += [f"builtin.classify@{word}=throw*1" for words in names for word in words]
    settings = {"testing__failpoints": ",".join(points), "ai__retry_base": f"{BACK_OFF_S}s", "ai__retry_max": f"{BACK_OFF_S}s"}
    async with staged(options, {"env": fake.environment}, **settings) as stage:
        caller = stage.caller()
        room = Room(stage, Marks(), dice)
        await room.furnish(8)
        seen = early = late = twice = taken = 0
        pid = stage.pid
        async with crew(*(room.client(n) for n in range(4))) as clients:
            for number, words in enumerate(names):
                to, begun = JUMPS[number % len(JUMPS)], clock()
                (waiting, soon, missing, once, job), took = await asyncio.gather(
                    one_jump(stage, fake, caller, to, words), rival(stage, fake))
                taken += took
                seen, early, late, twice = seen + len(waiting), early + len(soon), late + len(missing), twice + (not once)
                for each in soon:
                    figures.found("early", f"{each.word} ran {each.due - each.done_at:.1f} s early after the jump to {to}")
                for each in missing:
                    figures.found("late", f"{each.word} has not run {LATE_S} s after it was due, after the jump to {to}")
                if not once:
                    figures.found("not once", f"the job that ran during the jump to {to}: {job}")
                say(f"{to}: {len(waiting)} jobs waited, {len(soon)} early, {len(missing)} late; the running one: "
                    f"{job and job['state']}, attempt {job and job['attempt']}, crashes {job and job['crash_count']}")
                await asyncio.sleep(max(0, PACE_S - (clock() - begun) / 1e9))
            room.over = True
            await asyncio.gather(*clients)
        jobs_found = len(figures.findings)
        calls = await room.judge(figures, options.keep, options.seed)
        figures.tell("clock jumps of a day", len(names))
        figures.tell("jobs that waited meanwhile", seen)
        figures.exactly("early jobs", early, 0)
        figures.exactly("late jobs", late, 0)
        figures.exactly("processes that got the store of the one that serves, one tried at each jump", taken, 0)
        figures.exactly("running jobs without exactly one result", twice, 0)
        figures.tell("calls in histories", calls)
        figures.exactly("anomalies in histories (lost writes)", len(figures.findings) - jobs_found, 0)
        figures.exactly("process still the first", stage.is_running() and stage.pid == pid, True)
        figures.tell("answers by status", told(room.statuses))
