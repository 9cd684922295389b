"""`list_sessions`, `export_session` and `seed_demo`, as an operator calls them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import User
from accounts.tests.factories import make_user
from sagemode.management.commands import seed_demo
from sessions_app.demo import BRIEF_PATH, FEATURE_NAME
from sessions_app.engine.apply import apply
from sessions_app.journal.export import bundle_of
from sessions_app.models import ExecutionSession
from sessions_app.rules.sessions import delete_session, end_session
from sessions_app.tests.factories import claim as claim_tasks
from sessions_app.tests.factories import fail, make_finished_session, make_session, run_stage
from teams.models import Team
from teams.tests.factories import make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_sign_in_file() -> Iterator[None]:
    seed_demo.sign_in_path().unlink(missing_ok=True)
    yield
    seed_demo.sign_in_path().unlink(missing_ok=True)


@pytest.fixture
def team() -> Team:
    return make_team(make_user("ada"), name="Orchard")


def refused(*arguments: object, **options: object) -> tuple[int, str]:
    """The exit code and the sentence of a command that does not do it."""
    with pytest.raises(CommandError) as refusal:
        call_command(*map(str, arguments), **options)
    return refusal.value.returncode, str(refusal.value)


# --- list_sessions ---------------------------------------------------------------------------------------------------


def test_sessions_are_listed_as_lines_newest_first(team: Team, capsys: Any) -> None:
    make_session(team, feature_name="First\tof all\n[red]x")
    done = make_finished_session(team, feature_name="Second")
    gone = make_session(team)
    apply(gone.pk, delete_session, by="x")

    call_command("list_sessions")

    header, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert header == ["id", "feature", "team", "by", "status", "stage", "done", "time", "cost", "started"]
    assert [row[1] for row in rows] == ["Second", "First of all [red]x"]
    assert rows[0][:7] == [str(done.pk), "Second", "Orchard", "ada", "completed", "4 of 4", "100%"]
    assert rows[0][8] == "$0.0861 simulated"


def test_a_terminal_gets_a_table(team: Team, capsys: Any, monkeypatch: Any) -> None:
    make_session(team, feature_name="A [bold]name[/] that looks like markup")
    monkeypatch.setattr("sagemode.management.commands.list_sessions.Command.__init__", terminal_of)
    monkeypatch.setenv("COLUMNS", "200")

    call_command("list_sessions")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["id", "feature", "team", "by", "status", "stage", "done", "time", "cost", "started"]
    assert "A [bold]name[/] that looks like markup" in lines[1]


def terminal_of(command: Any, *args: Any, **kwargs: Any) -> None:
    super(type(command), command).__init__(*args, **kwargs)
    command.stdout.isatty = lambda: True


def test_lists_can_be_narrowed_and_read_by_programs(team: Team, capsys: Any) -> None:
    mine = [make_session(team).pk for _ in range(3)]
    make_session()
    apply(mine[1], end_session, by="x")

    def listed(**options: object) -> list[int]:
        call_command("list_sessions", json=True, **options)
        return [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]

    assert listed(team="Orchard") == mine[::-1]
    assert listed(team=str(team.pk), limit=1) == mine[2:]
    assert listed(team="Orchard", status="completed") == [mine[1]]
    assert listed(status="failed") == []


def test_nothing_to_list_is_said_and_is_no_error(capsys: Any) -> None:
    call_command("list_sessions")

    output = capsys.readouterr()
    assert output.out == ""
    assert "no such sessions" in output.err


def test_a_list_that_cannot_be_made_is_refused(team: Team) -> None:
    make_team(name="Orchard")

    assert refused("list_sessions", "--team", "Nobody") == (2, "There is no team “Nobody”.")
    assert refused("list_sessions", "--team", "Orchard")[0] == 2
    assert refused("list_sessions", "--limit", "0")[0] == 2
    assert refused("list_sessions", "--limit", "1001")[0] == 2


# --- export_session --------------------------------------------------------------------------------------------------


def test_a_session_is_written_as_a_folder(team: Team, tmp_path: Path, capsys: Any) -> None:
    session = make_finished_session(team)

    call_command("export_session", str(session.pk), out=tmp_path / "bundle")

    bundle = bundle_of(session.pk)
    written = {str(path.relative_to(tmp_path / "bundle")) for path in (tmp_path / "bundle").rglob("*.*")}
    assert written == set(bundle)
    assert capsys.readouterr().out == f"{len(bundle)} files in {tmp_path}/bundle/ (begin with README.md)\n"


def test_what_cannot_be_exported_is_refused(team: Team, tmp_path: Path) -> None:
    deleted, kept = make_session(team), make_session(team)
    apply(deleted.pk, delete_session, by="x")
    (tmp_path / "file").write_text("")

    assert refused("export_session", 2**40, out=tmp_path / "a") == (2, f"There is no session {2**40}.")
    assert refused("export_session", deleted.pk, out=tmp_path / "b")[0] == 2
    code, sentence = refused("export_session", kept.pk, out=tmp_path / "file")
    assert code == 2
    assert "cannot be written" in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("command", [["export_session", "1"], ["run_session", "Name"]])
def test_an_empty_folder_is_not_the_current_one(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    sentence = refused(*command, "--out", "")[1]

    assert "name a folder" in sentence
    assert not list(tmp_path.iterdir())
    assert not ExecutionSession.objects.exists()


@pytest.mark.parametrize("command", [["list_sessions"], ["export_session", "1", "--out", "bundle"]])
def test_a_setting_that_cannot_work_is_said_before_anything_is_asked(command: list[str], settings: Any) -> None:
    settings.SAGE_MODEL = "nobody:nothing"

    code, said = refused(*command)
    assert code == 1
    assert said.startswith("SAGE_MODEL=nobody:nothing is unknown. There is no model “nobody:nothing”. Write simulator")


def test_a_person_is_found_by_name_in_any_case_as_when_they_sign_in(team: Team) -> None:
    code, sentence = refused("run_session", "Name", "--user", "ADA", "--workflow", "waterfall")

    assert code == 2
    assert "no workflow “waterfall”" in sentence


# --- seed_demo -------------------------------------------------------------------------------------------------------


def test_the_demo_can_be_made_again_and_changes_nothing(capsys: Any) -> None:
    call_command("seed_demo")
    first = capsys.readouterr().out
    call_command("seed_demo")

    assert first == capsys.readouterr().out
    assert first == "Sign in as demo with the password sage-mode-demo (team “Demo team”)\n"
    assert User.objects.get(username="demo").check_password("sage-mode-demo")
    assert Team.objects.get().name == "Demo team"
    assert ExecutionSession.objects.count() == 0
    assert not seed_demo.sign_in_path().exists()


def test_production_has_no_demo(settings: Any) -> None:
    settings.PRODUCTION = True

    code, sentence = refused("seed_demo", "--first-run")

    assert code == 1
    assert "not in production" in sentence
    assert User.objects.count() == 0


def work_on_the_first_session(*, stages: int) -> threading.Thread:
    """Stand in for the workers of a first start."""

    def work() -> None:
        until = time.monotonic() + 20
        while (session := ExecutionSession.objects.first()) is None and time.monotonic() < until:
            time.sleep(0.05)
        assert session is not None
        for _ in range(stages):
            run_stage(session)
        if stages == 0:
            fail(claim_tasks(session)[0])
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_first_run_shows_the_demo_session_and_leaves_the_sign_in_for_start(capsys: Any) -> None:
    working = work_on_the_first_session(stages=4)

    call_command("seed_demo", "--first-run")
    working.join()

    output = capsys.readouterr().out
    session = ExecutionSession.objects.get()
    assert (session.feature_name, session.brief) == (FEATURE_NAME, BRIEF_PATH.read_text())
    assert "First start: seven agents" in output
    assert "Architect" in output
    assert "complete" in output
    assert seed_demo.sign_in_path().read_text() == "Sign in as demo with the password sage-mode-demo\n"

    call_command("seed_demo", "--first-run")
    assert ExecutionSession.objects.count() == 1


def test_a_first_run_that_fails_says_so_and_leaves_the_sign_in_all_the_same(capsys: Any) -> None:
    working = work_on_the_first_session(stages=0)

    with pytest.raises(SystemExit) as ended:
        call_command("seed_demo", "--first-run")
    working.join()

    assert ended.value.code == 1
    assert seed_demo.sign_in_path().exists()


def test_a_first_run_waits_no_longer_than_it_says(capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(seed_demo, "FIRST_RUN_SECONDS", 0.5)

    with pytest.raises(SystemExit) as ended:
        call_command("seed_demo", "--first-run")

    assert ended.value.code == 1
    assert "goes on by itself" in capsys.readouterr().out
    assert ExecutionSession.objects.get().status == "active"
    assert seed_demo.sign_in_path().exists()
