"""One stage with its tasks; and with all that a person wants to know who answers its questions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sessions_app import shapes
from sessions_app.errors import UnknownStage
from sessions_app.models import CheckStatus, ExecutionSession, Stage, TaskStatus
from sessions_app.queries.checks import check_shape, checks_of, score_shapes
from sessions_app.queries.questions import question_shape, questions_of
from sessions_app.queries.tasks import task_shapes
from sessions_app.rules.questions import LONGEST_ANSWER


def get_stage(session: ExecutionSession, number: int) -> Stage:
    """The stage with that number: one query. Raises UnknownStage."""
    stage: Stage | None = Stage.objects.filter(session=session, number=number).first()
    if stage is None:
        last = len(session.workflow["stages"])
        raise UnknownStage(f"There is no such stage; the session has the stages 1 to {last}.")
    return stage


def stage_shape(stage: Stage, tasks: list[shapes.Task]) -> shapes.Stage:
    """A stage as the session's detail tells it."""
    return shapes.Stage(**_facts(stage, tasks))


def stage_detail(session: ExecutionSession, stage: Stage) -> shapes.StageDetail:
    """A stage with its questions, what they take as an answer, warnings and checks: five queries."""
    tasks = [task for task in task_shapes(session) if task.stage == stage.number]
    rounds = {task.id: task.round for task in tasks}
    questions = questions_of(session).filter(agent_task__stage=stage)
    checks = list(map(check_shape, checks_of(session).filter(agent_task__stage=stage)))
    return shapes.StageDetail(
        **_facts(stage, tasks),
        session_id=session.pk,
        round=stage.round,
        questions=[_asked(question_shape(row)) for row in questions if row.round == rounds[row.agent_task_id]],
        warnings=[*_failures(tasks), *_findings(checks)],
        checks=checks,
        quality=score_shapes(stage.quality),
    )


def _facts(stage: Stage, tasks: list[shapes.Task]) -> dict[str, Any]:
    seconds = (stage.ended_at - stage.started_at).total_seconds() if stage.started_at and stage.ended_at else None
    return {
        "number": stage.number,
        "name": stage.name,
        "title": stage.title,
        "status": stage.status,
        "gate": stage.gate,
        "scores": stage.scores or {},
        "started_at": stage.started_at,
        "ended_at": stage.ended_at,
        "duration_seconds": seconds,
        "estimate_seconds": max((task.estimate_seconds for task in tasks), default=0.0),
        "cost_usd": sum((task.cost_usd for task in tasks), Decimal(0)),
        "estimated_usd": sum((task.estimated_usd for task in tasks), Decimal(0)),
        "tokens": sum(task.tokens for task in tasks),
        "tasks": tasks,
    }


def _asked(question: shapes.Question) -> shapes.StageQuestion:
    return shapes.StageQuestion(
        **dict(question),
        type="choice" if question.options else "text",
        validation=shapes.AnswerRules(required=True, max_length=LONGEST_ANSWER, options=question.options),
    )


def _failures(tasks: Iterable[shapes.Task]) -> list[str]:
    return [f"{task.agent_name}: {task.error_message}" for task in tasks if task.status == TaskStatus.ERROR]


def _findings(checks: Iterable[shapes.Check]) -> list[str]:
    """What checks found fault with, with its place."""
    return [
        ": ".join(filter(None, (_place(check), check.message or check.name)))
        for check in checks
        if check.status != CheckStatus.PASSED
    ]


def _place(check: shapes.Check) -> str:
    return f"{check.artifact}, line {check.line}" if check.artifact and check.line else check.artifact or ""
