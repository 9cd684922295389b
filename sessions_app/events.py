"""Every event type and the data it carries: the one table that rules, feed, journal and docs share.

A rule that writes an unknown event, or one with other fields than these, is stopped here. `docs/events.md` is made
from this table: `python -m sessions_app.events` prints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AGENT = ("agent", "agent_name", "task_id", "stage", "attempt")


@dataclass(frozen=True)
class EventType:
    """One kind of event: what it says, the fields it always has and those it may have."""

    says: str
    fields: tuple[str, ...]
    optional: tuple[str, ...] = ()


EVENTS: Mapping[str, EventType] = {
    "session_started": EventType("A session has begun.", ("status", "by"), ("feature_name", "workflow", "model")),
    "stage_started": EventType("A stage's tasks are ready.", ("stage", "round"), ("name",)),
    "agent_task_started": EventType("A worker took a task.", (*AGENT, "model", "timeout_seconds")),
    "llm_call_finished": EventType(
        "A model call has ended and is settled.",
        (
            "call_id",
            "task_id",
            "agent",
            "model",
            "status",
            "input_tokens",
            "output_tokens",
            "cost_usd",
            "sha256",
        ),
        ("estimated",),  # true when nobody knows what it cost: `cost_usd` is what was set aside for it
    ),
    "decision_recorded": EventType(
        "An agent or a person decided.",
        ("decision_id", "number", "text", "sha256"),
        ("agent", "by", "stage", "confidence", "category"),
    ),
    "artifact_written": EventType(
        "A file was handed in.", ("artifact_id", "path", "version", "agent", "sha256"), ("stage",)
    ),
    "check_finished": EventType(
        "The checks of what an agent handed in have ended.",
        ("task_id", "agent", "stage", "passed", "warnings", "failed"),
    ),
    "question_asked": EventType("An agent asks.", ("question_id", "task_id", "agent", "text"), ("options", "default")),
    "question_answered": EventType(
        "A person answered a question.", ("question_id", "task_id", "agent", "text", "answer", "by")
    ),
    "question_defaulted": EventType(
        "Nobody answered in time: the default holds.", ("question_id", "task_id", "agent", "text", "answer")
    ),
    "agent_task_completed": EventType(
        "An agent handed in its work, which `model` wrote.",
        (*AGENT, "duration_seconds", "decisions", "artifacts", "summary"),
        ("model",),  # journals from before it was told have none
    ),
    "agent_task_failed": EventType("A task failed.", (*AGENT, "error", "will_retry", "retry_at")),
    "agent_task_released": EventType("A task was given back, or its worker was lost.", (*AGENT, "reason")),
    "agent_task_cancelled": EventType("A task was cancelled.", (*AGENT, "reason"), ("by",)),
    "agent_task_retried": EventType("A person has a task done once more.", (*AGENT, "by")),
    "stage_reviewed": EventType(
        "All that was handed in so far has been held against itself; scores go from 0 to 100.",
        ("stage", "round", "passed", "warnings", "failed", "scores"),
    ),
    "stage_completed": EventType("All tasks of a stage have ended well.", ("stage", "round"), ("scores",)),
    "stage_failed": EventType("A stage has ended with a failed task.", ("stage", "round")),
    "stage_cancelled": EventType("A stage was cancelled.", ("stage", "round")),
    "gate_opened": EventType(
        "A stage has ended; a person decides whether the session goes on.",
        ("gate_id", "stage", "round", "sha256"),
        ("reason", "scores"),
    ),
    "gate_approved": EventType(
        "The session may go on; without a person, because the gate's rule holds.",
        ("gate_id", "stage", "round", "sha256"),
        ("by", "feedback", "reason", "scores"),
    ),
    "gate_rejected": EventType(
        "A stage is sent back: the roles named work another round.",
        ("gate_id", "stage", "round", "by", "feedback", "roles", "sha256"),
        ("scores",),
    ),
    "decision_superseded": EventType(
        "A decision holds no longer: its author works another round.",
        ("decision_id", "number", "agent", "stage"),
        ("by",),
    ),
    "budget_warned": EventType("Four fifths of a cap are spent.", ("cap", "budget_usd", "spent_usd", "reserved_usd")),
    "budget_changed": EventType("A person changed the session's cap.", ("by", "budget_usd", "former_usd")),
    "budget_exhausted": EventType(
        "A model call would have gone over a cap; the session waits for a person.",
        ("agent", "task_id", "cap", "budget_usd", "spent_usd", "reserved_usd", "estimate_usd"),
    ),
    "session_paused": EventType("Nothing new is started.", ("status", "reason"), ("by",)),
    "session_resumed": EventType("The session goes on.", ("status", "by"), ("reason",)),
    "session_changed": EventType(
        "A person changed what the session is called, what it works from, or where it waits.",
        ("by",),
        ("feature_name", "gates", "brief_sha256"),
    ),
    "session_forked": EventType(
        "This session goes on from a stage of another one: what that had reached is copied here.",
        ("status", "by", "parent_id", "parent_chain_id", "after_stage"),
        ("feature_name", "model", "brief_changed", "roles"),
    ),
    "session_completed": EventType("The session has ended well.", ("status",), ("by", "reason", "duration_seconds")),
    "session_failed": EventType(
        "The session has ended with a failed task.", ("status", "reason"), ("duration_seconds",)
    ),
    "session_cancelled": EventType("A person cancelled the session.", ("status", "by"), ("reason", "duration_seconds")),
}


def check_event(type: str, data: Mapping[str, object]) -> None:
    """Raise ValueError unless `data` has all fields of the event `type` and none that it does not know."""
    known = EVENTS.get(type)
    if known is None:
        raise ValueError(f"unknown event type {type}")
    given = set(data)
    if missing := set(known.fields) - given:
        raise ValueError(f"{type} lacks {', '.join(sorted(missing))}")
    if foreign := given - {*known.fields, *known.optional}:
        raise ValueError(f"{type} does not know {', '.join(sorted(foreign))}")


def source_of(data: Mapping[str, object] | None) -> str:
    """Say who is behind an event: `agent:<role>`, `user:<username>` or `engine`."""
    if data and data.get("by"):
        return f"user:{data['by']}"
    if data and data.get("agent"):
        return f"agent:{data['agent']}"
    return "engine"


def as_markdown() -> str:
    """Return the table as the page `docs/events.md`."""
    lines = [
        "# Events",
        "",
        "Made from `sessions_app/events.py` by `python -m sessions_app.events`; a test compares both.",
        "",
        "Every event has `seq`, `type`, `session_id`, `at`, `source` and `data`. A field in parentheses may be absent.",
        "",
        "| type | says | data |",
        "| --- | --- | --- |",
    ]
    for type, event in EVENTS.items():
        fields = ", ".join([*(f"`{name}`" for name in event.fields), *(f"(`{name}`)" for name in event.optional)])
        lines.append(f"| `{type}` | {event.says} | {fields} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")
