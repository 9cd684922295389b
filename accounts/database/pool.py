"""Connections that web requests share; one pool per process, and every request has a thread of its own.

psycopg's pool reconnects in the background and waits longer after each failure, up to minutes; a request would then
find a database that is long back unreachable. Here who needs a connection opens it, so a database is back at once.
"""

from __future__ import annotations

import select
import threading
import time
import weakref
from collections.abc import Callable

import psycopg
from psycopg.pq import TransactionStatus

from accounts.database.limits import LimitedConnection, seconds_to_wait, time_limit

FRESH_SECONDS = 1.0  # used so shortly before, a connection is believed to work
CHECK_SECONDS = 2.0
SOON_SECONDS = 0.5  # so long a request waits for what another one finds out
Connect = Callable[[], LimitedConnection]


class Pool:
    """At most `size` connections, of which `keep` stay open while nobody needs them."""

    def __init__(self, *, keep: int, size: int, patience_seconds: float) -> None:
        self._keep = keep
        self._patience_seconds = patience_seconds
        self._slots = threading.BoundedSemaphore(size)
        self._idle: list[tuple[LimitedConnection, float]] = []  # with the time each was given back, newest last
        self._is_away = False
        self._trying = threading.Lock()

    def take(self, connect: Connect) -> LimitedConnection:
        """Return a connection that works; `give_back` is owed for it. Raises psycopg.OperationalError."""
        if not self._slots.acquire(timeout=self._patience_seconds):
            raise psycopg.OperationalError("all database connections of this process are in use")
        limit = seconds_to_wait()
        began = time.monotonic()
        try:
            # Both together take no longer than one statement may.
            with time_limit(limit and min(CHECK_SECONDS, limit / 2)):
                connection = self._working()
            if connection is None:
                with time_limit(limit and max(limit - (time.monotonic() - began), 0.1)):
                    connection = self._new(connect)
        except BaseException:
            self._slots.release()
            raise
        # Runs once: when it is given back, or when a request that was cut off forgot to.
        connection.give_up_slot = weakref.finalize(connection, self._slots.release)
        return connection

    def give_back(self, connection: LimitedConnection) -> None:
        """Keep a connection for the next request, unless it broke or enough of them are waiting."""
        connection.give_up_slot()
        if connection.info.transaction_status == TransactionStatus.IDLE and len(self._idle) < self._keep:
            self._idle.append((connection, time.monotonic()))
        else:
            connection.close()

    def close(self) -> None:
        """Close what waits; what is in use is closed when it comes back."""
        self._keep = 0
        self._close_idle()

    def _working(self) -> LimitedConnection | None:
        while True:
            try:
                connection, given_back_at = self._idle.pop()
            except IndexError:
                return None
            if connection.closed or _says_something(connection):
                connection.close()
            elif time.monotonic() - given_back_at < FRESH_SECONDS or _answers(connection):
                return connection
            else:
                connection.close()
                self._close_idle()  # they have waited longer, and nobody should wait for each of them

    def _new(self, connect: Connect) -> LimitedConnection:
        """Open a connection. While the server hangs one request tries, and the others hear soon that it does."""
        alone = self._is_away
        if alone and not self._trying.acquire(timeout=SOON_SECONDS):
            raise psycopg.OperationalError("the database did not answer a moment ago")
        if alone and not self._is_away:  # the one before us got through
            self._trying.release()
            alone = False
        try:
            connection = connect()
        except psycopg.errors.ConnectionTimeout:
            self._is_away = True
            raise
        except psycopg.Error:
            self._is_away = False  # refused is an answer, and a quick one
            raise
        else:
            self._is_away = False
            return connection
        finally:
            if alone:
                self._trying.release()

    def _close_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()


def _says_something(connection: LimitedConnection) -> bool:
    """Whether there is something to read: a server says a word to an idle client only when it ends."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _answers(connection: LimitedConnection) -> bool:
    try:
        connection.execute("")
    except psycopg.Error:
        return False
    return True
