"""`/api/v1/teams/{id}/models`: which models answer a team's sessions."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tests.factories import browser_of, send
from accounts.tests.problems import problem_in
from teams.tests.factories import Cast, make_cast

CHOSEN = {
    "model": "simulator",
    "fallback_models": [],
    "temperature": 0.3,
    "max_tokens": 9000,
    "role_settings": {"dba": {"temperature": 0.0}, "architect": {"model": "simulator", "max_tokens": 12_000}},
}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def path_of(cast: Cast) -> str:
    return f"/api/v1/teams/{cast.team.pk}/models"


def test_a_team_that_has_said_nothing_leaves_all_to_the_operator(cast: Cast) -> None:
    response = browser_of(cast.admin).get(path_of(cast))

    assert response.status_code == 200
    assert response.json() == {
        "model": None,
        "fallback_models": None,
        "temperature": None,
        "max_tokens": None,
        "role_settings": {},
        "settings": {"model": "simulator", "fallback_models": [], "temperature": 0.7, "max_tokens": 4096},
        "offered": ["simulator"],
    }


def test_what_a_manager_chooses_is_kept_and_nothing_else_of_the_teams_defaults_is_touched(cast: Cast) -> None:
    cast.team.defaults = {"workflow": "feature", "model": "simulator", "temperature": 1.5}
    cast.team.save()

    response = send(browser_of(cast.owner), "PUT", path_of(cast), CHOSEN)

    cast.team.refresh_from_db()
    assert response.status_code == 200
    told = response.json()
    assert told["role_settings"]["dba"] == {"model": None, "temperature": 0.0, "max_tokens": None}
    assert [told[name] for name in ("model", "fallback_models", "temperature", "max_tokens")] == [
        "simulator",
        [],
        0.3,
        9000,
    ]
    assert cast.team.defaults == {"workflow": "feature", **CHOSEN}
    assert cast.team.version == 2


def test_what_is_left_out_goes_back_to_the_operator(cast: Cast) -> None:
    browser = browser_of(cast.owner)
    send(browser, "PUT", path_of(cast), CHOSEN)

    response = send(browser, "PUT", path_of(cast), {"model": None, "temperature": 0.2})

    cast.team.refresh_from_db()
    assert (response.json()["model"], response.json()["temperature"]) == (None, 0.2)
    assert cast.team.defaults == {"temperature": 0.2}


def test_a_stale_version_is_refused_and_the_same_again_changes_nothing(cast: Cast) -> None:
    browser = browser_of(cast.owner)
    tag = browser.get(path_of(cast)).headers["ETag"]
    first = send(browser, "PUT", path_of(cast), CHOSEN, **{"If-Match": tag})

    problem_in(send(browser, "PUT", path_of(cast), {}, **{"If-Match": tag}), 412, "stale_version")
    again = send(browser, "PUT", path_of(cast), CHOSEN)

    assert again.headers["ETag"] == first.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", "acme"),
        ("model", "simulator:x"),
        ("model", 7),
        ("fallback_models", "simulator"),
        ("fallback_models", ["nonsense"]),
        ("fallback_models", ["simulator", "simulator"]),
        ("temperature", 3),
        ("temperature", "hot"),
        ("max_tokens", 0),
        ("max_tokens", 10**9),
        ("role_settings", []),
        ("role_settings", {"nobody": {"temperature": 1}}),
        ("role_settings", {"dba": {"modell": "simulator"}}),
        ("role_settings", {"dba": {"model": "acme"}}),
    ],
)
def test_what_cannot_be_is_refused_by_field(cast: Cast, field: str, value: Any) -> None:
    problem = problem_in(send(browser_of(cast.owner), "PUT", path_of(cast), {field: value}), 400, "invalid")

    cast.team.refresh_from_db()
    assert [name.partition(".")[0] for name in problem["errors"]] == [field]
    assert (cast.team.defaults, cast.team.version) == ({}, 1)


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("viewer", 403), ("outsider", 404), ("anonymous", 401)])
def test_only_managers_see_and_choose(cast: Cast, who: str, status: int) -> None:
    browser = browser_of(cast.named(who))

    problem_in(browser.get(path_of(cast)), status)
    problem_in(send(browser, "PUT", path_of(cast), CHOSEN), status)

    cast.team.refresh_from_db()
    assert cast.team.defaults == {}
