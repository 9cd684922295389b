"""Connections that tests end: those of threads hold up the end of a test, those of others play a server that falls."""

from __future__ import annotations

from typing import Any

OTHER_CLIENTS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = coalesce(%s::name, current_database()) AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def end_other_clients(cursor: Any, database: str | None = None) -> None:
    """End all other clients of a database, without a name the cursor's own.

    The server's own processes stay, such as autovacuum: who is no superuser may not end them, and the server does.
    """
    cursor.execute(OTHER_CLIENTS, [database])
