"""What pages and API read of a team's models and keys, always starting from the person who asks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.errors import NotReachable
from agents.endpoints import offered_models
from agents.model_choice import of_settings, of_team
from agents.models import ProviderKey
from teams.models import Team


def keys_of(team: Team) -> QuerySet[ProviderKey]:
    """The keys that a team has entered, with who did: one query. Which there are, never what they are."""
    return ProviderKey.objects.filter(team=team).select_related("created_by").defer("encrypted_key")


def get_key(team: Team, key_id: int) -> ProviderKey:
    """That key of this team; raises NotReachable."""
    row = keys_of(team).filter(pk=key_id).first()
    if row is None:
        raise NotReachable
    return row


def models_of(team: Team) -> dict[str, Any]:
    """What the team's sessions start with, what the operator says where the team says nothing, and what is offered."""
    said = of_team(team).as_json()
    return {
        "model": said.get("model"),
        "fallback_models": said.get("fallback_models"),
        "temperature": said.get("temperature"),
        "max_tokens": said.get("max_tokens"),
        "role_settings": said.get("role_settings", {}),
        "settings": of_settings().as_json(),
        "offered": offered_models(team.pk),
    }
