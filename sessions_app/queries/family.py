"""The sessions that one was forked from and that were forked from it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from sessions_app.models import ExecutionSession


@dataclass(frozen=True)
class Family:
    """Forks stay in their parent's team, so whoever sees one sees the other; what was deleted is not told."""

    parent: ExecutionSession | None
    forks: list[ExecutionSession]


def family_of(session: ExecutionSession) -> Family:
    """Parent and forks, oldest first: one query."""
    rows = ExecutionSession.objects.filter(Q(pk=session.parent_id) | Q(parent=session), deleted_at=None)
    found = list(rows.only("id", "feature_name", "parent", "parent_stage", "status").order_by("id"))
    parent = next((row for row in found if row.pk == session.parent_id), None)
    return Family(parent, [row for row in found if row.parent_id == session.pk])
