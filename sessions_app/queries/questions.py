"""Questions of agents, open and answered."""

from __future__ import annotations

from django.db.models import QuerySet

from sessions_app import shapes
from sessions_app.models import ExecutionSession, Question
from sessions_app.queries.tasks import agent_name


def questions_of(session: ExecutionSession) -> QuerySet[Question]:
    """The questions of a session in the order they were asked: one query."""
    rows = Question.objects.filter(session=session).select_related("agent_task__stage", "answered_by")
    return rows.defer("agent_task__input_data", "agent_task__output_data").order_by("id")


def question_shape(question: Question) -> shapes.Question:
    """A row of `questions_of` as the API tells it."""
    task = question.agent_task
    return shapes.Question(
        id=question.pk,
        task_id=task.pk,
        agent=task.agent_role,
        agent_name=agent_name(task.agent_role),
        stage=task.stage.number,
        round=question.round,
        text=question.text,
        options=question.options,
        default=question.default,
        deadline=question.deadline,
        answer=question.answer,
        answered_by=question.answered_by.username if question.answered_by else None,
        answered_at=question.answered_at,
    )
