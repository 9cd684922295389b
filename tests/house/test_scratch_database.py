"""The scratch database as an operator gets it: embedded, in an older data folder, on a server of theirs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from agents.checks.scratch import why_not_applied
from sagemode import postgres
from sagemode.postgres import SCRATCH_RECORD, PostgresServer
from sagemode.scratch import making_statements, scratch_url
from tests.services import ROOT, app_environment


def test_a_fresh_data_folder_has_a_scratch_database_that_is_fit(data_dir):
    with PostgresServer(data_dir):
        assert why_not_applied(scratch_url(data_dir)) == ""


def test_a_data_folder_of_an_earlier_version_gets_one_at_its_next_start_and_keeps_its_data(data_dir, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(postgres, "SCRATCH_STATEMENTS", [])
        with PostgresServer(data_dir) as server, psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept ()")
            assert why_not_applied(scratch_url(data_dir))
    (data_dir / "postgres" / SCRATCH_RECORD).unlink()

    for _ in range(2):
        with PostgresServer(data_dir) as server, psycopg.connect(server.url, autocommit=True) as connection:
            assert why_not_applied(scratch_url(data_dir)) == ""
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_start_that_could_not_make_one_is_no_failure_and_the_next_start_tries_again(data_dir, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(postgres, "SCRATCH_STATEMENTS", [])
        with PostgresServer(data_dir):
            pass
        (data_dir / "postgres" / SCRATCH_RECORD).unlink()
        earlier.setattr(postgres, "SCRATCH_STATEMENTS", ["CREATE DATABASE sage_scratch TEMPLATE missing"])
        with PostgresServer(data_dir):
            assert why_not_applied(scratch_url(data_dir))

    with PostgresServer(data_dir):
        assert why_not_applied(scratch_url(data_dir)) == ""


@pytest.fixture
def server_of_theirs(data_dir) -> Iterator[str]:
    """The host part of addresses on a server that lets in everybody, its superuser too."""
    access = data_dir.parent / "access.conf"
    access.write_text("local all all trust\n")
    access.chmod(0o644)
    server = PostgresServer(data_dir, settings={"hba_file": str(access), "fsync": "off"})
    with server:
        assert server.home is not None
        yield f"?host={quote(str(server.home.socket), safe='')}"


def init_scratch(data_dir: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = app_environment(data_dir.parent / "app", 0, SECRET_KEY="k" * 60, **variables)
    command = [sys.executable, "manage.py", "init_scratch", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_an_operator_makes_one_with_a_command_and_repeating_it_changes_nothing(server_of_theirs, data_dir):
    address = f"postgres://tried:secret@/tried{server_of_theirs}"
    variables = {"DATABASE_URL": f"postgres://postgres@/sage{server_of_theirs}", "SAGE_SCRATCH_URL": address}

    first = init_scratch(data_dir, **variables)
    second = init_scratch(data_dir, **variables)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "ready" in second.stdout
    assert why_not_applied(address) == ""
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(f"postgres://tried@/sage{server_of_theirs}")


def test_who_may_not_make_one_is_told_to_ask_an_administrator_and_gets_the_statements(server_of_theirs, data_dir):
    variables = {
        "DATABASE_URL": f"postgres://sage@/sage{server_of_theirs}",
        "SAGE_SCRATCH_URL": f"postgres://tried:secret@/tried{server_of_theirs}",
    }

    refused = init_scratch(data_dir, **variables)
    printed = init_scratch(data_dir, "--sql", **variables)

    assert refused.returncode == 1
    assert "init_scratch --sql" in refused.stderr
    assert "secret" not in refused.stderr + printed.stdout
    assert printed.returncode == 0
    with psycopg.connect(f"postgres://postgres@/sage{server_of_theirs}", autocommit=True) as administrator:
        for statement in printed.stdout.strip().splitlines():
            administrator.execute(statement)
    assert why_not_applied(variables["SAGE_SCRATCH_URL"]) == ""


@pytest.mark.parametrize("theirs", ["postgres://postgres@/tried", "postgres://tried@/sage"])
def test_the_role_and_the_database_of_the_application_are_not_turned_into_scratch_ones(
    server_of_theirs, data_dir, theirs
):
    variables = {
        "DATABASE_URL": f"postgres://postgres@/sage{server_of_theirs}",
        "SAGE_SCRATCH_URL": f"{theirs}{server_of_theirs}",
    }

    for arguments in ([], ["--sql"]):
        done = init_scratch(data_dir, *arguments, **variables)
        assert (done.returncode, done.stdout) == (2, "")
        assert "of their own" in done.stderr

    with psycopg.connect(variables["DATABASE_URL"]) as connection:
        changed = "SELECT rolname FROM pg_roles WHERE rolname = 'tried' OR rolname = 'postgres' AND rolconfig <> '{}'"
        assert connection.execute(changed).fetchall() == []


def test_an_address_that_cannot_be_read_is_refused_without_its_password(data_dir):
    done = init_scratch(data_dir, DATABASE_URL="postgres://a@127.0.0.1:1/a", SAGE_SCRATCH_URL="tried:secret@host/tried")

    assert done.returncode == 2
    assert "SAGE_SCRATCH_URL" in done.stderr
    assert "secret" not in done.stderr + done.stdout


@pytest.mark.parametrize("role", ["postgres", "sage"])
def test_a_role_with_rights_is_never_used_for_strangers_sql(server_of_theirs, role):
    assert "rights" in why_not_applied(f"postgres://{role}@/sage{server_of_theirs}")


def test_a_role_that_has_rights_in_our_database_is_not_fit(server_of_theirs):
    with psycopg.connect(f"postgres://postgres@/sage{server_of_theirs}", autocommit=True) as administrator:
        administrator.execute("CREATE TABLE ours (a int)")
        administrator.execute("GRANT SELECT ON ours TO sage_scratch")

    assert "another database" in why_not_applied(f"postgres://sage_scratch@/sage_scratch{server_of_theirs}")


def test_the_documents_print_the_statements_that_the_command_runs():
    page = (ROOT / "docs" / "scratch-database.md").read_text()

    for statement in making_statements(ours="sage", our_role="sage", password="<password>"):
        assert f"{statement};" in page
