"""What waits for a person: across all sessions that they may steer, and in one session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import User
from sessions_app.models import (
    ExecutionSession,
    Gate,
    GateStatus,
    Question,
    SessionEvent,
    SessionStatus,
    StageStatus,
    TaskStatus,
)
from sessions_app.models.session import SessionQuerySet

Kind = Literal["failed", "question", "gate", "budget", "paused"]
ORDER: tuple[Kind, ...] = ("question", "gate", "budget", "failed", "paused")  # a question's default will not wait
NEEDS_AT_MOST = 50
FAILED_LATELY = timedelta(days=1)  # so long a failure stays among what waits for a person


@dataclass(frozen=True)
class Need:
    """One session that waits for a person, and for what."""

    kind: Kind
    session: ExecutionSession  # with its team
    gate: Gate | None  # with its stage
    questions: list[Question]  # with their tasks

    @property
    def stage(self) -> int | None:
        """Return the number of the stage that waits, when one does."""
        if self.gate is not None:
            return self.gate.stage.number
        return self.questions[0].agent_task.stage.number if self.questions else None


def needing(user: User, *, team_id: int | None = None) -> SessionQuerySet:
    """Sessions that this person may steer and that wait for somebody; a failure counts for a day."""
    asked = Question.objects.filter(
        session=OuterRef("pk"), answer=None, agent_task__status=TaskStatus.WAITING
    )  # of a task that was cancelled nobody waits for the answer
    waits = (
        Q(status__in=(SessionStatus.PAUSED, SessionStatus.AWAITING_APPROVAL))
        | Q(status=SessionStatus.FAILED, ended_at__gt=Now() - FAILED_LATELY)
        | Q(status=SessionStatus.ACTIVE) & Exists(asked)
    )
    sessions: SessionQuerySet = ExecutionSession.objects.editable_by(user)
    sessions = sessions.filter(waits)
    return sessions if team_id is None else sessions.filter(team_id=team_id)


def needs_of(user: User, *, team_id: int | None = None) -> list[Need]:
    """What waits for this person, most urgent first: three queries."""
    rows = needing(user, team_id=team_id).select_related("team").defer("brief", "workflow")
    sessions = list(rows.order_by("-created_at", "-id")[:NEEDS_AT_MOST])
    gates = _open_gates(sessions)
    questions = _open_questions(sessions)
    needs = [
        Need(_kind(session, has_questions=session.pk in questions), session, gates.get(session.pk), asked)
        for session in sessions
        for asked in [questions.get(session.pk, [])]
    ]
    return sorted(needs, key=lambda need: ORDER.index(need.kind))


def count_needs(user: User) -> int:
    """How many sessions wait for this person: one query."""
    return needing(user).order_by().count()


def newest_event(session: ExecutionSession, type: str) -> SessionEvent | None:
    """The last event of this type: one query."""
    return SessionEvent.objects.filter(session=session, type=type).order_by("-seq").first()


def _kind(session: ExecutionSession, *, has_questions: bool) -> Kind:
    if session.status == SessionStatus.FAILED:
        return "failed"
    if session.status == SessionStatus.AWAITING_APPROVAL:
        return "gate"
    if session.status == SessionStatus.ACTIVE and has_questions:
        return "question"
    return "budget" if session.status_reason == "budget_exhausted" else "paused"


def _open_gates(sessions: Iterable[ExecutionSession]) -> dict[int, Gate]:
    rows = Gate.objects.filter(
        session__in=list(sessions), status=GateStatus.OPEN, stage__status=StageStatus.AWAITING_APPROVAL
    )
    return {gate.session_id: gate for gate in rows.select_related("stage").defer("quality", "stage__quality")}


def _open_questions(sessions: Iterable[ExecutionSession]) -> dict[int, list[Question]]:
    rows = Question.objects.filter(
        session__in=list(sessions), answer=None, agent_task__status=TaskStatus.WAITING
    ).select_related("agent_task__stage")
    found: dict[int, list[Question]] = {}
    for question in rows.defer("agent_task__input_data", "agent_task__output_data").order_by("deadline", "id"):
        found.setdefault(question.session_id, []).append(question)
    return found
