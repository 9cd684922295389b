"""What a fork takes over, read from the database at one moment."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, QuerySet

from sessions_app.errors import IllegalTransition
from sessions_app.models import (
    AgentSnapshot,
    AgentTask,
    ArtifactCheck,
    ArtifactVersion,
    ExecutionSession,
    Question,
    Requirement,
    SessionDecision,
    Stage,
    StageStatus,
    TaskDecision,
)
from sessions_app.rules.forks import ForkSource, Row
from sessions_app.rules.transitions import spoken

STAGE = ("number", "name", "title", "gate", "round", "scores", "quality", "started_at", "ended_at")
TASK = (
    *("id", "agent_role", "task_description", "round", "attempt", "fence", "retry_count", "call_number"),
    *("input_data", "output_data", "started_at", "completed_at", "duration_seconds"),
)
REQUIREMENT = ("key", "text", "kind", "source", "source_text")
DECISION = (
    *("id", "agent_task_id", "round", "key", "number", "decision_text", "rationale", "category", "confidence"),
    *("alternatives", "consequences", "requirements", "status", "superseded_by_id"),
)
HUMAN_DECISION = ("user_id", "decision_text", "category", "confidence", "rationale")
VERSION = ("agent_task_id", "round", "content", "size", "sha256", "media_type", "implements")
CHECK = ("agent_task_id", "round", "name", "severity", "status", "line", "message", "remedy")
QUESTION = (
    *("agent_task_id", "round", "text", "options", "default", "deadline", "answer", "answered_by_id"),
    "answered_at",
)
SNAPSHOT = (
    *("agent_task_id", "round", "agent_role", "context_state", "capabilities", "decisions", "execution_metadata"),
)


def fork_source(session: ExecutionSession, after_stage: int) -> ForkSource:
    """Return what `session` had reached at the end of a stage; 0 is before the first one.

    Raises IllegalTransition while that stage has not ended well.
    """
    stages = stages_done(session, after_stage)
    tasks = AgentTask.objects.filter(session=session, stage__number__lte=after_stage).order_by("id")
    # A fork's first stages ended before it began; what people had decided by then was written as it began.
    moments = [moment for stage in stages for moment in (stage.ended_at, session.started_at) if moment]
    people = SessionDecision.objects.filter(session=session, created_at__lte=max(moments)) if moments else None
    checks = _checks(tasks)
    return ForkSource(
        session_id=session.pk,
        chain_id=session.chain_id,
        after_stage=after_stage,
        stages=_rows(stages, STAGE),
        tasks=_rows(tasks, TASK, stage="stage__number"),
        requirements=_rows(Requirement.objects.filter(session=session), REQUIREMENT) if after_stage else [],
        decisions=_rows(TaskDecision.objects.filter(agent_task__in=tasks).order_by("number"), DECISION),
        human_decisions=[] if people is None else _rows(people.order_by("number"), HUMAN_DECISION, by="user__username"),
        artifacts=_newest_versions(tasks, checks),
        checks=checks[None],
        questions=_rows(Question.objects.filter(agent_task__in=tasks).order_by("id"), QUESTION),
        snapshots=_rows(AgentSnapshot.objects.filter(agent_task__in=tasks).order_by("id"), SNAPSHOT),
    )


def stages_done(session: ExecutionSession, after_stage: int) -> QuerySet[Stage]:
    """The stages that a fork after this one takes over. Raises IllegalTransition while one has not ended well."""
    stages = Stage.objects.filter(session=session, number__lte=after_stage).order_by("number")
    if unfinished := [stage for stage in stages if stage.status != StageStatus.COMPLETED]:
        first = unfinished[0]
        raise IllegalTransition(f"Stage {first.number} {spoken(first.status)}; fork after one that is done.")
    return stages


def _rows(rows: QuerySet[Any], columns: tuple[str, ...], **renamed: str) -> list[Row]:
    """Return the rows by column; `renamed` gives columns of related rows a name of their own."""
    names = [*columns, *renamed]
    return [dict(zip(names, row, strict=True)) for row in rows.values_list(*columns, *renamed.values())]


def _newest_versions(tasks: QuerySet[AgentTask], checks: dict[int | None, list[Row]]) -> list[Row]:
    """The last version that these tasks wrote of each file, with its checks: later ones belong to later stages."""
    versions = ArtifactVersion.objects.filter(agent_task__in=tasks).order_by("artifact__path", "version")
    newest = {row["path"]: row for row in _rows(versions, VERSION, path="artifact__path", checks="id")}
    return [{**row, "checks": checks[row["checks"]]} for row in newest.values()]


def _checks(tasks: QuerySet[AgentTask]) -> dict[int | None, list[Row]]:
    """Checks by the version they looked at, None for the session as a whole; of a review with its stage's number."""
    by_version: dict[int | None, list[Row]] = defaultdict(list)
    rows = ArtifactCheck.objects.filter(agent_task__in=tasks).order_by("id")
    for row in rows.values("artifact_version_id", *CHECK, reviewed=F("reviewed_stage__number")):
        by_version[row.pop("artifact_version_id")].append(row)
    return by_version
