"""The charter that a session ends with, whole and in parts."""

from __future__ import annotations

from typing import Any

from agents.brief.identifiers import slug
from agents.outline import sections_of
from agents.roles import ROLES
from agents.workflows import WORKFLOWS
from sessions_app import shapes
from sessions_app.errors import NoCharter
from sessions_app.models import ExecutionSession
from sessions_app.queries.artifacts import newest_versions

PATH = "docs/charter.md"


def charter_of(session: ExecutionSession) -> shapes.Charter:
    """The session's charter as it stands now: one query. Raises NoCharter."""
    row = newest_versions(session).filter(artifact__path=PATH).first()
    if row is None:
        raise NoCharter(_why_none(session))
    return shapes.Charter(
        session_id=session.pk,
        artifact_id=row.artifact_id,
        path=PATH,
        version=row.version,
        sha256=row.sha256,
        agent=row.agent_task.agent_role if row.agent_task else None,
        user=row.user.username if row.user else None,
        created_at=row.created_at,
        content=row.content,
        parts=_parts(row.content),
    )


def _parts(content: str) -> list[shapes.CharterPart]:
    """The sections below the title; each key stands once."""
    found: list[shapes.CharterPart] = []
    for section in sections_of(content):
        if section.level == 1:
            continue
        key, number = slug(section.title, most=60), 1
        taken = {part.key for part in found}
        while (key if number == 1 else f"{key}-{number}") in taken:
            number += 1
        found.append(
            shapes.CharterPart(
                key=key if number == 1 else f"{key}-{number}",
                title=section.title,
                text=section.text,
                items=section.items,
                rows=section.rows,
            )
        )
    return found


def _why_none(session: ExecutionSession) -> str:
    stage = _writing_stage(session.workflow)
    if stage is not None:
        return f"The charter is not written yet: stage {stage['number']}, {stage['title']}, writes it."
    others = [workflow.name for workflow in WORKFLOWS.values() if _writing_stage(workflow.frozen())]
    name = session.workflow.get("name", session.workflow["key"])
    return f"The workflow {name} writes no charter; {' and '.join(others) or 'no workflow'} does."


def _writing_stage(workflow: dict[str, Any]) -> dict[str, Any] | None:
    """The stage in which a task owes the charter."""
    for stage in workflow["stages"]:
        for task in stage["tasks"]:
            role = ROLES.get(task["role"])
            paths = [each["path"] for each in task.get("owes", ())] or [each.path for each in role.owes] if role else []
            if PATH in paths:
                found: dict[str, Any] = stage
                return found
    return None
