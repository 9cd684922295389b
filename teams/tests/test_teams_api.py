"""`/api/v1/teams` and `/api/v1/teams/{id}`."""

from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client

from accounts.tests.factories import browser_of, make_user, send
from accounts.tests.problems import problem_in
from teams.models import Role, Team
from teams.tests.factories import Cast, join, make_team

TEAMS = "/api/v1/teams"


def path_of(team: Team) -> str:
    return f"{TEAMS}/{team.pk}"


def test_who_makes_a_team_owns_it(db: None) -> None:
    user = make_user()

    response = send(browser_of(user), "POST", TEAMS, {"name": "  Orchard ", "description": "Fruit"})

    team = Team.objects.get()
    assert response.status_code == 201
    created_at = response.json()["created_at"]
    assert created_at.endswith("Z")
    assert response.json() == {
        "id": team.pk,
        "name": "Orchard",
        "description": "Fruit",
        "is_shared": False,
        "owner_id": user.pk,
        "role": "owner",
        "version": 1,
        "monthly_budget_usd": None,
        "created_at": created_at,
    }
    assert [(row.user, row.role) for row in team.memberships.all()] == [(user, Role.OWNER)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 256),
        ("name", None),
        ("name", 7),
        ("name", "nul\x00"),
        ("name", "half\ud800"),
        ("description", "nul\x00"),
        ("description", "x" * 10_001),
        ("description", None),
        ("is_shared", "yes"),
        ("is_shared", None),
        ("is_shared", 1),
        ("monthly_budget_usd", -1),
        ("monthly_budget_usd", "NaN"),
        ("monthly_budget_usd", "Infinity"),
        ("monthly_budget_usd", "1e30"),
        ("monthly_budget_usd", "0.0000001"),
        ("monthly_budget_usd", []),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_faulty_field_is_named_and_nothing_is_written(cast: Cast, method: str, field: str, value: object) -> None:
    path = TEAMS if method == "POST" else path_of(cast.team)

    response = send(browser_of(cast.owner), method, path, {"name": "Orchard", field: value})

    assert list(problem_in(response, 400, "invalid")["errors"]) == [field]
    team = Team.objects.get()
    assert (team.name, team.version) == (cast.team.name, 1)


def test_a_name_of_255_after_trimming_is_fine(db: None) -> None:
    assert send(browser_of(make_user()), "POST", TEAMS, {"name": f" {'x' * 255} "}).status_code == 201


@pytest.mark.parametrize(
    ("method", "who", "status"),
    [
        *[("GET", who, 200) for who in ("owner", "admin", "member", "viewer")],
        ("GET", "outsider", 404),
        ("GET", "anonymous", 401),
        ("PATCH", "owner", 200),
        ("PATCH", "admin", 200),
        ("PATCH", "member", 403),
        ("PATCH", "viewer", 403),
        ("PATCH", "outsider", 404),
        ("PATCH", "anonymous", 401),
        ("DELETE", "owner", 204),
        ("DELETE", "admin", 403),
        ("DELETE", "member", 403),
        ("DELETE", "viewer", 403),
        ("DELETE", "outsider", 404),
        ("DELETE", "anonymous", 401),
    ],
)
def test_the_cast_at_one_team(cast: Cast, method: str, who: str, status: int) -> None:
    response = send(browser_of(cast.named(who)), method, path_of(cast.team), {"name": "Renamed"})

    if status >= 400:
        problem_in(response, status)
    assert response.status_code == status
    assert Team.objects.filter(name="Renamed").exists() == (method == "PATCH" and status == 200)
    assert Team.objects.exists() == (status != 204)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_signed_in_gets_no_list_and_makes_no_team(db: None, client: Client, method: str) -> None:
    response = send(client, method, TEAMS, {"name": "Orchard"})

    problem_in(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert not Team.objects.exists()


def test_each_reader_sees_their_own_role(cast: Cast) -> None:
    for who in ("owner", "admin", "member", "viewer"):
        assert browser_of(cast.named(who)).get(path_of(cast.team)).json()["role"] == who


def test_a_trailing_slash_makes_no_difference(cast: Cast) -> None:
    browser = browser_of(cast.member)

    assert browser.get(f"{path_of(cast.team)}/").json() == browser.get(path_of(cast.team)).json()


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "9" * 5000])
def test_a_number_that_is_no_team_is_404(cast: Cast, number: str) -> None:
    problem_in(browser_of(cast.owner).get(f"{TEAMS}/{number}"), 404)


def test_the_list_holds_what_one_sees_newest_first(cast: Cast) -> None:
    personal = make_team(cast.member, is_shared=False)
    make_team()
    join(make_team(is_shared=False), cast.member)

    page = browser_of(cast.member).get(TEAMS).json()

    assert [(team["id"], team["role"]) for team in page["results"]] == [
        (personal.pk, "owner"),
        (cast.team.pk, "member"),
    ]
    assert (page["next"], page["previous"]) == (None, None)


def test_the_list_comes_in_pages(cast: Cast) -> None:
    more = [make_team(cast.owner) for _ in range(3)]
    browser = browser_of(cast.owner)

    first = browser.get(f"{TEAMS}?limit=3").json()
    second = browser.get(first["next"]).json()

    ids = [team["id"] for team in first["results"] + second["results"]]
    assert ids == [team.pk for team in [*reversed(more), cast.team]]
    problem_in(browser.get(f"{TEAMS}?limit=101"), 400, "invalid")


def test_the_list_is_one_query_whatever_its_length(cast: Cast, django_assert_num_queries: Any) -> None:
    browser = browser_of(cast.owner)
    for _ in range(10):
        make_team(cast.owner)

    with django_assert_num_queries(3):  # the session, its user, the teams
        browser.get(TEAMS)


def test_a_change_raises_the_version_and_the_same_again_does_not(cast: Cast) -> None:
    browser = browser_of(cast.owner)

    first = send(browser, "PATCH", path_of(cast.team), {"monthly_budget_usd": "50"})
    again = send(browser, "PATCH", path_of(cast.team), {"monthly_budget_usd": 50.00})

    assert first.json()["monthly_budget_usd"] == "50.000000"
    assert (first.json()["version"], again.json()["version"]) == (2, 2)
    assert first.headers["ETag"] == '"2"'


@pytest.mark.parametrize("condition", ['"1"', "1", 'W/"1"', "*"])
def test_a_condition_that_holds_lets_the_change_through(cast: Cast, condition: str) -> None:
    response = send(browser_of(cast.owner), "PATCH", path_of(cast.team), {"name": "New"}, **{"If-Match": condition})

    assert response.status_code == 200


@pytest.mark.parametrize("condition", ['"2"', '"0"', '"abc"', '"1", "2"', '"' + "9" * 5000 + '"'])
def test_a_stale_condition_is_412_and_changes_nothing(cast: Cast, condition: str) -> None:
    response = send(browser_of(cast.owner), "PATCH", path_of(cast.team), {"name": "New"}, **{"If-Match": condition})

    problem_in(response, 412, "stale_version")
    assert Team.objects.get().name == cast.team.name


def test_an_admin_cannot_shut_everybody_out_of_a_shared_team(cast: Cast) -> None:
    problem_in(send(browser_of(cast.admin), "PATCH", path_of(cast.team), {"is_shared": False}), 403, "not_allowed")

    assert send(browser_of(cast.owner), "PATCH", path_of(cast.team), {"is_shared": False}).status_code == 200
    problem_in(browser_of(cast.admin).get(path_of(cast.team)), 404)


def test_a_team_that_something_protects_is_not_deleted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def protected(team: Team) -> None:
        raise ProtectedError("sessions", set())

    monkeypatch.setattr(Team, "delete", protected)

    problem_in(browser_of(cast.owner).delete(path_of(cast.team)), 409, "team_has_sessions")
    assert Team.objects.exists()


def test_unsafe_calls_need_the_csrf_token(cast: Cast) -> None:
    browser = browser_of(cast.owner, checks_csrf=True)

    problem_in(send(browser, "PATCH", path_of(cast.team), {"name": "New"}), 403, "csrf_failed")
