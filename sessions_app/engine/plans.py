"""What resume, retry or fork would do now, said before anything is done."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from sessions_app import shapes
from sessions_app.engine import statements
from sessions_app.engine.fork_source import stages_done
from sessions_app.engine.loading import state_from
from sessions_app.engine.writer import Rule
from sessions_app.errors import NotReachable
from sessions_app.models import ExecutionSession, TaskStatus
from sessions_app.queries.estimates import HasModels, load_estimates, together
from sessions_app.queries.plans import calls_paid_for, calls_to_repeat
from sessions_app.queries.tasks import agent_name
from sessions_app.rules.control import resume_session, retry_session
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.state import SessionState

ACTIONS = ("resume", "retry", "fork")


def plan_resume(session: ExecutionSession) -> shapes.Plan:
    """What resuming would run: four queries. Raises IllegalTransition when the session cannot be resumed."""
    return _plan(session, "resume", _after(session.pk, resume_session, by=""))


def plan_retry(session: ExecutionSession, *, task_id: int | None = None) -> shapes.Plan:
    """What retrying, all that failed or one task, would run: four queries. Raises IllegalTransition, NotReachable."""
    require_task(session, task_id)
    return _plan(session, "retry", _after(session.pk, retry_session, by="", task_id=task_id))


def require_task(session: ExecutionSession, task_id: int | None) -> None:
    """Raise NotReachable when the session does not have that task; None is no task."""
    if task_id is not None and not session.tasks.filter(pk=task_id).exists():
        raise NotReachable("The session has no such task.")


def plan_fork(
    session: ExecutionSession, *, after_stage: int, model: str | None = None, roles: Sequence[str] | None = None
) -> shapes.Plan:
    """What a fork would keep, and what it would make anew: five queries.

    Raises InvalidInput for a stage or role that is not there, IllegalTransition while a stage to keep is not done.
    """
    wish = draft_fork(session.user, session, after_stage=after_stage, model=model, roles=roles)
    stages = {stage.pk: stage.number for stage in stages_done(session, after_stage)}
    kept = session.tasks.filter(stage__in=stages).order_by("id").values_list("pk", "agent_role", "stage")
    runs = [
        _planned(None, task["role"], stage["number"], TaskStatus.PENDING)
        for stage in wish.new.workflow["stages"][after_stage:]
        for task in stage["tasks"]
    ]
    return shapes.Plan(
        action="fork",
        keeps=[_planned(task_id, role, stages[stage_id], TaskStatus.COMPLETED) for task_id, role, stage_id in kept],
        runs=runs,
        may_repeat=calls_paid_for(session, after_stage=after_stage),
        **_total(wish.new, runs),
    )


def _after(session_id: int, rule: Rule, **kwargs: Any) -> SessionState:
    """The state that a rule would lead to: one query, no lock, and nothing is written. Raises what the rule refuses."""
    ids = itertools.count(1)
    with connection.cursor() as cursor:
        cursor.execute(statements.LOAD_STATES, [[session_id]])
        row = cursor.fetchone()
    if row is None:
        raise NotReachable("There is no such session.")
    return rule(state_from(row[1], now=timezone.now(), new_id=lambda _: next(ids)), **kwargs).state


def _plan(session: ExecutionSession, action: str, after: SessionState) -> shapes.Plan:
    left = [task for task in after.tasks if not task.is_terminal]
    runs = [_planned(task.id, task.agent_role, task.stage, task.status) for task in left]
    return shapes.Plan(
        action=action,
        keeps=[
            _planned(task.id, task.agent_role, task.stage, task.status)
            for task in after.tasks
            if task.status == TaskStatus.COMPLETED
        ],
        runs=runs,
        may_repeat=calls_to_repeat(
            {task.id: task.round for task in left},
            anew=[task.id for task in left if task.status == TaskStatus.PENDING and task.started_at is None],
        ),
        **_total(session, runs),
    )


def _total(session: HasModels, runs: Sequence[shapes.PlannedTask]) -> dict[str, Any]:
    """What all of it may cost and take."""
    estimates = load_estimates([session.team_id])
    total = together(
        [estimates.usual_in(session, task.agent) for task in runs if task.stage == stage]
        for stage in sorted({task.stage for task in runs})
    )
    return {
        "estimate_usd": total.usd_ends,
        "estimate_seconds": [total.seconds.low, total.seconds.high],
    }


def _planned(task_id: int | None, role: str, stage: int, status: str) -> shapes.PlannedTask:
    return shapes.PlannedTask(task_id=task_id, agent=role, agent_name=agent_name(role), stage=stage, status=str(status))
