"""Which models a team is offered, each with how its provider is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from agents.errors import UnknownModel
from agents.health import ProviderState, operator_states, team_states
from agents.providers import parse_model
from agents.providers.names import SIMULATOR
from sessions_app import shapes
from teams.models import Team


@dataclass(frozen=True)
class OfferedModel:
    """A model that one can choose by a click; any other one can be written."""

    name: str
    model: str  # without its provider; empty for the simulator
    state: ProviderState

    @property
    def is_default(self) -> bool:
        return self.name == settings.SAGE_MODEL


def offered_to(team: Team) -> list[OfferedModel]:
    """The models that a team may choose from, the default first: two queries."""
    states = {state.provider: state for state in team_states(team.pk)}
    return [OfferedModel(name, parse_model(name).model, states[provider]) for name, provider in _named(states)]


def provider_shapes(team: Team | None) -> list[shapes.Provider]:
    """Every provider that calls of a team may go to, or of the operator's: at most two queries."""
    states = operator_states() if team is None else team_states(team.pk)
    named = _named([state.provider for state in states])
    return [
        shapes.Provider(
            name=state.provider,
            title=state.title,
            status=state.status.value,
            latency_ms=state.latency_ms,
            message=state.message,
            checked_at=state.checked_at,
            since=state.since,
            models=[name for name, provider in named if provider == state.provider],
        )
        for state in states
    ]


def _named(providers: Iterable[str]) -> Sequence[tuple[str, str]]:
    """The models of the settings and the simulator whose provider is among these, as (full name, provider)."""
    known = set(providers)
    found = []
    for name in dict.fromkeys((settings.SAGE_MODEL, *settings.FALLBACK_MODELS, SIMULATOR)):
        try:
            provider = parse_model(name).provider
        except UnknownModel:  # a system check says so at the start
            continue
        if provider in known:
            found.append((name, provider))
    return found
