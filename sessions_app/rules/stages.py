"""How the work moves from stage to stage."""

from __future__ import annotations

from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.endings import fail_session, finish_session
from sessions_app.rules.state import SessionState, StageRow, TaskRow
from sessions_app.rules.writes import Writes


def start_stage(writes: Writes, stage: StageRow) -> None:
    """Make all tasks of a stage ready, each with its wake-up."""
    writes.change(stage, status=StageStatus.RUNNING, started_at=writes.state.now)
    writes.event("stage_started", stage=stage.number, round=stage.round, name=stage.name)
    for task in writes.state.tasks_of(stage):
        writes.wake(task)


def move_on(writes: Writes, stage: StageRow) -> None:
    """End a stage whose tasks have all ended, and start the next or end the session; otherwise do nothing."""
    state = writes.state
    if stage.status != StageStatus.RUNNING or not state.has_ended(stage):
        return
    failed = [task for task in state.tasks_of(stage) if task.status != TaskStatus.COMPLETED]
    if failed:
        writes.end_stage(stage, StageStatus.FAILED)
        fail_session(writes, failed[0])
        return
    writes.end_stage(stage, StageStatus.COMPLETED)
    following = state.stage_after(stage)
    if following is None:
        finish_session(writes)
    else:
        start_stage(writes, following)


def end_in_error(writes: Writes, task: TaskRow, error: str) -> None:
    """End a task that cannot be done, and move its stage on."""
    writes.task_event("agent_task_failed", task, error=error, will_retry=False, retry_at=None)
    writes.end_task(task, TaskStatus.ERROR, error=error)
    move_on(writes, writes.state.stage(task.stage))


def mend_stages(state: SessionState) -> Writes:
    """Move on from a stage that nobody moved on from; the reconciler asks, and nearly always nothing is to do."""
    writes = Writes(state)
    stage = state.current_stage
    if stage is not None and state.session.status in (SessionStatus.ACTIVE, SessionStatus.PAUSED):
        move_on(writes, stage)
    return writes
