"""What an agent is given: the assignment, read as the claim froze it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from agents.assignment import (
    Answer,
    Assignment,
    HumanDecision,
    KnownRequirement,
    PriorArtifact,
    PriorDecision,
)
from agents.roles import Role, get_role
from agents.workflows import role_in
from sessions_app.models import (
    AgentTask,
    ArtifactVersion,
    CallStatus,
    DecisionStatus,
    LLMCall,
    Question,
    Requirement,
    SessionDecision,
    TaskDecision,
)


def assignment_of(task_id: int) -> Assignment:
    """Return what the task's agent is given: the brief, the work of earlier stages, the decisions of people.

    The claim froze which of them (`input_data`), so a second try sees the same.
    """
    task = AgentTask.objects.select_related("session", "stage").get(pk=task_id)
    session, frozen = task.session, task.input_data or {}
    return Assignment(
        role=_role_of(task),
        feature_name=session.feature_name,
        brief=session.brief,
        workflow=session.workflow["key"],
        stage=task.stage.number,
        round=task.round,
        description=task.task_description,
        requirements=tuple(
            KnownRequirement(row.key, row.text, row.source)
            for row in Requirement.objects.filter(session=session).order_by("id")
        ),
        decisions=tuple(
            _prior(row)
            for row in TaskDecision.objects.filter(
                session=session,
                number__lte=frozen["last_decision"],
                agent_task__stage__number__lt=frozen["stage"],
                status=DecisionStatus.ACCEPTED,
            )
            .select_related("agent_task")
            .order_by("number")
        ),
        human_decisions=tuple(
            HumanDecision(row.number, row.decision_text, row.category, row.confidence)
            for row in SessionDecision.objects.filter(
                session=session, number__lte=frozen["last_human_decision"]
            ).order_by("number")
        ),
        artifacts=tuple(_artifacts(session.pk, frozen["artifacts"])),
        feedback=frozen.get("feedback", ""),
        former_decisions=tuple(_former_decisions(task, frozen)),
        former_artifacts=tuple(_artifacts(session.pk, frozen.get("former_artifacts", []))),
        answers=tuple(
            _answer(row)
            for row in Question.objects.filter(agent_task=task, round=task.round, answer__isnull=False).order_by("id")
        ),
        earlier_answers=tuple(_earlier_answers(task)),
        seed=settings.SIMULATOR_SEED,
    )


def may_ask(task_id: int) -> bool:
    """Whether what the task asks goes to a person: then nothing of its work is kept, and it starts anew."""
    task = AgentTask.objects.select_related("session").get(pk=task_id)
    if not task.session.workflow.get("question_seconds", 0):
        return False
    return not Question.objects.filter(agent_task=task, round=task.round).exists()


def tries_of(task_id: int, call_key: str) -> tuple[int, dict[str, Any] | None]:
    """Return how often a call was tried, and the answer when a try succeeded: it is replayed, never paid again."""
    rows = LLMCall.objects.filter(agent_task_id=task_id, call_key=call_key).values_list("status", "response")
    tries = list(rows)
    answer = next((response for status, response in tries if status == CallStatus.SUCCEEDED), None)
    return len(tries), answer


def context_state(assignment: Assignment, packing: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a snapshot keeps of an assignment: what was known, by number and name, not the texts again.

    `packing` says what the model was not told because it did not fit.
    """
    return {
        "feature_name": assignment.feature_name,
        "brief_characters": len(assignment.brief),
        "workflow": assignment.workflow,
        "stage": assignment.stage,
        "round": assignment.round,
        "requirements": [row.key for row in assignment.requirements],
        "decisions": [f"D-{row.number}" for row in assignment.decisions],
        "human_decisions": [f"H-{row.number}" for row in assignment.human_decisions],
        "artifacts": [row.path for row in assignment.artifacts],
        "packing": dict(packing),
    }


def _role_of(task: AgentTask) -> Role:
    """The role as the session's own workflow wants it at this place."""
    here = [stage for stage in task.session.workflow["stages"] if stage["number"] == task.stage.number]
    frozen = [each for stage in here for each in stage["tasks"] if each["role"] == task.agent_role]
    role = get_role(task.agent_role)
    return role_in(role, frozen[0]) if frozen else role


def _earlier_answers(task: AgentTask) -> list[Answer]:
    """What was answered in the stages before, each in its last round: none of it changes any more."""
    rows = Question.objects.filter(
        session=task.session, agent_task__stage__number__lt=task.stage.number, answer__isnull=False
    ).select_related("agent_task")
    return [_answer(row) for row in rows.order_by("id") if row.round == row.agent_task.round]


def _answer(row: Question) -> Answer:
    return Answer(row.text, row.answer or row.default, by_person=row.answered_by_id is not None)


def _prior(row: TaskDecision) -> PriorDecision:
    return PriorDecision(
        number=row.number,
        role=row.agent_task.agent_role,
        text=row.decision_text,
        rationale=row.rationale,
        category=row.category,
        requirements=tuple(row.requirements),
    )


def _former_decisions(task: AgentTask, frozen: dict[str, Any]) -> list[PriorDecision]:
    """What the agent had decided in the round that was sent back."""
    if "former_round" not in frozen:
        return []
    rows = TaskDecision.objects.filter(agent_task=task, round=frozen["former_round"]).select_related("agent_task")
    return [_prior(row) for row in rows.order_by("number")]


def _artifacts(session_id: int, frozen: list[list[Any]]) -> list[PriorArtifact]:
    versions = dict(map(tuple, frozen))
    rows = (
        ArtifactVersion.objects.filter(artifact__session_id=session_id, artifact__path__in=versions)
        .select_related("artifact", "agent_task")
        .order_by("artifact__path")
    )
    return [
        PriorArtifact(
            row.artifact.path, row.media_type, row.content, row.agent_task.agent_role if row.agent_task else ""
        )
        for row in rows
        if versions[row.artifact.path] == row.version
    ]
