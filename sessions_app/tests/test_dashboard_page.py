"""`/`: what waits, what runs, and the way to start."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of, make_user
from sessions_app.tests.factories import claim, fail, make_finished_session, make_session
from teams.models import Role
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
