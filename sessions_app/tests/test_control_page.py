"""Pause, resume, retry, change, cancel a task: what the page says before, and what a click does."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.tests.factories import browser_of
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession, SessionStatus
from sessions_app.rules.control import pause_overlong, pause_session
from sessions_app.rules.ledger import reserve_call
from sessions_app.tests.factories import (
    claim,
    event_types,
    fail,
    make_call,
    make_finished_session,
    make_session,
    run_stage,
)
from sessions_app.tests.states import call_plan
from teams.tests.factories import Cast, make_cast

ALLOWED = [("owner", 302), ("admin", 302), ("member", 302), ("viewer", 403), ("outsider", 404)]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def post(path: str, *, by: Any, **fields: Any) -> Any:
    return browser_of(by).post(path, fields)


def page_of(session: ExecutionSession, user: Any, part: str = "") -> str:
    return browser_of(user).get(f"/sessions/{session.pk}/{part}").content.decode()


def paused(cast: Cast) -> ExecutionSession:
    session = make_session(cast.team)
    run_stage(session)
    apply(session.pk, pause_session, by=cast.admin.username)
    session.refresh_from_db()
    return session


def at_the_cap(cast: Cast) -> ExecutionSession:
    session = make_session(cast.team, budget_usd="0.10")
    [architect] = claim(session)
    apply(session.pk, reserve_call, architect.held, call_plan("0.50"))
    session.refresh_from_db()
    return session


def failed(cast: Cast) -> ExecutionSession:
    session = make_session(cast.team)
    run_stage(session)
    backend, dba = claim(session)
    fail(dba, "The provider answered 529")
    fail(backend, "It was cut")
    session.refresh_from_db()
    return session


@pytest.mark.parametrize(("who", "status"), ALLOWED)
def test_the_cast_pauses_and_resumes(cast: Cast, who: str, status: int) -> None:
    session = make_session(cast.team)

    assert post(f"/sessions/{session.pk}/pause/", by=cast.named(who)).status_code == status
    session.refresh_from_db()
    assert (session.status == SessionStatus.PAUSED) == (status == 302)

    apply(session.pk, pause_session, by="ada")
    assert post(f"/sessions/{session.pk}/resume/", by=cast.named(who)).status_code == status
    session.refresh_from_db()
    assert (session.status == SessionStatus.ACTIVE) == (status == 302)


@pytest.mark.parametrize(("who", "status"), ALLOWED)
def test_the_cast_retries_and_cancels_a_task(cast: Cast, who: str, status: int) -> None:
    session, running = failed(cast), make_session(cast.team)
    task = running.tasks.order_by("id")[0]

    assert post(f"/sessions/{session.pk}/retry/", by=cast.named(who)).status_code == status
    assert post(f"/tasks/{task.pk}/cancel/", by=cast.named(who)).status_code == status

    session.refresh_from_db()
    task.refresh_from_db()
    assert (session.status == SessionStatus.ACTIVE) == (status == 302)
    assert (task.status == "cancelled") == (status == 302)


@pytest.mark.parametrize(("who", "status"), [("member", 200), ("viewer", 403), ("outsider", 404), ("anonymous", 302)])
@pytest.mark.parametrize("part", ["retry/", "change/", "fork/"])
def test_the_cast_looks_at_what_an_act_would_mean(cast: Cast, part: str, who: str, status: int) -> None:
    session = failed(cast)

    assert browser_of(cast.named(who)).get(f"/sessions/{session.pk}/{part}").status_code == status


def test_a_viewer_reads_why_a_session_stands_still_and_gets_no_button(cast: Cast) -> None:
    for session in (paused(cast), at_the_cap(cast), failed(cast)):
        page = page_of(session, cast.viewer)

        assert 'id="stop"' in page
        assert "You read in this team." in page
        for what in ("resume", "retry", "pause", "fork", "change"):
            assert f"/sessions/{session.pk}/{what}/" not in page


def test_a_paused_session_says_who_paused_it_and_what_resuming_means(cast: Cast) -> None:
    page = page_of(paused(cast), cast.member)

    assert f"Paused by {cast.admin.username}" in page
    assert "<dt>Kept</dt><dd>Architect</dd>" in page
    assert "<dt>Runs</dt><dd>Backend Dev, DBA, Frontend Dev" in page
    assert "<dt>May cost</dt>" in page
    assert "Waits until the session is resumed." in page


def test_what_may_be_paid_twice_is_named_before_it_happens(cast: Cast) -> None:
    session = make_session(cast.team)
    [architect] = claim(session)
    apply(session.pk, reserve_call, architect.held, call_plan("0.50"))
    apply(session.pk, pause_session, by="ada")

    page = page_of(session, cast.member)

    assert "<dt>May repeat</dt><dd>Architect’s call ($0.50)</dd>" in page


def test_a_reached_cap_says_so_and_is_raised_and_resumed_in_one_form(cast: Cast) -> None:
    session = at_the_cap(cast)

    page = page_of(session, cast.member)
    assert "The cap is reached" in page
    assert "The next call of Architect may need $0.50. $0.00 of $0.10 is spent." in page
    assert "Raise the cap and resume" in page
    response = post(f"/sessions/{session.pk}/resume/", by=cast.member, budget_usd="2.5")

    session.refresh_from_db()
    assert response.status_code == 302
    assert (session.status, session.budget_usd) == (SessionStatus.ACTIVE, Decimal("2.500000"))
    assert event_types(session)[-2:] == ["budget_changed", "session_resumed"]


@pytest.mark.parametrize(("asked", "said"), [("much", "Enter a number."), ("99999999", "A budget is an amount from 0")])
def test_a_cap_that_cannot_be_is_refused_beside_its_field(cast: Cast, asked: str, said: str) -> None:
    session = at_the_cap(cast)

    response = post(f"/sessions/{session.pk}/resume/", by=cast.member, budget_usd=asked)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert f'value="{asked}"' in response.content.decode()
    session.refresh_from_db()
    assert session.status == SessionStatus.PAUSED


def test_a_cap_below_what_is_spent_is_refused(cast: Cast) -> None:
    session = make_session(cast.team, budget_usd="1")
    run_stage(session)
    apply(session.pk, pause_session, by="ada")

    response = post(f"/sessions/{session.pk}/resume/", by=cast.member, budget_usd="0.001")

    assert response.status_code == 422
    assert "is spent already; give more than that." in response.content.decode()


def test_a_budget_that_is_nearly_used_up_is_marked(cast: Cast) -> None:
    session = make_session(cast.team, budget_usd="0.11")
    [architect] = claim(session)
    make_call(architect, cost_usd="0.09")

    page = page_of(session, cast.viewer)

    assert "over 80% used" in page
    assert "Four fifths of the session’s cap are used" in page


def test_a_session_that_ran_for_too_long_says_so(cast: Cast) -> None:
    session = make_session(cast.team)
    apply(session.pk, pause_overlong, longest_seconds=0)

    assert "It has run for long" in page_of(session, cast.member)


def test_a_failed_session_says_why_and_offers_to_retry_or_fork(cast: Cast) -> None:
    session = failed(cast)

    page = page_of(session, cast.member)

    assert "needs a way forward" in page
    assert "The provider answered 529" in page
    assert "<dt>Kept</dt><dd>Architect</dd>" in page
    assert f'action="/sessions/{session.pk}/retry/"' in page
    assert f'href="/sessions/{session.pk}/fork/"' in page
    assert "data-address" in page, "it can be retried by others, so the page goes on listening"


def test_one_task_is_cancelled_and_tried_again_after_its_plan_was_shown(cast: Cast) -> None:
    session = make_session(cast.team)
    run_stage(session)
    dba = session.tasks.get(agent_role="dba")

    post(f"/tasks/{dba.pk}/cancel/", by=cast.member)
    page = page_of(session, cast.member)
    assert f"/sessions/{session.pk}/retry/?task={dba.pk}" in page
    plan = page_of(session, cast.member, f"retry/?task={dba.pk}")
    assert "Have DBA try again" in plan
    assert "<dt>Kept</dt><dd>Architect</dd>" in plan
    post(f"/sessions/{session.pk}/retry/", by=cast.member, task=dba.pk)

    dba.refresh_from_db()
    assert dba.status == "pending"


@pytest.mark.parametrize("task", ["999999", "x", "9" * 30])
def test_a_task_of_nowhere_is_not_found(cast: Cast, task: str) -> None:
    session = failed(cast)

    assert browser_of(cast.member).get(f"/sessions/{session.pk}/retry/", {"task": task}).status_code == 404


@pytest.mark.parametrize("what", ["pause", "resume", "retry", "retry-task", "end", "cancel"])
def test_a_double_click_does_it_once_and_is_no_error(cast: Cast, what: str) -> None:
    made = {"resume": paused, "retry": failed, "retry-task": failed}
    session = made[what](cast) if what in made else make_session(cast.team)
    fields = {"task": session.tasks.get(agent_role="dba").pk} if what == "retry-task" else {}
    path = f"/sessions/{session.pk}/{what.removesuffix('-task')}/"

    first, second = (post(path, by=cast.member, **fields) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    seen = event_types(session)
    for event in ("session_paused", "session_resumed", "session_completed", "session_cancelled"):
        assert seen.count(event) <= 1


def test_what_came_too_late_is_told_beside_the_session(cast: Cast) -> None:
    session = make_finished_session(cast.team)

    response = post(f"/sessions/{session.pk}/pause/", by=cast.member)

    assert response.status_code == 409
    assert "The session is completed" in response.content.decode()
    assert "Download bundle" in response.content.decode()


@pytest.mark.parametrize("what", ["pause", "resume", "retry", "change", "fork"])
def test_no_act_without_the_forms_token(cast: Cast, what: str) -> None:
    session = paused(cast)

    response = browser_of(cast.member, checks_csrf=True).post(f"/sessions/{session.pk}/{what}/")

    assert response.status_code == 403
    session.refresh_from_db()
    assert session.status == SessionStatus.PAUSED


@pytest.mark.parametrize("what", ["pause", "resume"])
def test_nothing_happens_by_looking(cast: Cast, what: str) -> None:
    session = make_session(cast.team)

    assert browser_of(cast.member).get(f"/sessions/{session.pk}/{what}/").status_code == 405


def test_name_cap_and_gates_ahead_are_changed(cast: Cast) -> None:
    session = make_session(cast.team, gates=[1])
    run_stage(session)
    page = page_of(session, cast.member, "change/")
    assert "Gate after stage 2" in page
    assert "Gate after stage 1<" not in page, "it lies behind"

    response = post(
        f"/sessions/{session.pk}/change/",
        by=cast.member,
        **{
            "feature_name": "New name",
            "budget_usd": "3",
            "gates-session": ["2"],
            "rule-session-4": "no warnings",
        },
    )

    session.refresh_from_db()
    assert response.status_code == 302
    assert (session.feature_name, session.budget_usd) == ("New name", Decimal(3))
    gates = {stage.number: stage.gate for stage in session.stages.all()}
    assert gates == {1: True, 2: True, 3: False, 4: "no warnings"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"feature_name": ""}, "This field is required."),
        ({"feature_name": "x", "budget_usd": "-1"}, "greater than or equal to 0"),
        ({"feature_name": "x", "rule-session-2": "if it rains"}, "is no rule of a gate"),
    ],
)
def test_a_change_that_cannot_be_keeps_the_input(cast: Cast, fields: dict[str, str], said: str) -> None:
    session = make_session(cast.team, feature_name="Loans")

    response = post(f"/sessions/{session.pk}/change/", by=cast.member, **fields)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert fields.get("rule-session-2", "") in response.content.decode()
    session.refresh_from_db()
    assert session.feature_name == "Loans"


def test_a_session_that_has_ended_cannot_be_changed(cast: Cast) -> None:
    session = make_finished_session(cast.team)

    assert browser_of(cast.member).get(f"/sessions/{session.pk}/change/").status_code == 409
