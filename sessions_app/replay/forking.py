"""How a recorded fork begins again: with the rows that it took over then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sessions_app.replay.people import People
from sessions_app.replay.recording import Recording
from sessions_app.rules.forks import ForkSource, ForkWish
from sessions_app.rules.sessions import NewSession

TOLD_BY_ITSELF = ("status", "by", "parent_id", "parent_chain_id", "after_stage")


def fork_of(recording: Recording, new: NewSession, people: People) -> tuple[ForkSource, ForkWish]:
    """Return what `fork_session` needs to begin the fork once more."""
    rows, event = recording.fork, recording.events[1].data
    assert rows is not None
    source = ForkSource(
        session_id=event["parent_id"],
        chain_id=UUID(event["parent_chain_id"]),
        after_stage=event["after_stage"],
        stages=_dumped(rows.stages),
        tasks=_dumped(rows.tasks),
        requirements=_dumped(rows.requirements),
        decisions=_dumped(rows.decisions),
        human_decisions=[_decided(row, people) for row in _dumped(rows.human_decisions)],
        artifacts=_dumped(rows.artifacts),
        checks=_dumped(rows.checks),
        questions=[_answered(row, people) for row in _dumped(rows.questions)],
        snapshots=_dumped(rows.snapshots),
    )
    own = [{name: value for name, value in row.items() if name != "by"} for row in _dumped(rows.own_decisions)]
    told = {name: value for name, value in event.items() if name not in TOLD_BY_ITSELF}
    return source, ForkWish(new, own, told)


def _dumped(rows: Any) -> list[dict[str, Any]]:
    return [row.model_dump() for row in rows]


def _decided(row: dict[str, Any], people: People) -> dict[str, Any]:
    person = people.called(row["by"])
    return {**row, "by": person.username, "user_id": person.user_id}


def _answered(row: dict[str, Any], people: People) -> dict[str, Any]:
    name = row.pop("answered_by")
    return {**row, "answered_by_id": None if name is None else people.called(name).user_id}
