"""Connections that wait for the server only so long, whatever has become of it.

The server's own `statement_timeout` needs a server that runs, and TCP's keep-alive sees neither a stopped process nor a
wire that swallows what we send. So the limit is on our side: when it is over, the connection is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from psycopg.errors import _WaitTimeout

if TYPE_CHECKING:
    from accounts.database.pool import Pool

_narrowed: ContextVar[float | None] = ContextVar("database_seconds", default=0.0)  # 0: as in the settings


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Limit each wait for the server inside the block; with None it takes as long as it takes."""
    token = _narrowed.set(seconds)
    try:
        yield
    finally:
        _narrowed.reset(token)


def seconds_to_wait() -> float | None:
    """Return how long a statement may take here: what `time_limit` says, else SAGE_DATABASE_SECONDS."""
    narrowed = _narrowed.get()
    return settings.DATABASE_SECONDS if narrowed == 0.0 else narrowed


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that raises OperationalError, and is closed, when the server does not answer in time."""

    gave_up = False
    shared_by: Pool | None = None  # while a request has it from there
    give_up_slot: Callable[[], object]

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:
        limit = seconds_to_wait()
        if limit is not None:
            # libpq counts whole seconds, two at least, and takes less than one for no limit at all.
            kwargs["connect_timeout"] = max(min(int(kwargs.get("connect_timeout") or limit), int(limit)), 2)
        return super().connect(conninfo, **kwargs)

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:  # the caller's own, as of `notifies`: nothing is wrong when it ends
            return super().wait(gen, interval, timeout)
        limit = seconds_to_wait()
        try:
            return super().wait(gen, interval, limit)
        except _WaitTimeout:
            self.gave_up = True
            self.pgconn.finish()  # what we asked may still be answered: this connection would be out of step
            raise _no_answer(limit) from None


class LimitedAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for an event loop."""

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        limit = seconds_to_wait()
        try:
            return await super().wait(gen, interval, limit)
        except _WaitTimeout:
            self.pgconn.finish()
            raise _no_answer(limit) from None


def _no_answer(limit: float | None) -> psycopg.OperationalError:
    return psycopg.OperationalError(f"the database did not answer within {limit:g} s")
