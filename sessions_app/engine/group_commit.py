"""One writer thread per worker process: whatever transitions wait are committed together.

The event loop hands transitions over and awaits their outcome; it never waits for the database itself. Transitions of
sessions that others have locked, or of a session that is in the batch already, wait for the next round. When a batch
fails, its members are written one by one, so that one bad transition fails alone.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from sessions_app.engine.apply import PASSING
from sessions_app.engine.commits import Commit, may_pass
from sessions_app.engine.connections import drop_broken_connection
from sessions_app.engine.writer import Rule, Transition, write_batch
from sessions_app.errors import Busy, InDoubt

log = logging.getLogger(__name__)
LARGEST_BATCH = 64
LOCKED_PAUSE_SECONDS = 0.01
PATIENCE_SECONDS = 20.0  # for a lock or a database that comes back; then the caller hears of it


class GroupWriter:
    """Commits transitions in the order they come, as many at once as wait."""

    def __init__(self) -> None:
        self._inbox: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(
        self, session_id: int, rule: Rule, *args: Any, patience_seconds: float = PATIENCE_SECONDS, **kwargs: Any
    ) -> Future[Any]:
        """Queue a transition; the future gives its outcome, or raises what the rule refused.

        A lock or a database that is away is waited for as long as the patience lasts: then Busy, or its error.
        """
        waiting = _Waiting(Transition(session_id, rule, args, kwargs), patience_seconds)
        self._inbox.put(waiting)
        return waiting.future

    def close(self, timeout_seconds: float = 5.0) -> None:
        """Write what waits, then end the thread."""
        self._inbox.put(None)
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        backlog: list[_Waiting] = []
        open_for_more = True
        while open_for_more or backlog:
            open_for_more = self._gather(backlog) and open_for_more
            batch, backlog = _one_of_each_session(backlog)
            if batch:
                backlog = self._write(batch) + backlog
        connection.close()

    def _gather(self, backlog: list[_Waiting]) -> bool:
        """Move what waits into the backlog; without a backlog wait for something. False once closed."""
        pause = LOCKED_PAUSE_SECONDS if backlog else None
        try:
            item = self._inbox.get(timeout=pause)
            while item is not None:
                backlog.append(item)
                item = self._inbox.get_nowait()
        except queue.Empty:
            return True
        return False

    def _write(self, batch: list[_Waiting]) -> list[_Waiting]:
        """Write a batch; return what has to wait for the next round."""
        try:
            locked = self._commit(batch)
        except DatabaseError as error:
            if len(batch) == 1 or _is_away(error):
                return self._keep_or_fail(batch, error)
            return self._write_singly(batch)
        except InDoubt as error:
            for waiting in batch:
                waiting.future.set_exception(error)
            return []
        except Exception as error:
            if len(batch) > 1:
                return self._write_singly(batch)
            batch[0].future.set_exception(error)
            return []
        return self._keep_or_fail([waiting for waiting in batch if waiting.transition in locked], None)

    def _write_singly(self, batch: list[_Waiting]) -> list[_Waiting]:
        return [left for waiting in batch for left in self._write([waiting])]

    def _commit(self, batch: list[_Waiting]) -> list[Transition]:
        drop_broken_connection()
        connection.ensure_connection()
        if not settings.DATABASE_URL_DIRECT:  # behind a pooler the next statement may reach another server process
            connection.connection.prepare_threshold = 3  # the same few statements, over and over
        commit = Commit()
        try:
            locked = write_batch([waiting.transition for waiting in batch], commit=commit)
        except Exception:
            if commit.is_done:
                log.exception("What was written met an error afterwards")
            elif not (commit.is_uncertain() and commit.happened(until=time.monotonic() + PATIENCE_SECONDS)):
                raise
            locked = commit.left
        for waiting in batch:
            if waiting.transition not in locked:
                waiting.resolve()
        return locked

    def _keep_or_fail(self, batch: list[_Waiting], error: DatabaseError | None) -> list[_Waiting]:
        """Keep what may succeed in a moment; tell the others' callers."""
        kept = []
        for waiting in batch:
            if (error is None or may_pass(error)) and time.monotonic() < waiting.gives_up_at:
                kept.append(waiting)
            else:
                waiting.future.set_exception(error or Busy("Others held the session for too long."))
        if kept:
            time.sleep(LOCKED_PAUSE_SECONDS if error is None else 0.1)
        return kept


class _Waiting:
    """A transition and who waits for it."""

    def __init__(self, transition: Transition, patience_seconds: float) -> None:
        self.transition = transition
        self.future: Future[Any] = Future()
        self.future.set_running_or_notify_cancel()  # who stops waiting does not stop the write
        self.gives_up_at = time.monotonic() + patience_seconds

    def resolve(self) -> None:
        if self.transition.error is not None:
            self.future.set_exception(self.transition.error)
        else:
            self.future.set_result(self.transition.outcome)


def _one_of_each_session(waiting: list[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    """Split into a batch with at most one transition of each session, and the rest in their order."""
    batch: dict[int, _Waiting] = {}
    rest = []
    for item in waiting:
        if item.transition.session_id in batch or len(batch) >= LARGEST_BATCH:
            rest.append(item)
        else:
            batch[item.transition.session_id] = item
    return list(batch.values()), rest


def _is_away(error: DatabaseError) -> bool:
    """Whether no transition at all can be written now."""
    return may_pass(error) and not isinstance(error.__cause__, PASSING)
