"""`/api/v1/teams/{id}/provider-keys`: who may, what is kept, and that a key is never told again."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of, send
from accounts.tests.problems import problem_in
from agents.models import ProviderKey
from agents.rules.provider_keys import store_key
from teams.tests.factories import Cast, make_cast, make_team

KEY = "sk-ant-api03-canary-of-a-team-0123456789"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def path_of(cast: Cast, key_id: int | None = None) -> str:
    return f"/api/v1/teams/{cast.team.pk}/provider-keys" + ("" if key_id is None else f"/{key_id}")


def enter(cast: Cast, who: str = "owner", **fields: Any) -> Any:
    body = {"provider": "anthropic", "key": KEY, **fields}
    return send(browser_of(cast.named(who)), "POST", path_of(cast), body)


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_a_manager_enters_a_key_and_is_told_everything_but_the_key(cast: Cast, who: str) -> None:
    response = enter(cast, who)

    told = response.json()
    assert response.status_code == 201
    assert told == {
        "id": told["id"],
        "provider": "anthropic",
        "base_url": "https://api.anthropic.com",
        "origin": "https://api.anthropic.com",
        "created_by": cast.named(who).username,  # type: ignore[union-attr]
        "created_at": told["created_at"],
        "last_used_at": None,
    }
    listed = browser_of(cast.owner).get(path_of(cast))
    assert listed.json()["results"] == [told]
    for answer in (response, listed):
        assert not any(part in answer.content.decode() for part in (KEY, KEY[:10], KEY[-4:], "sk-ant"))


def test_what_is_kept_cannot_be_read_from_the_table(cast: Cast) -> None:
    enter(cast)

    with connection.cursor() as cursor:
        cursor.execute("SELECT provider_keys::text FROM provider_keys")
        [(row,)] = cursor.fetchall()
    assert KEY not in row
    assert "canary" not in row


def test_a_second_key_for_a_provider_takes_the_place_of_the_first(cast: Cast) -> None:
    first = enter(cast).json()

    second = enter(cast, "admin", key=KEY + "9")

    assert second.status_code == 200
    assert second.json()["id"] != first["id"]
    assert second.json()["created_by"] == cast.admin.username
    assert ProviderKey.objects.count() == 1


def test_a_deleted_key_is_gone(cast: Cast) -> None:
    key_id = enter(cast).json()["id"]

    response = send(browser_of(cast.admin), "DELETE", path_of(cast, key_id))

    assert response.status_code == 204
    assert not ProviderKey.objects.exists()
    problem_in(send(browser_of(cast.admin), "DELETE", path_of(cast, key_id)), 404)


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("viewer", 403), ("outsider", 404), ("anonymous", 401)])
def test_only_managers_come_near_the_keys(cast: Cast, who: str, status: int) -> None:
    row, _ = store_key(cast.team, provider="anthropic", key=KEY, by=cast.owner)
    browser = browser_of(cast.named(who))

    problem_in(browser.get(path_of(cast)), status)
    problem_in(enter(cast, who), status)
    problem_in(send(browser, "DELETE", path_of(cast, row.pk)), status)

    assert ProviderKey.objects.get().pk == row.pk


def test_a_key_of_another_team_is_not_found(cast: Cast) -> None:
    other = make_team()
    row, _ = store_key(other, provider="anthropic", key=KEY, by=other.owner)

    problem_in(send(browser_of(cast.owner), "DELETE", path_of(cast, row.pk)), 404)

    assert ProviderKey.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("provider", {"provider": "simulator"}),
        ("provider", {"provider": "acme"}),
        ("provider", {"provider": ""}),
        ("provider", {"provider": 7}),
        ("key", {"key": ""}),
        ("key", {"key": "   "}),
        ("key", {"key": None}),
        ("key", {"key": ["x"]}),
        ("key", {"key": "sk-ant-with\r\nX-Header: 1"}),
        ("key", {"key": "sk-ant-with blank"}),
        ("key", {"key": "sk-ant-übung"}),
        ("key", {"key": "sk-ant-" + "x" * 500}),
        ("key", {"key": "sk-openai-form-of-a-key"}),
        ("key", {"provider": "openai"}),  # Anthropic's key would be sent to OpenAI
        ("key", {"provider": "openrouter"}),
        ("base_url", {"base_url": "http://api.anthropic.com"}),
        ("base_url", {"base_url": "https://127.0.0.1/"}),
        ("base_url", {"base_url": 7}),
        ("base_url", {"provider": "ollama", "key": ""}),  # its usual address is the machine itself
        ("base_url", {"provider": "ollama", "base_url": "http://localhost:11434", "key": ""}),
    ],
)
def test_what_cannot_be_a_key_or_address_is_refused_by_field(cast: Cast, field: str, fields: dict[str, Any]) -> None:
    problem = problem_in(enter(cast, **fields), 400, "invalid")

    assert list(problem["errors"]) == [field]
    assert "sk-ant" not in str(problem).replace("begins with sk-ant-.", "")
    assert not ProviderKey.objects.exists()


def test_the_log_says_who_did_what_and_nothing_of_the_key(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        key_id = enter(cast).json()["id"]
        send(browser_of(cast.admin), "DELETE", path_of(cast, key_id))

    told = [record.getMessage() for record in caplog.records if record.name == "agents.rules.provider_keys"]
    where = f"the key of team {cast.team.pk} for anthropic at https://api.anthropic.com"
    assert told == [f"{cast.owner.username} entered {where}", f"{cast.admin.username} deleted {where}"]
    assert "sk-ant" not in caplog.text


def test_a_house_without_a_field_key_that_others_reach_keeps_none(cast: Cast, settings: Any) -> None:
    settings.FIELD_KEY = ""
    settings.GENERATED_FIELD_KEY = settings.GENERATED_FIELD_KEY.__class__(
        settings.GENERATED_FIELD_KEY.func, *settings.GENERATED_FIELD_KEY.args, host="0.0.0.0", variable="SAGE_FIELD_KEY"
    )

    problem = problem_in(enter(cast), 409, "no_field_key")

    assert "SAGE_FIELD_KEY" in problem["detail"]
    assert not ProviderKey.objects.exists()


def test_the_list_costs_the_same_number_of_queries_however_many_keys_there_are(cast: Cast) -> None:
    browser = browser_of(cast.owner)
    enter(cast)

    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(path_of(cast))
    enter(cast, provider="openai", key="any-key-of-openai-0123")
    enter(cast, provider="openrouter", key="sk-or-v1-0123456789abcdef")
    with CaptureQueriesContext(connection) as three:
        response = browser.get(path_of(cast))

    assert len(response.json()["results"]) == 3
    assert len(three) == len(one) <= 5
