"""Triggers keep what the journal vouches for, whoever asks and in whatever SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession, SessionEvent, TaskDecision
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.sessions import end_session
from sessions_app.tests.factories import make_session, run_stage

pytestmark = pytest.mark.django_db

GUARDED = ("session_events", "chain_checkpoints", "artifact_versions", "task_decisions", "session_decisions")


@pytest.fixture
def session() -> ExecutionSession:
    """A session that has rows of every guarded kind."""
    session = make_session()
    apply(session.pk, record_decision, user_id=session.user_id, by=session.user.username, text="No SMS")
    for _ in range(2):
        run_stage(session)
    apply(session.pk, end_session, by=session.user.username)
    return session


def run(statement: str, *parameters: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


@pytest.mark.parametrize("table", GUARDED)
def test_rows_cannot_be_deleted(session, table):
    with pytest.raises(IntegrityError, match=f"{table} .* cannot be deleted"):
        run(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", GUARDED)
def test_tables_cannot_be_emptied(session, table):
    run("SET CONSTRAINTS ALL IMMEDIATE")  # as at the start of a transaction: no foreign key is still to be checked

    with pytest.raises(IntegrityError, match=f"{table} keeps what was written: it cannot be truncated"):
        run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("session_events", "type = 'stage_failed'"),
        ("session_events", "data = '{}'"),
        ("session_events", "data = NULL, data_salt = NULL"),
        ("session_events", "hash = hash"),
        ("session_events", "seq = seq + 1000"),
        ("chain_checkpoints", f"head = '{'0' * 64}'"),
        ("chain_checkpoints", "session_id = NULL"),
        ("artifact_versions", "content = 'Other'"),
        ("artifact_versions", f"sha256 = '{'0' * 64}'"),
        ("artifact_versions", "version = version + 1"),
        ("task_decisions", "decision_text = 'Other'"),
        ("task_decisions", "status = 'superseded', confidence = 1"),
        ("task_decisions", "number = number + 100"),
        ("session_decisions", "decision_text = 'Other'"),
    ],
)
def test_what_was_written_cannot_be_changed(session, table, change):
    with pytest.raises(IntegrityError, match=f"{table} .* cannot be changed"):
        run(f"UPDATE {table} SET {change}")


def test_the_refusal_names_the_event_and_the_way_that_is_open(session):
    with pytest.raises(IntegrityError) as refusal:
        run("DELETE FROM session_events WHERE session_id = %s AND seq = 3", session.pk)

    said = str(refusal.value)
    assert f"session_events is append only: event 3 of session {session.pk} cannot be deleted" in said
    assert "manage.py purge_sessions" in said


def test_a_decision_can_still_be_superseded(session):
    first, second = TaskDecision.objects.filter(session=session).order_by("number")[:2]

    changed = run(
        "UPDATE task_decisions SET status = 'superseded', superseded_by_id = %s WHERE id = %s", second.pk, first.pk
    )

    assert changed == 1


def test_django_s_own_delete_meets_the_same_wall(session):
    with pytest.raises(IntegrityError, match="cannot be deleted"), transaction.atomic():
        session.delete()

    assert ExecutionSession.objects.filter(pk=session.pk).exists()


def test_a_marked_transaction_may_erase_data_with_its_salt_and_nothing_else(session):
    with transaction.atomic():
        run("SET LOCAL sage.purge = 'on'")
        run("UPDATE session_events SET data = NULL, data_salt = NULL WHERE session_id = %s AND seq = 1", session.pk)
        for change in ("data = NULL", "data = NULL, data_salt = NULL, type = 'x'", "data = '{}'"):
            with pytest.raises(IntegrityError, match="cannot be changed"):
                run(f"UPDATE session_events SET {change} WHERE session_id = %s AND seq = 2", session.pk)

    erased = SessionEvent.objects.get(session=session, seq=1)
    assert (erased.data, erased.data_salt, len(erased.data_sha256)) == (None, None, 64)


def test_even_a_marked_transaction_removes_no_event_of_a_session_without_a_tombstone(session):
    with transaction.atomic():
        run("SET LOCAL sage.purge = 'on'")
        with pytest.raises(IntegrityError, match=f"session {session.pk} has no tombstone"):
            run("DELETE FROM session_events WHERE session_id = %s", session.pk)


@pytest.mark.django_db(transaction=True)
def test_the_mark_ends_with_its_transaction(session):
    run("SET LOCAL sage.purge = 'on'")

    with pytest.raises(IntegrityError, match="cannot be deleted"):
        run("DELETE FROM task_decisions WHERE session_id = %s", session.pk)


@pytest.mark.django_db(transaction=True)
def test_the_guards_stand_again_after_the_test_runner_has_emptied_the_tables(session):
    with pytest.raises(IntegrityError, match="cannot be truncated"):
        run("TRUNCATE session_events")
