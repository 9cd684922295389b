"""Gates: after a stage a person decides whether the session goes on, or who works another round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.cleaning import clean_text
from sessions_app.errors import IllegalTransition, InvalidInput
from sessions_app.journal.canonical import sha256_of
from sessions_app.journal.facts import gate_facts
from sessions_app.models import DecisionStatus, GateStatus, SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.reviews import forget_review
from sessions_app.rules.stages import complete_stage
from sessions_app.rules.state import GateRow, SessionState, TaskRow
from sessions_app.rules.writes import FRESH, Writes, scores_told


def approve_gate(state: SessionState, gate_id: int, *, user_id: int, by: str, feedback: str = "") -> Writes:
    """Let the session go on. Approving an approved gate changes nothing.

    Raises IllegalTransition when the gate was rejected or the session has ended.
    """
    writes = Writes(state)
    gate = state.gate(gate_id)
    if gate.status == GateStatus.APPROVED:
        return writes
    _decide(writes, gate, GateStatus.APPROVED, user_id=user_id, by=by, feedback=clean_text(feedback))
    _go_on(writes)
    complete_stage(writes, state.stage(gate.stage))
    return writes


def reject_gate(
    state: SessionState, gate_id: int, *, user_id: int, by: str, feedback: str, roles: Sequence[str] | None = None
) -> Writes:
    """Send the stage back: `roles` of it (all when None) work another round with the feedback.

    Rejecting a rejected gate changes nothing. Raises InvalidInput without feedback or with a role that the stage
    does not have, IllegalTransition when the gate was approved or the session has ended.
    """
    writes = Writes(state)
    gate = state.gate(gate_id)
    stage = state.stage(gate.stage)
    tasks = state.tasks_of(stage)
    feedback = clean_text(feedback)
    chosen = _chosen(tasks, feedback, roles)
    if gate.status == GateStatus.REJECTED:
        return writes
    names = [task.agent_role for task in chosen]
    _decide(writes, gate, GateStatus.REJECTED, user_id=user_id, by=by, feedback=feedback, roles=names)
    _go_on(writes)
    writes.change(stage, status=StageStatus.RUNNING, round=stage.round + 1)
    forget_review(writes, stage)
    writes.event("stage_started", stage=stage.number, round=stage.round, name=stage.name)
    for task in chosen:
        _supersede_decisions_of(writes, task, by=by)
        writes.change(task, status=TaskStatus.PENDING, round=stage.round, attempt=0, call_number=1, **FRESH)
        writes.wake(task)
    return writes


def _chosen(tasks: Sequence[TaskRow], feedback: str, roles: Sequence[str] | None) -> list[TaskRow]:
    errors: dict[str, list[str]] = {}
    if not feedback.strip():
        errors["feedback"] = ["Say what has to become different."]
    known = [task.agent_role for task in tasks]
    wanted = known if roles is None else roles
    if not wanted:
        errors["roles"] = ["Name at least one role, or leave this out for all of the stage."]
    elif foreign := sorted(set(wanted) - set(known)):
        errors["roles"] = [f"Not in this stage: {', '.join(foreign)}. It has {', '.join(known)}."]
    if errors:
        raise InvalidInput(errors)
    return [task for task in tasks if task.agent_role in wanted]


def _decide(writes: Writes, gate: GateRow, status: GateStatus, *, user_id: int, by: str, **answer: Any) -> None:
    state = writes.state
    if gate.status != GateStatus.OPEN:
        raise IllegalTransition(f"The gate is {gate.status} already.")
    state.require_open()
    writes.change(gate, status=status, decided_by_id=user_id, decided_at=state.now, **answer)
    facts = gate_facts(
        gate_id=gate.id,
        stage=gate.stage,
        round=gate.round,
        status=status,
        decided_by=by,
        feedback=gate.feedback,
        roles=gate.roles,
        scores=gate.scores,
    )
    place = {"gate_id": gate.id, "stage": gate.stage, "round": gate.round}
    told = {**place, **answer, **scores_told(gate.scores)}
    writes.event(f"gate_{status}", **told, by=by, sha256=sha256_of(facts))


def _go_on(writes: Writes) -> None:
    """Let an answered session move again; one that a person paused stays paused."""
    session = writes.state.session
    if session.status == SessionStatus.AWAITING_APPROVAL:
        writes.change(session, status=SessionStatus.ACTIVE, status_reason="", active_since=writes.state.now)


def _supersede_decisions_of(writes: Writes, task: TaskRow, *, by: str) -> None:
    for decision in writes.state.decisions:
        if decision.agent_task_id == task.id and decision.status != DecisionStatus.SUPERSEDED:
            writes.change(decision, status=DecisionStatus.SUPERSEDED)
            writes.event(
                "decision_superseded",
                decision_id=decision.id,
                number=f"D-{decision.number}",
                agent=task.agent_role,
                stage=task.stage,
                by=by,
            )
