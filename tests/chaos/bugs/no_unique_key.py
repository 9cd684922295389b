"""Events are numbered from what was read without a lock, and no unique key refuses the second one of a number."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models.signals import post_migrate

from sessions_app.engine import statements
from tests.chaos.bugs import connect, replace, without

NAME = "no_unique_key"
KEY = "one_event_per_number"


def plant() -> None:
    for name in ("LOCK_SESSION", "LOCK_SESSIONS"):
        replace(statements, name, without(getattr(statements, name), r"FOR (NO KEY )?UPDATE( SKIP LOCKED)?"))
    connect(post_migrate, change_database)


def change_database(**_: Any) -> None:
    """Drop the key; to be called where the tables are there already."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE session_events DROP CONSTRAINT IF EXISTS {KEY}")
