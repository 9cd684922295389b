"""How providers are looked after: asked over HTTP, written down, told."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents import health
from agents.health import (
    known_down,
    look_after_providers,
    operator_down,
    operator_providers,
    operator_states,
    team_states,
)
from agents.models import ProviderKey, ProviderStatus
from agents.rules.provider_keys import store_key
from teams.tests.factories import make_team
from tests.wire import UPSTREAM_WORDS, WireServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def openai(wire: WireServer, settings: Any) -> WireServer:
    """OpenAI on the wire, set up by the operator."""
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = wire.openai_url, "sk-right"
    wire.manner.key = "sk-right"
    return wire


def make_older(seconds: float) -> None:
    """Let time pass for all rows."""
    for row in ProviderStatus.objects.all():
        row.checked_at = row.checked_at and row.checked_at - timedelta(seconds=seconds)
        row.since = row.since and row.since - timedelta(seconds=seconds)
        row.save()


def asked(wire: WireServer) -> int:
    return len([seen for seen in wire.seen if seen.path.partition("?")[0].endswith("/models")])


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, []),
        ({"ANTHROPIC_API_KEY": "sk-ant-x"}, ["anthropic"]),
        ({"OPENAI_BASE_URL": "http://10.0.0.7:8000/v1"}, ["openai"]),
        ({"OLLAMA_IS_NAMED": True}, ["ollama"]),
        ({"SAGE_MODEL": "ollama:llama3"}, ["ollama"]),
        ({"SAGE_MODEL": "anthropic:claude", "FALLBACK_MODELS": ["openai:gpt-5", "simulator"]}, ["anthropic", "openai"]),
        ({"SAGE_MODEL": "google:gemini"}, ["google"]),
        ({"FALLBACK_MODELS": ["no such form"]}, []),
    ],
)
def test_what_the_operator_set_up_or_named_is_looked_after(
    settings: Any, changed: dict[str, Any], names: list[str]
) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)

    assert operator_providers() == names


def test_a_provider_that_answers_is_healthy(openai: WireServer) -> None:
    [state] = look_after_providers()

    assert (state.provider, state.status, state.is_down) == ("openai", "healthy", False)
    assert state.latency_ms is not None
    assert state.checked_at
    assert state.since
    assert [each.status for each in operator_states()] == ["healthy", "healthy"]


def test_a_provider_that_refuses_its_key_is_down_and_nothing_of_it_is_told(openai: WireServer) -> None:
    openai.manner.key = "sk-another"

    [state] = look_after_providers()

    assert state.is_down
    assert state.sentence.startswith("OpenAI ")
    assert "since" in state.sentence
    for secret in (UPSTREAM_WORDS, "sk-right", "127.0.0.1", openai.openai_url):
        assert secret not in state.sentence


def test_each_is_asked_once_a_minute_whoever_asks(openai: WireServer) -> None:
    assert len(look_after_providers()) == 1
    assert look_after_providers() == []
    make_older(54)
    assert look_after_providers() == []
    make_older(2)

    assert len(look_after_providers()) == 1

    assert asked(openai) == 2


@pytest.fixture
def keys_of_teams(openai: WireServer) -> list[int]:
    """Two teams have a key of their own."""
    teams = [make_team().pk, make_team().pk]
    for team_id in teams:
        ProviderKey.objects.create(
            team_id=team_id, provider="openai", base_url="https://models.example.org/v1", origin="x", encrypted_key="x"
        )
    return teams


def test_the_operators_come_first_and_who_is_left_when_the_time_is_up_comes_first_the_next_time(
    keys_of_teams: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ASKED_AT_ONCE", 2)
    monkeypatch.setattr(health, "LONGEST_SECONDS", 0.0)  # time for one round

    first, second = ([state.team_id for state in look_after_providers()] for _ in range(2))

    assert (len(first), None in first) == (2, True)
    assert {*first, *second} == {None, *keys_of_teams}


def test_those_of_teams_that_nobody_named_are_left_alone(openai: WireServer, keys_of_teams: list[int]) -> None:
    first, other = keys_of_teams

    assert [state.team_id for state in look_after_providers(older_than_seconds=0, teams=())] == [None]
    assert [state.team_id for state in look_after_providers(teams=[other])] == [other]
    assert [state.team_id for state in look_after_providers()] == [first]


def test_a_new_key_is_asked_about_at_once(openai: WireServer, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make_team()
    given = {"provider": "openai", "base_url": "https://93.184.216.34/v1", "by": team.owner}
    store_key(team, key="sk-first-key", **given)
    monkeypatch.setattr(health, "ASK_SECONDS", 0.01)
    look_after_providers()
    assert known_down(["openai:gpt-5"], team.pk)

    store_key(team, key="sk-second-key", **given)

    assert known_down(["openai:gpt-5"], team.pk) == []
    assert [state.team_id for state in look_after_providers()] == [team.pk]


@pytest.mark.django_db(transaction=True)
def test_several_reconcilers_at_once_ask_once(openai: WireServer) -> None:
    together = threading.Barrier(4)
    counted: list[int] = []

    def look() -> None:
        together.wait()
        counted.append(len(look_after_providers()))
        connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counted) == [0, 0, 0, 1]
    assert asked(openai) == 1


def test_since_is_when_the_status_became_what_it_is(openai: WireServer) -> None:
    look_after_providers()
    make_older(120)
    [well] = look_after_providers()
    assert not well.has_changed
    assert well.since is not None
    assert timezone.now() - well.since > timedelta(seconds=100)

    openai.manner.health = "server_error"
    make_older(120)
    [down] = look_after_providers()

    assert down.is_down
    assert down.has_changed
    assert down.since is not None
    assert timezone.now() - down.since < timedelta(seconds=60)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_provider_that_hangs_is_given_up_and_holds_nobody_up(
    openai: WireServer, settings: Any, monkeypatch: pytest.MonkeyPatch, silent_port: int
) -> None:
    monkeypatch.setattr(health, "ASK_SECONDS", 0.3)
    settings.OLLAMA_BASE_URL, settings.OLLAMA_IS_NAMED = f"http://127.0.0.1:{silent_port}", True

    found = {state.provider: state for state in look_after_providers()}

    assert found["openai"].is_healthy
    assert found["ollama"].is_down
    assert found["ollama"].sentence.startswith("Ollama did not answer within 0.3 s")


def test_what_nobody_has_asked_for_a_while_is_not_known(openai: WireServer) -> None:
    openai.manner.health = "server_error"
    assert operator_states()[1].status == "unknown"
    look_after_providers()
    assert known_down(["openai:gpt-5"], make_team().pk)

    make_older(301)

    assert operator_states()[1].status == "unknown"
    assert operator_down() == []
    assert known_down(["openai:gpt-5"], make_team().pk) == []


def test_a_teams_own_key_is_asked_about_and_takes_the_operators_place(
    openai: WireServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    openai.manner.key = "sk-right"
    team, other = make_team(), make_team()
    key = ProviderKey.objects.create(
        team=team, provider="openai", base_url="https://models.example.org/v1", origin="x", encrypted_key="unreadable"
    )

    look_after_providers()

    assert [state.team_id for state in team_states(team.pk)] == [None, team.pk]
    assert known_down(["openai:gpt-5"], other.pk) == []
    [told] = known_down(["openai:gpt-5", "simulator"], team.pk)
    assert "key" in told
    assert "Sessions on OpenAI wait, or go on with a fallback model." in told
    key.refresh_from_db()
    assert key.last_used_at is None


def test_a_teams_key_that_nobody_uses_is_forgotten_after_a_day(openai: WireServer) -> None:
    key = ProviderKey.objects.create(
        team=make_team(), provider="openai", base_url="https://models.example.org/v1", origin="x", encrypted_key="x"
    )
    look_after_providers()
    assert ProviderStatus.objects.count() == 2

    ProviderKey.objects.filter(pk=key.pk).update(created_at=timezone.now() - timedelta(days=2))
    look_after_providers()

    assert list(ProviderStatus.objects.values_list("team", flat=True)) == [None]


def test_the_simulator_alone_costs_no_query_and_is_always_there() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert [state.status for state in operator_states()] == ["healthy"]
        assert operator_down() == []
        assert known_down(["simulator"], 1) == []

    assert len(queries) == 0


def test_no_connection_is_left_open(openai: WireServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        look_after_providers(older_than_seconds=0)
        look_after_providers(older_than_seconds=0)

    assert "Unclosed" not in caplog.text
    assert asked(openai) == 2
