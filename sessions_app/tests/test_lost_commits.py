"""A connection that breaks at COMMIT: what was written is written once, and the caller is told the truth."""

import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from sagemode.postgres import PostgresServer
from sessions_app.engine.apply import apply
from sessions_app.engine.commits import Commit
from sessions_app.engine.group_commit import GroupWriter
from sessions_app.errors import InDoubt
from sessions_app.models import AgentTask, ExecutionSession, SessionDecision
from sessions_app.rules.claims import claim_tasks
from sessions_app.rules.decisions import record_decision
from sessions_app.tests.factories import WORKER, event_types, make_session
from sessions_app.tests.wire import Wire

pytestmark = pytest.mark.django_db(transaction=True)
LOST = ["the answer is lost", "it never arrives"]


@pytest.fixture
def wire(monkeypatch):
    """A wire that every connection made from now on goes through."""
    wire = Wire(connection.get_connection_params()["host"])
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "host", wire.folder)
    yield wire
    connection.close()
    wire.close()


@pytest.mark.parametrize("how", LOST)
def test_a_persons_decision_is_written_once_and_answered(wire, how):
    session = make_session()
    wire.fail_at_commit = how

    decision_id = apply(session.pk, record_decision, user_id=session.user_id, by="member", text="Use PostgreSQL")

    assert wire.fail_at_commit == ""
    assert list(SessionDecision.objects.filter(session=session).values_list("id", flat=True)) == [decision_id]
    assert event_types(session).count("decision_recorded") == 1


@pytest.mark.parametrize("how", LOST)
def test_a_new_session_is_made_once(wire, how):
    before = make_session()
    wire.fail_at_commit = how

    session = make_session(before.team, by=before.user)

    assert wire.fail_at_commit == ""
    assert ExecutionSession.objects.exclude(pk=before.pk).get() == session


@pytest.mark.parametrize("how", LOST)
def test_a_workers_claims_are_its_own_and_counted_once(wire, how):
    sessions = [make_session() for _ in range(3)]
    writer = GroupWriter()
    wire.fail_at_commit = how

    claims = [
        writer.submit(session.pk, claim_tasks, list(session.tasks.values_list("id", flat=True)), WORKER, max_lost=6)
        for session in sessions
    ]
    claimed = [held for claim in claims for held in claim.result(15)]
    writer.close()

    assert wire.fail_at_commit == ""
    assert len(claimed) == 3
    assert set(AgentTask.objects.filter(status="running").values_list("attempt", "fence")) == {(1, 1)}


def test_who_cannot_be_told_within_the_patience_hears_that_it_may_have_happened(wire, settings):
    settings.DATABASE_SECONDS = 2.0
    session = make_session()
    wire.fail_at_commit = "it is swallowed"
    began = time.monotonic()

    with pytest.raises(InDoubt):
        apply(session.pk, record_decision, user_id=session.user_id, by="member", text="Use PostgreSQL")

    assert time.monotonic() - began < settings.DATABASE_SECONDS + 2


def test_a_writer_that_is_frozen_in_a_transaction_does_not_keep_its_session_locked(wire):
    session = make_session()
    parameters = connection.get_connection_params()
    frozen = psycopg.connect(**{**parameters, "cursor_factory": None})
    Commit().begin(frozen.cursor())
    frozen.execute("SELECT 1 FROM execution_sessions WHERE id = %s FOR UPDATE", [session.pk])

    apply(session.pk, record_decision, user_id=session.user_id, by="member", text="Use PostgreSQL")

    frozen.close()
    assert SessionDecision.objects.filter(session=session).count() == 1


@pytest.fixture
def crashing_server(monkeypatch):
    """A server of our own with a journal of two columns, which Django's connection is turned to."""
    with tempfile.TemporaryDirectory(prefix="sage-crash-") as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder)).start()
        connection.close()
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "host", str(server.home.socket))
        monkeypatch.setitem(connection.settings_dict, "NAME", "sage")
        try:
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE session_events (session_id bigint, seq int, hash text)")
            yield server
        finally:
            connection.close()
            server.stop(at_once=True)


def burn_transactions_up_to(xid: int) -> str:
    """Let other clients have transaction ids until this one is given again; return what the server says of it."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("INSERT INTO session_events VALUES (0, 0, '') RETURNING pg_current_xact_id()::text::bigint")
            if cursor.fetchone()[0] > xid:
                break
        cursor.execute("SELECT pg_xact_status(%s::text::xid8)", [xid])
        return cursor.fetchone()[0]


def test_an_id_that_a_crashed_server_gave_again_is_not_taken_for_ours(crashing_server):
    commit = Commit()
    commit.begin(psycopg.connect(**connection.get_connection_params()).cursor())
    crashing_server.stop(at_once=True)
    connection.close()
    crashing_server.start()
    assert burn_transactions_up_to(int(commit._xid)) == "committed"

    with pytest.raises(InDoubt):
        commit.happened(until=time.monotonic() + 1)
    commit._event = {"session_id": 1, "seq": 1, "hash": "ours"}
    assert commit.happened(until=time.monotonic() + 5) is False
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO session_events VALUES (1, 1, 'ours')")
    assert commit.happened(until=time.monotonic() + 5) is True
