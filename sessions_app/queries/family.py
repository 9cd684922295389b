"""The sessions that one was forked from, that were forked from it, and that it replays."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from sessions_app.models import ExecutionSession


@dataclass(frozen=True)
class Family:
    """Forks stay in their parent's team, so whoever sees one sees the other; what was deleted is not told."""

    parent: ExecutionSession | None
    forks: list[ExecutionSession]
    recording: ExecutionSession | None  # that this one replays, if it is of the same team


def family_of(session: ExecutionSession) -> Family:
    """Parent and forks, oldest first, and what is replayed: one query."""
    related = Q(pk=session.parent_id) | Q(parent=session)
    if session.replay_of is not None:
        related |= Q(chain_id=session.replay_of, team=session.team_id)
    rows = ExecutionSession.objects.filter(related, deleted_at=None)
    found = list(rows.only("id", "feature_name", "parent", "parent_stage", "status", "chain_id").order_by("id"))
    return Family(
        parent=next((row for row in found if row.pk == session.parent_id), None),
        forks=[row for row in found if row.parent_id == session.pk],
        recording=next((row for row in found if row.chain_id == session.replay_of), None),
    )
