"""Connections of the feed: its own, for Django's belong to threads and may run through a pooler that cannot LISTEN."""

from __future__ import annotations

from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.db import connections
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

READERS = 4  # replays of many clients that come back at once share these
PATIENCE_SECONDS = 5.0


def address() -> dict[str, Any]:
    """Return psycopg's parameters for the database, past a pooler where DATABASE_URL_DIRECT names the way."""
    if settings.DATABASE_URL_DIRECT:
        return {"conninfo": settings.DATABASE_URL_DIRECT}
    parameters = connections["default"].get_connection_params()
    return {name: value for name, value in parameters.items() if name not in ("context", "cursor_factory")}


async def listener() -> psycopg.AsyncConnection[Any]:
    """Open a connection that is told of events and of progress. Raises psycopg.OperationalError."""
    connection = await psycopg.AsyncConnection.connect(**address(), autocommit=True)
    await connection.execute("LISTEN sage_events")
    await connection.execute("LISTEN sage_progress")
    return connection


def readers() -> AsyncConnectionPool[psycopg.AsyncConnection[Any]]:
    """Return a closed pool of connections to read with; it replaces what breaks by itself."""
    parameters = address()
    return AsyncConnectionPool(
        parameters.pop("conninfo", ""),
        kwargs={**parameters, "autocommit": True},
        min_size=1,
        max_size=READERS,
        timeout=PATIENCE_SECONDS,
        configure=_configure,
        open=False,
        name="feed",
    )


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    set_json_loads(orjson.loads, connection)
