"""The sign of life that workers and reconcilers give."""

from __future__ import annotations

from django.conf import settings
from django.dispatch import Signal

from sessions_app.engine import work
from sessions_app.engine.connections import rows
from sessions_app.engine.owner import host

alive = Signal()  # sent before the database is asked: a process lives also while that is away


def beat(owner: str, cluster: str, *, slots: int = 0, running: int = 0) -> None:
    """Say that a process of a cluster (`agents`, `reconciler`) lives, and how much it does."""
    alive.send(sender=cluster)
    facts = {"owner": owner, "host": host(), "cluster": cluster, "slots": slots, "running": running}
    rows(work.BEAT, facts | {"version": settings.VERSION})
