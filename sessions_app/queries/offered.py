"""Which models a team is offered, each with how its provider is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from agents.endpoints import offered_models
from agents.health import ProviderState, operator_states, team_states
from agents.providers import parse_model
from sessions_app import shapes
from teams.models import Team


@dataclass(frozen=True)
class OfferedModel:
    """A model that one can choose by a click; any other one can be written."""

    name: str
    model: str  # without its provider; empty for the simulator
    state: ProviderState


def offered_to(team: Team) -> list[OfferedModel]:
    """The models that a team may choose from, its default first: four queries."""
    states = {state.provider: state for state in team_states(team.pk)}
    parsed = {name: parse_model(name) for name in offered_models(team.pk)}
    return [
        OfferedModel(name, parts.model, states[parts.provider])
        for name, parts in parsed.items()
        if parts.provider in states
    ]


def provider_shapes(team: Team | None) -> list[shapes.Provider]:
    """Every provider that calls of a team may go to, or of the operator's: at most four queries."""
    models: dict[str, list[str]] = defaultdict(list)
    for name in offered_models(team.pk if team else None):
        models[parse_model(name).provider].append(name)
    return [
        shapes.Provider(
            name=state.provider,
            title=state.title,
            status=state.status.value,
            latency_ms=state.latency_ms,
            message=state.message,
            checked_at=state.checked_at,
            since=state.since,
            models=models[state.provider],
        )
        for state in (operator_states() if team is None else team_states(team.pk))
    ]
