"""What a person does to a session that exists: pause, resume, retry, change it; and cancel one of its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sessions_app.errors import IllegalTransition, InvalidInput, NotReachable
from sessions_app.journal.canonical import sha256_text
from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.ledger import leave_unconfirmed
from sessions_app.rules.questions import waits_again
from sessions_app.rules.stages import move_on
from sessions_app.rules.state import SessionState, TaskRow
from sessions_app.rules.transitions import spoken
from sessions_app.rules.writes import FRESH, Writes

UNCHANGED: Any = object()
OVERLONG = "longest_run"


def pause_session(state: SessionState, *, by: str) -> Writes:
    """Start nothing new; running calls finish and are kept. Pausing a paused session changes nothing.

    Raises IllegalTransition when the session waits at a gate or has ended.
    """
    writes = Writes(state)
    if state.session.status == SessionStatus.PAUSED:
        return writes
    if state.session.status == SessionStatus.AWAITING_APPROVAL:
        raise IllegalTransition("The session waits at a gate; nothing runs that could be paused.")
    state.require_open()
    _pause(writes, reason="paused by a person", by=by)
    return writes


def pause_overlong(state: SessionState, *, longest_seconds: float) -> Writes:
    """Pause a session that has been going for longer than it may, so that a person looks at it."""
    writes = Writes(state)
    since, session = state.session.active_since, state.session
    if session.status == SessionStatus.ACTIVE and since and since + timedelta(seconds=longest_seconds) <= state.now:
        _pause(writes, reason=OVERLONG)
    return writes


def resume_session(state: SessionState, *, by: str) -> Writes:
    """Let a paused session go on, or wait at its gate again. Raises IllegalTransition when it is not paused."""
    writes = Writes(state)
    if state.session.status != SessionStatus.PAUSED:
        raise IllegalTransition(f"The session {spoken(state.session.status)}; only a paused one can be resumed.")
    stage = state.current_stage
    at_gate = stage is not None and stage.status == StageStatus.AWAITING_APPROVAL
    _set_going(writes, SessionStatus.AWAITING_APPROVAL if at_gate else SessionStatus.ACTIVE, by=by)
    for task in state.tasks:
        if task.status == TaskStatus.PENDING and task.ready_at is not None:
            writes.announce(task)
    return writes


def retry_session(state: SessionState, *, by: str, task_id: int | None = None) -> Writes:
    """Have the failed tasks of a failed session done once more, or one task that failed or was cancelled.

    Raises IllegalTransition when there is nothing of the kind, or when the session would not go on with that task;
    NotReachable when it was deleted meanwhile.
    """
    writes = Writes(state)
    session = state.session
    if session.deleted_at is not None:
        raise NotReachable("There is no such session.")
    if session.status in (SessionStatus.COMPLETED, SessionStatus.CANCELLED):
        raise IllegalTransition(f"The session is {session.status}; fork it to go on from one of its stages.")
    if task_id is None and session.status != SessionStatus.FAILED:
        raise IllegalTransition(f"The session {spoken(session.status)}; only a failed one can be retried.")
    tasks = _failed_tasks(state) if task_id is None else [_failed_task(state, task_id)]
    if session.status == SessionStatus.FAILED:
        _require_failed_stage(state, tasks)
        _set_going(writes, SessionStatus.ACTIVE, by=by, reason="retry")
    for task in tasks:
        _do_again(writes, task, by=by)
    return writes


def cancel_task(state: SessionState, task_id: int, *, by: str) -> Writes:
    """Stop one task; without its work the session fails once the others of its stage have ended.

    Cancelling a cancelled task changes nothing. Raises IllegalTransition when it has ended otherwise.
    """
    writes = Writes(state)
    task = state.task(task_id)
    if task.status == TaskStatus.CANCELLED:
        return writes
    state.require_open()
    if task.is_terminal:
        raise IllegalTransition(f"The task is {task.status}; only one that has not ended can be cancelled.")
    leave_unconfirmed(writes, task, error="Cancelled")
    writes.end_task(task, TaskStatus.CANCELLED, error="Cancelled")
    writes.task_event("agent_task_cancelled", task, reason=f"{by} cancelled the task", by=by)
    move_on(writes, state.stage(task.stage))
    return writes


def change_session(
    state: SessionState,
    *,
    by: str,
    feature_name: str | None = None,
    brief: str | None = None,
    budget_usd: Decimal | None = UNCHANGED,
    gates: Mapping[int, bool | str] | None = None,
) -> Writes:
    """Change what is given; values are checked already (`rules/drafts.py`).

    `gates` is by stage number; stages ahead that it does not name have none. Raises IllegalTransition when the session
    has ended for good, or for a brief that agents have read; InvalidInput for another gate where one lies behind.
    """
    writes = Writes(state)
    session = state.session
    if session.status in (SessionStatus.COMPLETED, SessionStatus.CANCELLED):
        raise IllegalTransition(f"The session is {session.status}; it cannot be changed any more.")
    told: dict[str, Any] = {}
    if feature_name is not None and feature_name != session.feature_name:
        writes.change(session, feature_name=feature_name)
        told["feature_name"] = feature_name
    if brief is not None:
        if any(task.fence for task in state.tasks):  # claimed once, whatever became of that
            raise IllegalTransition("Agents work from the brief already; fork the session to change it.")
        writes.change(session, brief=brief)
        told["brief_sha256"] = sha256_text(brief)
    if gates is not None and _change_gates(writes, gates):
        told["gates"] = [stage.number for stage in state.stages if stage.gate]
    if told:
        writes.event("session_changed", by=by, **told)
    if budget_usd is not UNCHANGED and budget_usd != session.budget_usd:
        writes.event("budget_changed", by=by, budget_usd=_money(budget_usd), former_usd=_money(session.budget_usd))
        writes.change(session, budget_usd=budget_usd)
    return writes


def _pause(writes: Writes, *, reason: str, **facts: str) -> None:
    writes.change(writes.state.session, status=SessionStatus.PAUSED, status_reason=reason)
    writes.event("session_paused", status=SessionStatus.PAUSED.value, reason=reason, **facts)


def _set_going(writes: Writes, status: SessionStatus, *, by: str, **facts: str) -> None:
    writes.change(
        writes.state.session,
        status=status,
        status_reason="",
        active_since=writes.state.now,
        ended_at=None,
        duration_seconds=None,
    )
    writes.event("session_resumed", status=status.value, by=by, **facts)


def _failed_tasks(state: SessionState) -> list[TaskRow]:
    return [
        task
        for stage in state.stages
        if stage.status == StageStatus.FAILED
        for task in state.tasks_of(stage)
        if task.status in (TaskStatus.ERROR, TaskStatus.CANCELLED)
    ]


def _failed_task(state: SessionState, task_id: int) -> TaskRow:
    task = state.task(task_id)
    if task.status not in (TaskStatus.ERROR, TaskStatus.CANCELLED):
        raise IllegalTransition(f"The task is {task.status}; only one that failed or was cancelled can be retried.")
    return task


def _require_failed_stage(state: SessionState, tasks: Iterable[TaskRow]) -> None:
    """Raise IllegalTransition unless one of the tasks is of the failed stage: all later ones wait for that."""
    failed = {stage.number for stage in state.stages if stage.status == StageStatus.FAILED}
    if not any(task.stage in failed for task in tasks):
        raise IllegalTransition(f"Stage {_numbers(sorted(failed))} failed; have it done once more first.")


def _do_again(writes: Writes, task: TaskRow, *, by: str) -> None:
    """Make a task new in its round; finished calls of its former tries are not asked again, nor taken for its own.

    One that was cancelled while it waited for answers waits for them again.
    """
    stage = writes.state.stage(task.stage)
    if stage.status == StageStatus.FAILED:
        writes.change(stage, status=StageStatus.RUNNING, ended_at=None, checkpoint_seq=None)
        writes.event("stage_started", stage=stage.number, round=stage.round, name=stage.name)
    waits = waits_again(writes, task)
    status = TaskStatus.WAITING if waits else TaskStatus.PENDING
    writes.change(task, status=status, call_number=task.call_number + 1, **FRESH)
    writes.task_event("agent_task_retried", task, by=by)
    if stage.status == StageStatus.RUNNING and not waits:
        writes.wake(task)


def _change_gates(writes: Writes, gates: Mapping[int, bool | str]) -> bool:
    ahead = (StageStatus.PENDING, StageStatus.RUNNING)
    changed = [stage for stage in writes.state.stages if stage.gate != gates.get(stage.number, False)]
    # A gate that was passed need not be named again: it stays as it was.
    if behind := [stage.number for stage in changed if stage.status not in ahead and stage.number in gates]:
        raise InvalidInput({"gates": [f"Stage {_numbers(behind)} has ended already."]})
    changed = [stage for stage in changed if stage.status in ahead]
    for stage in changed:
        writes.change(stage, gate=gates.get(stage.number, False))
    return bool(changed)


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.6f}"
