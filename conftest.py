"""The house of every test: one PostgreSQL of its own for the whole run, and an environment nobody outside can bend.

Settings are read from the environment, so it is set here, before Django is loaded. Workers of pytest-xdist inherit it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest

from sagemode.postgres import PostgresServer

ROOT = Path(__file__).parent
IS_XDIST_WORKER = "PYTEST_XDIST_WORKER" in os.environ

pytest_plugins = ["tests.services"]
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


def pytest_configure(config: pytest.Config) -> None:
    if IS_XDIST_WORKER or config.option.help or config.option.collectonly:
        return
    # The data ends with the run, so nothing has to survive a power cut.
    config.stash[server_key] = PostgresServer(Path(os.environ["SAGE_DATA_DIR"]), settings={"fsync": "off"}).start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(server_key, None):
        server.stop(at_once=True)
