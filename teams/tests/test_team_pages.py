"""`/teams/new/` and `/teams/{id}/`."""

from typing import Any

import pytest

from accounts.tests.factories import browser_of, make_user
from teams.models import Role, Team
from teams.tests.factories import Cast, join, make_team

# The session, its user, the team, its months, its members; of the frame the teams, what waits and what runs.
PAGE_QUERIES = 8


def path_of(team: Team, part: str = "") -> str:
    return f"/teams/{team.pk}/{part}"


def settings_of(team: Team, **changed: object) -> dict[str, object]:
    return {"name": team.name, "description": team.description, "version": team.version, "is_shared": "on", **changed}


def test_who_makes_a_team_lands_on_its_page(db: None) -> None:
    user = make_user()
    browser = browser_of(user)
    assert browser.get("/teams/new/").context["form"]["is_shared"].value() is True

    response = browser.post("/teams/new/", {"name": "Orchard", "is_shared": "on"})

    team = Team.objects.get()
    assert response.headers["Location"] == path_of(team)
    assert (team.name, team.owner, team.is_shared) == ("Orchard", user, True)


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, "nul\x00"])
def test_a_faulty_name_is_told_beside_its_field(db: None, name: str) -> None:
    response = browser_of(make_user()).post("/teams/new/", {"name": name, "description": "Fruit"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert b"Fruit" in response.content
    assert not Team.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("admin", 200), ("member", 200), ("viewer", 200), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_looks_at_a_team(cast: Cast, who: str, status: int) -> None:
    response = browser_of(cast.named(who)).get(path_of(cast.team))

    assert response.status_code == status
    if status == 200:
        manages = who in ("owner", "admin")
        assert (response.context["can_manage"], "invite_form" in response.context) == (manages, manages)
        assert all(getattr(cast, name).username in response.content.decode() for name in Role.values)
        assert cast.member.email not in response.content.decode()
    if status == 302:
        assert response.headers["Location"] == f"/login/?next={path_of(cast.team)}"


def test_a_personal_team_is_404_to_members_it_had(cast: Cast) -> None:
    personal = make_team(is_shared=False)
    join(personal, cast.member)

    assert browser_of(cast.member).get(path_of(personal)).status_code == 404


def test_the_page_costs_the_same_for_four_members_and_for_forty(cast: Cast, django_assert_num_queries: Any) -> None:
    browser = browser_of(cast.owner)
    browser.get(path_of(cast.team))
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(path_of(cast.team))
    for _ in range(36):
        join(cast.team)

    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(path_of(cast.team))


@pytest.mark.parametrize("part", ["invite/", "edit/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 302), ("admin", 302), ("member", 403), ("viewer", 403), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_at_the_forms(cast: Cast, who: str, status: int, part: str) -> None:
    newcomer = make_user("newcomer")
    form = settings_of(cast.team, name="Renamed", username="newcomer", role="viewer")

    response = browser_of(cast.named(who)).post(path_of(cast.team, part), form)

    assert response.status_code == status
    done = who in ("owner", "admin")
    assert cast.team.memberships.filter(user=newcomer, role=Role.VIEWER).exists() == (done and part == "invite/")
    assert Team.objects.filter(name="Renamed").exists() == (done and part == "edit/")


def test_an_invited_person_is_named_on_the_page(cast: Cast) -> None:
    browser = browser_of(cast.owner)

    response = browser.post(
        path_of(cast.team, "invite/"), {"username": cast.outsider.username, "role": "member"}, follow=True
    )

    assert f"{cast.outsider.username} joined." in response.content.decode()


@pytest.mark.parametrize("username", ["nobody", "", "nul\x00"])
def test_a_name_nobody_has_is_told_in_the_form(cast: Cast, username: str) -> None:
    response = browser_of(cast.owner).post(path_of(cast.team, "invite/"), {"username": username, "role": "member"})

    assert response.status_code == 422
    assert response.context["invite_form"].errors
    assert cast.team.memberships.count() == 4


def test_settings_are_saved(cast: Cast) -> None:
    form = settings_of(cast.team, name="Orchard", monthly_budget_usd="50.5")

    response = browser_of(cast.admin).post(path_of(cast.team, "edit/"), form, follow=True)

    team = Team.objects.get()
    assert (team.name, team.monthly_budget_usd, team.version) == ("Orchard", 50.5, 2)
    assert "Saved." in response.content.decode()


def test_faulty_settings_are_told_beside_their_fields(cast: Cast) -> None:
    form = settings_of(cast.team, name="", monthly_budget_usd="-1")

    response = browser_of(cast.owner).post(path_of(cast.team, "edit/"), form)

    assert response.status_code == 422
    assert set(response.context["settings_form"].errors) == {"name", "monthly_budget_usd"}


def test_a_stale_form_keeps_its_input_shows_both_and_may_be_sent_again(cast: Cast) -> None:
    Team.objects.update(name="Theirs", version=2)
    browser = browser_of(cast.owner)

    response = browser.post(path_of(cast.team, "edit/"), settings_of(cast.team, name="Mine", version=1))

    assert response.status_code == 412
    assert "Mine" in response.content.decode()
    assert "Theirs" in response.content.decode()
    assert Team.objects.get().name == "Theirs"
    again = {name: response.context["settings_form"][name].value() or "" for name in settings_of(cast.team)}
    assert browser.post(path_of(cast.team, "edit/"), again).status_code == 302
    assert Team.objects.get().name == "Mine"


def test_an_admin_is_told_that_only_the_owner_closes_a_team(cast: Cast) -> None:
    form = settings_of(cast.team)
    del form["is_shared"]

    response = browser_of(cast.admin).post(path_of(cast.team, "edit/"), form)

    assert response.status_code == 422
    assert "owner" in response.context["settings_form"].non_field_errors()[0]


@pytest.mark.parametrize("part", ["invite/", "edit/"])
def test_forms_are_posted(cast: Cast, part: str) -> None:
    assert browser_of(cast.owner).get(path_of(cast.team, part)).status_code == 405
