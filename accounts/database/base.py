"""What Django loads for `ENGINE = "accounts.database"`."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any, ClassVar

import psycopg
from django.conf import settings
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.backends.postgresql.schema import DatabaseSchemaEditor

from accounts.database.limits import LimitedConnection, time_limit
from accounts.database.pool import Pool

REFUSES_SECONDS = 1.0


class SchemaEditor(DatabaseSchemaEditor):
    """Migrations take as long as they take."""

    def __enter__(self) -> Any:
        self._unlimited = time_limit(None)
        self._unlimited.__enter__()
        return super().__enter__()

    def __exit__(self, *error: Any) -> Any:
        try:
            return super().__exit__(*error)
        finally:
            self._unlimited.__exit__(*error)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, on connections with a limit; with `POOL_SIZE` in its settings they are shared between threads."""

    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": LimitedConnection.connect})
    SchemaEditorClass = SchemaEditor
    _shared: ClassVar[dict[str, Pool]] = {}
    _sharing = threading.Lock()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refuses_until = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        # A request that met a hanging server ends soon, and whatever still wants to write on its way out, as the
        # web session, would wait for as long again.
        if time.monotonic() < self._refuses_until:
            raise psycopg.OperationalError("the database did not answer a moment ago")
        pool = self._shared_pool()
        try:
            if pool is None:
                return super().get_new_connection(conn_params)
            connection = pool.take(lambda: super(DatabaseWrapper, self).get_new_connection(conn_params))
        except psycopg.errors.ConnectionTimeout:
            self._refuses_until = time.monotonic() + REFUSES_SECONDS
            raise
        connection.autocommit = True
        connection.shared_by = pool
        return connection

    def _close(self) -> None:
        connection = self.connection
        if connection is None:
            return
        if connection.gave_up:
            self._refuses_until = time.monotonic() + REFUSES_SECONDS
        if connection.shared_by is None:
            super()._close()  # type: ignore[misc]  # the stubs leave it out
            return
        pool, connection.shared_by = connection.shared_by, None
        self.connection = None
        pool.give_back(connection)

    def close_pool(self) -> None:
        with self._sharing:
            pool = self._shared.pop(self.alias, None)
        if pool is not None:
            pool.close()

    def _shared_pool(self) -> Pool | None:
        size = self.settings_dict.get("POOL_SIZE")
        if not size or self.alias == NO_DB_ALIAS:
            return None
        with self._sharing:
            if self.alias not in self._shared:
                self._shared[self.alias] = Pool(
                    keep=settings.DATABASE_POOL_SIZE, size=size, patience_seconds=settings.DATABASE_SECONDS
                )
            return self._shared[self.alias]
