"""`POST /api/v1/teams/{id}/invite`."""

import pytest

from accounts.tests.factories import browser_of, make_user, send
from accounts.tests.problems import problem_in
from teams.models import Role, Team
from teams.tests.factories import Cast, make_team


def path_of(team: Team) -> str:
    return f"/api/v1/teams/{team.pk}/invite"


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 201), ("admin", 201), ("member", 403), ("viewer", 403), ("outsider", 404), ("anonymous", 401)],
)
def test_the_cast_invites(cast: Cast, who: str, status: int) -> None:
    newcomer = make_user("newcomer")

    response = send(browser_of(cast.named(who)), "POST", path_of(cast.team), {"username": "newcomer"})

    assert response.status_code == status
    assert cast.team.memberships.filter(user=newcomer, role=Role.MEMBER).exists() == (status == 201)
    if status == 201:
        assert response.json() == {"message": "User invited"}
    else:
        problem_in(response, status)


def test_inviting_again_is_200_and_doubles_nothing(cast: Cast) -> None:
    browser = browser_of(cast.owner)
    body = {"username": cast.member.username, "role": "viewer"}

    response = send(browser, "POST", path_of(cast.team), body)

    assert (response.status_code, response.json()) == (200, {"message": "User invited"})
    assert cast.team.memberships.get(user=cast.member).role == Role.MEMBER


@pytest.mark.parametrize(
    "body", [{"invited_username": "newcomer"}, {"username": "NewComer"}, {"username": " newcomer "}]
)
def test_the_name_may_come_under_its_older_key_and_in_any_case(cast: Cast, body: dict[str, str]) -> None:
    make_user("newcomer")

    assert send(browser_of(cast.owner), "POST", path_of(cast.team), body).status_code == 201


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_an_invitation_may_name_the_role(cast: Cast, role: str) -> None:
    newcomer = make_user()

    send(browser_of(cast.admin), "POST", path_of(cast.team), {"username": newcomer.username, "role": role})

    assert cast.team.memberships.get(user=newcomer).role == role


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "username"),
        ({"username": ""}, "username"),
        ({"username": 7}, "username"),
        ({"username": "nul\x00"}, "username"),
        ({"username": "newcomer", "role": "owner"}, "role"),
        ({"username": "newcomer", "role": "\ud800"}, "role"),
        ({"username": "newcomer", "role": []}, "role"),
        ({"email": "newcomer@example.org"}, "email"),
        ({"email": "newcomer@example.org", "username": "newcomer"}, "email"),
    ],
)
def test_a_faulty_invitation_names_its_field(cast: Cast, body: dict[str, object], field: str) -> None:
    make_user("newcomer")

    response = send(browser_of(cast.owner), "POST", path_of(cast.team), body)

    assert list(problem_in(response, 400, "invalid")["errors"]) == [field]
    assert cast.team.memberships.count() == 4


def test_inviting_oneself_is_409(cast: Cast) -> None:
    body = {"username": cast.admin.username}

    problem_in(send(browser_of(cast.admin), "POST", path_of(cast.team), body), 409, "cannot_invite_yourself")


@pytest.mark.parametrize("username", ["nobody", "blocked"])
def test_who_is_not_here_cannot_be_invited(cast: Cast, username: str) -> None:
    make_user("blocked", is_active=False)

    problem = problem_in(
        send(browser_of(cast.owner), "POST", path_of(cast.team), {"username": username}), 404, "unknown_user"
    )

    assert username in problem["detail"]


def test_a_personal_team_says_how_to_share_it(cast: Cast) -> None:
    personal = make_team(cast.owner, is_shared=False)

    response = send(browser_of(cast.owner), "POST", path_of(personal), {"username": cast.member.username})

    assert "is_shared" in problem_in(response, 409, "team_is_personal")["detail"]
    assert personal.memberships.count() == 1
