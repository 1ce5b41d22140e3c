"""What clients saw, written down, and what must not be in it. The checkers know the contract and nothing of the server.

A ticket's versions are dense and each write owns some of them, so there is nothing to search for: the one order that can
be right is that of the versions, and one pass over it finds whatever contradicts what clients saw (P5). Of keyed requests
each key has one effect and one reply (P2).
"""

import collections
import itertools
import json
import math
from dataclasses import asdict, dataclass

NEVER = math.inf  # the end of a call whose answer never came

DONE = "done"  # answered: it happened
REFUSED = "refused"  # answered: nothing was changed
UNKNOWN = "unknown"  # no answer, or one that says nobody knows


@dataclass(slots=True)
class Call:
    """One request of one client about one ticket, with its answer. Times are nanoseconds of one monotonic clock."""

    client: int
    kind: str  # "write" or "read"
    begun: float
    ended: float
    fate: str
    mark: str | None = None  # a write: what its event carries and no other's; a read: the newest mark it showed
    first: int | None = None  # a write's own versions, both ends included
    last: int | None = None  # a read, or a refusal for its version: the version that was told
    condition: int | None = None  # the version it was to be applied to (If-Match)
    via: str = ""  # the way it took, for who reads the finding


@dataclass(slots=True)
class Event:
    """One line of a ticket's history, as listed when all was over."""

    version: int
    mark: str | None = None  # None: nobody's write (AI, what a write entails)
    shown: bool = False  # whether reads show its mark until the next such event


@dataclass(slots=True)
class Attempt:
    """One sending of a keyed request."""

    key: str
    fate: str
    status: int = 0
    reply: bytes = b""  # what must be the same each time, or a digest of it
    replayed: bool = False


@dataclass(slots=True)
class Anomaly:
    kind: str
    detail: str


# --- one ticket -----------------------------------------------------------------------------------------------------


def check_ticket(calls, events):
    """What is wrong with a ticket's history: every call about it, and its events at the end."""
    events = sorted(events, key=lambda event: event.version)
    writes = [call for call in calls if call.kind == "write"]
    return [
        *check_versions(events),
        *check_effects(writes, events),
        *check_conditions(writes),
        *check_reads(calls, writes, events),
        *check_order(calls, events),
    ]


def check_versions(events):
    for expected, event in enumerate(events, 1):
        if event.version != expected:
            yield Anomaly("gap", f"version {expected} is missing or there twice; {event.version} comes next")
            return


def check_effects(writes, events):
    found = collections.defaultdict(list)
    for event in events:
        if event.mark is not None:
            found[event.mark].append(event.version)
    for mark, versions in found.items():
        if len(versions) > 1:
            yield Anomaly("duplicate effect", f"{mark} is at versions {versions}")
    known = {call.mark for call in writes}
    for mark in found.keys() - known:
        yield Anomaly("stranger", f"nobody sent {mark}, which is at {found[mark]}")
    for call in writes:
        versions = found.get(call.mark, [])
        if call.fate == REFUSED and versions:
            yield Anomaly("refused but done", f"{call.mark} is at {versions}: {call}")
        if call.fate == DONE and not versions:
            yield Anomaly("lost write", f"{call.mark} was acknowledged at {call.last}: {call}")
        elif call.fate == DONE and call.first is not None and call.first not in versions:
            yield Anomaly("misplaced write", f"{call.mark} is at {versions}, not {call.first}: {call}")


def check_conditions(writes):
    for call in writes:
        if call.condition is None:
            continue
        if call.fate == DONE and call.first is not None and call.first != call.condition + 1:
            yield Anomaly("broken condition", f"done on {call.first - 1}, not on {call.condition}: {call}")
        if call.fate == REFUSED and call.last == call.condition:
            yield Anomaly("broken condition", f"refused on the very version that it named: {call}")


def check_reads(calls, writes, events):
    """Reads show a version that exists, whole, with the content that it has."""
    inside = {version for call in writes if call.first and call.last for version in range(call.first, call.last)}
    shown = {}
    for event in events:
        shown[event.version] = event.mark if event.shown else shown.get(event.version - 1)
    for call in calls:
        if call.kind != "read" or call.fate != DONE:
            continue
        if call.last not in shown:
            yield Anomaly("vanished", f"version {call.last} was shown and is not there: {call}")
        elif call.last in inside:
            yield Anomaly("torn read", f"version {call.last} is within a write: {call}")
        elif call.mark is not None and call.mark != shown[call.last]:
            yield Anomaly("wrong content", f"version {call.last} has {shown[call.last]}: {call}")


def placed(calls, events):
    """Each call that has a place in the one order: (place, call). Reads stand behind the write of their version."""
    at = {event.mark: event.version for event in events if event.mark is not None}
    for call in calls:
        if call.kind == "write" and call.fate != REFUSED and call.mark in at:
            yield (call.last or at[call.mark], 0), call
        elif call.last is not None and (call.kind == "read" or call.fate == REFUSED):
            yield (call.last, 1), call


def check_order(calls, events):
    """Nothing stands before what had ended when it began: from the end, with the earliest end of all that is behind."""
    order = sorted(placed(calls, events), key=lambda each: each[0], reverse=True)
    earliest = None
    for _, group in itertools.groupby(order, key=lambda each: each[0]):
        group = [call for _, call in group]
        for call in group:
            if earliest is not None and earliest.ended < call.begun:
                yield Anomaly(name_of(call, earliest), f"{call} began after the end of {earliest}")
        first = min(group, key=lambda call: call.ended)
        if earliest is None or first.ended < earliest.ended:
            earliest = first


def name_of(late, early):
    """`late` has the lower version and began when `early` was over."""
    tells = lambda call: call.kind == "read" or call.fate == REFUSED
    if tells(late):
        return "stale read"
    return "future read" if tells(early) else "order violation"


# --- keyed requests -------------------------------------------------------------------------------------------------


def check_keys(attempts, effects):
    """What is wrong with requests that were sent several times. `effects` counts what each key left in the store."""
    by_key = collections.defaultdict(list)
    for attempt in attempts:
        by_key[attempt.key].append(attempt)
    anomalies = []
    for key, sent in by_key.items():
        count = effects.get(key, 0)
        answered = [attempt for attempt in sent if attempt.fate == DONE]
        if count > 1:
            anomalies.append(Anomaly("duplicate effect", f"{key} happened {count} times: {sent}"))
        if answered and count == 0:
            anomalies.append(Anomaly("lost write", f"{key} was acknowledged: {sent}"))
        if count and all(attempt.fate == REFUSED for attempt in sent):
            anomalies.append(Anomaly("refused but done", f"{key}: {sent}"))
        if len({(attempt.status, attempt.reply) for attempt in answered}) > 1:
            anomalies.append(Anomaly("replies differ", f"{key}: {sent}"))
        if sum(not attempt.replayed for attempt in answered) > 1:
            anomalies.append(Anomaly("processed twice", f"{key}: more than one reply is no replay: {sent}"))
    for key in effects.keys() - by_key.keys():
        anomalies.append(Anomaly("stranger", f"nobody sent {key}"))
    return anomalies


# --- on paper -------------------------------------------------------------------------------------------------------


def write_history(path, calls, events, anomalies):
    """All that the checker saw of one ticket, a JSON line each, in the order in which it began."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        for each in [*anomalies, *sorted(calls, key=lambda call: call.begun), *events]:
            line = {"what": type(each).__name__.lower(), **asdict(each)}
            if line.get("ended") == NEVER:
                line["ended"] = None
            file.write(json.dumps(line) + "\n")
