"""The commands that a newcomer types first."""

import subprocess
import sys
from pathlib import Path

from tests.services import ROOT, app_environment


def init_db(data_dir: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "init_db"]
    return subprocess.run(
        command, cwd=ROOT, env=app_environment(data_dir, 0), capture_output=True, text=True, timeout=60
    )


def test_init_db_makes_the_database_once_and_leaves_no_server_behind(data_dir):
    first = init_db(data_dir)
    second = init_db(data_dir)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Applying accounts.0001_initial" in first.stdout
    assert "No migrations to apply" in second.stdout
    assert second.stdout.endswith("The database is ready.\n")
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_make_alone_lists_what_can_be_made():
    command = ["make", "--no-print-directory"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    names = {line.split()[1] for line in listed.splitlines()}
    assert names == {"help", "run", "demo", "test", "nightly", "lint", "bench"}
    assert all(len(line.split()) > 4 for line in listed.splitlines())
