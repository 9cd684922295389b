"""What a person should know before a session starts or goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.health import known_down
from agents.model_choice import wanted_models
from agents.providers.names import SIMULATOR


def start_warnings(workflow: Mapping[str, Any], *, model: str, team_id: int) -> list[str]:
    """What to say of each provider that the session asks first and that does not work: at most three queries."""
    return known_down(_asked_first(workflow, model), team_id)


def has_real_models(workflow: Mapping[str, Any], *, model: str) -> bool:
    """Whether some task of the session asks another model than the simulator first."""
    return any(name != SIMULATOR for name in _asked_first(workflow, model))


def _asked_first(workflow: Mapping[str, Any], model: str) -> list[str]:
    roles = [task["role"] for stage in workflow["stages"] for task in stage["tasks"]]
    models = workflow.get("models")
    return [model] if models is None else wanted_models(models, roles)
