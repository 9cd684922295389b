"""`/sessions/`: every session a person can see, filtered and in pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of, make_user
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import make_finished_session, make_session
from teams.tests.factories import make_team

QUERIES = 11  # web session, user, count, page, summaries 2, leaves, teams, needs, live sessions 2


def names_in(response: object) -> list[str]:
    return [row.feature_name for row in response.context["rows"]]  # type: ignore[attr-defined]


def test_the_newest_stands_first_and_other_peoples_are_not_there(db: None) -> None:
    team = make_team()
    make_session(team, feature_name="First")
    make_session(team, feature_name="Second")
    make_session(feature_name="Somebody else's")

    response = browser_of(team.owner).get("/sessions/")

    assert names_in(response) == ["Second", "First"]


def test_team_status_and_text_narrow_the_list(db: None) -> None:
    user = make_user()
    orchard, garden = make_team(user), make_team(user)
    make_finished_session(orchard, feature_name="Library loans")
    make_session(orchard, feature_name="Library fines")
    make_session(garden, feature_name="Library cards")
    browser = browser_of(user)

    assert names_in(browser.get("/sessions/", {"team": orchard.pk})) == ["Library fines", "Library loans"]
    assert names_in(browser.get("/sessions/", {"status": "completed"})) == ["Library loans"]
    assert names_in(browser.get("/sessions/", {"q": "CARDS"})) == ["Library cards"]
    assert names_in(browser.get(f"/sessions/?q=loans&team={garden.pk}")) == []


def test_the_filters_keep_what_was_asked(db: None) -> None:
    team = make_team()

    page = browser_of(team.owner).get("/sessions/", {"q": "a<b", "status": "failed"}).content.decode()

    assert 'value="a&lt;b"' in page
    assert '<option value="failed" selected>' in page


@pytest.mark.parametrize(
    "query", ["q=%00", "team=x", "status=unknown", "page=0", "page=x", "team=99999999999999999999"]
)
def test_a_filter_that_makes_no_sense_breaks_nothing(db: None, query: str) -> None:
    assert browser_of(make_user()).get(f"/sessions/?{query}").status_code == 200


def test_many_sessions_come_in_pages_that_keep_the_filter(db: None) -> None:
    team = make_team()
    for number in range(27):
        make_session(team, feature_name=f"Loan {number}")
    browser = browser_of(team.owner)

    first = browser.get("/sessions/?q=loan")
    second = browser.get("/sessions/?q=loan&page=2")

    assert (len(names_in(first)), len(names_in(second))) == (25, 2)
    assert 'href="?q=loan&amp;page=2"' in first.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_list(db: None) -> None:
    team = make_team()
    browser = browser_of(team.owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/sessions/").status_code == 200
        return len(captured)

    make_session(team)
    few = queries()
    for _ in range(5):
        make_session(team)

    assert ExecutionSession.objects.count() == 6
    assert queries() == few
    assert few == QUERIES
