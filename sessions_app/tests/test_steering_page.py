"""What a person does to a session from its page: decide, end, cancel."""

from typing import Any

import pytest

from accounts.tests.factories import browser_of
from sessions_app.models import ExecutionSession, SessionDecision, SessionStatus
from sessions_app.tests.factories import make_finished_session, make_session
from teams.tests.factories import Cast, make_cast

ACTS = {"decide": {"text": "No SMS"}, "end": {}, "cancel": {}}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def act(session: ExecutionSession, what: str, *, by: Any = None, **fields: Any) -> Any:
    return browser_of(by or session.user).post(f"/sessions/{session.pk}/{what}/", fields)


@pytest.mark.parametrize("what", ACTS)
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("admin", 302), ("member", 302), ("viewer", 403), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_steers_a_session(cast: Cast, what: str, who: str, status: int) -> None:
    session = make_session(cast.team)

    response = browser_of(cast.named(who)).post(f"/sessions/{session.pk}/{what}/", ACTS[what])

    assert response.status_code == status
    session.refresh_from_db()
    has_acted = session.status != SessionStatus.ACTIVE or session.last_human_decision == 1
    assert has_acted == (status == 302 and who != "anonymous")


@pytest.mark.parametrize("what", ACTS)
def test_nothing_changes_by_looking(db: None, what: str) -> None:
    session = make_session()

    assert browser_of(session.user).get(f"/sessions/{session.pk}/{what}/").status_code == 405


def test_a_decision_is_recorded_with_reason_and_weight(db: None) -> None:
    session = make_session()

    act(session, "decide", text="No SMS", rationale="It costs", category="channels", confidence="low")

    decision = SessionDecision.objects.get()
    assert (decision.number, decision.decision_text, decision.user) == (1, "No SMS", session.user)
    assert (decision.rationale, decision.category, decision.confidence) == ("It costs", "channels", "low")


def test_a_decision_without_more_is_certain(db: None) -> None:
    session = make_session()

    act(session, "decide", text="No SMS")

    assert SessionDecision.objects.get().confidence == "high"


@pytest.mark.parametrize("text", ["", "  ", "nul\x00", "x" * 4001])
def test_a_faulty_decision_is_told_and_kept(db: None, text: str) -> None:
    session = make_session()

    response = act(session, "decide", text=text, rationale="Kept reason")

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["text"]
    assert "Kept reason" in response.content.decode()
    assert not SessionDecision.objects.exists()


def test_a_decision_on_an_ended_session_conflicts_and_keeps_the_text(db: None) -> None:
    session = make_finished_session()

    response = act(session, "decide", text="Too late")

    assert response.status_code == 409
    assert "Your text is kept." in response.content.decode()
    assert "Too late" in response.content.decode()
    assert not SessionDecision.objects.exists()


def test_htmx_gets_the_form_alone(db: None) -> None:
    session = make_session()
    browser = browser_of(session.user)

    said = browser.post(f"/sessions/{session.pk}/decide/", {"text": "No SMS"}, headers={"HX-Request": "true"})
    faulty = browser.post(f"/sessions/{session.pk}/decide/", {"text": ""}, headers={"HX-Request": "true"})

    assert (said.status_code, faulty.status_code) == (200, 422)
    assert "Recorded." in said.content.decode()
    assert "<html" not in said.content.decode() + faulty.content.decode()


def test_ending_completes_and_cancelling_cancels(db: None) -> None:
    ended, cancelled = make_session(), make_session()

    act(ended, "end")
    act(cancelled, "cancel")

    ended.refresh_from_db()
    cancelled.refresh_from_db()
    assert (ended.status, cancelled.status) == (SessionStatus.COMPLETED, SessionStatus.CANCELLED)


def test_what_the_state_forbids_is_told_beside_the_session_as_it_stands(db: None) -> None:
    response = act(make_finished_session(), "cancel")

    assert response.status_code == 409
    page = response.content.decode()
    assert "Completed" in page
    assert 'class="banner warn"' in page


def test_a_form_without_its_token_is_refused(db: None) -> None:
    session = make_session()

    response = browser_of(session.user, checks_csrf=True).post(f"/sessions/{session.pk}/end/")

    assert response.status_code == 403
    session.refresh_from_db()
    assert session.status == SessionStatus.ACTIVE
