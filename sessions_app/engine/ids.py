"""Ids before the rows exist: drawn from the tables' own sequences, a handful at a time, one store per process."""

from __future__ import annotations

import os
import threading
from collections import defaultdict, deque

from django.db import connection

from sessions_app.engine.statements import NEXT_IDS, sequence_of

BATCH = 32  # ids that are not used are gaps, and gaps mean nothing
ONE_BY_ONE = frozenset({"execution_sessions"})  # but people read the numbers of sessions, and wonder

_stores: dict[str, deque[int]] = defaultdict(deque)
_lock = threading.Lock()


def new_id(table: str) -> int:
    """Return an id that no other row of the table will get, also not in another process."""
    sequence = sequence_of(table)
    with _lock:
        store = _stores[sequence]
        if not store:
            with connection.cursor() as cursor:
                cursor.execute(NEXT_IDS, [sequence, 1 if table in ONE_BY_ONE else BATCH])
                store.extend(row[0] for row in cursor.fetchall())
        return store.popleft()


def _forget() -> None:
    global _lock
    _lock = threading.Lock()
    _stores.clear()


# A forked child would hand out its parent's ids a second time.
os.register_at_fork(after_in_child=_forget)
