"""Sessions as lists, the dashboard, the session page and the API read them, always starting from the person who asks.

Every function says how many queries it makes; none makes more for more rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from sessions_app import shapes
from sessions_app.costs import NO_COST
from sessions_app.errors import NotAllowed, NotReachable
from sessions_app.models import AgentTask, ExecutionSession, Gate, Question, SessionStatus
from sessions_app.models.session import SessionQuerySet
from sessions_app.queries.checks import added_up, check_counts_by_stage, newest_review, score_shapes
from sessions_app.queries.estimates import Estimates, TaskTiming, load_estimates, progress, seconds_left
from sessions_app.queries.gates import gate_shape, next_of
from sessions_app.queries.questions import question_shape, questions_of
from sessions_app.queries.stages import stage_shape
from sessions_app.queries.tasks import call_sums, task_rows, task_shape
from teams.models import TeamMembership
from teams.roles import Role

RECENT = 8
OPEN = 50
ONLY_VIEWS = "Viewers of a team read its sessions; ask its owner for the role of member."
NOUNS: Mapping[type[Model], str] = {Gate: "gate", Question: "question", AgentTask: "task"}


def sessions_of(user: User) -> SessionQuerySet:
    """Every session the user can see, with its team, who started it, and whether the user `may_edit` it."""
    editor = TeamMembership.objects.filter(team=OuterRef("team"), user=user, role__in=Role.editors())
    visible: SessionQuerySet = ExecutionSession.objects.visible_to(user)
    return visible.select_related("team", "user").annotate(may_edit=Exists(editor))


def get_session(user: User, session_id: int) -> Any:
    """The session with `may_edit`: one query. Raises NotReachable."""
    session = sessions_of(user).filter(pk=session_id).first()
    if session is None:
        raise NotReachable("There is no such session.")
    return session


def get_session_for_edit(user: User, session_id: int) -> Any:
    """A session that the user may steer: one query. Raises NotReachable (404) or NotAllowed (403)."""
    session = get_session(user, session_id)
    if not session.may_edit:
        raise NotAllowed(ONLY_VIEWS)
    return session


def get_for_edit(user: User, model: type[Model], pk: int) -> Any:
    """A gate, question or task of a session that the user may steer: one query. Raises NotReachable or NotAllowed."""
    editor = TeamMembership.objects.filter(team=OuterRef("session__team"), user=user, role__in=Role.editors())
    rows: Any = model._default_manager
    row = rows.visible_to(user).filter(pk=pk).annotate(may_edit=Exists(editor)).only("session").first()
    if row is None:
        raise NotReachable(f"There is no such {NOUNS[model]}.")
    if not row.may_edit:
        raise NotAllowed(ONLY_VIEWS)
    return row


def visible_pairs(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Keep those (user, session) in which the user can see the session: one query for all."""
    memberships = TeamMembership.objects.filter(user__in={user_id for user_id, _ in pairs})
    reachable = memberships.filter(Q(team__is_shared=True) | Q(team__owner=F("user")))
    sessions = {"team__sessions__in": {session_id for _, session_id in pairs}, "team__sessions__deleted_at": None}
    return set(reachable.filter(**sessions).values_list("user_id", "team__sessions")) & set(pairs)


def narrowed(
    sessions: SessionQuerySet, *, team_id: int | None = None, status: str | None = None, text: str | None = None
) -> SessionQuerySet:
    """Keep the sessions of a team, in a status, with a text in the feature's name; None asks for nothing."""
    if team_id is not None:
        sessions = sessions.filter(team_id=team_id)
    if status is not None:
        sessions = sessions.filter(status=status)
    if text:
        sessions = sessions.filter(feature_name__icontains=text)
    return sessions


def summaries(sessions: Sequence[ExecutionSession]) -> list[shapes.SessionSummary]:
    """The rows of a list, without their briefs, which may be deferred: two queries for all."""
    return [shapes.SessionSummary(**facts) for facts in _facts_of(sessions)]


def full_rows(sessions: Sequence[ExecutionSession]) -> list[shapes.Session]:
    """The rows of a list with their briefs: two queries for all."""
    rows = zip(sessions, _facts_of(sessions), strict=True)
    return [shapes.Session(brief=session.brief, **facts) for session, facts in rows]


def session_detail(session: ExecutionSession) -> shapes.SessionDetail:
    """A session with its stages, tasks, gates, questions and counts: eight queries, however much it holds."""
    checks = check_counts_by_stage(session)
    now = timezone.now()
    estimates = load_estimates([session.team_id])
    sums = call_sums(session.pk)
    cost = sum((each.cost for each in sums.values()), NO_COST)
    rows = task_rows(session)
    tasks = [
        task_shape(row, sums[row.pk], estimates.usual_in(session, row.agent_role).seconds.likely, now=now)
        for row in rows
    ]
    stages = list(session.stages.order_by("number"))
    reviewed = newest_review(stages)
    known = [_Known(row.stage.number, row.stage.started_at, row.agent_role, row.status, row.started_at) for row in rows]
    return shapes.SessionDetail(
        **_facts(session, known, estimates, now),
        brief=session.brief,
        replay_of=session.replay_of,
        estimated_usd=cost.estimated_usd,
        simulated_usd=cost.simulated_usd,
        last_seq=session.last_seq,
        chain_head=session.chain_head,
        totals=shapes.SessionTotals(
            decisions=session.last_decision,
            session_decisions=session.last_human_decision,
            artifacts=session.artifacts.count(),
            events=session.last_seq,
            calls=sum(each.count for each in sums.values()),
        ),
        stages=[stage_shape(stage, [task for task in tasks if task.stage == stage.number]) for stage in stages],
        tasks=tasks,
        gates=[
            gate_shape(gate, checks, next_of(session, gate.stage.number, estimates))
            for gate in session.gates.select_related("stage", "decided_by").defer("stage__quality").order_by("id")
        ],
        questions=[question_shape(row) for row in questions_of(session)],
        checks=added_up(checks.values()),
        scores=(reviewed.scores if reviewed else None) or {},
        quality=score_shapes(reviewed.quality if reviewed else None),
    )


def session_ended(session_id: int) -> shapes.SessionEnded:
    """How a session that has ended stands now: one query."""
    session = ExecutionSession.objects.only("status", "ended_at", "duration_seconds").get(pk=session_id)
    return shapes.SessionEnded.model_validate(session, from_attributes=True)


def latest_sessions(*, team_id: int | None, status: str | None, limit: int) -> list[shapes.SessionSummary]:
    """The newest sessions of everybody, for whoever operates the server: three queries."""
    rows = ExecutionSession.objects.filter(deleted_at=None).select_related("team", "user").defer("brief")
    return summaries(list(narrowed(rows, team_id=team_id, status=status).order_by("-created_at", "-id")[:limit]))


def session_summary(session_id: int) -> shapes.SessionSummary:
    """How a session stands now, for whoever has just acted on it: three queries."""
    rows = ExecutionSession.objects.filter(pk=session_id).select_related("team", "user").defer("brief")
    return summaries(list(rows))[0]


@dataclass(frozen=True)
class Dashboard:
    """What a person sees first: `waiting` needs somebody, `running` moves, `recent` is the newest of all kinds."""

    waiting: list[shapes.SessionSummary]
    running: list[shapes.SessionSummary]
    recent: list[shapes.SessionSummary]
    counts: dict[str, int]  # sessions by status, every status named

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def dashboard(user: User, *, team_id: int | None = None) -> Dashboard:
    """The dashboard of all the user's teams, or of one: five queries."""
    mine = narrowed(sessions_of(user), team_id=team_id).defer("brief").order_by("-created_at", "-id")
    open_rows = list(mine.open()[:OPEN])
    recent_rows = list(mine[:RECENT])
    shown = {row.pk: row for row in [*open_rows, *recent_rows]}
    told = dict(zip(shown, summaries(list(shown.values())), strict=True))
    counted = narrowed(ExecutionSession.objects.visible_to(user), team_id=team_id).order_by().values_list("status")
    counts = dict(counted.annotate(Count("id")))
    return Dashboard(
        waiting=[told[row.pk] for row in open_rows if row.status != SessionStatus.ACTIVE],
        running=[told[row.pk] for row in open_rows if row.status == SessionStatus.ACTIVE],
        recent=[told[row.pk] for row in recent_rows],
        counts={status: counts.get(status, 0) for status in SessionStatus.values},
    )


@dataclass(frozen=True)
class _Known:
    """What a summary asks of a task."""

    stage: int
    stage_started_at: datetime | None
    role: str
    status: str
    started_at: datetime | None


def _facts_of(sessions: Sequence[ExecutionSession]) -> Iterable[dict[str, Any]]:
    now = timezone.now()
    known: dict[int, list[_Known]] = defaultdict(list)
    rows = AgentTask.objects.filter(session__in=[session.pk for session in sessions]).order_by("id")
    for session_id, *facts in rows.values_list(
        "session_id", "stage__number", "stage__started_at", "agent_role", "status", "started_at"
    ):
        known[session_id].append(_Known(*facts))  # type: ignore[arg-type]  # a slice of a row loses its types
    estimates = load_estimates(session.team_id for session in sessions)
    return [_facts(session, known[session.pk], estimates, now) for session in sessions]


def _facts(session: ExecutionSession, tasks: Sequence[_Known], estimates: Estimates, now: datetime) -> dict[str, Any]:
    timings = [
        TaskTiming(task.stage, task.status, task.started_at, estimates.usual_in(session, task.role).seconds.likely)
        for task in tasks
    ]
    return {
        "id": session.pk,
        "team_id": session.team_id,
        "team": session.team.name,
        "feature_name": session.feature_name,
        "status": session.status,
        "status_reason": session.status_reason,
        "chain_id": session.chain_id,
        "workflow": session.workflow["key"],
        "model": session.model,
        "simulated": session.is_simulated,
        "current_stage": max((task.stage for task in tasks if task.stage_started_at), default=1),
        "stages_total": len(session.workflow["stages"]),
        "progress": progress(session.status, [task.status for task in tasks]),
        "eta_seconds": seconds_left(session.status, timings, now=now),
        "budget_usd": session.budget_usd,
        "spent_usd": session.spent_usd,
        "input_tokens": session.input_tokens,
        "output_tokens": session.output_tokens,
        "created_at": session.created_at,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "duration_seconds": session.duration_seconds,
        "created_by": session.user.username,
    }
