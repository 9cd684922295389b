"""What people write is kept without what nobody can read: control characters, zero-width marks, text that runs back."""

import pytest

from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.errors import InvalidInput
from sessions_app.models import SessionDecision
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.drafts import checked_changes, draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.tests.factories import make_session, run_stage

pytestmark = pytest.mark.django_db
INVISIBLE = "\u200b\u202e\u2066\ufeff\x07"


def decide(session, text, **more):
    apply(session.pk, record_decision, user_id=session.user_id, by="member", text=text, **more)


def at_gate():
    session = make_session(gates={"1": True})
    run_stage(session)
    return session, session.gates.get()


def test_a_decision_is_kept_without_invisible_characters():
    session = make_session()

    decide(session, f" No{INVISIBLE} SMS\r\n", rationale=f"{INVISIBLE}Cost", category=f"sc{INVISIBLE}ope")

    row = session.session_decisions.get()
    assert (row.decision_text, row.rationale, row.category) == ("No SMS", "Cost", "scope")
    told = session.events.get(type="decision_recorded").data
    assert told["text"] == "No SMS"


def test_a_category_that_grows_when_it_is_normalised_still_fits():
    parent = make_session()
    run_stage(parent)
    longest = "\u0958" * 100

    decide(parent, "No SMS", category=longest)
    wish = draft_fork(parent.user, parent, after_stage=1, decisions=[{"decision_text": "No", "category": longest}])
    forked = create(fork_session, fork_source(parent, 1), wish)

    assert len(parent.session_decisions.get().category) == 100
    assert len(SessionDecision.objects.get(session=forked).category) == 100


def test_a_decision_in_which_nothing_can_be_read_is_refused():
    session = make_session()

    with pytest.raises(InvalidInput) as refusal:
        decide(session, INVISIBLE)

    assert refusal.value.errors == {"decision_text": ["A decision needs a text."]}


def test_the_page_says_at_the_text_that_a_decision_needs_one(client):
    session = make_session()
    client.force_login(session.user)

    answer = client.post(f"/sessions/{session.pk}/decide/", {"text": INVISIBLE})

    assert answer.status_code == 422
    assert "A decision needs a text." in answer.content.decode()


def test_feedback_in_which_nothing_can_be_read_sends_nobody_back():
    session, gate = at_gate()

    with pytest.raises(InvalidInput):
        apply(session.pk, reject_gate, gate.pk, user_id=session.user_id, by="member", feedback=INVISIBLE)

    gate.refresh_from_db()
    assert gate.status == "open"


def test_feedback_is_kept_without_invisible_characters():
    session, gate = at_gate()

    apply(session.pk, approve_gate, gate.pk, user_id=session.user_id, by="member", feedback=f"Fi{INVISIBLE}ne")

    gate.refresh_from_db()
    assert gate.feedback == "Fine"


def test_a_brief_is_kept_without_invisible_characters():
    session = make_session()

    changes = checked_changes(session, {"brief": f"Members{INVISIBLE} borrow books.\r\nStaff see loans."})

    assert changes == {"brief": "Members borrow books.\nStaff see loans."}
