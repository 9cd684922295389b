"""Which status may follow which, and the event that says so: the one table for sessions, stages, agent
tasks and gates."""

from __future__ import annotations

from typing import NamedTuple

from sessions_app.errors import IllegalTransition
from sessions_app.models import GateStatus as Gate
from sessions_app.models import SessionStatus as Session
from sessions_app.models import StageStatus as Stage
from sessions_app.models import TaskStatus as Task


class Transition(NamedTuple):
    """One legal step of the machine of a table."""

    table: str
    before: str
    after: str
    event: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition("execution_sessions", Session.ACTIVE, Session.PAUSED, "session_paused"),
    Transition("execution_sessions", Session.ACTIVE, Session.AWAITING_APPROVAL, "gate_opened"),
    Transition("execution_sessions", Session.ACTIVE, Session.COMPLETED, "session_completed"),
    Transition("execution_sessions", Session.ACTIVE, Session.FAILED, "session_failed"),
    Transition("execution_sessions", Session.ACTIVE, Session.CANCELLED, "session_cancelled"),
    Transition("execution_sessions", Session.PAUSED, Session.ACTIVE, "session_resumed"),
    Transition("execution_sessions", Session.PAUSED, Session.AWAITING_APPROVAL, "session_resumed"),
    Transition("execution_sessions", Session.PAUSED, Session.COMPLETED, "session_completed"),
    Transition("execution_sessions", Session.PAUSED, Session.FAILED, "session_failed"),
    Transition("execution_sessions", Session.PAUSED, Session.CANCELLED, "session_cancelled"),
    Transition("execution_sessions", Session.AWAITING_APPROVAL, Session.ACTIVE, "gate_approved"),
    Transition("execution_sessions", Session.AWAITING_APPROVAL, Session.ACTIVE, "gate_rejected"),
    Transition("execution_sessions", Session.AWAITING_APPROVAL, Session.COMPLETED, "session_completed"),
    Transition("execution_sessions", Session.AWAITING_APPROVAL, Session.CANCELLED, "session_cancelled"),
    Transition("execution_sessions", Session.FAILED, Session.ACTIVE, "session_resumed"),
    Transition("stages", Stage.PENDING, Stage.RUNNING, "stage_started"),
    Transition("stages", Stage.PENDING, Stage.CANCELLED, "stage_cancelled"),
    Transition("stages", Stage.RUNNING, Stage.AWAITING_APPROVAL, "gate_opened"),
    Transition("stages", Stage.RUNNING, Stage.COMPLETED, "stage_completed"),
    Transition("stages", Stage.RUNNING, Stage.FAILED, "stage_failed"),
    Transition("stages", Stage.RUNNING, Stage.CANCELLED, "stage_cancelled"),
    Transition("stages", Stage.AWAITING_APPROVAL, Stage.COMPLETED, "stage_completed"),
    Transition("stages", Stage.AWAITING_APPROVAL, Stage.RUNNING, "gate_rejected"),
    Transition("stages", Stage.AWAITING_APPROVAL, Stage.CANCELLED, "stage_cancelled"),
    Transition("stages", Stage.FAILED, Stage.RUNNING, "stage_started"),
    Transition("agent_tasks", Task.PENDING, Task.RUNNING, "agent_task_started"),
    Transition("agent_tasks", Task.PENDING, Task.CANCELLED, "agent_task_cancelled"),
    Transition("agent_tasks", Task.RUNNING, Task.PENDING, "agent_task_released"),
    Transition("agent_tasks", Task.RUNNING, Task.PENDING, "agent_task_failed"),
    Transition("agent_tasks", Task.RUNNING, Task.PENDING, "budget_exhausted"),
    Transition("agent_tasks", Task.RUNNING, Task.WAITING, "question_asked"),
    Transition("agent_tasks", Task.RUNNING, Task.COMPLETED, "agent_task_completed"),
    Transition("agent_tasks", Task.RUNNING, Task.ERROR, "agent_task_failed"),
    Transition("agent_tasks", Task.RUNNING, Task.CANCELLED, "agent_task_cancelled"),
    Transition("agent_tasks", Task.WAITING, Task.PENDING, "question_answered"),
    Transition("agent_tasks", Task.WAITING, Task.PENDING, "question_defaulted"),
    Transition("agent_tasks", Task.WAITING, Task.CANCELLED, "agent_task_cancelled"),
    Transition("agent_tasks", Task.COMPLETED, Task.PENDING, "gate_rejected"),
    Transition("agent_tasks", Task.ERROR, Task.PENDING, "agent_task_retried"),
    Transition("agent_tasks", Task.CANCELLED, Task.PENDING, "agent_task_retried"),
    Transition("agent_tasks", Task.CANCELLED, Task.WAITING, "agent_task_retried"),
    Transition("gates", Gate.OPEN, Gate.APPROVED, "gate_approved"),
    Transition("gates", Gate.OPEN, Gate.REJECTED, "gate_rejected"),
)
NOUNS = {"execution_sessions": "session", "stages": "stage", "agent_tasks": "task", "gates": "gate"}


def events_of(table: str, before: str, after: str) -> frozenset[str]:
    """Return the events one of which must say that a row of `table` went from one status to another; none: illegal."""
    return _EVENTS.get((table, str(before), str(after)), frozenset())


def spoken(status: str) -> str:
    """Return what a sentence says of a session or stage with this status: `is paused`, `waits at a gate`."""
    return "waits at a gate" if status == Session.AWAITING_APPROVAL else f"is {status}"


def require_legal(table: str, before: str, after: str) -> None:
    """Raise IllegalTransition unless a row of `table` may go from status `before` to `after`."""
    if not events_of(table, before, after):
        raise IllegalTransition(f"A {NOUNS[table]} that {spoken(before)} cannot become {after}.")


def _by_step() -> dict[tuple[str, str, str], frozenset[str]]:
    steps: dict[tuple[str, str, str], frozenset[str]] = {}
    for row in TRANSITIONS:
        step = (row.table, str(row.before), str(row.after))
        steps[step] = steps.get(step, frozenset()) | {row.event}
    return steps


_EVENTS = _by_step()
