"""Decisions of people and agents, with the artifacts that carry them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import F, QuerySet

from sessions_app import shapes
from sessions_app.models import (
    ArtifactVersion,
    DecisionStatus,
    ExecutionSession,
    Requirement,
    SessionDecision,
    TaskDecision,
)
from sessions_app.queries.tasks import agent_name, task_rows


def session_decisions_of(session: ExecutionSession) -> QuerySet[SessionDecision]:
    """What people decided, by number: one query."""
    return SessionDecision.objects.filter(session=session).select_related("user").order_by("number")


def session_decision_shape(row: SessionDecision) -> shapes.SessionDecision:
    return shapes.SessionDecision(
        id=row.pk,
        number=f"H-{row.number}",
        decision_text=row.decision_text,
        category=row.category,
        confidence=row.confidence,
        rationale=row.rationale,
        user=row.user.username,
        created_at=row.created_at,
    )


def journal(session: ExecutionSession) -> shapes.SessionJournal:
    """Everything decided, by people and by each agent in the order of the workflow: four queries."""
    by_task: dict[int, list[shapes.Decision]] = defaultdict(list)
    for row, shape in agent_decisions(session):
        by_task[row.agent_task_id].append(shape)
    return shapes.SessionJournal(
        session_id=session.pk,
        feature=session.feature_name,
        session_decisions=people_decisions(session),
        agent_tasks=[
            shapes.TaskDecisions(
                task_id=task.pk,
                agent=task.agent_role,
                agent_name=agent_name(task.agent_role),
                stage=task.stage.number,
                status=task.status,
                decisions=by_task[task.pk],
            )
            for task in task_rows(session)
        ],
    )


def agent_decisions(session: ExecutionSession) -> list[tuple[TaskDecision, shapes.Decision]]:
    """What agents decided, by number: two queries."""
    paths = _paths_by_decision(session)
    rows = TaskDecision.objects.filter(session=session).select_related("agent_task").order_by("number")
    return [(row, _agent_decision(row, paths)) for row in rows]


def people_decisions(session: ExecutionSession) -> list[shapes.Decision]:
    """What people decided, by number, in the shape that all decisions share: one query."""
    return [
        shapes.Decision(
            id=row.pk,
            number=f"H-{row.number}",
            kind="person",
            session_id=row.session_id,
            agent=None,
            user=row.user.username,
            text=row.decision_text,
            rationale=row.rationale,
            category=row.category,
            confidence=row.confidence,
            alternatives=[],
            consequences=[],
            requirements=[],
            artifacts=[],
            status=DecisionStatus.ACCEPTED,
            superseded_by=None,
            created_at=row.created_at,
        )
        for row in session_decisions_of(session)
    ]


def requirements_of(session: ExecutionSession) -> list[shapes.Requirement]:
    """What the brief and people ask for, in the order it was stated: one query."""
    rows = Requirement.objects.filter(session=session).order_by("id")
    return [shapes.Requirement.model_validate(row, from_attributes=True) for row in rows]


def _agent_decision(row: TaskDecision, paths: Mapping[int, Sequence[str]]) -> shapes.Decision:
    return shapes.Decision(
        id=row.pk,
        number=f"D-{row.number}",
        kind="agent",
        session_id=row.session_id,
        agent=row.agent_task.agent_role,
        user=None,
        text=row.decision_text,
        rationale=row.rationale,
        category=row.category,
        confidence=row.confidence,
        alternatives=row.alternatives,
        consequences=row.consequences,
        requirements=row.requirements,
        artifacts=list(paths.get(row.number, ())),
        status=row.status,
        superseded_by=row.superseded_by_id,
        created_at=row.created_at,
    )


def _paths_by_decision(session: ExecutionSession) -> dict[int, list[str]]:
    """The files that carry out each decision, by its number, as they stand now."""
    newest = ArtifactVersion.objects.filter(artifact__session=session, version=F("artifact__version"))
    paths: dict[int, list[str]] = defaultdict(list)
    for path, numbers in newest.order_by("artifact__path").values_list("artifact__path", "implements"):
        for number in numbers:
            paths[number].append(path)
    return paths
