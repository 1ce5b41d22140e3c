"""The load of the runs about durability: marked writes by many clients, and what their answers mean."""

import asyncio
import collections
import itertools
import json
import random
import re

from caller import NoAnswer, NotSent
from histories import DONE, NEVER, REFUSED, UNKNOWN, Call, Event, check_ticket, write_history
from stage import clock, insist, pages

TAG = re.compile(rb'"tags":\["(m\d+)"\]')
TITLE = re.compile(rb'"number":(\d+),"title":"(m\d+)"')
NEXT = re.compile(rb'"next_cursor":"([^"]+)"')

# Answers after which nobody knows; all others below 500, and those that say so, changed nothing.
NOBODY_KNOWS = {"store_in_doubt", "internal", "set_aside"}


def fate_of(reply):
    if reply.status < 300:
        return DONE
    return UNKNOWN if reply.status >= 500 and reply.code in NOBODY_KNOWS else REFUSED


class Marks:
    """Texts that no two writes share."""

    def __init__(self):
        self.numbers = itertools.count(1)

    def next(self):
        return f"m{next(self.numbers)}"


def mark_of(event):
    """What a listed event carries of ours, and whether reads show it."""
    data = event["data"]
    if event["type"] == "ticket.created":
        return data["ticket"]["tags"][0], True
    if event["type"] == "ticket.changed":
        return data["tags"][0], True
    return (data["body"], False) if event["type"] == "message.added" else (None, False)


async def events_of(caller, ticket):
    return [Event(item["version"], *mark_of(item)) async for item in pages(caller, f"/api/v1/tickets/{ticket}/events")]


# --- histories of a few tickets -----------------------------------------------------------------------------------


class Room:
    """Some tickets, and every call about them by clients that begin and end with the room."""

    def __init__(self, stage, marks, dice):
        self.stage, self.marks, self.dice = stage, marks, dice
        self.calls = {}  # ticket -> [Call]
        self.statuses = collections.Counter()
        self.without_retry_after = 0
        self.over = False
        self.count = 0

    def note(self, reply):
        self.statuses[reply.status] += 1
        if reply.status == 503 and not reply.header("Retry-After"):
            self.without_retry_after += 1

    async def furnish(self, tickets):
        caller = self.stage.caller()
        for _ in range(tickets):
            mark, begun = self.marks.next(), clock()
            body = {"title": "Shared", "description": "Everybody writes here.", "tags": [mark]}
            # A key: what is sent again after trouble must not make a second one.
            reply = await insist(caller, "POST", "/api/v1/tickets", body, f"Idempotency-Key: {mark}\r\n")
            self.calls[reply.json["id"]] = [Call(0, "write", begun, clock(), DONE, mark, 1, 1)]
        self.names = list(self.calls)
        caller.close()

    async def client(self, number):
        dice = random.Random(self.dice.random())
        caller = self.stage.caller(timeout=25)
        seen = {}
        while not self.over:
            await self.stage.up.wait()
            ticket = dice.choice(self.names)
            try:
                await self.one(caller, number, ticket, dice.random(), seen)
                self.count += 1
            except NotSent:
                await asyncio.sleep(0.01)
            except NoAnswer:
                pass  # of a read; writes take note of it themselves
        caller.close()

    async def one(self, caller, number, ticket, what, seen):
        path = f"/api/v1/tickets/{ticket}"
        if what < 0.44:
            await self.read(caller, number, ticket, path, seen)
        elif what < 0.46:
            await self.read_list(caller, number)
        elif what < 0.70:
            await self.write(caller, number, ticket, seen, None, "PATCH", path, lambda mark: {"tags": [mark]})
        elif what < 0.80:
            condition = seen.get(ticket, 1)
            await self.write(caller, number, ticket, seen, condition, "PATCH", path, lambda mark: {"tags": [mark]})
        else:
            say = lambda mark: {"kind": "reply", "body": mark}
            await self.write(caller, number, ticket, seen, None, "POST", f"{path}/messages", say)

    async def read(self, caller, number, ticket, path, seen):
        begun = clock()
        reply = await caller.get(path)
        ended = clock()
        self.note(reply)
        if reply.status == 200:
            mark = TAG.search(reply.body)
            seen[ticket] = reply.version
            self.calls[ticket].append(
                Call(number, "read", begun, ended, DONE, mark and mark[1].decode(), None, reply.version, via="ticket"))

    async def read_list(self, caller, number):
        """A list shows every write that was answered before it was asked."""
        begun = clock()
        reply = await caller.get(f"/api/v1/tickets?limit={min(100, len(self.names))}")
        ended = clock()
        self.note(reply)
        for item in reply.json["items"] if reply.status == 200 else []:
            if item["id"] in self.calls:
                self.calls[item["id"]].append(
                    Call(number, "read", begun, ended, DONE, item["tags"][0], None, item["version"], via="list"))

    async def write(self, caller, number, ticket, seen, condition, method, path, body):
        mark = self.marks.next()
        headers = f'If-Match: "v{condition}"\r\n' if condition else ""
        call = Call(number, "write", clock(), NEVER, UNKNOWN, mark, condition=condition)
        try:
            reply = await caller.ask(method, path, body(mark), headers)
        except NotSent:
            return
        except NoAnswer:
            self.calls[ticket].append(call)
            self.statuses["none"] += 1
            return
        ended = clock()
        self.note(reply)
        call.fate = fate_of(reply)
        if call.fate != UNKNOWN:
            call.ended = ended
        if call.fate == DONE:
            call.last = seen[ticket] = reply.version
            call.first = reply.json["version"] if method == "POST" else reply.version
        elif reply.status == 412:
            call.last = seen[ticket] = reply.json["current_version"]
        self.calls[ticket].append(call)


    async def judge(self, figures, keep, seed):
        """Every ticket's history, held against what the store lists now. How many calls there were."""
        caller, count = self.stage.caller(), 0
        for ticket, calls in self.calls.items():
            events = await events_of(caller, ticket)
            anomalies = check_ticket(calls, events)
            count += len(calls)
            for anomaly in anomalies:
                figures.found(anomaly.kind, f"{anomaly.detail} (ticket {ticket}, seed {seed})")
            if anomalies:
                write_history(keep / f"{figures.promise}-{ticket}.jsonl", calls, events, anomalies)
        caller.close()
        return count


# --- many acknowledged writes -------------------------------------------------------------------------------------


class Ledger:
    """Acknowledged writes by their marks, and whether the store still has them."""

    def __init__(self, stage, marks, talks=32):
        self.stage, self.marks, self.talks = stage, marks, talks
        self.created = set()
        self.said = {}  # ticket -> marks
        self.new_created, self.new_said = set(), {}
        self.statuses = collections.Counter()
        self.over = False
        self.lost = []

    def __len__(self):
        return len(self.created) + sum(map(len, self.said.values()))

    async def open_round(self):
        """New tickets to talk in, so that no history grows without end."""
        caller = self.stage.caller()
        self.names, self.over = [], False
        self.new_created, self.new_said = set(), {}
        for _ in range(self.talks):
            mark = self.marks.next()
            reply = await insist(caller, "POST", "/api/v1/tickets", {"title": mark, "description": "Talk."},
                                 f"Idempotency-Key: {mark}\r\n")
            self.new_created.add(mark)
            self.names.append(reply.json["id"])
        self.before = reply.json["number"] - self.talks
        caller.close()

    async def client(self, number):
        caller = self.stage.caller(timeout=25)
        for turn in itertools.count(number):
            if self.over:
                break
            await self.stage.up.wait()
            mark = self.marks.next()
            try:
                if turn % 3:
                    reply = await caller.post("/api/v1/tickets", {"title": mark, "description": "My invoice is wrong."})
                    place = self.new_created
                else:
                    ticket = self.names[turn // 3 % len(self.names)]
                    reply = await caller.post(f"/api/v1/tickets/{ticket}/messages", {"kind": "note", "body": mark})
                    place = self.new_said.setdefault(ticket, set())
            except NotSent:
                await asyncio.sleep(0.01)
                continue
            except NoAnswer:
                self.statuses["none"] += 1
                continue
            self.statuses[reply.status] += 1
            if reply.status == 201:
                place.add(mark)
            elif reply.status in (429, 503):
                await asyncio.sleep(0.02)
        caller.close()

    async def close_round(self):
        """Looks for what this round acknowledged, and adds it to all that there was."""
        lost = await self.missing(self.new_created, self.new_said, self.before)
        self.created |= self.new_created
        self.said |= self.new_said
        self.lost += lost
        return lost

    async def missing(self, created, said, after=0):
        """Marks that the store does not have. Tickets up to number `after` are not looked at."""
        caller = self.stage.caller()
        found, cursor = set(), ""
        while cursor is not None:
            body = (await insist(caller, "GET", "/api/v1/tickets?limit=100" + (f"&cursor={cursor}" if cursor else ""))).body
            rows = TITLE.findall(body)
            found.update(mark.decode() for _, mark in rows)
            more = NEXT.search(body)
            cursor = more[1].decode() if more and int(rows[-1][0]) > after else None
        lost = sorted(created - found)
        for ticket, marks in said.items():
            there = await insist(caller, "GET", f"/api/v1/tickets/{ticket}", good=(200, 404))
            if there.status == 404:
                lost += sorted(marks)
                continue
            heard = {event.mark for event in await talk_of(caller, ticket)}
            lost += sorted(marks - heard)
        caller.close()
        return lost


async def talk_of(caller, ticket):
    """A conversation's events; its title is its creation's mark."""
    found = []
    async for item in pages(caller, f"/api/v1/tickets/{ticket}/events"):
        found.append(Event(item["version"], item["data"].get("body")))
    return found


def told(statuses):
    return json.dumps({str(status): count for status, count in sorted(statuses.items(), key=str)})
