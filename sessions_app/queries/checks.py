"""What the checks said, in short and in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from agents.checks import CheckResult
from sessions_app import shapes
from sessions_app.models import ArtifactCheck, CheckStatus, ExecutionSession, Stage

COUNTED = {
    "passed": Count("id", filter=Q(status=CheckStatus.PASSED)),
    "warnings": Count("id", filter=Q(status=CheckStatus.WARNING)),
    "failed": Count("id", filter=Q(status=CheckStatus.FAILED)),
}
# Each review looks at everything once more, so only the newest counts. A stage that was sent back has none again.
NEWEST_REVIEW = (
    Stage.objects.filter(session=OuterRef("session"), scores__isnull=False).order_by("-number").values("pk")[:1]
)
NOT_SUPERSEDED = Q(reviewed_stage=None) | Q(reviewed_stage=Subquery(NEWEST_REVIEW), round=F("reviewed_stage__round"))
# A check of an old version, or of a round that was sent back, says nothing about what stands now.
OF_NEWEST = (
    (Q(artifact_version=None) | Q(artifact_version__version=F("artifact_version__artifact__version")))
    & Q(round=F("agent_task__round"))
    & NOT_SUPERSEDED
)


def checks_of(session: ExecutionSession) -> Any:
    """The checks of what stands now, by id, with their artifacts: one query."""
    rows = ArtifactCheck.objects.filter(OF_NEWEST, session=session)
    return rows.select_related("artifact_version__artifact").defer("artifact_version__content").order_by("id")


def checks_of_files(session: ExecutionSession) -> Iterator[CheckResult]:
    """What was found in single files as they are now, by those who wrote them: one query."""
    columns = ("name", "severity", "status", "artifact_version__artifact__path", "line", "message", "remedy")
    for row in checks_of(session).filter(reviewed_stage=None).values_list(*columns):
        yield CheckResult(*row)


def check_counts_by_stage(session: ExecutionSession) -> dict[int, shapes.CheckCounts]:
    """How the checks of what stands now went, by the number of the stage that handed it in: one query."""
    rows = ArtifactCheck.objects.filter(OF_NEWEST, session=session).order_by().values("agent_task__stage__number")
    return {
        row.pop("agent_task__stage__number"): shapes.CheckCounts(**row)
        for row in rows.annotate(**COUNTED).values("agent_task__stage__number", *COUNTED)
    }


def added_up(counts: Iterable[shapes.CheckCounts]) -> shapes.CheckCounts:
    """All of them in one."""
    each = list(counts)
    return shapes.CheckCounts(
        passed=sum(one.passed for one in each),
        warnings=sum(one.warnings for one in each),
        failed=sum(one.failed for one in each),
    )


def score_shapes(quality: list[dict[str, Any]] | None) -> list[shapes.Score]:
    """Scores with their reasons, as a stage or a gate keeps them; none before the first review."""
    return [shapes.Score.model_validate(score) for score in quality or ()]


def newest_review(stages: Iterable[Stage]) -> Stage | None:
    """The stage whose review holds now: the last one that has one."""
    return max((stage for stage in stages if stage.scores is not None), key=lambda stage: stage.number, default=None)


def check_counts_of_versions(version_ids: list[int]) -> dict[int, shapes.CheckCounts]:
    """How the checks of each version went: one query. A version without checks has no entry."""
    valid = ArtifactCheck.objects.filter(NOT_SUPERSEDED, artifact_version__in=version_ids)
    rows = valid.order_by().values("artifact_version_id")
    return {
        row.pop("artifact_version_id"): shapes.CheckCounts(**row)
        for row in rows.annotate(**COUNTED).values("artifact_version_id", *COUNTED)
    }


def check_shape(row: ArtifactCheck) -> shapes.Check:
    version = row.artifact_version
    return shapes.Check(
        id=row.pk,
        name=row.name,
        severity=row.severity,
        status=row.status,
        artifact=version.artifact.path if version else None,
        version=version.version if version else None,
        line=row.line,
        message=row.message,
        remedy=row.remedy,
    )
