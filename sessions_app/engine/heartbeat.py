"""The sign of life that workers and reconcilers give."""

from __future__ import annotations

from django.conf import settings

from sessions_app.engine import work
from sessions_app.engine.connections import rows
from sessions_app.engine.owner import host


def beat(owner: str, cluster: str, *, slots: int = 0, running: int = 0) -> None:
    """Say that a process of a cluster (`agents`, `reconciler`) lives, and how much it does."""
    facts = {"owner": owner, "host": host(), "cluster": cluster, "slots": slots, "running": running}
    rows(work.BEAT, facts | {"version": settings.VERSION})
