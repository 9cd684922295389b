"""How the work moves from stage to stage."""

from __future__ import annotations

from typing import Any

from sessions_app.journal.canonical import sha256_of
from sessions_app.journal.facts import gate_facts
from sessions_app.models import GateStatus, SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.endings import fail_session, finish_session
from sessions_app.rules.gate_rules import Findings, why_not
from sessions_app.rules.state import SessionState, StageRow, TaskRow
from sessions_app.rules.writes import Writes, scores_told


def start_stage(writes: Writes, stage: StageRow) -> None:
    """Make all tasks of a stage ready, each with its wake-up; one that was cancelled before stays so."""
    writes.change(stage, status=StageStatus.RUNNING, started_at=writes.state.now)
    writes.event("stage_started", stage=stage.number, round=stage.round, name=stage.name)
    for task in writes.state.tasks_of(stage):
        if not task.is_terminal:
            writes.wake(task)
    move_on(writes, stage)


def move_on(writes: Writes, stage: StageRow) -> None:
    """End a stage whose tasks have all ended, or open its gate; otherwise do nothing."""
    state = writes.state
    if stage.status != StageStatus.RUNNING or not state.has_ended(stage):
        return
    failed = [task for task in state.tasks_of(stage) if task.status != TaskStatus.COMPLETED]
    if failed:
        writes.end_stage(stage, StageStatus.FAILED)
        fail_session(writes, failed[0])
    elif stage.gate and not _passes_by_itself(writes, stage):
        _open_gate(writes, stage)
    else:
        complete_stage(writes, stage)


def complete_stage(writes: Writes, stage: StageRow) -> None:
    """End a stage well, and start the next or complete the session."""
    writes.end_stage(stage, StageStatus.COMPLETED)
    following = writes.state.stage_after(stage)
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


def _passes_by_itself(writes: Writes, stage: StageRow) -> bool:
    """Whether the gate's rule holds; then the record says so."""
    if not isinstance(stage.gate, str) or why_not(stage.gate, _findings(writes, stage)):
        return False
    reason = f"its rule holds: {stage.gate}"
    gate = _add_gate(writes, stage, status=GateStatus.APPROVED, decided_at=writes.state.now, feedback=reason)
    writes.event("gate_approved", **gate, reason=reason)
    return True


def _open_gate(writes: Writes, stage: StageRow) -> None:
    """Let the session wait for a person; one that is paused goes on waiting when it is resumed."""
    session = writes.state.session
    writes.change(stage, status=StageStatus.AWAITING_APPROVAL)
    gate = _add_gate(writes, stage, status=GateStatus.OPEN, decided_at=None, feedback="")
    reason = why_not(stage.gate, _findings(writes, stage)) if isinstance(stage.gate, str) else ""
    writes.event("gate_opened", **gate, **({"reason": reason} if reason else {}))
    if session.status == SessionStatus.ACTIVE:
        writes.change(session, status=SessionStatus.AWAITING_APPROVAL, status_reason="")


def _findings(writes: Writes, stage: StageRow) -> Findings:
    """What a gate's rule may ask; a stage that was never reviewed has no scores."""
    return Findings(writes.state.checks, stage.scores or {})


def _add_gate(writes: Writes, stage: StageRow, *, status: GateStatus, **answer: Any) -> dict[str, Any]:
    """Add the gate of this round of the stage; return what its event says."""
    gate_id = writes.add(
        "gates",
        session_id=writes.state.session.id,
        stage_id=stage.id,
        round=stage.round,
        status=status,
        opened_at=writes.state.now,
        roles=[],
        scores=stage.scores,
        quality=stage.quality,
        **answer,
    )
    place: dict[str, Any] = {"gate_id": gate_id, "stage": stage.number, "round": stage.round}
    facts = gate_facts(**place, status=status, feedback=answer["feedback"], scores=stage.scores)
    return {**place, **scores_told(stage.scores), "sha256": sha256_of(facts)}
