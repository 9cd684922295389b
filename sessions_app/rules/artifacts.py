"""Artifacts: each version a row that is never changed, and an event that vouches for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.checks import CheckResult
from sessions_app.models import CheckStatus
from sessions_app.rules.state import ArtifactRow, TaskRow
from sessions_app.rules.writes import Writes

LONGEST_KIND = 50


def add_version(writes: Writes, task: TaskRow, path: str, **row: Any) -> int:
    """Add the next version of the file at `path` from the columns of its row; return the version's id."""
    artifact = _next_version(writes, task, path)
    version_id = writes.add(
        "artifact_versions", artifact_id=artifact.id, version=artifact.version, agent_task_id=task.id, **row
    )
    writes.event(
        "artifact_written",
        artifact_id=artifact.id,
        path=artifact.path,
        version=artifact.version,
        agent=task.agent_role,
        stage=task.stage,
        sha256=row["sha256"],
    )
    return version_id


def add_checks(
    writes: Writes, task: TaskRow, checks: Sequence[CheckResult], version_ids: Mapping[str, int], **row: Any
) -> dict[str, int]:
    """Add what checks said, each beside its file's version if it has one; return how many passed, warned and failed."""
    for check in checks:
        writes.add(
            "artifact_checks",
            session_id=writes.state.session.id,
            artifact_version_id=version_ids.get(check.path) if check.path else None,
            agent_task_id=task.id,
            round=task.round,
            name=check.name,
            severity=check.severity,
            status=check.status,
            line=check.line,
            message=check.message,
            remedy=check.remedy,
            **row,
        )
    statuses: list[str] = [check.status for check in checks]
    return {
        "passed": statuses.count(CheckStatus.PASSED),
        "warnings": statuses.count(CheckStatus.WARNING),
        "failed": statuses.count(CheckStatus.FAILED),
    }


def _next_version(writes: Writes, task: TaskRow, path: str) -> ArtifactRow:
    """Return the row of the artifact at `path` with the number of the version that is about to be written."""
    known = writes.state.artifacts.get(path)
    if known is not None:
        known.stage, known.agent_task_id = task.stage, task.id
        writes.change(known, version=known.version + 1)
        return known
    kind = path.partition("/")[0][:LONGEST_KIND] if "/" in path else "domain"
    artifact_id = writes.add("artifacts", session_id=writes.state.session.id, path=path, kind=kind, version=1)
    row = ArtifactRow(artifact_id, path, 1, task.stage, task.id)
    writes.state.artifacts[path] = row
    return row
