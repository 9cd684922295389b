"""`verify_journal` and `purge_sessions`, as an operator calls them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from sessions_app.engine.apply import apply
from sessions_app.journal.bundle_check import verify_bundle
from sessions_app.journal.export import bundle_of, write_folder, zipped
from sessions_app.journal.heads import read_heads
from sessions_app.models import ExecutionSession
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.sessions import delete_session
from sessions_app.tests.factories import make_finished_session, make_session, run_stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session() -> ExecutionSession:
    session = make_session()
    apply(session.pk, record_decision, user_id=session.user_id, by=session.user.username, text="No SMS")
    for _ in session.workflow["stages"]:
        run_stage(session)
    return session


def refused(*arguments: object, **options: object) -> tuple[int, str]:
    """The exit code and the sentence of a command that does not do it."""
    with pytest.raises(CommandError) as refusal:
        call_command(*map(str, arguments), **options)
    return refusal.value.returncode, str(refusal.value)


def spoil(session: ExecutionSession) -> int:
    """Change what a model call has cost; return the call's id."""
    call = session.llm_calls.earliest("pk")
    session.llm_calls.filter(pk=call.pk).update(cost_usd="9")
    return int(call.pk)


# --- verify_journal --------------------------------------------------------------------------------------------------


def test_a_whole_journal_is_said_to_be_whole(session: ExecutionSession, capsys: Any) -> None:
    call_command("verify_journal")

    assert capsys.readouterr().out == f"1 session, {session.last_seq} events: the journal is whole\n"


def test_one_session_can_be_verified_alone(session: ExecutionSession, capsys: Any) -> None:
    spoil(make_finished_session())

    call_command("verify_journal", str(session.pk))

    assert "1 session" in capsys.readouterr().out


def test_a_broken_one_is_named_and_the_exit_code_is_1(session: ExecutionSession, capsys: Any) -> None:
    make_finished_session()
    call_id = spoil(session)

    assert refused("verify_journal") == (1, "Broken: 1 of 2 sessions.")

    assert capsys.readouterr().out.startswith(f"session {session.pk}: model call {call_id} (event ")


def test_programs_get_a_line_for_each_session(session: ExecutionSession, capsys: Any) -> None:
    other = make_finished_session()
    spoil(session)

    refused("verify_journal", json=True)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["session_id"], line["valid"]) for line in lines] == [(session.pk, False), (other.pk, True)]
    assert lines[0]["first_bad"].keys() == {"seq", "what", "problem"}
    assert lines[1] == {
        "session_id": other.pk,
        "chain_id": str(other.chain_id),
        "valid": True,
        "events": other.last_seq,
        "head": other.chain_head,
        "first_bad": None,
    }


def test_bad_input_is_2(session: ExecutionSession, tmp_path: Path) -> None:
    (tmp_path / "heads").write_text("nonsense\n")

    assert refused("verify_journal", session.pk + 1) == (2, f"There is no session {session.pk + 1}.")
    assert refused("verify_journal", checkpoints=tmp_path / "none")[0] == 2
    assert refused("verify_journal", checkpoints=tmp_path / "heads")[0] == 2
    assert refused("verify_journal", publish=tmp_path / "no" / "folder")[0] == 2
    assert refused("verify_journal", bundle=tmp_path)[0] == 2
    assert refused("verify_journal", bundle=tmp_path / "none.zip")[0] == 2
    assert refused("verify_journal", session.pk, bundle=tmp_path)[0] == 2


def test_heads_are_published_of_whole_sessions_and_held_against_the_next_time(
    session: ExecutionSession, tmp_path: Path, capsys: Any
) -> None:
    file, broken = tmp_path / "heads.jsonl", make_finished_session()
    spoil(broken)

    assert refused("verify_journal", publish=file)[0] == 1
    assert set(read_heads(file)) == {str(session.chain_id)}

    ExecutionSession.objects.filter(pk=session.pk).update(chain_id="00000000-0000-4000-8000-000000000000")
    assert refused("verify_journal", checkpoints=file)[0] == 1
    assert f"chain {session.chain_id}: session is gone" in capsys.readouterr().out


# --- bundles ---------------------------------------------------------------------------------------------------------


def test_a_bundle_is_verified_as_a_folder_and_as_a_zip_without_a_database(
    session: ExecutionSession, tmp_path: Path, capsys: Any
) -> None:
    bundle = bundle_of(session.pk)
    write_folder(bundle, tmp_path / "folder")
    (tmp_path / "bundle.zip").write_bytes(zipped(bundle))
    session.llm_calls.all().delete()

    for path in (tmp_path / "folder", tmp_path / "bundle.zip"):
        call_command("verify_journal", bundle=path)

    assert capsys.readouterr().out == f"1 session, {session.last_seq} events: the journal is whole\n" * 2


def test_a_bundle_of_a_session_that_still_runs_is_whole(tmp_path: Path) -> None:
    session = make_session()
    run_stage(session)
    write_folder(bundle_of(session.pk), tmp_path)

    assert verify_bundle(tmp_path).valid


@pytest.mark.parametrize(
    ("place", "change", "expected"),
    [
        ("decisions", lambda rows: rows[0].update(text="Other"), "decision D-1 (event"),
        ("decisions", lambda rows: rows[2].update(agent="it_admin"), "decision D-3 (event"),
        ("decisions", lambda rows: rows.pop(1), "decision D-2 (event"),
        ("decisions", lambda rows: rows.append({**rows[0], "id": 0}), "decision D-1 has no event"),
        ("session_decisions", lambda rows: rows[0].update(text="SMS"), "decision H-1 (event"),
        ("artifacts", lambda rows: rows[0].update(sha256="0" * 64), "architect/notes.md v1 (event"),
        ("artifacts", lambda rows: rows.pop(0), "architect/notes.md v1 (event"),
        ("events", lambda rows: rows[4]["data"].update(stage=9), "event 5 carries other data"),
        ("events", lambda rows: rows[4].update(type="x"), "event 5 does not follow"),
        ("events", lambda rows: rows.pop(4), "event 5 is missing"),
        ("events", lambda rows: rows.pop(), "session has another chain head"),
    ],
)
def test_a_changed_bundle_is_found_and_the_change_named(
    session: ExecutionSession, tmp_path: Path, place: str, change: Any, expected: str
) -> None:
    bundle = dict(bundle_of(session.pk))
    journal = json.loads(bundle["journal.json"])
    change(journal[place])
    write_folder({**bundle, "journal.json": json.dumps(journal).encode()}, tmp_path)

    assert str(verify_bundle(tmp_path).first_bad).startswith(expected)


def test_a_changed_or_missing_file_of_a_bundle_is_named(session: ExecutionSession, tmp_path: Path) -> None:
    write_folder(bundle_of(session.pk), tmp_path)
    (tmp_path / "dba/notes.md").write_text("Other")
    assert str(verify_bundle(tmp_path).first_bad).startswith("dba/notes.md v1 (event")

    (tmp_path / "dba/notes.md").unlink()

    assert "is gone" in str(verify_bundle(tmp_path).first_bad)


def test_a_bundle_that_was_cut_with_its_head_is_found_by_a_published_one(
    session: ExecutionSession, tmp_path: Path
) -> None:
    call_command("verify_journal", publish=tmp_path / "heads")
    bundle = dict(bundle_of(session.pk))
    journal = json.loads(bundle["journal.json"])
    journal["events"].pop()
    journal["chain_head"] = journal["events"][-1]["hash"]
    write_folder({**bundle, "journal.json": json.dumps(journal).encode()}, tmp_path / "out")
    assert verify_bundle(tmp_path / "out").valid

    assert refused("verify_journal", bundle=tmp_path / "out", checkpoints=tmp_path / "heads")[0] == 1


# --- purge_sessions --------------------------------------------------------------------------------------------------


def test_sessions_that_were_deleted_long_ago_are_purged_and_the_rest_verifies(
    session: ExecutionSession, capsys: Any
) -> None:
    old, young = make_finished_session(), make_finished_session()
    for gone in (old, young):
        apply(gone.pk, delete_session, by="x")
    ExecutionSession.objects.filter(pk=old.pk).update(deleted_at=F("deleted_at") - timedelta(days=31))

    call_command("purge_sessions", dry_run=True)
    assert capsys.readouterr().out == f"session {old.pk} would go\n"
    call_command("purge_sessions")
    assert capsys.readouterr().out.splitlines()[-1] == "1 session purged"

    assert set(ExecutionSession.objects.values_list("pk", flat=True)) == {session.pk, young.pk}
    call_command("verify_journal")
    call_command("purge_sessions", older_than=0)
    assert set(ExecutionSession.objects.values_list("pk", flat=True)) == {session.pk}


def test_an_age_that_is_none_is_bad_input() -> None:
    assert refused("purge_sessions", older_than=-1)[0] == 2
