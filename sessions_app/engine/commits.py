"""Whether a transaction was committed whose answer to COMMIT never came.

The server remembers what became of every transaction, so nobody has to guess: its id is read when it begins, and
`pg_xact_status` asked afterwards on another connection. A server that crashed, or its replica that took over, may give
the same id to somebody else; that it is not the same server is seen from when its statistics began, and then the hash
of an event that we wrote decides.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg
from django.db import DataError, InterfaceError, InternalError, OperationalError, connection

from sessions_app.engine.connections import drop_broken_connection
from sessions_app.errors import InDoubt
from sessions_app.rules.writes import Writes

log = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 0.1

# A writer that is frozen in the middle of a transaction would keep its sessions locked until it is thawed.
BEGIN = """
SELECT clock_timestamp(), pg_current_xact_id()::text, pg_stat_get_bgwriter_stat_reset_time(),
  set_config('lock_timeout', '1s', true), set_config('idle_in_transaction_session_timeout', '5s', true)
"""

FATE = """
SELECT pg_xact_status(%(xid)s::xid8),
  pg_stat_get_bgwriter_stat_reset_time() IS NOT DISTINCT FROM %(server)s::timestamptz,
  EXISTS (SELECT FROM session_events WHERE session_id = %(session_id)s AND seq = %(seq)s AND hash = %(hash)s)
"""


class Commit:
    """A transaction of the writer, and what it can be recognised by."""

    def __init__(self) -> None:
        self.is_sent = False  # from here on it may be committed, whatever we hear
        self.is_done = False
        self.left: list[Any] = []  # transitions that were not in it, as their sessions were locked
        self._connection: psycopg.Connection[Any] | None = None  # Django may have replaced its own by the time we look
        self._xid = ""
        self._server: datetime | None = None
        self._event: dict[str, Any] = {"session_id": None, "seq": None, "hash": None}

    def begin(self, cursor: psycopg.Cursor[Any]) -> datetime:
        """Note the transaction's id, limit its waits for locks, and return the database's time."""
        self._connection = cursor.connection
        [(now, self._xid, self._server, _, _)] = cursor.execute(BEGIN).fetchall()
        return now

    def send(self, written: Iterable[Writes], left: Iterable[Any] = ()) -> None:
        """Say that everything is written and COMMIT comes next."""
        self.left = list(left)
        for writes in written:
            if writes.events:
                session = writes.state.session
                self._event = {"session_id": session.id, "seq": session.last_seq, "hash": session.chain_head}
        self.is_sent = True

    def is_uncertain(self) -> bool:
        """Whether an error leaves open what happened: COMMIT was sent, and its connection is gone."""
        return self.is_sent and not self.is_done and self._connection is not None and self._connection.closed

    def happened(self, *, until: float) -> bool:
        """Whether it was committed; asked, while the database is away, until that time (monotonic). Raises InDoubt."""
        while True:
            try:
                drop_broken_connection()
                answer = self._ask()
                if answer is not None:
                    log.warning("The answer to a commit was lost; it was %s", "written" if answer else "not written")
                    return answer
            except (OperationalError, InterfaceError):
                pass  # still away
            if time.monotonic() >= until:
                raise InDoubt()
            time.sleep(ASK_AGAIN_SECONDS)

    def _ask(self) -> bool | None:
        """Whether it was committed; None while it is still open. Raises InDoubt when nothing tells."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(FATE, {"xid": self._xid, "server": self._server, **self._event})
                [(status, is_same_server, is_there)] = cursor.fetchall()
        except DataError:  # the id is in the future: the server crashed and has never heard of it
            return False
        if is_there:
            return True
        if is_same_server:
            return {"committed": True, "aborted": False}.get(status)
        if status == "committed" and self._event["hash"] is None:
            raise InDoubt()
        return False


def may_pass(error: BaseException) -> bool:
    """Whether the same transaction may succeed a moment later: a lost connection, a lock, a conflict."""
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, psycopg.errors.IdleInTransactionSessionTimeout)
    return isinstance(error, OperationalError | InterfaceError)
