"""Deleted sessions go for good after a while; their chains are remembered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from sessions_app.engine.apply import apply
from sessions_app.journal.heads import publish_heads, read_heads
from sessions_app.journal.verify import verify_everything
from sessions_app.models import (
    AgentTask,
    ArtifactVersion,
    ChainCheckpoint,
    ExecutionSession,
    LLMCall,
    SessionEvent,
    TaskDecision,
)
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.purges import purge_session, purgeable
from sessions_app.rules.sessions import delete_session
from sessions_app.tests.factories import claim, make_call, make_finished_session, make_session

pytestmark = pytest.mark.django_db


def deleted(session: ExecutionSession, *, days: float = 31) -> ExecutionSession:
    """Delete a session as a person does, so many days ago."""
    apply(session.pk, delete_session, by="ada")
    ExecutionSession.objects.filter(pk=session.pk).update(deleted_at=F("deleted_at") - timedelta(days=days))
    session.refresh_from_db()
    return session


def due() -> list[int]:
    return list(purgeable(older_than_days=30).values_list("pk", flat=True))


def test_a_purge_removes_every_row_of_a_session_and_no_other():
    gone, stays = make_finished_session(), make_finished_session()
    apply_decision = make_session(gone.team)
    apply(apply_decision.pk, record_decision, user_id=gone.user_id, by="x", text="No SMS")
    deleted(gone)
    deleted(apply_decision)
    before = SessionEvent.objects.filter(session=stays).count()

    purged = [purge_session(session.pk, older_than_days=30) for session in (gone, apply_decision)]

    assert [row.session_id for row in purged] == [gone.pk, apply_decision.pk]
    assert list(ExecutionSession.objects.values_list("pk", flat=True)) == [stays.pk]
    for model in (AgentTask, TaskDecision, LLMCall, SessionEvent):
        assert set(model.objects.values_list("session", flat=True)) == {stays.pk}
    assert set(ArtifactVersion.objects.values_list("artifact__session", flat=True)) == {stays.pk}
    assert SessionEvent.objects.filter(session=stays).count() == before


def test_a_tombstone_with_the_head_of_the_chain_stays():
    session = deleted(make_finished_session())

    purge_session(session.pk, older_than_days=30)

    stone = ChainCheckpoint.objects.get(tombstone=True)
    assert (stone.session_id, stone.chain_id, stone.head, stone.count) == (
        None,
        session.chain_id,
        session.chain_head,
        session.last_seq,
    )
    assert all(verdict.valid for verdict in verify_everything())


def test_what_was_published_of_a_purged_session_agrees_with_its_tombstone(tmp_path):
    session = make_finished_session()
    publish_heads(tmp_path / "heads", verify_everything())
    purge_session(deleted(session).pk, older_than_days=30)

    assert list(verify_everything(published=read_heads(tmp_path / "heads"))) == []


def test_a_tombstone_that_hides_a_cut_tail_is_found_by_a_published_head(tmp_path):
    session = make_finished_session()
    publish_heads(tmp_path / "heads", verify_everything())
    ExecutionSession.objects.filter(pk=session.pk).update(last_seq=3, chain_head="a" * 64)
    purge_session(deleted(session).pk, older_than_days=30)

    [verdict] = verify_everything(published=read_heads(tmp_path / "heads"))

    assert "was purged with another head" in str(verdict.first_bad)


def test_only_what_was_deleted_long_enough_ago_goes():
    make_finished_session()
    deleted(make_finished_session(), days=29)
    old = deleted(make_finished_session(), days=30.01)

    assert due() == [old.pk]
    assert purge_session(make_finished_session().pk, older_than_days=0) is None


def test_a_session_with_a_call_that_is_not_settled_waits():
    session = make_session()
    [architect] = claim(session)
    call_id = make_call(architect)
    deleted(session)
    LLMCall.objects.filter(pk=call_id).update(status="reserved")

    assert due() == []


def test_forks_of_a_purged_session_live_on():
    parent = make_finished_session()
    fork = make_session(parent.team)
    ExecutionSession.objects.filter(pk=fork.pk).update(parent=parent)

    purge_session(deleted(parent).pk, older_than_days=30)

    fork.refresh_from_db()
    assert fork.parent_id is None


def test_after_a_purge_the_guards_stand_again_in_the_same_transaction():
    purge_session(deleted(make_finished_session()).pk, older_than_days=30)
    make_finished_session()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM task_decisions")


@pytest.mark.parametrize("change", ["DELETE FROM chain_checkpoints", "UPDATE chain_checkpoints SET tombstone = false"])
def test_a_tombstone_stays_whatever_a_transaction_says(change):
    purge_session(deleted(make_finished_session()).pk, older_than_days=30)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL sage.purge = 'on'")
        with pytest.raises(IntegrityError, match="chain_checkpoints keeps what was written"), transaction.atomic():
            cursor.execute(change)
        cursor.execute("SET LOCAL sage.purge = 'off'")
