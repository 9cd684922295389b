"""The commands that a newcomer types first."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import ROOT, app_environment


def init_db(data_dir: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "init_db"]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=app_environment(data_dir, 0, is_measured=True),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_init_db_makes_the_database_once_and_leaves_no_server_behind(data_dir):
    first = init_db(data_dir)
    second = init_db(data_dir)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Applying accounts.0001_initial" in first.stdout
    assert "No migrations to apply" in second.stdout
    assert second.stdout.endswith("The database is ready.\n")
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL=LOUD is unknown: use one of DEBUG"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT=xml is unknown"),
        ("SAGE_WORKERS", "two", "SAGE_WORKERS=two is not a whole number"),
        ("SIMULATOR_LATENCY", "soon", "SIMULATOR_LATENCY=soon is not a number"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "worker", "list_sessions"])
def test_a_setting_that_cannot_be_read_is_a_sentence_in_every_command(tmp_path, command, name, value, words):
    environment = app_environment(tmp_path, 0, is_measured=True, **{name: value})
    done = subprocess.run(
        [sys.executable, "manage.py", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 2
    assert done.stderr.startswith(f"A setting cannot be read: {words}")
    assert done.stderr.count("\n") == 1


def test_make_alone_lists_what_can_be_made():
    command = ["make", "--no-print-directory"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    names = {line.split()[1] for line in listed.splitlines()}
    assert names == {"help", "run", "demo", "test", "nightly", "chaos", "lint", "bench"}
    assert all(len(line.split()) > 4 for line in listed.splitlines())
