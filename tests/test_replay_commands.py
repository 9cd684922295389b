"""`replay_session` and `export_cassette`, as an operator calls them."""

from __future__ import annotations

import json
import os
import signal
import stat
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.tests.factories import make_user
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import make_session
from sessions_app.tests.recordings import BRIEF, ended
from sessions_app.tests.test_worker import _connections_of_threads_are_ended, worker
from teams.models import Team
from teams.roles import Role
from teams.tests.factories import join, make_team

__all__ = ["_connections_of_threads_are_ended", "worker"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo() -> User:
    return make_user("demo", is_staff=True, is_superuser=True)


@pytest.fixture
def team(demo: User) -> Team:
    return make_team(demo, name="Orchard")


@pytest.fixture
def session(worker: Any, team: Team) -> ExecutionSession:
    return ended(make_session(team, brief=BRIEF, feature_name="Lending"))


def refused(*arguments: object, **options: object) -> tuple[int, str]:
    """The exit code and the sentence of a command that does not do it."""
    with pytest.raises(CommandError) as refusal:
        call_command(*map(str, arguments), **options)
    return refusal.value.returncode, str(refusal.value)


def files_in(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_session_is_replayed_and_said_to_be_the_same(session: ExecutionSession, capsys: Any) -> None:
    call_command("replay_session", str(session.pk))

    said = capsys.readouterr().out.splitlines()
    again = ExecutionSession.objects.latest("pk")
    assert said == [
        f"Session {again.pk} replays “Lending”: {again.last_seq} events of {session.last_seq}, nothing paid; it is "
        "completed",
        "Identical: decisions, files and journal are those of the recording",
    ]
    assert (again.user, again.team, again.status) == (session.user, session.team, "completed")


def test_bundles_of_both_hold_the_same_files(session: ExecutionSession, tmp_path: Path) -> None:
    call_command("export_session", str(session.pk), out=tmp_path / "then")

    call_command("replay_session", str(session.pk), out=tmp_path / "now")

    then, now = files_in(tmp_path / "then"), files_in(tmp_path / "now")
    with_times = {"README.md", "journal.json", "quality.json"} | {path for path in then if path.startswith("docs/adr/")}
    assert then.keys() == now.keys()
    assert [path for path in then if path not in with_times and then[path] != now[path]] == []
    assert len(then) - len(with_times) > 15


def test_programs_get_one_line(session: ExecutionSession, capsys: Any) -> None:
    call_command("replay_session", str(session.pk), json=True, until="backend_dev")

    told = json.loads(capsys.readouterr().out)
    assert told.keys() == {
        *("session_id", "replay_of", "status", "identical", "events", "recorded_events", "notes", "differences"),
    }
    assert (told["identical"], told["status"], told["differences"]) == (True, "paused", [])
    assert told["events"] < told["recorded_events"] == session.last_seq


def test_a_difference_is_told_and_the_exit_code_is_1(session: ExecutionSession, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr("sessions_app.engine.examination.check_deliverable", lambda *_: [])

    with pytest.raises(SystemExit) as ends:
        call_command("replay_session", str(session.pk))

    assert ends.value.code == 1
    assert "Differs: events[" in capsys.readouterr().out


def test_a_cassette_is_written_and_played_elsewhere(session: ExecutionSession, tmp_path: Path, capsys: Any) -> None:
    file, other = tmp_path / "lending.json", make_user("ada")
    make_team(other, name="Elsewhere")

    call_command("export_cassette", str(session.pk), out=file)
    call_command("replay_session", cassette=file, team="Elsewhere", user="ada")

    assert f"{session.last_seq} events and 7 model calls in {file}" in capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = ExecutionSession.objects.latest("pk")
    assert (again.user, again.team.name, again.replay_of) == (other, "Elsewhere", session.chain_id)


def test_bad_input_is_2(session: ExecutionSession, tmp_path: Path) -> None:
    (tmp_path / "nonsense").write_bytes(orjson.dumps({"format": 1}))
    nobody = {"user": "nobody"}

    assert refused("replay_session", session.pk + 1) == (2, f"There is no session {session.pk + 1}.")
    assert refused("replay_session") == (2, "Name a session by its ID, or a file by --cassette FILE.")
    assert refused("replay_session", session.pk, cassette=tmp_path / "nonsense")[0] == 2
    assert refused("replay_session", session.pk, team="Orchard")[0] == 2
    assert refused("replay_session", session.pk, **nobody) == (2, "There is no active user “nobody”.")
    assert refused("replay_session", session.pk, user=make_user().username) == (2, "There is no such session.")
    assert refused("replay_session", session.pk, until="poet")[0] == 2
    assert refused("replay_session", session.pk, until="")[0] == 2
    assert refused("replay_session", cassette=tmp_path / "nonsense")[0] == 2
    assert refused("replay_session", cassette=tmp_path / "none")[0] == 2
    assert refused("export_cassette", session.pk + 1, out=tmp_path / "out")[0] == 2
    assert refused("export_cassette", session.pk, out=tmp_path / "no" / "folder")[0] == 2


def test_in_production_a_session_is_replayed_by_its_starter_and_a_cassette_by_whom_one_names(
    session: ExecutionSession, settings: Any, tmp_path: Path
) -> None:
    settings.PRODUCTION, settings.SECRET_KEY, settings.ALLOWED_HOSTS = True, "s" * 60, ["sage.example.org"]

    call_command("replay_session", str(session.pk))

    assert ExecutionSession.objects.latest("pk").user == session.user
    said = refused("replay_session", cassette=tmp_path / "lending.json")
    assert said == (2, "In production say who starts the session: --user NAME.")


def test_what_may_not_or_cannot_be_replayed_is_1(session: ExecutionSession) -> None:
    viewer = join(session.team, role=Role.VIEWER)
    assert refused("replay_session", session.pk, user=viewer.username)[0] == 1

    session.llm_calls.update(request=None, response=None)

    assert refused("replay_session", session.pk)[0] == 1
    assert ExecutionSession.objects.count() == 1


def test_ctrl_c_in_the_middle_leaves_nothing(session: ExecutionSession, monkeypatch: Any, capsys: Any) -> None:
    def press(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(5)

    monkeypatch.setattr("sessions_app.replay.desk.review_with", press)

    with pytest.raises(SystemExit) as ends:
        call_command("replay_session", str(session.pk))

    assert ends.value.code == 130
    assert "nothing was written" in capsys.readouterr().err
    assert ExecutionSession.objects.count() == 1
