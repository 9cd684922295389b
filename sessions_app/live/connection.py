"""Connections of the feed: its own, for Django's belong to threads and may run through a pooler that cannot LISTEN."""

from __future__ import annotations

import asyncio
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.db import connections
from psycopg.pq import TransactionStatus
from psycopg.types.json import set_json_loads

from accounts.database.limits import LimitedAsyncConnection, time_limit

READERS = 4  # replays of many clients that come back at once share these
PATIENCE_SECONDS = 5.0
Connection = psycopg.AsyncConnection[Any]


def address() -> dict[str, Any]:
    """Return psycopg's parameters for the database, past a pooler where DATABASE_URL_DIRECT names the way."""
    if settings.DATABASE_URL_DIRECT:
        return {"conninfo": settings.DATABASE_URL_DIRECT, "connect_timeout": PATIENCE_SECONDS}
    parameters = connections["default"].get_connection_params()
    return {name: value for name, value in parameters.items() if name not in ("context", "cursor_factory")}


async def listener() -> Connection:
    """Open a connection that is told of events and of progress. Raises psycopg.OperationalError."""
    connection = await LimitedAsyncConnection.connect(**address(), autocommit=True)
    await connection.execute("LISTEN sage_events")
    await connection.execute("LISTEN sage_progress")
    return connection


async def probe(connection: Connection) -> None:
    """Ask whether anybody is at the other end; raises psycopg.OperationalError when nobody answers in time."""
    with time_limit(PATIENCE_SECONDS):
        await connection.execute("")


class Readers:
    """A few connections to read with, opened when they are needed: what broke is replaced at once."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(READERS)
        self._idle: list[Connection] = []

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Lend a connection. Raises psycopg.OperationalError, or TimeoutError while all are busy."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._slots.acquire()
        try:
            reading = await self._working()
            try:
                yield reading
            finally:
                await self._take_back(reading)
        finally:
            self._slots.release()

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _working(self) -> Connection:
        while self._idle:
            reading = self._idle.pop()
            if not reading.closed and not _says_something(reading):
                return reading
            await reading.close()
        reading = await LimitedAsyncConnection.connect(**address(), autocommit=True)
        set_json_loads(orjson.loads, reading)
        return reading

    async def _take_back(self, reading: Connection) -> None:
        if reading.info.transaction_status == TransactionStatus.IDLE:
            self._idle.append(reading)
            return
        await reading.close()
        await self.close()  # the others go the same way to the same server


def _says_something(connection: Connection) -> bool:
    """Whether there is something to read: a server says a word to an idle client only when it ends."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
