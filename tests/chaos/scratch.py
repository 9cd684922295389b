"""Databases that a test may ruin: copies that last as long as a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.conninfo import make_conninfo

from sessions_app.engine import ids
from sessions_app.tests.connections import end_other_clients


@contextmanager
def database(name: str, *, like: str) -> Iterator[str]:
    """A copy of a database for as long as the block lasts; gives its connection string. Nobody may be using `like`."""
    let_go()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    parameters = {key: connection.get_connection_params().get(key) for key in ("host", "port", "user", "password")}
    try:
        yield make_conninfo("", dbname=name, **{key: value for key, value in parameters.items() if value})
    finally:
        with connection._nodb_cursor() as cursor:
            end_other_clients(cursor, name)  # not WITH (FORCE), which would end the server's own processes as well
            cursor.execute(f'DROP DATABASE "{name}"')


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Let everything in this process work on the database of that name."""
    let_go()
    former, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        let_go()
        connection.settings_dict["NAME"] = former


def let_go() -> None:
    """Forget what this process has of its database: connection, the pool that the web's entry point gave it, ids."""
    connection.close()
    connection.close_pool()
    ids._forget()
