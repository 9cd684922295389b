"""`manage.py rotate_field_key`: a new SAGE_FIELD_KEY without a team noticing."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agents.endpoints import endpoint_for
from agents.providers import ProviderError
from agents.rules.provider_keys import store_key
from teams.models import Team
from teams.tests.factories import make_team

KEY = "sk-ant-api03-canary-of-a-team-0123456789"


@pytest.fixture
def team(transactional_db: None, settings: Any) -> Team:
    settings.FIELD_KEY = "former"
    team = make_team()
    store_key(team, provider="anthropic", key=KEY, by=team.owner)
    return team


def run() -> str:
    out = StringIO()
    call_command("rotate_field_key", stdout=out)
    return out.getvalue()


def test_afterwards_the_new_text_alone_reads_every_key(team: Team, settings: Any) -> None:
    settings.FIELD_KEY = "new,former"
    assert run().startswith("1 key encrypted")

    settings.FIELD_KEY = "new"

    assert endpoint_for("anthropic", team_id=team.pk).api_key == KEY
    settings.FIELD_KEY = "former"
    with pytest.raises(ProviderError):
        endpoint_for("anthropic", team_id=team.pk)


def test_a_key_that_cannot_be_read_is_named_and_left_and_the_others_are_done(team: Team, settings: Any) -> None:
    settings.FIELD_KEY = "new"
    other = make_team()
    store_key(other, provider="openai", key="another-key-of-openai", by=other.owner)
    out = StringIO()

    with pytest.raises(CommandError, match="former one back") as refused:
        call_command("rotate_field_key", stdout=out)

    assert refused.value.returncode == 1
    assert f"the key of team {team.pk} ({team}) for anthropic at https://api.anthropic.com" in out.getvalue()
    assert "1 key encrypted" in out.getvalue()
    settings.FIELD_KEY = "new,former"
    assert run().startswith("2 keys encrypted")
