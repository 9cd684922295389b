"""Tables that are up to date, made so by whoever comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.database.limits import time_limit

ONE_AT_A_TIME = 0x5A6E  # key of the advisory lock; any number that is always the same


def tables_are_current() -> bool:
    """Whether every migration was applied; a look that takes some 50 ms."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def bring_tables_up_to_date(say: Callable[[str], None]) -> None:
    """Apply the migrations that are missing; of several commands at once one does it and the others wait."""
    if tables_are_current():
        return
    with _alone():
        if not tables_are_current():
            say("Bringing the tables up to date")
            call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        with time_limit(None):  # whoever holds it brings the tables up to date
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
