"""Events as sentences for the feed: who did what, and one line of figures under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.providers.names import SIMULATOR
from agents.roles import ROLES
from sessions_app.models import SessionEvent

Data = Mapping[str, Any]

CAPS = {"session": "session’s cap", "team month": "team’s cap of this month"}
PAUSES = {
    "budget_exhausted": "The next model call would go over the cap",
    "longest_run": "It has run for longer than a session may without a person looking",
}


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
    if type == "stage_reviewed":
        return _reviewed(title, data)
    said = {"stage_started": "", "stage_completed": ", is complete", "stage_failed": ", failed"}
    return FeedRow(f"{title}{said.get(type, ', was cancelled')}", kind="error" if type == "stage_failed" else "stage")


def _reviewed(title: str, data: Data) -> FeedRow:
    scores = ", ".join(f"{name} {value}" for name, value in data["scores"].items())
    found = f"{data['warnings']} warnings, {data['failed']} failed"
    return FeedRow(f"{title}: all files were held against each other", f"{found}. {scores}".rstrip(". "), "stage")


def _failed(data: Data) -> FeedRow:
    if data["will_retry"]:
        return FeedRow("failed and tries again", str(data["error"]), "error")
    return FeedRow("failed", str(data["error"]), "error")


def _call(data: Data) -> FeedRow:
    cost = f"${Decimal(str(data['cost_usd'] or 0)):.4f}"
    told = f"cost unknown, counted as {cost}" if data.get("estimated") else cost
    figures = f"{data['input_tokens']:,} in, {data['output_tokens']:,} out, {told}"
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
    model = data.get("model", SIMULATOR)
    return FeedRow("finished", figures if model == SIMULATOR else f"{figures}, {model}")


def _gate(words: str, kind: str) -> Callable[[Data], FeedRow]:
    """A gate's sentence; what a person said is quoted, what a rule found is told."""

    def row(data: Data) -> FeedRow:
        said, found = str(data.get("feedback") or ""), str(data.get("reason") or "")
        return FeedRow(words.format(stage=data["stage"]), f"“{said}”" if said else found, kind)

    return row


def _approved(data: Data) -> FeedRow:
    words = "approved gate {stage}" if data.get("by") else "Gate {stage} passed by itself"
    return _gate(words, "stage")(data)


def _rejected(data: Data) -> FeedRow:
    asked = ", ".join(ROLES[role].name if role in ROLES else str(role) for role in data["roles"])
    return FeedRow(f"sent stage {data['stage']} back to {asked}", f"“{data['feedback']}”", "stage")


def _warned(data: Data) -> FeedRow:
    return FeedRow(
        f"Four fifths of the {CAPS.get(str(data['cap']), 'cap')} are used",
        f"{_dollars(data['spent_usd'])} spent and {_dollars(data['reserved_usd'])} reserved"
        f" of {_dollars(data['budget_usd'])}",
        "error",
    )


def _exhausted(data: Data) -> FeedRow:
    return FeedRow(
        f"reached the {CAPS.get(str(data['cap']), 'cap')}",
        f"{_dollars(data['spent_usd'])} of {_dollars(data['budget_usd'])} is spent,"
        f" the next call may need {_dollars(data['estimate_usd'])}",
        "error",
    )


def _budget(data: Data) -> FeedRow:
    wanted, former = _dollars(data["budget_usd"]), _dollars(data["former_usd"])
    return FeedRow(
        f"set the cap to {wanted}" if data["budget_usd"] is not None else "took the cap away", f"was {former}"
    )


def _changed(data: Data) -> FeedRow:
    parts = [f"called it {data['feature_name']}"] if "feature_name" in data else []
    if "gates" in data:
        stages = ", ".join(str(number) for number in data["gates"])
        parts.append(f"gates after stage {stages}" if stages else "no gates")
    if "brief_sha256" in data:
        parts.append("a new brief")
    return FeedRow("changed the session", "; ".join(parts))


def _resumed(data: Data) -> FeedRow:
    return FeedRow("retried the session" if data.get("reason") == "retry" else "resumed the session", kind="stage")


def _paused(data: Data) -> FeedRow:
    if data.get("by"):
        return FeedRow("paused the session", "Running calls finish, nothing new starts", "stage")
    reason = str(data["reason"])
    return FeedRow("The session is paused", PAUSES.get(reason, reason), "error")


def _forked(data: Data) -> FeedRow:
    changed = [name for name in ("feature_name", "model", "roles") if data.get(name)]
    if data.get("brief_changed"):
        changed.insert(0, "brief")
    words = {"feature_name": "name"}
    other = ", ".join(words.get(name, name) for name in changed)
    return FeedRow(
        f"forked session #{data['parent_id']} after stage {data['after_stage']}",
        f"Changed: {other}" if other else "Decisions and artifacts are copied",
        "stage",
    )


def _dollars(amount: Any) -> str:
    if amount is None:
        return "no cap"
    value = Decimal(str(amount))
    return "< $0.01" if 0 < value < Decimal("0.01") else f"${value:,.2f}"


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
    "agent_task_cancelled": lambda data: FeedRow(
        f"cancelled {data['agent_name']}" if data.get("by") else "was cancelled", str(data["reason"])
    ),
    "agent_task_retried": lambda data: FeedRow(f"has {data['agent_name']} try again"),
    "llm_call_finished": _call,
    "decision_recorded": _decision,
    "artifact_written": _artifact,
    "check_finished": _checks,
    "question_asked": lambda data: FeedRow("asked a question", str(data["text"])),
    "question_answered": lambda data: FeedRow(f"answered: {data['answer']}", str(data["text"])),
    "question_defaulted": lambda data: FeedRow("took the default answer", str(data["answer"])),
    "gate_opened": _gate("Gate {stage} is open: a person decides", "stage"),
    "gate_approved": _approved,
    "gate_rejected": _rejected,
    "decision_superseded": lambda data: FeedRow(
        f"took back {data['number']}", "Its author works another round", "decision"
    ),
    "budget_warned": _warned,
    "budget_changed": _budget,
    "budget_exhausted": _exhausted,
    "session_paused": _paused,
    "session_resumed": _resumed,
    "session_changed": _changed,
    "session_forked": _forked,
    "session_completed": lambda data: FeedRow(
        "ended the session" if data.get("by") else "The session is complete", str(data.get("reason") or ""), "stage"
    ),
    "session_failed": _ended("The session failed", "error"),
    "session_cancelled": _ended("cancelled the session"),
}
