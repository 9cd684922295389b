"""States of a session without a database: what the rules are tested on."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from agents.checks import CheckResult
from agents.deliverable import Artifact, Decision, Deliverable
from agents.workflows import get_workflow
from sessions_app.rules.agent_tasks import Handover, complete_task
from sessions_app.rules.claims import Claimant, Claimed, claim_tasks
from sessions_app.rules.ledger import CallPlan, month_of
from sessions_app.rules.reviews import Review, basis_of
from sessions_app.rules.sessions import NewSession, start_session
from sessions_app.rules.state import CallRow, Held, MonthRow, SessionState, TaskRow
from sessions_app.rules.writes import Writes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE = Claimant("alice", lease_seconds=20, hard_seconds=1800, slots=8)
BOB = Claimant("bob", lease_seconds=20, hard_seconds=1800, slots=8)


def new_session(**changes: Any) -> NewSession:
    """Return a session as a draft hands it over."""
    facts: dict[str, Any] = {
        "team_id": 1,
        "user_id": 1,
        "username": "member",
        "feature_name": "Comments",
        "brief": "People comment on photos.",
        "workflow": get_workflow("feature").frozen(),
        "model": "simulator",
        "budget_usd": None,
        "chain_id": UUID(int=7),
    }
    return NewSession(**facts | changes)


def started_session(*, team_budget_usd: Decimal | None = None, **changes: Any) -> SessionState:
    """Return the state right after a session was started."""
    ids = itertools.count(1)
    state = start_session(new_session(**changes), now=NOON, new_id=lambda table: next(ids)).state
    month = month_of(NOON)
    state.months[month] = MonthRow(1, month, Decimal(0), Decimal(0), team_budget_usd)
    return commit(state)


def commit(state: SessionState) -> SessionState:
    """Do what the database does between two transitions: add rows, forget what only mattered inside one."""
    for task in state.tasks:
        task.has_input = task.has_input or task.input_data is not None
    return state


def keep_calls(writes: Writes) -> None:
    """Let reserved calls appear in the state, as the next load would show them."""
    for row in writes.added.get("llm_calls", []):
        names = ("id", "agent_task_id", "call_key", "attempt", "status", "month", "provider", "model", "reserved_usd")
        writes.state.calls.append(CallRow(**{name: row[name] for name in names}))


def later(state: SessionState, seconds: float) -> SessionState:
    """Let time pass on the database's clock."""
    state.now += timedelta(seconds=seconds)
    return state


def task_of(state: SessionState, role: str) -> TaskRow:
    """Return the task of a role."""
    return next(task for task in state.tasks if task.agent_role == role)


def claimed(state: SessionState, role: str, by: Claimant = ALICE) -> Claimed:
    """Claim the task of a role."""
    [taken] = claim_tasks(state, [task_of(state, role).id], by, max_lost=6).outcome
    commit(state)
    return taken


def call_plan(estimate_usd: str = "0.50") -> CallPlan:
    """Return a model call that may cost so much."""
    return CallPlan("r1:deliver:1", 1, "simulator", "simulator", {}, Decimal(estimate_usd))


def handover(*, path: str = "docs/architecture.md", checks: tuple[CheckResult, ...] = ()) -> Handover:
    """Return a small but complete deliverable: one decision, one artifact that carries it out."""
    deliverable = Deliverable(
        summary="Comments are rows of their own.",
        decisions=[Decision(key="rows", text="Keep comments as rows", rationale="R-1 asks for it", confidence=80)],
        artifacts=[Artifact(path=path, media_type="text/markdown", content="# Comments\n", implements=["rows"])],
    )
    return Handover(deliverable, checks, context_state={"brief_characters": 25}, execution_metadata={"model": "x"})


def hand_in(state: SessionState, held: Held, handed: Handover | None = None, **more: Any) -> Writes:
    """Hand in, with a review of what is there now that found nothing."""
    handed = handed or handover()
    review = handed.review or Review(basis_of(state), scores={"validity": 100})
    return complete_task(state, held, replace(handed, review=review), **more)


def event_types(writes: Writes) -> list[str]:
    """Return the types of a transition's events, in order."""
    return [event.type for event in writes.events]
