"""What the checks said, in short and in full."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q

from sessions_app import shapes
from sessions_app.models import ArtifactCheck, CheckStatus, ExecutionSession

COUNTED = {
    "passed": Count("id", filter=Q(status=CheckStatus.PASSED)),
    "warnings": Count("id", filter=Q(status=CheckStatus.WARNING)),
    "failed": Count("id", filter=Q(status=CheckStatus.FAILED)),
}
# A check of an old version says nothing about what stands now.
OF_NEWEST = Q(artifact_version=None) | Q(artifact_version__version=F("artifact_version__artifact__version"))


def checks_of(session: ExecutionSession) -> Any:
    """The checks of what stands now, by id, with their artifacts: one query."""
    rows = ArtifactCheck.objects.filter(OF_NEWEST, session=session)
    return rows.select_related("artifact_version__artifact").defer("artifact_version__content").order_by("id")


def check_counts(session: ExecutionSession) -> shapes.CheckCounts:
    """How the checks of what stands now went: one query."""
    return shapes.CheckCounts(**ArtifactCheck.objects.filter(OF_NEWEST, session=session).aggregate(**COUNTED))


def check_counts_of_versions(version_ids: list[int]) -> dict[int, shapes.CheckCounts]:
    """How the checks of each version went: one query. A version without checks has no entry."""
    rows = ArtifactCheck.objects.filter(artifact_version__in=version_ids).order_by().values("artifact_version_id")
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
