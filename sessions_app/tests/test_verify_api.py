"""`GET sessions/{id}/verify`."""

import pytest

from accounts.tests.factories import browser_of
from sessions_app.engine.apply import apply
from sessions_app.rules.sessions import delete_session
from sessions_app.tests.factories import make_finished_session, make_session

pytestmark = pytest.mark.django_db


def test_a_whole_journal_is_called_valid():
    session = make_finished_session()

    answer = browser_of(session.user).get(f"/api/v1/sessions/{session.pk}/verify")

    assert answer.status_code == 200
    assert answer.json() == {
        "valid": True,
        "events": session.last_seq,
        "head": session.chain_head,
        "first_bad": None,
    }


def test_the_first_thing_that_does_not_hold_is_named():
    session = make_finished_session()
    session.llm_calls.filter(pk=session.llm_calls.earliest("pk").pk).update(cost_usd="0.5")
    call = session.llm_calls.earliest("pk")
    event = session.events.get(data__call_id=call.pk)

    answer = browser_of(session.user).get(f"/api/v1/sessions/{session.pk}/verify").json()

    assert answer["valid"] is False
    assert answer["first_bad"] == {
        "seq": event.seq,
        "what": f"model call {call.pk}",
        "problem": "does not say what was recorded",
    }


def test_a_deleted_session_is_nobody_s_to_verify():
    session = make_session()
    apply(session.pk, delete_session, by="x")

    assert browser_of(session.user).get(f"/api/v1/sessions/{session.pk}/verify").status_code == 404
