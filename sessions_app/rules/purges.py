"""The end of deleted sessions: their rows go, a tombstone stays.

This is no transition of a session, so the engine's writer has no part in it: one session is one transaction of plain
deletes, marked so that the triggers of the journal let it through.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from sessions_app.models import CallStatus, ChainCheckpoint, ExecutionSession, LLMCall, SessionStatus


@dataclass(frozen=True)
class Purged:
    """What is left of a session."""

    session_id: int
    chain_id: UUID
    head: str
    events: int


def purgeable(*, older_than_days: int) -> QuerySet[Any]:
    """Return the sessions that were deleted so many days ago, oldest first, and have nothing open any more."""
    unsettled = LLMCall.objects.filter(session=OuterRef("pk"), status=CallStatus.RESERVED)
    return ExecutionSession.objects.filter(
        ~Exists(unsettled),
        deleted_at__lte=Now() - timedelta(days=older_than_days),
        status__in=SessionStatus.terminal(),
    ).order_by("deleted_at", "pk")


def purge_session(session_id: int, *, older_than_days: int) -> Purged | None:
    """Remove the rows of a deleted session and leave its tombstone, or do nothing when it may not be purged (yet)."""
    with _marked_transaction():
        due = purgeable(older_than_days=older_than_days).filter(pk=session_id)
        session = due.select_for_update(of=("self",)).first()
        if session is None:
            return None
        ChainCheckpoint.objects.create(
            chain_id=session.chain_id,
            seq=session.last_seq,
            head=session.chain_head,
            count=session.last_seq,
            tombstone=True,
        )
        session.delete()
    return Purged(session_id, session.chain_id, session.chain_head, session.last_seq)


@contextmanager
def _marked_transaction() -> Iterator[None]:
    """Let the triggers of the journal through, for this transaction alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL sage.purge = 'on'")
        yield
        cursor.execute("SET LOCAL sage.purge = 'off'")  # it may stand inside a longer one
