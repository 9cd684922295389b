"""Sessions made through the rules themselves, and workers' hands to move them on."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from accounts.models import User
from agents.checks import CheckResult
from agents.deliverable import Alternative, Artifact, Decision, Deliverable, Requirement
from sessions_app.engine.apply import apply, create
from sessions_app.engine.review import material_for, review_with
from sessions_app.models import AgentTask, CallStatus, ExecutionSession, SessionEvent
from sessions_app.rules.agent_tasks import Handover, complete_task, fail_task
from sessions_app.rules.claims import Claimant, Claimed, claim_tasks
from sessions_app.rules.drafts import draft_session
from sessions_app.rules.ledger import CallPlan, CallResult, reserve_call, settle_call
from sessions_app.rules.sessions import start_session
from teams.models import Team
from teams.tests.factories import make_team

numbers = itertools.count(1)
WORKER = Claimant(owner="boot:1:2:3", lease_seconds=20, hard_seconds=1800, slots=64)


def make_session(team: Team | None = None, *, by: User | None = None, **fields: Any) -> ExecutionSession:
    """A session that has just started; nobody works on it."""
    team = team or make_team()
    fields.setdefault("feature_name", f"Feature {next(numbers)}")
    fields.setdefault("brief", "Sign in.")
    session_id = create(start_session, draft_session(by or team.owner, team_id=team.pk, **fields))
    return ExecutionSession.objects.get(pk=session_id)


def claim(session: ExecutionSession, *, worker: Claimant = WORKER) -> list[Claimed]:
    """Take every task of the session that is ready."""
    ids = list(session.tasks.order_by("id").values_list("pk", flat=True))
    taken: list[Claimed] = apply(session.pk, claim_tasks, ids, worker, max_lost=6)
    return taken


def role_of(claimed: Claimed) -> str:
    return str(AgentTask.objects.values_list("agent_role", flat=True).get(pk=claimed.task_id))


def make_call(
    claimed: Claimed,
    *,
    cost_usd: str | None = "0.012300",
    tokens: tuple[int, int] = (900, 640),
    model: str = "simulator",
    call_key: str | None = None,
    **told: Any,
) -> int:
    """Let a held task make one model call that succeeds; return the call's id. Nobody knows a cost that is None."""
    plan = CallPlan(
        call_key=call_key or claimed.call_key,
        attempt=1,
        provider=model.partition(":")[0],
        model=model,
        request={"messages": []},
        estimate_usd=Decimal("0.1"),
    )
    call_id: int = apply(claimed.session_id, reserve_call, claimed.held, plan)
    result = CallResult(
        CallStatus.SUCCEEDED,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        cost_usd=None if cost_usd is None else Decimal(cost_usd),
        simulated=model == "simulator",
        response={"text": "{}"},
        latency_ms=120,
        first_token_ms=15,
        **told,
    )
    apply(claimed.session_id, settle_call, claimed.held, call_id, result)
    return call_id


def make_deliverable(role: str = "backend_dev", **fields: Any) -> Deliverable:
    """What a role hands in: one decision and one file that carries it out; the architect names a requirement."""
    fields.setdefault("summary", f"{role} is done.")
    fields.setdefault(
        "decisions",
        [
            Decision(
                key="d1",
                text=f"Decided by {role}",
                rationale="It is the simplest that holds.",
                category="structure",
                confidence=80,
                alternatives=[Alternative(option="The other way", pros=["Known"], cons=["Slow"])],
                consequences=["One table more"],
                satisfies=["R-1"],
            )
        ],
    )
    fields.setdefault(
        "artifacts",
        [Artifact(path=f"{role}/notes.md", media_type="text/markdown", content=f"# {role}\n", implements=["d1"])],
    )
    if role == "architect":
        fields.setdefault("requirements", [Requirement(key="R-1", text="People sign in.", source_text="Sign in.")])
    return Deliverable(**fields)


def hand_in(claimed: Claimed, deliverable: Deliverable | None = None, *, checks: Iterable[CheckResult] | None = None):
    """Complete a held task, with the review of its stage if it ends one; by default one check of its file passed."""
    deliverable = deliverable or make_deliverable(role_of(claimed))
    if checks is None:
        path = deliverable.artifacts[0].path if deliverable.artifacts else None
        checks = [CheckResult("owed", "info", "passed", path, None, "It is there.")]
    handover = Handover(deliverable, list(checks), {"brief": "…"}, {"provider": "simulator"})
    material = material_for(claimed.task_id)
    handover = replace(handover, review=review_with(material, handover) if material else None)
    return apply(claimed.session_id, complete_task, claimed.held, handover)


def fail(claimed: Claimed, error: str = "The provider answered 529", *, passing: bool = False) -> None:
    apply(claimed.session_id, fail_task, claimed.held, error=error, passing=passing)


def run_stage(session: ExecutionSession) -> None:
    """Let every ready task make a call and hand in."""
    for claimed in claim(session):
        make_call(claimed)
        hand_in(claimed)
    session.refresh_from_db()


def make_finished_session(team: Team | None = None, **fields: Any) -> ExecutionSession:
    """A session that has gone through all its stages."""
    session = make_session(team, **fields)
    for _ in session.workflow["stages"]:
        run_stage(session)
    return session


def event_types(session: ExecutionSession) -> list[str]:
    return list(SessionEvent.objects.filter(session=session).order_by("seq").values_list("type", flat=True))
