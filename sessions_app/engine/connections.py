"""Database connections of threads that live long: replaced when they broke, never by age; and plain SQL over them."""

from __future__ import annotations

from typing import Any

from django.db import connection


def drop_broken_connection() -> None:
    """Close this thread's connection if it failed, so that the next query opens a new one."""
    raw = connection.connection
    if raw is not None and (connection.errors_occurred or raw.closed or raw.broken):
        connection.close()


def rows(sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """Run a statement on this thread's connection and return its rows, none when it gives none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []
