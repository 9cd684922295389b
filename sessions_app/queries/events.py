"""Events as the journal, the API and the sockets tell them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sessions_app import shapes
from sessions_app.events import source_of
from sessions_app.journal.chain import timestamp
from sessions_app.models import ExecutionSession, SessionEvent


def events_after(session: ExecutionSession, after: int = 0) -> QuerySet[SessionEvent]:
    """What happened after the event numbered `after`, in order: one query."""
    return SessionEvent.objects.filter(session=session, seq__gt=after).order_by("seq")


def event_shape(row: SessionEvent) -> shapes.Event:
    return shapes.Event(
        seq=row.seq,
        type=row.type,
        session_id=row.session_id,
        at=row.at,
        source=source_of(row.data),
        data=row.data,
        hash=row.hash,
    )


def frame(*, seq: int, type: str, session_id: int, at: datetime, data: dict[str, Any] | None) -> dict[str, Any]:
    """An event as a socket sends it: the shape without the hash."""
    return {
        "seq": seq,
        "type": type,
        "session_id": session_id,
        "at": timestamp(at),
        "source": source_of(data),
        "data": data,
    }
