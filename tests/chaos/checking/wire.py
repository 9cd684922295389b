"""What the provider saw, by its own log, against the ledger: nothing unpaid, nothing unreserved, nothing again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.chaos.checking.reading import Facts, House, Row, grouped, moment
from tests.chaos.checking.violation import AFTER_END, PROVIDER, Violation

# How the provider meant to end a request. These are whole answers, sensible or not; all others are its own failures.
ANSWERS = ("ok", "drip", "nonsense", "deep", "empty")
SAME_MACHINE = timedelta(seconds=0.05)  # both clocks are one clock, read by two programs
ENDINGS = ("session_completed", "session_failed", "session_cancelled")


def check_provider(
    house: House, requests: list[Row], *, after_end_seconds: float, repeats_overall: int | None
) -> Iterator[Violation]:
    """Yield calls and requests that do not fit each other.

    A request may be repeated when its answer was lost with the worker, with the database or by an error: each such
    loss gives the task back or fails it, so no task may have more repeated requests than that happened.
    `repeats_overall`, when given, is how many repeated requests the faults of a run account for in all.
    """
    repeats = 0
    for (session_id,), mine in grouped(requests, "session_id").items():
        facts = house.sessions.get(session_id)
        if facts is None:
            yield Violation(PROVIDER, None, f"the provider was asked for session {session_id}, which does not exist")
            continue
        repeats += sum(_repeats(asked) for asked in grouped(mine, "task_id", "call_key").values())
        yield from _repeated_too_often(facts, mine)
        yield from _reserved_before(facts, mine)
        yield from _asked_after_end(facts, mine, timedelta(seconds=after_end_seconds))
    by_session = grouped(requests, "session_id")
    for facts in house.sessions.values():
        yield from _answers_of(facts, by_session.get((facts.id,), []))
    if repeats_overall is not None and repeats > repeats_overall:
        yield Violation(PROVIDER, None, f"{repeats} requests were repeated; the faults account for {repeats_overall}")


def _answers_of(facts: Facts, requests: list[Row]) -> Iterator[Violation]:
    answers = grouped([row for row in requests if row["outcome"] in ANSWERS], "task_id", "call_key")
    for call in facts.calls:
        if call["status"] != "succeeded":
            continue
        usage = (call["input_tokens"], call["output_tokens"])
        told = answers.get((call["agent_task_id"], call["call_key"]), [])
        if not any((answer["input_tokens"], answer["output_tokens"]) == usage for answer in told):
            text = f"call {call['id']} of task {call['agent_task_id']} says {usage} tokens; the provider answered with "
            yield Violation(PROVIDER, facts.id, text + f"{[(a['input_tokens'], a['output_tokens']) for a in told]}")


def _reserved_before(facts: Facts, requests: list[Row]) -> Iterator[Violation]:
    """The n-th request of a call must find n reservations: one for each try, each made before it."""
    for (task_id, call_key), asked in grouped(requests, "task_id", "call_key").items():
        reserved = sorted(
            call["created_at"]
            for call in facts.calls
            if (call["agent_task_id"], call["call_key"]) == (task_id, call_key)
        )
        for number, at in enumerate(sorted(moment(request["at"]) for request in asked), start=1):
            there = sum(1 for each in reserved if each <= at + SAME_MACHINE)
            if there < number:
                text = f"request {number} of task {task_id}, {call_key}, at {at}: only {there} were reserved by then"
                yield Violation(PROVIDER, facts.id, text)
                break


def _repeated_too_often(facts: Facts, requests: list[Row]) -> Iterator[Violation]:
    given_back: dict[int, int] = {}
    for event in (*facts.events_of("agent_task_released"), *facts.events_of("agent_task_failed")):
        task_id = event["data"]["task_id"]
        given_back[task_id] = given_back.get(task_id, 0) + 1
    for (task_id, call_key), asked in grouped(requests, "task_id", "call_key").items():
        repeats, allowed = _repeats(asked), given_back.get(task_id, 0)
        if repeats > allowed:
            text = f"task {task_id}, {call_key}: {repeats} repeated requests; given back or failed {allowed} times"
            yield Violation(PROVIDER, facts.id, text)


def _repeats(asked: list[Row]) -> int:
    """Count the requests beyond the first that the provider answered, or may have; its own failures are no repeats."""
    return max(sum(1 for request in asked if request["outcome"] in ANSWERS) - 1, 0)


def _asked_after_end(facts: Facts, requests: list[Row], slack: timedelta) -> Iterator[Violation]:
    silent: list[tuple[datetime, datetime | None]] = []
    for event in facts.events:
        if event["type"] in ENDINGS:
            silent.append((event["at"], None))
        elif event["type"] == "session_resumed" and silent:
            silent[-1] = (silent[-1][0], event["at"])
    for request in requests:
        at = moment(request["at"])
        for ended_at, resumed_at in silent:
            if at > ended_at + slack and (resumed_at is None or at < resumed_at):
                late = (at - ended_at).total_seconds()
                text = f"the provider was asked for task {request['task_id']} {late:.1f} s after the end"
                yield Violation(AFTER_END, facts.id, text)
