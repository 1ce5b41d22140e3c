"""The checkers find what is planted, and nothing in what is right."""

import json
import random

import pytest
from histories import (DONE, NEVER, REFUSED, UNKNOWN, Attempt, Call, Event, check_keys, check_ticket, write_history)


def write(begun, ended, mark, version=None, fate=DONE, last=None, condition=None):
    return Call(0, "write", begun, ended, fate, mark, version, last or version, condition)


def read(begun, ended, version, mark=None):
    return Call(1, "read", begun, ended, DONE, mark, None, version)


def kinds(calls, events):
    return sorted({anomaly.kind for anomaly in check_ticket(calls, events)})


def history(*marks):
    return [Event(version, mark, shown=True) for version, mark in enumerate(marks, 1)]


GOOD = [write(0, 10, "a", 1), write(20, 30, "b", 2), read(25, 35, 1, "a"), write(40, 50, "c", 3), read(55, 60, 3, "c")]


def test_what_is_right_passes():
    assert kinds(GOOD, history("a", "b", "c")) == []
    assert kinds([], []) == []


def test_calls_that_overlap_may_stand_in_either_order():
    for order in (("a", "b"), ("b", "a")):
        place = {mark: version for version, mark in enumerate(order, 1)}
        assert kinds([write(0, 10, "a", place["a"]), write(5, 15, "b", place["b"])], history(*order)) == []


def test_what_nobody_knows_may_have_happened_or_not():
    unknown = write(20, NEVER, "x", fate=UNKNOWN)
    assert kinds([write(0, 10, "a", 1), unknown], history("a")) == []
    assert kinds([write(0, 10, "a", 1), unknown], history("a", "x")) == []
    assert kinds([write(0, 10, "a", 1), unknown, write(90, 99, "b", 2)], history("a", "b", "x")) == []


def test_what_nobody_knows_did_not_happen_before_it_was_sent():
    calls = [write(20, NEVER, "x", fate=UNKNOWN), write(0, 10, "a", 2)]
    assert kinds(calls, history("x", "a")) == ["order violation"]


def test_a_write_of_several_versions_is_one():
    reply = write(20, 30, "b", 2, last=3)
    events = [*history("a", "b"), Event(3), Event(4, "c", True)]
    assert kinds([write(0, 10, "a", 1), reply, write(40, 50, "c", 4), read(32, 33, 3)], events) == []
    assert kinds([write(0, 10, "a", 1), reply, write(40, 50, "c", 4), read(25, 28, 2)], events) == ["torn read"]


@pytest.mark.parametrize("planted, calls, events", [
    ("lost write", GOOD, history("a", "b")),
    ("vanished", [write(0, 10, "a", 1), read(20, 30, 2)], history("a")),
    ("gap", [write(0, 10, "a", 1)], [Event(1, "a"), Event(3)]),
    ("gap", [write(0, 10, "a", 1)], [Event(1, "a"), Event(1)]),
    ("duplicate effect", [write(0, 10, "a", 1)], history("a", "a")),
    ("duplicate effect", [write(0, NEVER, "a", fate=UNKNOWN)], history("a", "a")),
    ("misplaced write", [write(0, 10, "a", 2), write(0, 10, "b", 1)], history("a", "b")),
    ("refused but done", [write(0, 10, "a", fate=REFUSED)], history("a")),
    ("stranger", [], history("a")),
    ("order violation", [write(0, 10, "a", 2), write(20, 30, "b", 1)], history("b", "a")),
    ("stale read", [write(0, 10, "a", 1), write(20, 30, "b", 2), read(31, 40, 1)], history("a", "b")),
    ("stale read", [write(0, 10, "a", 1), write(20, 99, "b", 2), read(31, 40, 2), read(41, 50, 1)], history("a", "b")),
    ("stale read", [write(0, 10, "a", 1), write(20, 30, "b", 2), read(12, 99, 2), write(40, 50, "x", None, REFUSED, 1)],
     history("a", "b")),
    ("future read", [write(0, 10, "a", 1), read(12, 15, 2), write(20, 30, "b", 2)], history("a", "b")),
    ("wrong content", [write(0, 10, "a", 1), write(20, 30, "b", 2), read(40, 50, 2, "a")], history("a", "b")),
    ("broken condition", [write(0, 10, "a", 1), write(20, 30, "b", 2, condition=0)], history("a", "b")),
    ("broken condition", [write(0, 10, "a", 1), write(20, 30, "b", None, REFUSED, 1, condition=1)], history("a")),
])
def test_each_planted_anomaly_is_found(planted, calls, events):
    assert planted in kinds(calls, events)


def simulate(dice, calls_count):
    """A history that is right: each call takes effect at one moment between its begin and its end."""
    now, calls, events = 0, [], []
    for number in range(calls_count):
        now += dice.randrange(1, 10)
        begun = now - dice.randrange(0, 30)
        ended = now + dice.randrange(0, 30)
        newest = next((event.mark for event in reversed(events) if event.shown), None)
        if not events or dice.random() < 0.5:
            fate = UNKNOWN if dice.random() < 0.1 else DONE
            happens = fate == DONE or dice.random() < 0.5
            version = len(events) + 1
            if happens:
                events.append(Event(version, f"m{number}", True))
            told = version if fate == DONE else None
            calls.append(Call(0, "write", begun, ended if told else NEVER, fate, f"m{number}", told, told))
        else:
            calls.append(Call(0, "read", begun, ended, DONE, newest, None, len(events)))
    return calls, events


@pytest.mark.parametrize("seed", range(50))
def test_random_histories_that_are_right_pass_and_each_mutation_is_found(seed):
    dice = random.Random(seed)
    calls, events = simulate(dice, 300)
    assert check_ticket(calls, events) == []
    writes = [call for call in calls if call.kind == "write" and call.fate == DONE]
    lost = dice.choice(writes).mark
    without = [event for event in events if event.mark != lost]
    for version, event in enumerate(without, 1):  # nobody left a hole
        event.version = version
    assert "lost write" in kinds(calls, without)

    calls, events = simulate(dice, 300)
    late = dice.choice([call for call in calls if call.kind == "read" and call.last > 1])
    late.last, late.mark = late.last - 1, None
    late.begun, late.ended = late.ended + 1000, late.ended + 1001
    assert "stale read" in kinds(calls, events)


def attempt(key="k", fate=DONE, status=201, reply=b"{}", replayed=False):
    return Attempt(key, fate, status, reply, replayed)


def key_kinds(attempts, effects):
    return sorted({anomaly.kind for anomaly in check_keys(attempts, effects)})


def test_keys_that_keep_their_promise_pass():
    unknown = attempt(fate=UNKNOWN, status=0)
    refused = attempt(fate=REFUSED, status=503)
    assert key_kinds([unknown, refused, attempt(), attempt(replayed=True)], {"k": 1}) == []
    assert key_kinds([unknown, attempt(replayed=True)], {"k": 1}) == [], "the first answer was lost on its way"
    assert key_kinds([unknown], {"k": 1}) == key_kinds([unknown], {}) == key_kinds([refused], {}) == []


@pytest.mark.parametrize("planted, attempts, effects", [
    ("duplicate effect", [attempt(), attempt(replayed=True)], {"k": 2}),
    ("duplicate effect", [attempt(fate=UNKNOWN)], {"k": 2}),
    ("lost write", [attempt()], {}),
    ("refused but done", [attempt(fate=REFUSED, status=503)], {"k": 1}),
    ("replies differ", [attempt(), attempt(reply=b"{ }", replayed=True)], {"k": 1}),
    ("replies differ", [attempt(), attempt(status=200, replayed=True)], {"k": 1}),
    ("processed twice", [attempt(), attempt()], {"k": 1}),
    ("stranger", [], {"k": 1}),
])
def test_each_planted_breach_of_a_key_is_found(planted, attempts, effects):
    assert planted in key_kinds(attempts, effects)


def test_a_history_is_written_whole(tmp_path):
    calls, events = [write(5, NEVER, "b", fate=UNKNOWN), write(0, 4, "a", 1)], history("a")
    write_history(tmp_path / "x" / "history.jsonl", calls, events, [])
    lines = [json.loads(line) for line in open(tmp_path / "x" / "history.jsonl")]
    assert [line["what"] for line in lines] == ["call", "call", "event"]
    assert lines[1]["mark"] == "b" and lines[1]["ended"] is None
