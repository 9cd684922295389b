"""Keys of teams in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import browser_of
from agents.models import ProviderKey
from agents.rules.provider_keys import store_key
from teams.tests.factories import make_team

KEY = "sk-ant-api03-canary-of-a-team-0123456789"


@pytest.fixture
def operator(db: None) -> Client:
    return browser_of(User.objects.create_superuser("operator", "operator@example.org", "seven quiet leaves"))


@pytest.fixture
def row(db: None) -> ProviderKey:
    team = make_team()
    return store_key(team, provider="anthropic", key=KEY, by=team.owner)[0]


@pytest.mark.parametrize("part", ["", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
def test_an_operator_sees_which_keys_there_are_and_neither_key_nor_ciphertext(
    operator: Client, row: ProviderKey, part: str
) -> None:
    response: Any = operator.get(f"/admin/agents/providerkey/{part.format(pk=row.pk)}")

    page = response.content.decode()
    assert response.status_code == 200
    assert "anthropic" in page
    assert KEY not in page
    assert row.encrypted_key[:20] not in page


def test_nobody_enters_or_changes_a_key_there(operator: Client, row: ProviderKey) -> None:
    assert operator.get("/admin/agents/providerkey/add/").status_code == 403
    assert operator.post(f"/admin/agents/providerkey/{row.pk}/change/", {"provider": "openai"}).status_code == 403

    row.refresh_from_db()
    assert row.provider == "anthropic"


def test_an_operator_deletes_a_key_and_the_log_says_so(
    operator: Client, row: ProviderKey, caplog: pytest.LogCaptureFixture
) -> None:
    operator.post(f"/admin/agents/providerkey/{row.pk}/delete/", {"post": "yes"})

    assert not ProviderKey.objects.exists()
    assert f"operator deleted the key of team {row.team_id} for anthropic" in caplog.text


def test_the_state_of_providers_is_there_to_read(operator: Client) -> None:
    assert operator.get("/admin/agents/providerstatus/").status_code == 200
    assert operator.get("/admin/agents/providerstatus/add/").status_code == 403
