"""Reads that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from sessions_app.journal.chain import timestamp


@contextmanager
def one_moment() -> Iterator[None]:
    """Let everything read inside belong to one moment; a transaction of the caller's keeps its own ways."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def database_now() -> str:
    """Return the moment by the database's clock, as the chain writes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        [[now]] = cursor.fetchall()
    return timestamp(now)
