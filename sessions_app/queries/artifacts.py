"""Artifacts: as the session lists them, and one with its content and versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from sessions_app import shapes
from sessions_app.errors import NotReachable
from sessions_app.models import Artifact, ArtifactVersion, ExecutionSession
from sessions_app.queries.checks import check_counts_of_versions


def artifacts_of(session: ExecutionSession) -> QuerySet[Artifact]:
    """The session's artifacts by path: one query."""
    return Artifact.objects.filter(session=session).order_by("path")


def artifact_shapes(artifacts: Sequence[Artifact]) -> list[shapes.Artifact]:
    """The newest version of each, without content: two queries for all."""
    rows = ArtifactVersion.objects.filter(artifact__in=artifacts, version=F("artifact__version"))
    newest = {row.artifact_id: row for row in _with_author(rows).defer("content")}
    checks = check_counts_of_versions([row.pk for row in newest.values()])
    return [_shape(newest[artifact.pk], checks) for artifact in artifacts]


def get_artifact(user: User, artifact_id: int) -> Artifact:
    """The artifact with its session: one query. Raises NotReachable."""
    artifact = Artifact.objects.visible_to(user).filter(pk=artifact_id).select_related("session").first()
    if artifact is None:
        raise NotReachable("There is no such artifact.")
    return artifact


def artifact_detail(artifact: Artifact) -> shapes.ArtifactDetail:
    """The newest version with its content, and all versions without theirs: three queries."""
    rows = list(_with_author(artifact.versions.all()).defer("content").order_by("version"))
    checks = check_counts_of_versions([row.pk for row in rows])
    newest = rows[-1]
    return shapes.ArtifactDetail(**_full_facts(newest, checks), versions=[_shape(row, checks) for row in rows])


def artifact_version(artifact: Artifact, number: int) -> shapes.ArtifactVersion:
    """One version with its content: two queries. Raises NotReachable."""
    row = _with_author(artifact.versions.filter(version=number)).first()
    if row is None:
        raise NotReachable("This artifact has no such version.")
    return shapes.ArtifactVersion(**_full_facts(row, check_counts_of_versions([row.pk])))


def newest_versions(session: ExecutionSession) -> Any:
    """What stands now, with content, by path: one query; iterate, for it may be large."""
    rows = ArtifactVersion.objects.filter(artifact__session=session, version=F("artifact__version"))
    return _with_author(rows).order_by("artifact__path")


def newest_content(session_id: int, path: str) -> str:
    """What the newest version of a file holds, empty when there is no such file: one query."""
    rows = ArtifactVersion.objects.filter(artifact__session=session_id, artifact__path=path)
    return rows.filter(version=F("artifact__version")).values_list("content", flat=True).first() or ""


def decision_numbers(version: ArtifactVersion) -> list[str]:
    """The decisions that a version carries out, as D-n."""
    return [f"D-{number}" for number in version.implements]


def _with_author(rows: Any) -> Any:
    return rows.select_related("artifact", "agent_task", "user")


def _shape(row: ArtifactVersion, checks: dict[int, shapes.CheckCounts]) -> shapes.Artifact:
    return shapes.Artifact(**_facts(row, checks))


def _full_facts(row: ArtifactVersion, checks: dict[int, shapes.CheckCounts]) -> dict[str, Any]:
    return {
        **_facts(row, checks),
        "session_id": row.artifact.session_id,
        "round": row.round,
        "implements": decision_numbers(row),
        "content": row.content,
    }


def _facts(row: ArtifactVersion, checks: dict[int, shapes.CheckCounts]) -> dict[str, Any]:
    return {
        "id": row.artifact_id,
        "path": row.artifact.path,
        "kind": row.artifact.kind,
        "media_type": row.media_type,
        "version": row.version,
        "size": row.size,
        "sha256": row.sha256,
        "agent": row.agent_task.agent_role if row.agent_task else None,
        "user": row.user.username if row.user else None,
        "checks": checks.get(row.pk, shapes.CheckCounts()),
        "created_at": row.created_at,
    }
