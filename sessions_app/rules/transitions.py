"""Which status may follow which, and the event that says so: the one table for sessions, stages and agent tasks."""

from __future__ import annotations

from typing import NamedTuple

from sessions_app.errors import IllegalTransition
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
    Transition("execution_sessions", Session.ACTIVE, Session.COMPLETED, "session_completed"),
    Transition("execution_sessions", Session.ACTIVE, Session.FAILED, "session_failed"),
    Transition("execution_sessions", Session.ACTIVE, Session.CANCELLED, "session_cancelled"),
    Transition("execution_sessions", Session.PAUSED, Session.COMPLETED, "session_completed"),
    Transition("execution_sessions", Session.PAUSED, Session.FAILED, "session_failed"),
    Transition("execution_sessions", Session.PAUSED, Session.CANCELLED, "session_cancelled"),
    Transition("stages", Stage.PENDING, Stage.RUNNING, "stage_started"),
    Transition("stages", Stage.PENDING, Stage.CANCELLED, "stage_cancelled"),
    Transition("stages", Stage.RUNNING, Stage.COMPLETED, "stage_completed"),
    Transition("stages", Stage.RUNNING, Stage.FAILED, "stage_failed"),
    Transition("stages", Stage.RUNNING, Stage.CANCELLED, "stage_cancelled"),
    Transition("agent_tasks", Task.PENDING, Task.RUNNING, "agent_task_started"),
    Transition("agent_tasks", Task.PENDING, Task.CANCELLED, "agent_task_cancelled"),
    Transition("agent_tasks", Task.RUNNING, Task.PENDING, "agent_task_released"),
    Transition("agent_tasks", Task.RUNNING, Task.PENDING, "agent_task_failed"),
    Transition("agent_tasks", Task.RUNNING, Task.PENDING, "budget_exhausted"),
    Transition("agent_tasks", Task.RUNNING, Task.COMPLETED, "agent_task_completed"),
    Transition("agent_tasks", Task.RUNNING, Task.ERROR, "agent_task_failed"),
    Transition("agent_tasks", Task.RUNNING, Task.CANCELLED, "agent_task_cancelled"),
)
_LEGAL = frozenset((row.table, row.before, row.after) for row in TRANSITIONS)


def require_legal(table: str, before: str, after: str) -> None:
    """Raise IllegalTransition unless a row of `table` may go from status `before` to `after`."""
    if (table, str(before), str(after)) not in _LEGAL:
        noun = {"execution_sessions": "session", "stages": "stage", "agent_tasks": "task"}[table]
        raise IllegalTransition(f"A {noun} that is {before} cannot become {after}.")
