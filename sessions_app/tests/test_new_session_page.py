"""`/sessions/new/`: a name and a brief, and seven agents start."""

import pytest

from accounts.tests.factories import browser_of, make_user
from sessions_app.models import ExecutionSession
from teams.models import Role
from teams.tests.factories import Cast, join, make_cast, make_team


def test_a_name_is_enough_to_start(db: None) -> None:
    team = make_team()

    response = browser_of(team.owner).post("/sessions/new/", {"team": team.pk, "feature_name": "  Library loans "})

    session = ExecutionSession.objects.get()
    assert response.headers["Location"] == f"/sessions/{session.pk}/"
    assert (session.feature_name, session.brief, session.user) == ("Library loans", "Library loans", team.owner)
    assert session.tasks.count() == 7


def test_brief_workflow_and_cap_are_taken(db: None) -> None:
    team = make_team()
    asked = {"team": team.pk, "feature_name": "Loans", "brief": "- once\n", "workflow": "feature", "budget_usd": "2.50"}

    browser_of(team.owner).post("/sessions/new/", asked)

    session = ExecutionSession.objects.get()
    assert session.brief.replace("\r", "") == "- once\n"
    assert (session.workflow["key"], str(session.budget_usd)) == ("feature", "2.500000")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("feature_name", ""),
        ("feature_name", "   "),
        ("feature_name", "x" * 256),
        ("feature_name", "nul\x00"),
        ("brief", "x" * (256 * 1024 + 1)),
        ("brief", "nul\x00"),
        ("workflow", "unknown"),
        ("budget_usd", "-1"),
        ("budget_usd", "much"),
        ("team", "none"),
    ],
)
def test_what_cannot_be_taken_stands_beside_its_field_and_nothing_is_written(db: None, field: str, value: str) -> None:
    team = make_team()
    asked = {"team": str(team.pk), "feature_name": "Kept name", "brief": "Kept brief", field: value}

    response = browser_of(team.owner).post("/sessions/new/", asked)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert ("Kept name" in response.content.decode()) == (field != "feature_name")
    assert not ExecutionSession.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("admin", 302), ("member", 302), ("viewer", 403), ("outsider", 404)],
)
def test_the_cast_starts_a_session(db: None, who: str, status: int) -> None:
    cast: Cast = make_cast()

    response = browser_of(cast.named(who)).post("/sessions/new/", {"team": cast.team.pk, "feature_name": "Loans"})

    assert response.status_code == status
    assert ExecutionSession.objects.exists() == (status == 302)


def test_only_teams_in_which_one_may_start_are_offered(db: None) -> None:
    user = make_user()
    mine, read = make_team(user, name="Mine"), make_team(name="Only read")
    join(read, user, role=Role.VIEWER)

    offered = browser_of(user).get("/sessions/new/").context["form"].fields["team"].widget.choices

    assert list(offered) == [(mine.pk, "Mine (shared)")]


def test_without_a_team_the_page_says_what_comes_first(db: None) -> None:
    page = browser_of(make_user()).get("/sessions/new/").content.decode()

    assert "Select a team to get started" in page
