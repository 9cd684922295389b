"""Ids before the rows exist: drawn from the tables' own sequences, a handful at a time, kept once they are durable.

A sequence forgets what it gave to a transaction that did not commit before the server crashed: such ids are given
again, perhaps to another process. So what is left of a draw is kept for later only when the transaction that drew it
has committed.
"""

from __future__ import annotations

import functools
import os
import threading
from collections import defaultdict, deque

from django.db import connection, transaction

from sessions_app.engine.statements import NEXT_IDS, sequence_of

BATCH = 32  # ids that are not used are gaps, and gaps mean nothing
ONE_BY_ONE = frozenset({"execution_sessions"})  # but people read the numbers of sessions, and wonder

Store = defaultdict[str, deque[int]]

_durable: Store = defaultdict(deque)  # of the process
_lock = threading.Lock()
_of_thread = threading.local()  # what its transaction has drawn


def new_id(table: str) -> int:
    """Return an id that no other row of the table will get, also not in another process."""
    sequence = sequence_of(table)
    with _lock:
        if _durable[sequence]:
            return _durable[sequence].popleft()
    drawn = _drawn_here()
    if not drawn[sequence]:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_IDS, [sequence, 1 if table in ONE_BY_ONE else BATCH])
            drawn[sequence].extend(row[0] for row in cursor.fetchall())
    return drawn[sequence].popleft()


def _drawn_here() -> Store:
    """Return what this transaction has drawn; what an earlier one drew and did not commit is forgotten."""
    keep = getattr(_of_thread, "keep", None)
    if keep is None or not any(entry[1] is keep for entry in connection.run_on_commit):
        keep = _of_thread.keep = functools.partial(_keep, defaultdict(deque))
        if connection.in_atomic_block:
            transaction.on_commit(keep)
    store: Store = keep.args[0]
    return store


def _keep(drawn: Store) -> None:
    with _lock:
        for sequence, ids in drawn.items():
            _durable[sequence].extend(ids)
            ids.clear()


def _forget() -> None:
    global _lock
    _lock = threading.Lock()
    _durable.clear()
    _of_thread.keep = None


# A forked child would hand out its parent's ids a second time.
os.register_at_fork(after_in_child=_forget)
