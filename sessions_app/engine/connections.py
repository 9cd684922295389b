"""Database connections of threads that live long: replaced when they broke, never by age."""

from __future__ import annotations

from django.db import connection


def drop_broken_connection() -> None:
    """Close this thread's connection if it failed, so that the next query opens a new one."""
    raw = connection.connection
    if raw is not None and (connection.errors_occurred or raw.closed or raw.broken):
        connection.close()
