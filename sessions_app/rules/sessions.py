"""What a person does with a whole session: start, end, cancel and delete it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.models.session import NO_HASH
from sessions_app.rules.endings import cancel_open_work
from sessions_app.rules.stages import start_stage
from sessions_app.rules.state import NewId, SessionRow, SessionState, StageRow, TaskRow
from sessions_app.rules.writes import Writes


@dataclass(frozen=True)
class NewSession:
    """What a person asks for, already checked (`rules/drafts.py`)."""

    team_id: int
    user_id: int
    username: str
    feature_name: str
    brief: str
    workflow: dict[str, Any]  # frozen: `agents.workflows.Workflow.frozen()`
    model: str
    budget_usd: Decimal | None
    chain_id: UUID


def start_session(new: NewSession, *, now: datetime, new_id: NewId) -> Writes:
    """Write a session with all its stages and tasks, and make the first stage's tasks ready. The outcome is its id."""
    writes = begin_session(new, now=now, new_id=new_id)
    for stage in new.workflow["stages"]:
        add_pending_stage(writes, stage)
    start_stage(writes, writes.state.stages[0])
    return writes


def begin_session(
    new: NewSession, *, now: datetime, new_id: NewId, parent_id: int | None = None, stage: int | None = None
) -> Writes:
    """Write a session without any stage; a fork names its parent and the stage after which it left it."""
    counters: dict[str, Any] = {
        "status": SessionStatus.ACTIVE,
        "status_reason": "",
        "spent_usd": Decimal(0),
        "reserved_usd": Decimal(0),
        "input_tokens": 0,
        "output_tokens": 0,
        "last_seq": 0,
        "last_decision": 0,
        "last_human_decision": 0,
        "chain_head": NO_HASH,
        "started_at": now,
        "active_since": now,
    }
    facts: dict[str, Any] = {
        name: getattr(new, name)
        for name in ("team_id", "user_id", "feature_name", "workflow", "chain_id", "model", "budget_usd")
    }
    session = SessionRow(id=new_id("execution_sessions"), **facts, **counters)
    writes = Writes(SessionState(now=now, new_id=new_id, session=session))
    writes.added[session.table].append(
        {
            "id": session.id,
            "created_at": now,
            "brief": new.brief,
            "parent_id": parent_id,
            "parent_stage": stage,
            **facts,
            **counters,
        }
    )
    writes.event(
        "session_started",
        status=session.status,
        by=new.username,
        feature_name=new.feature_name,
        workflow=new.workflow["key"],
        model=new.model,
    )
    writes.outcome = session.id
    return writes


def end_session(state: SessionState, *, by: str) -> Writes:
    """Complete a session before its time: what is still open is cancelled. Ending a completed one changes nothing.

    Raises IllegalTransition when it failed or was cancelled.
    """
    writes = Writes(state)
    if state.session.status == SessionStatus.COMPLETED:
        return writes
    state.require_open()
    cancel_open_work(writes, reason=f"{by} ended the session")
    writes.end_session(SessionStatus.COMPLETED, by=by)
    return writes


def cancel_session(state: SessionState, *, by: str) -> Writes:
    """Stop a session for good; running calls are aborted. Cancelling a cancelled one changes nothing.

    Raises IllegalTransition when it completed or failed.
    """
    writes = Writes(state)
    if state.session.status == SessionStatus.CANCELLED:
        return writes
    state.require_open()
    cancel_open_work(writes, reason=f"{by} cancelled the session")
    writes.end_session(SessionStatus.CANCELLED, by=by)
    return writes


def delete_session(state: SessionState, *, by: str) -> Writes:
    """Hide a session from everybody; one that still moves is cancelled first."""
    writes = Writes(state) if state.session.is_terminal else cancel_session(state, by=by)
    if state.session.deleted_at is None:
        writes.change(state.session, deleted_at=state.now)
    return writes


def add_pending_stage(writes: Writes, stage: dict[str, Any]) -> None:
    """Add a stage of the frozen workflow with its tasks; nobody works on it yet."""
    state = writes.state
    facts = {
        "number": stage["number"],
        "name": stage["name"],
        "title": stage["title"],
        "status": StageStatus.PENDING,
        "gate": stage["gate"],
        "round": 1,
    }
    stage_id = writes.add("stages", session_id=state.session.id, **facts)
    state.stages.append(StageRow(id=stage_id, **facts))
    for task in stage["tasks"]:
        counters = {
            "agent_role": task["role"],
            "status": TaskStatus.PENDING,
            "round": 1,
            "attempt": 0,
            "fence": 0,
            "retry_count": 0,
            "lost_count": 0,
            "lost_alone": 0,
            "alone": False,
            "call_number": 1,
            "lease_owner": "",
            "error_message": "",
        }
        task_id = writes.add(
            "agent_tasks",
            session_id=state.session.id,
            stage_id=stage_id,
            task_description=task["description"],
            **counters,
        )
        state.tasks.append(
            TaskRow(
                id=task_id,
                stage_id=stage_id,
                stage=stage["number"],
                ready_at=None,
                started_at=None,
                lease_until=None,
                has_input=False,
                **counters,
            )
        )
