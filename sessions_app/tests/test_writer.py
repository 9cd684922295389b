"""The writer on a real database: everything or nothing, in order, whoever writes at the same time."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django_q.models import OrmQ

from sessions_app.engine.apply import apply
from sessions_app.engine.group_commit import GroupWriter
from sessions_app.engine.ids import new_id
from sessions_app.engine.writer import Transition, write_batch
from sessions_app.errors import IllegalTransition, NotReachable
from sessions_app.models import SessionEvent
from sessions_app.rules.claims import claim_tasks
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.sessions import cancel_session
from sessions_app.rules.writes import Writes
from sessions_app.tests.factories import (
    WORKER,
    claim,
    hand_in,
    make_call,
    make_finished_session,
    make_session,
)
from teams.models import TeamMonth
from teams.tests.factories import make_team

pytestmark = pytest.mark.django_db


def sequence_of(session):
    return list(SessionEvent.objects.filter(session=session).order_by("seq").values_list("seq", flat=True))


def breaks_at_the_end(state):
    """Write an event and a row that the database refuses."""
    writes = Writes(state)
    writes.event("session_paused", status="paused", reason="test")
    writes.change(state.session, spent_usd=Decimal(-1))
    return writes


def test_a_transition_that_the_database_refuses_leaves_nothing_behind():
    session = make_session()

    with pytest.raises(IntegrityError):
        apply(session.pk, breaks_at_the_end)

    session.refresh_from_db()
    assert (session.last_seq, session.spent_usd) == (2, 0)
    assert sequence_of(session) == [1, 2]


def test_the_wake_up_is_sent_in_the_transaction_of_the_transition():
    session = make_session()
    architect = session.tasks.get(agent_role="architect")

    assert OrmQ.objects.filter(pk=architect.queue_task_id).exists()


def test_an_unknown_session_is_said_to_be_unknown():
    with pytest.raises(NotReachable):
        apply(987_654, cancel_session, by="member")


def test_a_refused_transition_of_a_batch_spoils_nothing_for_its_neighbour():
    refused, fine = make_session(), make_session()
    apply(refused.pk, cancel_session, by="member")
    told = [
        Transition(refused.pk, record_decision, kwargs={"user_id": refused.user_id, "by": "x", "text": "Too late"}),
        Transition(fine.pk, record_decision, kwargs={"user_id": fine.user_id, "by": "x", "text": "In time"}),
    ]

    assert write_batch(told) == []

    assert isinstance(told[0].error, IllegalTransition)
    assert fine.session_decisions.get().decision_text == "In time"
    assert not refused.session_decisions.exists()


def test_sessions_of_one_team_in_one_batch_share_the_month():
    team = make_team()
    first, second = make_session(team), make_session(team)
    for session in (first, second):
        [taken] = claim(session)
        make_call(taken, cost_usd="0.25")

    month = TeamMonth.objects.get(team=team)
    assert (month.spent_usd, month.reserved_usd) == (Decimal("0.5"), 0)


def test_one_decision_sequence_serves_both_kinds():
    session = make_finished_session()
    other = make_session()
    apply(other.pk, record_decision, user_id=other.user_id, by="x", text="Keep it small")

    ids = [*session.decisions.values_list("pk", flat=True), *other.session_decisions.values_list("pk", flat=True)]
    assert len(set(ids)) == len(ids)
    assert other.session_decisions.get().pk > max(session.decisions.values_list("pk", flat=True))


def test_ids_drawn_before_the_rows_exist_are_never_given_twice():
    ids = [new_id("artifacts") for _ in range(100)]

    assert len(set(ids)) == 100


def test_the_database_itself_refuses_a_second_running_row_without_a_holder():
    session = make_session()

    with pytest.raises(IntegrityError):
        session.tasks.filter(agent_role="architect").update(status="running", lease_owner="")


def test_a_finished_session_has_every_event_once_and_its_chain_head():
    session = make_finished_session()

    events = list(SessionEvent.objects.filter(session=session).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, session.last_seq + 1))
    assert events[-1].hash == session.chain_head
    assert session.checkpoints.get().head == session.chain_head
    assert events[-1].type == "session_completed"


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_leave_no_gap_and_no_double():
    session = make_session()
    writers = 6

    def decide(number):
        try:
            for turn in range(5):
                apply(session.pk, record_decision, user_id=session.user_id, by="x", text=f"{number}/{turn}")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[number]) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.refresh_from_db()
    assert sequence_of(session) == list(range(1, 2 + writers * 5 + 1))
    assert sorted(session.session_decisions.values_list("number", flat=True)) == list(range(1, writers * 5 + 1))


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_claim_the_same_task_at_once_get_it_once():
    session = make_session()
    architect = session.tasks.get(agent_role="architect")
    first, second = GroupWriter(), GroupWriter()

    futures = [writer.submit(session.pk, claim_tasks, [architect.pk], WORKER, max_lost=6) for writer in (first, second)]
    taken = [claimed for future in futures for claimed in future.result(10)]
    first.close()
    second.close()

    assert len(taken) == 1
    architect.refresh_from_db()
    assert (architect.attempt, architect.fence) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_group_writer_fails_the_bad_one_alone():
    good, bad = make_session(), make_session()
    writer = GroupWriter()

    fine = writer.submit(good.pk, record_decision, user_id=good.user_id, by="x", text="Fine")
    broken = writer.submit(bad.pk, breaks_at_the_end)

    assert isinstance(broken.exception(10), IntegrityError)
    assert fine.result(10)
    writer.close()


def test_what_was_handed_in_twice_is_kept_once():
    session = make_session()
    [taken] = claim(session)
    hand_in(taken)

    with pytest.raises(IllegalTransition):
        hand_in(taken)

    assert session.decisions.count() == 1
