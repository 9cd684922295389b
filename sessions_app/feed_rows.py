"""Events as sentences for the feed: who did what, and one line of figures under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.roles import ROLES
from sessions_app.models import SessionEvent

Data = Mapping[str, Any]


@dataclass(frozen=True)
class FeedRow:
    """One event as the feed shows it; `agent` is a role key, `person` a username, and neither means the engine."""

    says: str
    detail: str = ""
    kind: str = "other"  # what the feed filters by: stage, decision, artifact, call, error, other
    who: str = ""
    agent: str = ""
    person: str = ""
    artifact_id: int | None = None
    seq: int = 0
    at: datetime | None = None


def feed_rows(events: Iterable[SessionEvent], stage_titles: Mapping[int, str]) -> list[FeedRow]:
    """Return a row for each event, in the given order."""
    return [_row(event, stage_titles) for event in events]


def _row(event: SessionEvent, stage_titles: Mapping[int, str]) -> FeedRow:
    if event.data is None:
        return FeedRow(f"{event.type.replace('_', ' ')}", "Its data was erased", seq=event.seq, at=event.at)
    data = event.data
    if event.type.startswith("stage_"):
        row = _stage(event.type, data, stage_titles)
    else:
        row = SENTENCES.get(event.type, _unknown(event.type))(data)
    agent, person = str(data.get("agent") or ""), str(data.get("by") or "")
    who = person or (ROLES[agent].name if agent in ROLES else agent)
    return replace(row, who=who, agent="" if person else agent, person=person, seq=event.seq, at=event.at)


def _stage(type: str, data: Data, titles: Mapping[int, str]) -> FeedRow:
    number = data["stage"]
    title = f"Stage {number}, {titles.get(number, '')}".rstrip(", ")
    said = {"stage_started": "", "stage_completed": ", is complete", "stage_failed": ", failed"}
    return FeedRow(f"{title}{said.get(type, ', was cancelled')}", kind="error" if type == "stage_failed" else "stage")


def _failed(data: Data) -> FeedRow:
    if data["will_retry"]:
        return FeedRow("failed and tries again", str(data["error"]), "error")
    return FeedRow("failed", str(data["error"]), "error")


def _call(data: Data) -> FeedRow:
    figures = f"{data['input_tokens']:,} in, {data['output_tokens']:,} out, ${Decimal(str(data['cost_usd'] or 0)):.4f}"
    if data["status"] == "succeeded":
        return FeedRow("asked the model", f"{data['model']}, {figures}", "call")
    how = ", the answer is lost and its estimate counts" if data["status"] == "unconfirmed" else f": {data['status']}"
    return FeedRow(f"asked the model{how}", f"{data['model']}, {figures}", "error")


def _decision(data: Data) -> FeedRow:
    confidence = data.get("confidence")
    detail = f"Confidence {confidence}%" if isinstance(confidence, int) else "Binding for tasks that start later"
    return FeedRow(f"decided {data['number']}: {data['text']}", detail, "decision")


def _artifact(data: Data) -> FeedRow:
    return FeedRow(f"wrote {data['path']} v{data['version']}", kind="artifact", artifact_id=int(data["artifact_id"]))


def _checks(data: Data) -> FeedRow:
    found = f"{data['passed']} passed, {data['warnings']} warnings, {data['failed']} failed"
    return FeedRow("was checked", found, "error" if data["failed"] else "artifact")


def _completed(data: Data) -> FeedRow:
    figures = f"{data['decisions']} decisions, {data['artifacts']} artifacts, {float(data['duration_seconds']):.1f} s"
    return FeedRow("finished", figures)


def _ended(words: str, kind: str = "stage") -> Callable[[Data], FeedRow]:
    return lambda data: FeedRow(words, str(data.get("reason") or ""), kind)


def _unknown(type: str) -> Callable[[Data], FeedRow]:
    return lambda data: FeedRow(type.replace("_", " "))


SENTENCES: Mapping[str, Callable[[Data], FeedRow]] = {
    "session_started": lambda data: FeedRow("started the session", f"{data.get('model', '')}"),
    "agent_task_started": lambda data: FeedRow("started", f"Attempt {data['attempt']}" if data["attempt"] > 1 else ""),
    "agent_task_completed": _completed,
    "agent_task_failed": _failed,
    "agent_task_released": lambda data: FeedRow("was given back", str(data["reason"]), "error"),
    "agent_task_cancelled": lambda data: FeedRow("was cancelled", str(data["reason"])),
    "llm_call_finished": _call,
    "decision_recorded": _decision,
    "artifact_written": _artifact,
    "check_finished": _checks,
    "question_asked": lambda data: FeedRow("asked a question", str(data["text"])),
    "question_defaulted": lambda data: FeedRow("took the default answer", str(data["answer"])),
    "budget_exhausted": lambda data: FeedRow(
        "reached the cap", f"${Decimal(str(data['spent_usd'])):.2f} is spent, the next call needs more", "error"
    ),
    "session_paused": _ended("The session is paused", "error"),
    "session_completed": lambda data: FeedRow(
        "ended the session" if data.get("by") else "The session is complete", str(data.get("reason") or ""), "stage"
    ),
    "session_failed": _ended("The session failed", "error"),
    "session_cancelled": _ended("cancelled the session"),
}
