"""Where calls of a team go: its own key or the operator's, never mixed, and never to another origin."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agents.endpoints import endpoint_for, is_set_up, offered_models
from agents.models import ProviderKey
from agents.providers import ProviderError
from agents.rules.provider_keys import store_key
from teams.models import Team
from teams.tests.factories import make_team

KEY = "sk-ant-api03-canary-of-a-team-0123456789"
OPERATOR = "sk-ant-api03-canary-of-the-operator-01234"


@pytest.fixture
def team(db: None, settings: Any) -> Team:
    settings.ANTHROPIC_API_KEY = OPERATOR
    return make_team()


def enter(team: Team, **fields: Any) -> ProviderKey:
    row, _ = store_key(team, **{"provider": "anthropic", "key": KEY, "by": team.owner, **fields})
    return row


def test_a_team_without_a_key_uses_the_operators(team: Team) -> None:
    endpoint = endpoint_for("anthropic", team_id=team.pk)

    assert (endpoint.api_key, endpoint.base_url) == (OPERATOR, "https://api.anthropic.com")
    assert (endpoint.is_guarded, endpoint.team_id) == (False, None)


def test_a_team_with_a_key_uses_its_own_and_other_teams_do_not(team: Team) -> None:
    enter(team)

    own = endpoint_for("anthropic", team_id=team.pk)
    others = [endpoint_for("anthropic", team_id=team_id) for team_id in (make_team().pk, None)]

    assert (own.api_key, own.is_guarded, own.team_id) == (KEY, True, team.pk)
    assert [other.api_key for other in others] == [OPERATOR, OPERATOR]
    assert KEY not in repr(own)


def test_the_key_of_one_provider_is_not_used_for_another(team: Team, settings: Any) -> None:
    settings.OPENAI_API_KEY = "key-of-the-operator-at-openai"
    enter(team)

    assert endpoint_for("openai", team_id=team.pk).api_key == "key-of-the-operator-at-openai"


def test_the_teams_key_goes_to_its_own_address_and_the_operators_stays_at_the_operators(
    team: Team, settings: Any
) -> None:
    settings.PROVIDER_HOSTS = ["models.house.example"]
    settings.ANTHROPIC_BASE_URL = "http://proxy.operator.example"
    enter(team, key="a-key-of-this-house", base_url="http://models.house.example/")

    own = endpoint_for("anthropic", team_id=team.pk)
    shared = endpoint_for("anthropic", team_id=make_team().pk)

    assert (own.base_url, own.api_key) == ("http://models.house.example", "a-key-of-this-house")
    assert (shared.base_url, shared.api_key) == ("http://proxy.operator.example", OPERATOR)


def test_a_host_that_the_operator_allows_is_trusted_and_no_longer_when_it_is_not(team: Team, settings: Any) -> None:
    settings.PROVIDER_HOSTS = ["models.house.example:8443"]
    enter(team, provider="openai", key="a-key-of-this-house", base_url="https://models.house.example:8443/v1")
    enter(team, provider="ollama", key="", base_url="http://models.house.example:8443")
    assert not endpoint_for("openai", team_id=team.pk).is_guarded
    assert not endpoint_for("ollama", team_id=team.pk).is_guarded

    settings.PROVIDER_HOSTS = []

    assert endpoint_for("openai", team_id=team.pk).is_guarded
    with pytest.raises(ProviderError, match="no longer allowed") as refused:
        endpoint_for("ollama", team_id=team.pk)  # http to wherever the name leads now
    assert refused.value.code == "not_set_up"


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": "https://evil.example"},
        {"base_url": "https://evil.example", "origin": "https://evil.example"},
        {"base_url": "https://api.anthropic.com:444"},
        {"base_url": "http://api.anthropic.com"},
        {"base_url": "https://api.anthropic.com@evil.example"},
        {"provider": "openai"},
        {"encrypted_key": "spoilt"},
    ],
)
def test_a_row_that_was_changed_in_the_table_gives_no_key_and_not_the_operators(
    team: Team, change: dict[str, str]
) -> None:
    row = enter(team)
    ProviderKey.objects.filter(pk=row.pk).update(**change)

    with pytest.raises(ProviderError) as refused:
        endpoint_for(change.get("provider", "anthropic"), team_id=team.pk)

    assert (refused.value.code, refused.value.passing, refused.value.billed) == ("not_set_up", False, False)
    assert "enter it anew" in str(refused.value).lower()
    assert KEY not in str(refused.value)


def test_a_row_that_was_copied_to_another_team_gives_no_key(team: Team) -> None:
    row, thief = enter(team), make_team()
    row.pk, row.team = None, thief
    row.save()

    with pytest.raises(ProviderError):
        endpoint_for("anthropic", team_id=thief.pk)


def test_another_field_key_is_told_and_nothing_takes_the_keys_place(
    team: Team, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    enter(team)
    settings.FIELD_KEY = "quite another one"

    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderError, match="SAGE_FIELD_KEY"):
        endpoint_for("anthropic", team_id=team.pk)

    assert KEY not in caplog.text


def test_use_is_noted_at_most_once_a_minute_and_not_by_a_look_at_its_health(team: Team) -> None:
    row = enter(team)
    endpoint_for("anthropic", team_id=team.pk, note=False)
    row.refresh_from_db()
    assert row.last_used_at is None

    endpoint_for("anthropic", team_id=team.pk)
    row.refresh_from_db()
    first = row.last_used_at
    assert first is not None
    endpoint_for("anthropic", team_id=team.pk)
    row.refresh_from_db()
    assert row.last_used_at == first

    ProviderKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    endpoint_for("anthropic", team_id=team.pk)
    row.refresh_from_db()
    assert row.last_used_at > first - timedelta(seconds=1)


def test_what_is_set_up_and_offered_to_a_team(team: Team, settings: Any) -> None:
    settings.SAGE_MODEL, settings.FALLBACK_MODELS = "anthropic:claude-a", ["openai:gpt-b", "simulator"]
    team.defaults = {
        "model": "openrouter:some/model",
        "fallback_models": ["anthropic:claude-a"],
        "role_settings": {"dba": {"model": "openai:gpt-c"}},
    }
    team.save()

    assert offered_models(team.pk) == ["anthropic:claude-a", "simulator"]
    names = ("anthropic", "openai", "openrouter", "ollama", "simulator")
    assert [name for name in names if is_set_up(name, team_id=team.pk)] == ["anthropic", "simulator"]
    enter(team, provider="openrouter", key="sk-or-v1-0123456789")
    enter(team, provider="openai", key="key-of-openai")

    assert offered_models(team.pk) == [
        "openrouter:some/model",
        "anthropic:claude-a",
        "openai:gpt-c",
        "openai:gpt-b",
        "simulator",
    ]
    assert is_set_up("openai", team_id=team.pk)
    assert offered_models(None) == ["anthropic:claude-a", "simulator"]


@pytest.mark.parametrize(
    ("changes", "provider", "expected"),
    [
        ({"OPENAI_BASE_URL": "http://10.0.0.5:8000/v1"}, "openai", True),  # vLLM asks for no key
        ({"OLLAMA_IS_NAMED": True}, "ollama", True),
        ({"SAGE_MODEL": "ollama:llama3"}, "ollama", True),
        ({"FALLBACK_MODELS": ["ollama:llama3"]}, "ollama", True),
        ({}, "ollama", False),
        ({"SAGE_MODEL": "openai:gpt"}, "openai", False),
        ({}, "acme", False),
    ],
)
def test_an_operators_provider_is_set_up_by_a_key_or_an_address(
    settings: Any, changes: dict[str, Any], provider: str, expected: bool
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    assert is_set_up(provider, team_id=None) is expected
