"""Agent tasks: as the session lists them, and one with everything it read, wrote and spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from accounts.models import User
from agents.roles import ROLES
from sessions_app import shapes
from sessions_app.costs import NO_COST, Cost
from sessions_app.errors import NotReachable
from sessions_app.models import AgentTask, ExecutionSession, LLMCall, SessionEvent, TaskStatus
from sessions_app.models.llm_call import IS_SIMULATED
from sessions_app.queries.calls import call_shape, snapshot_shape
from sessions_app.queries.estimates import load_estimates

Cause = Literal["start", "failure", "release", "budget", "answers", "retry", "round"]
FIRST: Final = "start"
NOTHING = Decimal(0)


@dataclass(frozen=True)
class CallSums:
    """What the model calls of a task came to."""

    cost: Cost = NO_COST
    tokens: int = 0
    count: int = 0


def agent_name(role: str) -> str:
    """Return the name of a role as people read it; a role that is no more keeps its key."""
    return ROLES[role].name if role in ROLES else role


def call_sums(session_id: int) -> dict[int, CallSums]:
    """What the calls of each task of a session came to: one query."""
    rows = LLMCall.objects.filter(session=session_id).order_by().values("agent_task_id")
    sums: dict[int, CallSums] = defaultdict(CallSums)
    for row in rows.annotate(
        usd=Sum("cost_usd", default=NOTHING),
        estimated_usd=Sum("cost_usd", filter=~IS_SIMULATED & Q(estimated=True), default=NOTHING),
        simulated_usd=Sum("cost_usd", filter=IS_SIMULATED, default=NOTHING),
        tokens=Sum(F("input_tokens") + F("output_tokens")),
        count=Count("id"),
    ):
        cost = Cost(row["usd"], row["estimated_usd"], row["simulated_usd"])
        sums[row["agent_task_id"]] = CallSums(cost, row["tokens"], row["count"])
    return sums


def cost_of(session_id: int) -> Cost:
    """What the calls of a session came to: one query."""
    return sum((sums.cost for sums in call_sums(session_id).values()), NO_COST)


def task_rows(session: ExecutionSession) -> list[Any]:
    """The tasks of a session in the order of the workflow, without what they read and wrote: one query."""
    return list(_with_summary(AgentTask.objects.filter(session=session)).order_by("stage__number", "id"))


def task_shapes(session: ExecutionSession) -> list[shapes.Task]:
    """The tasks of a session in the order of the workflow: three queries."""
    now, estimates, sums = timezone.now(), load_estimates([session.team_id]), call_sums(session.pk)
    return [
        task_shape(row, sums[row.pk], estimates.usual_in(session, row.agent_role).seconds.likely, now=now)
        for row in task_rows(session)
    ]


def task_shape(row: Any, sums: CallSums, estimate_seconds: float, *, now: datetime) -> shapes.Task:
    """A row of `task_rows` as the API tells it."""
    return shapes.Task(**_facts(row, sums, estimate_seconds, now))


def get_task(user: User, task_id: int) -> Any:
    """The task with its session, one query. Raises NotReachable."""
    visible = AgentTask.objects.visible_to(user).filter(pk=task_id)
    task = _with_summary(visible, keep_data=True).select_related("session").first()
    if task is None:
        raise NotReachable("There is no such task.")
    return task


def task_detail(task: Any) -> shapes.TaskDetail:
    """A task with its input, output, attempts, snapshots and calls: four queries."""
    estimates = load_estimates([task.session.team_id])
    calls = [call_shape(row) for row in task.llm_calls.select_related("agent_task").order_by("id")]
    sums = CallSums(
        sum(map(_cost_of_call, calls), NO_COST),
        sum(call.input_tokens + call.output_tokens for call in calls),
        len(calls),
    )
    estimate = estimates.usual_in(task.session, task.agent_role).seconds.likely
    return shapes.TaskDetail(
        **_facts(task, sums, estimate, timezone.now()),
        session_id=task.session_id,
        input=task.input_data,
        output=task.output_data,
        attempts=attempts_in(_events_of(task), role=task.agent_role),
        snapshots=[snapshot_shape(row) for row in task.snapshots.order_by("id")],
        calls=calls,
    )


OUTCOMES = {
    "agent_task_completed": "completed",
    "agent_task_failed": "failed",
    "agent_task_released": "released",
    "agent_task_cancelled": "cancelled",
    "budget_exhausted": "released",
    "question_asked": "waiting",
}
# Why the next attempt begins, after what.
CAUSES: Mapping[str, Cause] = {
    "agent_task_failed": "failure",
    "agent_task_released": "release",
    "agent_task_retried": "retry",
    "budget_exhausted": "budget",
    "question_answered": "answers",
    "question_defaulted": "answers",
    "gate_rejected": "round",
}


def attempts_in(events: Iterable[SessionEvent], *, role: str) -> list[shapes.Attempt]:
    """Read the claims of a task from its events and the rejections of its gate.

    Each began with `agent_task_started`. One that asks ends there when it waits for a person; when the defaults are
    taken at once it goes on, and what is told of the same moment is its end.
    """
    attempts: list[shapes.Attempt] = []
    round, cause = 1, FIRST
    for event in events:
        data = event.data or {}
        if event.type == "agent_task_started":
            begun = {"round": round, "attempt": data.get("attempt", 0), "cause": cause, "started_at": event.at}
            attempts.append(shapes.Attempt(**begun, ended_at=None, outcome="running", error=""))
            continue
        if event.type == "gate_rejected":
            if role not in data.get("roles", ()):
                continue
            round += 1
        cause = CAUSES.get(event.type, cause)
        if event.type in OUTCOMES and attempts and attempts[-1].ended_at in (None, event.at):
            ended = {"ended_at": event.at, "outcome": OUTCOMES[event.type], "error": _why(event.type, data)}
            attempts[-1] = attempts[-1].model_copy(update=ended)
    return attempts


def _cost_of_call(call: shapes.Call) -> Cost:
    usd = call.charged_usd or NOTHING
    return Cost(usd, NOTHING if call.simulated or not call.estimated else usd, usd if call.simulated else NOTHING)


def _events_of(task: Any) -> QuerySet[SessionEvent]:
    of_task = Q(type__in={"agent_task_started", *OUTCOMES, *CAUSES}, data__task_id=task.pk)
    of_gate = Q(type="gate_rejected", data__stage=task.stage.number)
    return SessionEvent.objects.filter(of_task | of_gate, session=task.session_id).order_by("seq")


def _why(type: str, data: Mapping[str, Any]) -> str:
    if type == "budget_exhausted":
        return f"The budget of the {data.get('cap')} did not allow its call"
    return str(data.get("error") or data.get("reason") or "")


def _with_summary(tasks: Any, *, keep_data: bool = False) -> Any:
    tasks = (
        tasks.select_related("stage")
        .defer("stage__quality")
        .annotate(summary=KeyTextTransform("summary", "output_data"))
    )
    return tasks if keep_data else tasks.defer("input_data", "output_data")


def _facts(row: Any, sums: CallSums, estimate_seconds: float, now: datetime) -> dict[str, Any]:
    waits = row.status == TaskStatus.PENDING and row.retry_count and row.ready_at and row.ready_at > now
    return {
        "id": row.pk,
        "agent": row.agent_role,
        "agent_name": agent_name(row.agent_role),
        "stage": row.stage.number,
        "description": row.task_description,
        "status": row.status,
        "round": row.round,
        "attempt": row.attempt,
        "retry_count": row.retry_count,
        "lost_count": row.lost_count,
        "progress": _progress(row, now),
        "started_at": row.started_at,
        "completed_at": row.completed_at,
        "duration_seconds": row.duration_seconds,
        "estimate_seconds": estimate_seconds,
        "cost_usd": sums.cost.usd,
        "estimated_usd": sums.cost.estimated_usd,
        "tokens": sums.tokens,
        "summary": row.summary or "",
        "error_message": row.error_message,
        "retry_at": row.ready_at if waits else None,
    }


def _progress(row: Any, now: datetime) -> shapes.TaskProgress | None:
    if row.status != TaskStatus.RUNNING or row.progress is None or row.started_at is None:
        return None
    return shapes.TaskProgress(
        step=row.progress.get("step", ""),
        tokens=row.progress.get("tokens", 0),
        elapsed_seconds=round(max((now - row.started_at).total_seconds(), 0.0), 1),
        words=row.progress.get("words", ""),
    )
