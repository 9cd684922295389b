"""`/`: what waits, what runs, and the way to start."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of, make_user
from agents.deliverable import Question
from sessions_app.engine.apply import apply
from sessions_app.rules.control import pause_session
from sessions_app.rules.ledger import reserve_call
from sessions_app.tests.factories import (
    claim,
    fail,
    hand_in,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)
from sessions_app.tests.states import call_plan
from teams.models import Role, Team
from teams.tests.factories import join, make_team

AGENTS = ["Architect", "Frontend Dev", "Backend Dev", "UI/UX Designer", "DBA", "IT Admin", "Security Specialist"]
QUERIES = 25  # web session, user, teams, overview 5, needs 1, their number, leaves, month, monitor 11, live 2


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_anonymous_is_sent_to_sign_in(db: None) -> None:
    response = browser_of().get("/")

    assert (response.status_code, response.headers["Location"]) == (302, "/login/?next=/")


def test_a_newcomer_is_asked_to_select_a_team_and_shown_how_to_make_one(db: None) -> None:
    page = text_of(browser_of(make_user()).get("/"))

    assert "Sage Mode Dashboard" in page
    assert "Select Team" in page
    assert "Select a team to get started" in page
    assert 'href="/teams/new/"' in page


def test_teams_are_told_apart_by_their_labels(db: None) -> None:
    user = make_user()
    make_team(user, name="Orchard")
    make_team(user, name="Garden", is_shared=False)

    page = text_of(browser_of(user).get("/"))

    assert "Orchard (shared)" in page
    assert "Garden (personal)" in page


def test_a_chosen_team_is_remembered_and_offers_to_start(db: None) -> None:
    team = make_team()
    browser = browser_of(team.owner)
    browser.get(f"/?team={team.pk}")

    page = text_of(browser.get("/"))

    assert 'placeholder="Feature name"' in page
    assert "Start Hyperfocus Session" in page
    assert "Select a team to get started" not in page


def test_who_has_one_team_selects_it_where_the_page_asks_for_it(db: None) -> None:
    team = make_team(name="Orchard")
    browser = browser_of(team.owner)

    asked = text_of(browser.get("/"))

    assert f'<a class="btn primary" href="?team={team.pk}">' in asked
    assert "Select Orchard" in asked


@pytest.mark.parametrize("asked", ["foreign", "999999", "nonsense", "1" * 40])
def test_a_team_that_is_not_mine_cannot_be_chosen(db: None, asked: str) -> None:
    foreign = make_team(name="Their orchard")
    asked = str(foreign.pk) if asked == "foreign" else asked

    page = text_of(browser_of(make_user()).get(f"/?team={asked}"))

    assert "Select a team to get started" in page
    assert "Their orchard" not in page


def test_a_viewer_is_told_who_may_start(db: None) -> None:
    team = make_team()
    viewer = join(team, role=Role.VIEWER)

    page = text_of(browser_of(viewer).get(f"/?team={team.pk}"))

    assert "Start Hyperfocus Session" not in page
    assert "Ask its owner for the role of member" in page


def test_the_monitor_shows_all_seven_agents_of_the_running_session(db: None) -> None:
    session = make_session(feature_name="Library loans")

    page = text_of(browser_of(session.user).get(f"/?team={session.team_id}"))

    assert "Team Execution Monitor" in page
    assert "Session active…" in page
    assert f'data-address="/ws/sessions/{session.pk}/"' in page
    for agent in AGENTS:
        assert page.count(f'-name">{agent}</h3>') == 1
    assert page.count("Status: pending") == len(AGENTS)


def test_a_failed_session_waits_for_a_person(db: None) -> None:
    session = make_session(feature_name="Invoice import")
    [architect] = claim(session)
    fail(architect, "The provider answered 529")

    page = text_of(browser_of(session.user).get("/"))

    assert "1 thing waits for you." in page
    assert "The provider answered 529" in page


def make_one_of_each(team: Team) -> None:
    """A session in each state that waits for a person: paused, failed, at the cap, at a gate, with a question."""
    apply(make_session(team, feature_name="Is paused").pk, pause_session, by="ada")
    failed = make_session(team, feature_name="Has failed")
    fail(claim(failed)[0], "The provider answered 529")
    at_cap = make_session(team, feature_name="At the cap", budget_usd="0.10")
    apply(at_cap.pk, reserve_call, claim(at_cap)[0].held, call_plan("0.50"))
    run_stage(make_session(team, feature_name="At a gate", gates=[1]))
    asking = make_session(team, feature_name="Asks", question_seconds=3600)
    questions = [Question(text="Which database?", options=["PostgreSQL"], default="PostgreSQL")] * 2
    hand_in(claim(asking)[0], make_deliverable("architect", questions=questions))


def test_what_waits_stands_first_the_most_urgent_on_top(db: None) -> None:
    team = make_team()
    make_one_of_each(team)

    page = text_of(browser_of(team.owner).get("/"))

    assert "5 things wait for you." in page
    assert '<span class="count hot">5<span class="sr"> waiting</span></span>' in page
    said = ["Which database? And 1 more.", "Gate 1 is open:", "A cap is reached:", "It failed:", "<b>Paused</b>"]
    places = [page.index(each) for each in said]
    assert places == sorted(places)
    assert "Architect: The provider answered 529" in page


def test_nothing_waits_for_somebody_who_only_reads(db: None) -> None:
    team = make_team()
    make_one_of_each(team)

    page = text_of(browser_of(join(team, role=Role.VIEWER)).get("/"))

    assert "Nothing waits for you." in page
    assert "count hot" not in page


def test_what_waits_costs_three_queries_however_much_it_is(db: None) -> None:
    team = make_team()
    browser = browser_of(team.owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/").status_code == 200
        return len(captured)

    make_one_of_each(team)
    few = queries()
    make_one_of_each(team)

    assert queries() == few


def test_nobody_sees_sessions_of_other_teams(db: None) -> None:
    make_session(feature_name="Their secret plan")

    assert "Their secret plan" not in text_of(browser_of(make_user()).get("/"))


def test_the_number_of_queries_does_not_grow_with_the_number_of_sessions(db: None) -> None:
    team = make_team()
    browser = browser_of(team.owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/?team={team.pk}").status_code == 200
        return len(captured)

    make_session(team)
    make_finished_session(team)
    browser.get(f"/?team={team.pk}")  # remembers the team, which writes once
    few = queries()
    for _ in range(4):
        make_session(team)

    assert queries() == few
    assert few == QUERIES
