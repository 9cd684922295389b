"""`manage.py check_providers`, `/health` and `GET providers`: how an operator hears of providers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.tests.factories import browser_of, make_user
from agents.health import look_after_providers
from agents.models import ProviderStatus
from sagemode.management.commands import check_providers
from teams.tests.factories import make_team
from tests.wire import WireServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def openai(wire: WireServer, settings: Any) -> WireServer:
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = wire.openai_url, "sk-right"
    wire.manner.key = "sk-right"
    return wire


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_providers, "ASK_SECONDS", 0.05)


def exit_code(*arguments: str) -> int:
    try:
        call_command("check_providers", *arguments)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


# --- the command -----------------------------------------------------------------------------------------------------


def test_a_line_for_each_and_success_when_all_answer(openai: WireServer, capsys: Any) -> None:
    assert exit_code() == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Simulator: ")
    assert lines[1].startswith("OpenAI: answers in ")
    assert len(lines) == 2


def test_one_that_does_not_answer_is_named_with_its_reason_and_nothing_of_it(openai: WireServer, capsys: Any) -> None:
    openai.manner.key = "sk-another"

    assert exit_code() == 1

    said = capsys.readouterr().out
    assert "OpenAI: does not work." in said
    assert "key" in said
    assert "sk-" not in said
    assert "127.0.0.1" not in said


def test_it_asks_although_somebody_asked_a_moment_ago(openai: WireServer) -> None:
    exit_code()
    openai.manner.health = "server_error"

    assert exit_code() == 1


@pytest.mark.parametrize(
    ("required", "is_set_up", "health", "code"),
    [
        (False, False, "ok", 0),
        (False, True, "server_error", 0),
        (True, True, "ok", 0),
        (True, True, "server_error", 1),
        (True, False, "ok", 1),
    ],
)
def test_a_start_is_refused_only_where_a_provider_is_required_and_none_answers(
    wire: WireServer, settings: Any, capsys: Any, required: bool, is_set_up: bool, health: str, code: int
) -> None:
    settings.REQUIRE_PROVIDER = required
    if is_set_up:
        settings.OPENAI_BASE_URL = wire.openai_url
    wire.manner.health = health

    assert exit_code("--at-start") == code

    said = capsys.readouterr().out
    assert ("OpenAI" in said) == (health == "server_error")
    assert ("No provider is set up" in said) == (required and not is_set_up)


def test_three_tries_are_made_before_a_start_is_refused(openai: WireServer, settings: Any) -> None:
    settings.REQUIRE_PROVIDER = True
    openai.manner.health = "server_error"

    exit_code("--at-start")

    assert len(openai.seen) == 3


# --- /health ---------------------------------------------------------------------------------------------------------


def test_health_tells_of_providers_without_asking_them(openai: WireServer) -> None:
    unasked = Client().get("/health").json()["checks"]["providers"]
    assert {name: check["status"] for name, check in unasked.items()} == {"simulator": "healthy", "openai": "unknown"}
    assert openai.seen == []

    look_after_providers()
    told = Client().get("/health").json()["checks"]["providers"]["openai"]

    assert told["status"] == "healthy"
    assert told["latency_ms"] >= 0
    assert told["checked_at"]
    assert len(openai.seen) == 1


def test_a_provider_that_is_down_degrades_health_and_one_never_asked_does_not(
    openai: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sagemode.health.living", lambda cluster: 1)
    assert Client().get("/health").json()["status"] == "healthy"

    openai.manner.health = "overloaded"
    look_after_providers()
    answer = Client().get("/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert openai.openai_url not in answer.content.decode()
    assert "sk-right" not in answer.content.decode()


# --- the API ---------------------------------------------------------------------------------------------------------


def test_the_api_lists_providers_with_the_models_on_offer(openai: WireServer, settings: Any) -> None:
    settings.SAGE_MODEL = "openai:small-1"
    look_after_providers()

    answer = browser_of(make_user()).get("/api/v1/providers").json()

    assert (answer["next"], answer["previous"]) == (None, None)
    simulator, told = answer["results"]
    assert (simulator["name"], simulator["status"], simulator["models"]) == ("simulator", "healthy", ["simulator"])
    assert (told["name"], told["title"], told["status"], told["models"]) == (
        *("openai", "OpenAI", "healthy"),
        ["openai:small-1"],
    )
    assert told["since"] <= told["checked_at"]


def test_a_teams_own_endpoint_is_told_to_its_people_alone(openai: WireServer) -> None:
    team = make_team()
    ProviderStatus.objects.create(provider="anthropic", team=team, status="healthy")
    team.provider_keys.create(provider="anthropic", base_url="https://a.example.org", origin="x", encrypted_key="x")

    told = browser_of(team.owner).get(f"/api/v1/providers?team={team.pk}").json()["results"]

    assert [each["name"] for each in told] == ["simulator", "anthropic", "openai"]
    assert browser_of(make_user()).get(f"/api/v1/providers?team={team.pk}").status_code == 404
    assert browser_of(None).get("/api/v1/providers").status_code == 401
    assert browser_of(team.owner).get("/api/v1/providers?team=x").status_code == 400
