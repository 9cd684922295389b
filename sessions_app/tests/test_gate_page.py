"""A gate on the session page: what it rests on, the answer, and what the second one sees."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of
from agents.checks import CheckResult
from sessions_app.models import ExecutionSession, Gate
from sessions_app.tests.factories import claim, hand_in, make_deliverable, make_session, run_stage
from teams.tests.factories import Cast, make_cast

QUERIES = 28  # the session page while it runs has 23, one of them for what runs; the card asks 6 more
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def at_gate(cast: Cast, *, stage: int = 1, gate: Any = None) -> tuple[ExecutionSession, Gate]:
    """A session that waits at the gate after a stage."""
    session = make_session(cast.team, gates={str(stage): gate or True}, budget_usd="8.00")
    for _ in range(stage):
        run_stage(session)
    return session, session.gates.get()


def decide(gate: Gate, what: str, *, by: Any, htmx: bool = False, **fields: Any) -> Any:
    return browser_of(by).post(f"/gates/{gate.pk}/{what}/", fields, headers=HTMX if htmx else {})


def page_of(session: ExecutionSession, user: Any) -> str:
    return browser_of(user).get(f"/sessions/{session.pk}/").content.decode()


@pytest.mark.parametrize("what", ["approve", "reject"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("admin", 302), ("member", 302), ("viewer", 403), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_at_a_gate(cast: Cast, what: str, who: str, status: int) -> None:
    _, gate = at_gate(cast)

    response = decide(gate, what, by=cast.named(who), feedback="Use UUIDs", roles=["architect"])

    gate.refresh_from_db()
    assert response.status_code == status
    assert (gate.status != "open") == (status == 302 and who != "anonymous")


def test_an_open_gate_says_what_was_handed_in_what_it_rests_on_and_what_comes_next(cast: Cast) -> None:
    session, gate = at_gate(cast)

    page = page_of(session, cast.member)

    assert "Gate 1: Plan" in page
    assert "architect is done." in page
    assert "1 decision</a>" in page
    assert f"{session.checks.count()} checks pass" in page
    assert "Traceability</dt><dd><b>100</b>" in page
    assert "1 of 1 requirements with a decision and a file that carries it out." in page
    assert "Decisions −" in page  # what costs most, and where all of it stands
    assert "?view=quality#view" in page
    assert "Approval starts Backend Dev and DBA" in page
    assert "$7.99 of the budget is left" in page
    assert f'action="/gates/{gate.pk}/approve/"' in page


def test_a_viewer_sees_the_gate_and_no_button(cast: Cast) -> None:
    session, gate = at_gate(cast)

    page = page_of(session, cast.viewer)

    assert "architect is done." in page
    assert "Owner, admins and members decide at gates." in page
    assert f"/gates/{gate.pk}/" not in page


def test_a_rule_that_does_not_hold_says_why(cast: Cast) -> None:
    session = make_session(cast.team, gates={"1": "all checks pass"})
    [architect] = claim(session)
    failed = CheckResult("owed", "error", "failed", None, None, "domain.json is missing")
    hand_in(architect, make_deliverable("architect"), checks=[failed])

    page = page_of(session, cast.member)

    assert "The rule of this gate, “all checks pass”, does not hold: 1 check failed." in page
    assert "domain.json is missing" in page


def test_a_rule_that_holds_leaves_its_word_beside_the_stage(cast: Cast) -> None:
    session = make_session(cast.team, gates={"1": "all checks pass"})
    run_stage(session)

    page = page_of(session, cast.member)

    assert "<b>Gate 1 passed</b>: its rule holds: all checks pass" in page
    assert "Approve stage" not in page


def test_who_approved_when_and_what_they_said_stays_beside_the_stage(cast: Cast) -> None:
    session, gate = at_gate(cast)

    response = decide(gate, "approve", by=cast.member, feedback="Keep <b>passwords</b>")

    page = page_of(session, cast.viewer)
    assert response.headers["Location"] == f"/sessions/{session.pk}/"
    assert f"<b>Gate 1 approved</b> by {cast.member.username}" in page
    assert "“Keep &lt;b&gt;passwords&lt;/b&gt;”" in page


def test_a_rejected_stage_shows_its_round_its_feedback_and_what_no_longer_holds(cast: Cast) -> None:
    session, gate = at_gate(cast, stage=2)

    decide(gate, "reject", by=cast.member, feedback="Use UUIDs", roles=["dba"])

    page = page_of(session, cast.member)
    assert "Round 2" in page
    assert f"<b>Sent back</b> by {cast.member.username}" in page
    assert "DBA again." in page
    assert page.count("Superseded") == 1
    assert "nothing took its place yet" in page
    assert {task.agent_role: task.round for task in session.tasks.filter(stage__number=2)} == {
        "backend_dev": 1,
        "dba": 2,
    }


def test_a_superseded_decision_leads_to_what_took_its_place(cast: Cast) -> None:
    session, gate = at_gate(cast)
    decide(gate, "reject", by=cast.member, feedback="Use UUIDs", roles=["architect"])
    run_stage(session)

    page = page_of(session, cast.member)

    assert 'in its place: <a class="link" href="#D-2">D-2</a>' in page
    assert "Gate 1: Plan" in page
    assert "Round 2" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"feedback": "", "roles": ["dba"]}, "Say what has to become different."),
        ({"feedback": "Kept feedback"}, "Name at least one role"),
        ({"feedback": "Kept feedback", "roles": ["architect"]}, "Select a valid choice"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "page"])
def test_a_refused_rejection_keeps_what_was_typed(cast: Cast, fields: Any, said: str, htmx: bool) -> None:
    _, gate = at_gate(cast, stage=2)

    response = decide(gate, "reject", by=cast.member, htmx=htmx, **fields)

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert fields["feedback"] in page
    assert ("<html" in page) != htmx
    gate.refresh_from_db()
    assert gate.status == "open"


def test_htmx_gets_the_card_as_it_stands_and_a_word_about_it(cast: Cast) -> None:
    _, gate = at_gate(cast)

    card = decide(gate, "approve", by=cast.member, htmx=True, feedback="Fine").content.decode()

    assert "<html" not in card
    assert "Gate 1 is approved" in card
    assert 'hx-swap-oob="innerHTML:#answer-note"' in card
    assert "You approved gate 1." in card


@pytest.mark.parametrize("htmx", [True, False])
def test_who_comes_second_with_another_answer_sees_the_first_and_keeps_their_words(cast: Cast, htmx: bool) -> None:
    _, gate = at_gate(cast)
    decide(gate, "approve", by=cast.admin, feedback="Fine by me")

    response = decide(gate, "reject", by=cast.member, htmx=htmx, feedback="My long text", roles=["architect"])

    page = response.content.decode()
    assert response.status_code == 409
    assert f"{cast.admin.username} approved gate 1 before you, and said: “Fine by me”." in page
    assert "What you wrote was not recorded: “My long text”" in page


def test_who_comes_second_with_the_same_answer_learns_that_their_words_were_not_needed(cast: Cast) -> None:
    _, gate = at_gate(cast)
    decide(gate, "approve", by=cast.admin, feedback="Fine by me")

    response = decide(gate, "approve", by=cast.member, htmx=True, feedback="And mine")

    assert response.status_code == 200
    assert f"{cast.admin.username} approved gate 1 before you" in response.content.decode()
    assert "“And mine”" in response.content.decode()


def test_a_double_click_decides_once(cast: Cast) -> None:
    session, gate = at_gate(cast)

    first, second = (decide(gate, "approve", by=cast.member, htmx=True) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert session.gates.count() == 1
    assert "You approved gate 1." in second.content.decode()


def test_a_gate_takes_no_form_without_its_token(cast: Cast) -> None:
    _, gate = at_gate(cast)

    response = browser_of(cast.member, checks_csrf=True).post(f"/gates/{gate.pk}/approve/")

    assert response.status_code == 403
    gate.refresh_from_db()
    assert gate.status == "open"


def test_a_gate_costs_a_fixed_number_of_queries(cast: Cast) -> None:
    first, _ = at_gate(cast, stage=1)
    third, _ = at_gate(cast, stage=3)
    browser = browser_of(cast.member)

    def queries(session: ExecutionSession) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/sessions/{session.pk}/").status_code == 200
        return len(captured)

    assert [queries(first), queries(third)] == [QUERIES, QUERIES]


def test_the_page_tells_what_each_score_is_made_of_and_what_would_raise_it(cast: Cast) -> None:
    session, _ = at_gate(cast)

    page = browser_of(cast.viewer).get(f"/sessions/{session.pk}/?view=quality").content.decode()
    part = browser_of(cast.viewer).get(f"/sessions/{session.pk}/quality/").content.decode()

    for shown in (page, part):
        assert "<b>1 of 1</b> requirements with a decision and a file that carries it out" in shown
        assert "does not weigh two options" in shown
        assert "Name at least two options" in shown
    assert 'aria-current="page">Quality</a>' in page


def test_without_a_review_there_is_no_tab_and_the_view_says_why(cast: Cast) -> None:
    session = make_session(cast.team)

    assert ">Quality</a>" not in page_of(session, cast.member)
    assert "No scores yet" in browser_of(cast.member).get(f"/sessions/{session.pk}/quality/").content.decode()
