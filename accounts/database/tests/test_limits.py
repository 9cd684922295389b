"""No wait for the database is longer than its limit, whatever the server has become."""

import os
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection

from accounts.database.base import REFUSES_SECONDS
from accounts.database.limits import LimitedAsyncConnection, LimitedConnection, time_limit
from sagemode.postgres import PostgresServer


@pytest.fixture(scope="module")
def server():
    """A server of our own: the run's own must not be stopped under the tests beside us."""
    with tempfile.TemporaryDirectory(prefix="sage-limit-") as folder:
        Path(folder).chmod(0o755)
        with PostgresServer(Path(folder)) as running:
            yield running


@contextmanager
def stopped(server: PostgresServer) -> Iterator[None]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    pids = [server.pid, *map(int, children)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def refused_within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(psycopg.OperationalError):
        yield
    assert time.monotonic() - began < seconds


def test_a_stopped_server_holds_up_neither_a_statement_nor_a_new_connection(server):
    opened = LimitedConnection.connect(server.url, autocommit=True)

    with stopped(server), time_limit(1.0):
        with refused_within(5):
            opened.execute("SELECT 1")
        with refused_within(5):
            LimitedConnection.connect(server.url)

    assert opened.closed
    assert LimitedConnection.connect(server.url).execute("SELECT 1").fetchone() == (1,)


async def test_a_stopped_server_holds_up_no_event_loop(server):
    opened = await LimitedAsyncConnection.connect(server.url, autocommit=True)

    with stopped(server), time_limit(1.0), refused_within(5):
        await opened.execute("SELECT 1")

    assert opened.closed


def test_a_wire_that_swallows_everything_holds_up_no_new_connection():
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen()
        with time_limit(0.3), refused_within(5):  # less than a second must not mean for ever
            LimitedConnection.connect(host="127.0.0.1", port=hole.getsockname()[1], user="sage")


def test_waiting_for_announcements_is_no_failure(server, settings):
    settings.DATABASE_SECONDS = 0.5
    listening = LimitedConnection.connect(server.url, autocommit=True)

    assert list(listening.notifies(timeout=1.0)) == []

    assert not listening.closed


@pytest.mark.django_db(transaction=True)
def test_django_s_statements_have_the_limit_and_migrations_have_none(settings):
    settings.DATABASE_SECONDS = 1.0

    with connection.schema_editor() as editor:
        editor.execute("SELECT pg_sleep(1.5)")
    with pytest.raises(OperationalError, match="within 1 s"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(3)")

    connection.close()
    time.sleep(REFUSES_SECONDS)  # as long this thread asks no server that hung
    connection.ensure_connection()
