"""What watchers were told over their sockets: every event once, in order, as it stands in the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.chaos.checking.proof import rfc3339
from tests.chaos.checking.reading import Facts, House, Row, grouped
from tests.chaos.checking.violation import GAP, LOST, TWICE, Violation


def check_sockets(house: House, lines: list[Row]) -> Iterator[Violation]:
    """Yield frames that a watcher missed, got twice, got out of order, or that say something else than the journal.

    A line with another `after` is a new connection of the same watcher. A last line without a frame (or with one of
    type `closed`) says that the watcher had left; any other watcher must have seen everything.
    """
    for (watcher, session_id), told in grouped(lines, "watcher", "session_id").items():
        facts = house.sessions.get(session_id)
        if facts is None:
            yield Violation(LOST, session_id, f"{watcher} watched a session that does not exist")
        else:
            yield from _of_watcher(facts, str(watcher), told)


def _of_watcher(facts: Facts, watcher: str, told: list[Row]) -> Iterator[Violation]:
    events = {event["seq"]: event for event in facts.events}
    after, seen, has_left = told[0]["after"], told[0]["after"], False
    for line in told:
        frame = _frame(line["frame"])
        if line["after"] != after or (has_left and frame is not None):
            after = seen = line["after"]
        has_left = frame is None or frame.get("type") == "closed"
        if frame is None or frame.get("seq") is None:
            continue
        seq = frame["seq"]
        if seq <= seen:
            yield Violation(TWICE, facts.id, f"{watcher} was told event {seq} after event {seen}")
        elif seq > seen + 1:
            yield Violation(GAP, facts.id, f"{watcher} was told event {seq} right after event {seen}")
        seen = max(seen, seq)
        if wrong := _otherwise(frame, events.get(seq)):
            yield Violation(GAP, facts.id, f"{watcher} was told event {seq} {wrong}")
    if not has_left and seen < facts.session["last_seq"]:
        text = f"{watcher} saw events up to {seen} of {facts.session['last_seq']}"
        yield Violation(GAP, facts.id, text)


def _otherwise(frame: dict[str, Any], event: Row | None) -> str:
    """Say how a frame differs from its event; an empty text when it does not."""
    if event is None:
        return "which is not in the journal"
    if frame["type"] != event["type"]:
        return f"as {frame['type']}; the journal says {event['type']}"
    if event["data"] is not None and frame["data"] != event["data"]:
        return "with other data than the journal's"
    return "" if frame["at"] == rfc3339(event["at"]) else "with another time than the journal's"


def _frame(value: Any) -> dict[str, Any] | None:
    frame = json.loads(value) if isinstance(value, str) else value
    return frame if isinstance(frame, dict) else None
