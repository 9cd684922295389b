"""What was said to models goes some time after a session's end; what it cost, and the journal, stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.engine import retention
from sessions_app.engine.retention import erase_old_texts
from sessions_app.journal.verify import verify_session
from sessions_app.models import ExecutionSession, LLMCall
from sessions_app.rules.sessions import end_session
from sessions_app.tests.factories import apply, claim, make_call, make_finished_session, make_session

pytestmark = pytest.mark.django_db(transaction=True)


def ended(session: ExecutionSession, *, days_ago: float) -> ExecutionSession:
    ExecutionSession.objects.filter(pk=session.pk).update(ended_at=timezone.now() - timedelta(days=days_ago))
    return session


def has_texts(session: ExecutionSession) -> set[bool]:
    rows = LLMCall.objects.filter(session=session).values_list("request", "response")
    return {text is not None for row in rows for text in row}


def test_requests_and_answers_of_long_ended_sessions_go_and_all_else_stays(settings):
    settings.RETENTION_DAYS = 30
    old, recent = ended(make_finished_session(), days_ago=31), ended(make_finished_session(), days_ago=29)
    spent = ExecutionSession.objects.get(pk=old.pk).spent_usd
    calls = list(LLMCall.objects.filter(session=old).values_list("pk", "cost_usd", "input_tokens", "status"))

    assert erase_old_texts() is False

    assert has_texts(old) == {False}
    assert has_texts(recent) == {True}
    assert ExecutionSession.objects.get(pk=old.pk).spent_usd == spent > 0
    assert list(LLMCall.objects.filter(session=old).values_list("pk", "cost_usd", "input_tokens", "status")) == calls
    assert verify_session(old.pk).valid


def test_an_open_session_keeps_what_it_may_have_to_replay_however_old_it_is(settings):
    settings.RETENTION_DAYS = 1
    session = make_session()
    [claimed] = claim(session)
    make_call(claimed)
    ExecutionSession.objects.filter(pk=session.pk).update(started_at=timezone.now() - timedelta(days=400))

    erase_old_texts()

    assert has_texts(session) == {True}
    apply(session.pk, end_session, by="member")
    ended(session, days_ago=2)
    erase_old_texts()
    assert has_texts(session) == {False}


def test_some_go_at_once_and_the_rest_with_the_next_look(settings, monkeypatch):
    settings.RETENTION_DAYS = 1
    monkeypatch.setattr(retention, "AT_ONCE", 4)
    old = ended(make_finished_session(), days_ago=2)  # seven calls

    assert [erase_old_texts(), erase_old_texts()] == [True, False]

    assert has_texts(old) == {False}


def test_without_a_limit_nothing_goes(settings):
    settings.RETENTION_DAYS = 0
    old = ended(make_finished_session(), days_ago=4000)

    assert erase_old_texts() is False

    assert has_texts(old) == {True}
