"""The house of every test: one PostgreSQL of its own for the whole run, and an environment nobody outside can bend.

Settings are read from the environment, so it is set here, before Django is loaded. Workers of pytest-xdist inherit it.
"""

import atexit
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connection

from sagemode.postgres import PostgresServer

ROOT = Path(__file__).parent
IS_XDIST_WORKER = "PYTEST_XDIST_WORKER" in os.environ

pytest_plugins = ["tests.services", "tests.wire.fixtures"]
server_key = pytest.StashKey[PostgresServer]()


def set_environment() -> None:
    """Forget every variable of ours that the caller's shell has, and name the folder of this run."""
    for line in (ROOT / ".env.example").read_text().splitlines():
        name, is_assignment, _ = line.removeprefix("#").strip().partition("=")
        if is_assignment and name.isidentifier():
            os.environ.pop(name, None)
    os.environ["ENVIRONMENT"] = "testing"
    os.environ["DJANGO_SETTINGS_MODULE"] = "sagemode.settings"
    data_dir = tempfile.mkdtemp(prefix="sage-test-")  # short: it holds a socket
    os.chmod(data_dir, 0o755)  # as root the server may run as another user
    os.environ["SAGE_DATA_DIR"] = data_dir
    atexit.register(shutil.rmtree, data_dir, ignore_errors=True)


if not IS_XDIST_WORKER:
    set_environment()
django.setup()
# Whoever imports it makes this process a web server, whose threads share connections; tests have some of their own.
import_module("sagemode.asgi")
connection.settings_dict.pop("POOL_SIZE")
# Each client of a test is a server of its own; most of them are asked for no static file, and need not read them all.
settings.WHITENOISE_AUTOREFRESH = True


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--measure-all", action="store_true", help="measure coverage in every case of a test")


_measured: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure coverage in the first case of each test alone: the tracer takes half of the time, and cases are alike.

    So the figure is the least that is covered; `--measure-all` gives the whole.
    """
    test = item.nodeid.partition("[")[0]
    if test not in _measured or item.config.option.measure_all:
        _measured.add(test)
        return (yield)
    tracer, tracer_of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
        threading.settrace(tracer_of_threads)


def pytest_configure(config: pytest.Config) -> None:
    if IS_XDIST_WORKER or config.option.help or config.option.collectonly:
        return
    # The data ends with the run, so nothing has to survive a power cut.
    config.stash[server_key] = PostgresServer(Path(os.environ["SAGE_DATA_DIR"]), settings={"fsync": "off"}).start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(server_key, None):
        server.stop(at_once=True)


SWITCH_GUARDS = """
DO $$ DECLARE guarded regclass; BEGIN
    FOR guarded IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'journal_is_not_emptied' LOOP
        EXECUTE format('ALTER TABLE %s {} TRIGGER journal_is_not_emptied', guarded);
    END LOOP;
END $$
"""


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_guards_of_the_journal() -> Iterator[None]:
    """Let the test runner empty the tables after a test that committed, as their owner and in its one transaction.

    Between flushes every trigger is in force: tests meet the tables as production has them.
    """
    operations = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = flush(self, style, tables, **options)
        return [SWITCH_GUARDS.format("DISABLE"), *statements, SWITCH_GUARDS.format("ENABLE")] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield
