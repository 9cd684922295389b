"""Connections that requests share: what died while nobody used it costs no request an error."""

import gc
import os
import signal
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from accounts.database.limits import LimitedConnection, time_limit
from accounts.database.pool import Pool
from sagemode.postgres import PostgresServer


@pytest.fixture(scope="module")
def server():
    with tempfile.TemporaryDirectory(prefix="sage-pool-") as folder:
        Path(folder).chmod(0o755)
        running = PostgresServer(Path(folder)).start()
        yield running
        running.stop(at_once=True)


@pytest.fixture
def connect(server):
    return lambda: LimitedConnection.connect(server.url, autocommit=True)


def fill(pool, connect, count):
    taken = [pool.take(connect) for _ in range(count)]
    for connection in taken:
        pool.give_back(connection)
    return taken


def test_a_connection_is_used_again(connect):
    pool = Pool(keep=2, size=2, patience_seconds=1)
    [first] = fill(pool, connect, 1)

    assert pool.take(connect) is first


def test_a_pool_of_dead_connections_serves_the_first_request_after_a_restart(server, connect):
    pool = Pool(keep=5, size=5, patience_seconds=1)
    dead = fill(pool, connect, 5)
    server.stop(at_once=True)
    server.start()

    working = [pool.take(connect) for _ in range(5)]

    assert [connection.execute("SELECT 1").fetchone() for connection in working] == [(1,)] * 5
    assert not set(dead) & set(working)


def test_connections_that_died_in_silence_are_found_out_once_for_all(connect, monkeypatch):
    monkeypatch.setattr("accounts.database.pool.FRESH_SECONDS", 0.0)
    pool = Pool(keep=3, size=3, patience_seconds=1)
    backends = [connection.info.backend_pid for connection in fill(pool, connect, 3)]
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()

    with time_limit(4.0):
        working = [pool.take(connect) for _ in range(3)]

    assert time.monotonic() - began < 4.0  # half the limit, and once
    assert [connection.execute("SELECT 1").fetchone() for connection in working] == [(1,)] * 3
    for pid in backends:
        os.kill(pid, signal.SIGCONT)


def test_a_transaction_that_was_left_open_is_not_handed_on(connect):
    pool = Pool(keep=1, size=1, patience_seconds=1)
    left = pool.take(connect)
    left.execute("BEGIN")
    pool.give_back(left)

    assert left.closed
    assert pool.take(connect) is not left


def test_a_full_pool_refuses_after_its_patience_and_a_forgotten_connection_frees_its_place(connect):
    pool = Pool(keep=1, size=1, patience_seconds=0.2)
    forgotten = pool.take(connect)

    with pytest.raises(psycopg.OperationalError, match="in use"):
        pool.take(connect)
    forgotten.close()
    del forgotten
    gc.collect()

    assert pool.take(connect).execute("SELECT 1").fetchone() == (1,)
