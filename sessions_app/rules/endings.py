"""How sessions, and the work that is open in them, come to an end."""

from __future__ import annotations

from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.ledger import leave_unconfirmed
from sessions_app.rules.state import TaskRow
from sessions_app.rules.writes import Writes

OPEN_STAGE = (StageStatus.PENDING, StageStatus.RUNNING, StageStatus.AWAITING_APPROVAL)


def finish_session(writes: Writes) -> None:
    """Complete a session whose last stage has ended well."""
    writes.end_session(SessionStatus.COMPLETED)


def fail_session(writes: Writes, task: TaskRow) -> None:
    """Fail a session because of the task that could not be done."""
    writes.end_session(SessionStatus.FAILED, reason=f"{task.agent_role}: {task.error_message}"[:255])


def cancel_open_work(writes: Writes, *, reason: str) -> None:
    """Cancel every task and stage that has not ended; calls that are under way may have been billed."""
    for task in writes.state.tasks:
        if not task.is_terminal:
            leave_unconfirmed(writes, task, error="Cancelled")
            writes.end_task(task, TaskStatus.CANCELLED, error="Cancelled")
            writes.task_event("agent_task_cancelled", task, reason=reason)
    for stage in writes.state.stages:
        if stage.status in OPEN_STAGE:
            writes.end_stage(stage, StageStatus.CANCELLED)
