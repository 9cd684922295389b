"""Artifacts: each version a row that is never changed, and an event that vouches for it."""

from __future__ import annotations

from typing import Any

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
