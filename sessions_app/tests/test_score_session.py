"""`manage.py score_session`: the scores of a session and of a folder, in words and as JSON, and its exit codes."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agents.checks import CheckResult
from agents.deliverable import Artifact
from sessions_app.engine.apply import apply
from sessions_app.journal.export import bundle_of, write_folder
from sessions_app.queries.sessions import get_session, session_detail
from sessions_app.rules.gates import reject_gate
from sessions_app.tests.factories import (
    claim,
    hand_in,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)

pytestmark = pytest.mark.django_db
BROKEN = CheckResult("sql", "error", "failed", "architect/notes.md", 3, "Is no PostgreSQL", "Correct it.")


@pytest.fixture(autouse=True)
def _the_tests_database(monkeypatch):
    """The command closes its connections at the end; the test goes on with its own."""
    monkeypatch.setattr("sagemode.management.commands.score_session.connections.close_all", lambda: None)


def score(capsys, *arguments: object, fails: int = 0, **options: object) -> str:
    if fails:
        with pytest.raises(CommandError) as error:
            call_command("score_session", *map(str, arguments), **options)
        assert error.value.returncode == fails
    else:
        call_command("score_session", *map(str, arguments), **options)
    return str(capsys.readouterr().out)


def test_a_session_is_scored_as_its_last_review_did(capsys):
    session = make_finished_session()

    told = json.loads(score(capsys, session.pk, json=True))

    assert told["scores"] == session_detail(get_session(session.user, session.pk)).scores
    assert {check["name"] for check in told["checks"]} >= {"owed"}


def test_in_words_each_score_stands_with_its_parts_and_what_costs_points(capsys):
    session = make_finished_session()

    said = score(capsys, session.pk)

    assert "traceability  100  covered 1/1, decisions 7/7, files 7/7" in said
    assert "does not weigh two options" in said


def test_a_failed_check_is_exit_code_1_and_is_named(capsys):
    session = make_session()
    hand_in(claim(session)[0], checks=[BROKEN])

    said = score(capsys, session.pk, fails=1)

    assert "sql: architect/notes.md, line 3: Is no PostgreSQL" in said


def test_a_score_below_the_least_is_exit_code_1(capsys):
    session = make_finished_session()

    score(capsys, session.pk, least=1)
    score(capsys, session.pk, least=100, fails=1)


def test_an_exported_bundle_has_the_scores_of_its_session(capsys, tmp_path: Path):
    session = make_finished_session()
    write_folder(bundle_of(session.pk), tmp_path)

    told = json.loads(score(capsys, folder=tmp_path, json=True, fails=1))  # none of its files is one that is owed

    scores = session_detail(get_session(session.user, session.pk)).scores
    for name in ("traceability", "decisions", "requirements"):
        assert told["scores"][name] == scores[name]
    assert told["scores"]["validity"] < scores["validity"]


def test_what_people_said_on_the_way_may_be_quoted_in_an_exported_bundle_too(capsys, tmp_path: Path):
    feedback = "Nobody wants to type a password twice"
    session = make_session(gates=[1])
    run_stage(session)
    gate = session.gates.get()
    apply(session.pk, reject_gate, gate.pk, user_id=session.user_id, by=session.user.username, feedback=feedback)
    quoting = f"# Notes\n\nThe brief says “{feedback}”, “{feedback.replace('twice', 'three times')}”.\n"
    notes = Artifact(path="docs/notes.md", media_type="text/markdown", content=quoting, implements=["d1"])
    [claimed] = claim(session)
    hand_in(claimed, make_deliverable("architect", artifacts=[notes]))
    write_folder(bundle_of(session.pk), tmp_path)

    of_session = json.loads(score(capsys, session.pk, json=True, fails=1))
    of_folder = json.loads(score(capsys, folder=tmp_path, json=True, fails=1))

    for told in (of_session, of_folder):
        [invented] = [check["message"] for check in told["checks"] if "does not stand in" in check["message"]]
        assert "three times" in invented


def test_any_folder_of_files_is_checked_by_what_their_names_say(capsys, tmp_path: Path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api/things.json").write_text("{")
    (tmp_path / "notes.md").write_text("# Notes\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff")

    told = json.loads(score(capsys, folder=tmp_path, json=True, fails=1))

    assert [check["path"] for check in told["checks"] if check["status"] == "failed"] == ["api/things.json"]
    assert told["scores"]["validity"] < 100


def test_a_folder_that_somebody_described_is_scored_with_its_decisions(capsys):
    folder = Path(__file__).resolve().parents[2] / "agents/tests/strangers/gym"

    told = json.loads(score(capsys, folder=folder, json=True, fails=1))

    assert told["scores"]["traceability"] == 100
    assert any(check["name"] == "contract.property_column" for check in told["checks"] if check["status"] == "failed")


def test_links_and_hidden_files_of_a_folder_are_not_read(capsys, tmp_path: Path):
    (secret := tmp_path / "secret.json").write_text("{ not JSON")
    (hidden := tmp_path / "folder/.git/objects.json").parent.mkdir(parents=True)
    hidden.write_text("{ not JSON")
    (tmp_path / "folder/stolen.json").symlink_to(secret)
    (tmp_path / "folder/notes.json").write_text("{}")

    for described in (False, True):
        if described:
            (tmp_path / "folder/bundle.json").write_text("{}")
            (tmp_path / "folder/brief.md").write_text("Keep notes.")
        told = json.loads(score(capsys, folder=tmp_path / "folder", json=True))

        assert "not JSON" not in str(told)
        assert {check["path"] for check in told["checks"]} <= {"notes.json", None}


def test_a_file_of_a_bundle_that_leads_out_of_its_folder_is_bad_input(capsys, tmp_path: Path):
    session = make_finished_session()
    write_folder(bundle_of(session.pk), tmp_path / "bundle")
    (tmp_path / "secret.md").write_text("Ours alone")
    (file := tmp_path / "bundle/architect/notes.md").unlink()
    file.symlink_to(tmp_path / "secret.md")

    score(capsys, folder=tmp_path / "bundle", fails=2)


@pytest.mark.parametrize("journal", ["{", "[]", '{"session": {}}', '{"decisions": null}'])
def test_a_folder_that_cannot_be_read_is_bad_input(capsys, tmp_path: Path, journal):
    (tmp_path / "journal.json").write_text(journal)

    score(capsys, folder=tmp_path, fails=2)


def test_what_is_not_there_is_bad_input(capsys, tmp_path: Path):
    score(capsys, 999_999_999, fails=2)
    score(capsys, folder=tmp_path / "nothing", fails=2)
    score(capsys, fails=2)
    score(capsys, 1, folder=tmp_path, fails=2)
