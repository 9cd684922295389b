"""`/api/v1/teams/{id}/members/{user_id}`."""

import pytest

from accounts.tests.factories import browser_of, send
from accounts.tests.problems import problem_in
from teams.models import Role
from teams.tests.factories import Cast


def path_of(cast: Cast, whom: str) -> str:
    return f"/api/v1/teams/{cast.team.pk}/members/{getattr(cast, whom).pk}"


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("admin", 200), ("member", 200), ("viewer", 200), ("outsider", 404), ("anonymous", 401)],
)
def test_members_see_each_other_without_addresses(cast: Cast, who: str, status: int) -> None:
    response = browser_of(cast.named(who)).get(path_of(cast, "member"))

    assert response.status_code == status
    if status == 200:
        joined_at = response.json()["joined_at"]
        assert response.json() == {
            "user_id": cast.member.pk,
            "username": cast.member.username,
            "name": "",
            "role": "member",
            "joined_at": joined_at,
        }


def test_who_is_no_member_is_404(cast: Cast) -> None:
    problem_in(browser_of(cast.owner).get(path_of(cast, "outsider")), 404)


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("admin", 200), ("member", 403), ("viewer", 403), ("outsider", 404), ("anonymous", 401)],
)
def test_the_cast_changes_a_role(cast: Cast, who: str, status: int) -> None:
    response = send(browser_of(cast.named(who)), "PATCH", path_of(cast, "viewer"), {"role": "member"})

    assert response.status_code == status
    assert cast.team.memberships.get(user=cast.viewer).role == ("member" if status == 200 else "viewer")
    if status == 200:
        assert response.json()["role"] == "member"


@pytest.mark.parametrize("body", [{}, {"role": "owner"}, {"role": None}, {"role": 7}, []])
def test_a_role_that_nobody_can_be_given_is_400(cast: Cast, body: object) -> None:
    problem_in(send(browser_of(cast.owner), "PATCH", path_of(cast, "member"), body), 400, "invalid")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("who", ["owner", "admin"])
def test_the_owner_stays_the_owner(cast: Cast, who: str, method: str) -> None:
    response = send(browser_of(cast.named(who)), method, path_of(cast, "owner"), {"role": "viewer"})

    problem_in(response, 409, "owner_stays")
    assert cast.team.memberships.get(user=cast.owner).role == Role.OWNER


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("owner", "member", 204),
        ("admin", "member", 204),
        ("member", "viewer", 403),
        ("member", "member", 204),
        ("viewer", "viewer", 204),
        ("viewer", "member", 403),
        ("outsider", "member", 404),
        ("anonymous", "member", 401),
    ],
)
def test_managers_remove_and_everybody_may_leave(cast: Cast, who: str, whom: str, status: int) -> None:
    response = browser_of(cast.named(who)).delete(path_of(cast, whom))

    assert response.status_code == status
    assert cast.team.memberships.filter(user=getattr(cast, whom)).exists() == (status != 204)


def test_who_left_no_longer_sees_the_team(cast: Cast) -> None:
    browser = browser_of(cast.member)
    browser.delete(path_of(cast, "member"))

    problem_in(browser.get(f"/api/v1/teams/{cast.team.pk}"), 404)
