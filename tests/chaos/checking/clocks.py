"""Whether every time in the journal is the database's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.chaos.checking.reading import Facts, House
from tests.chaos.checking.violation import TIME, Violation

SOON = timedelta(seconds=1)


def check_order(house: House, facts: Facts) -> Iterator[Violation]:
    """Yield events of a session whose time goes backwards, or lies in the future of the database's clock."""
    last = None
    for event in facts.events:
        if last is not None and event["at"] < last:
            text = f"event {event['seq']} was at {event['at']}, before the one that it follows"
            yield Violation(TIME, facts.id, text)
        if event["at"] > house.now + SOON:
            yield Violation(TIME, facts.id, f"event {event['seq']} is at {event['at']}, and it is {house.now} now")
        last = event["at"]


def check_clock(house: House, *, seconds: float) -> Iterator[Violation]:
    """Yield events whose time does not fit the order in which the database numbered their transactions.

    Events are written under locks that are held for a moment, so the times of all sessions together follow the order
    of their transactions, but for the little that a transaction waits between its clock and its first write.
    """
    slack = timedelta(seconds=seconds)
    events = [
        (event["written_by"], event["at"], facts.id, event["seq"])
        for facts in house.sessions.values()
        for event in facts.events
        if event["data"] is not None  # erasing the data wrote the row anew
    ]
    events.sort()
    latest, told = None, set()
    for _, at, session_id, seq in events:
        if latest is not None and at < latest - slack and session_id not in told:
            told.add(session_id)
            behind = (latest - at).total_seconds()
            text = f"event {seq} says {at}, {behind:.0f} s before events that were written earlier"
            yield Violation(TIME, session_id, text)
        latest = at if latest is None else max(latest, at)
