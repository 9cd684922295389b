"""Who answers a new session's calls: what a person says of it is checked here, and whether each model can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.endpoints import why_not
from agents.errors import UnknownModel
from agents.model_choice import FIELDS, ModelChoice, checked, frozen, wanted_models
from agents.providers import check_model


def models_for(
    workflow: Mapping[str, Any],
    before: ModelChoice,
    said: Mapping[str, Any],
    *,
    team_id: int,
    errors: dict[str, list[str]],
    base: ModelChoice | None = None,
) -> dict[str, Any]:
    """Return who answers as a session of the frozen workflow keeps it, and note in `errors`, by field, what cannot be.

    `said` are FIELDS of the person who starts it, `before` what was said before, `base` what holds without any word
    (None: the settings). Fallback models that this person did not name are not looked at: they are there for the case
    that they help.
    """
    if foreign := sorted(set(said) - set(FIELDS)):
        raise TypeError(f"A session knows nothing of {', '.join(foreign)}")
    roles = list(dict.fromkeys(task["role"] for stage in workflow["stages"] for task in stage["tasks"]))
    chosen = checked(said, errors)
    if strangers := sorted(set(chosen.role_settings) - set(roles)):
        errors.setdefault("role_settings", []).append(f"No part in this session: {', '.join(strangers)}.")
    models = frozen(before, chosen, roles=roles, base=base)
    asked = [("model", name) for name in wanted_models(models, roles)]
    for field, model in [*asked, *(("fallback_models", name) for name in chosen.fallback_models or ())]:
        if why := _why_not(model, team_id):
            errors.setdefault(field, []).append(why)
    return models


def _why_not(model: str, team_id: int) -> str:
    """Return why a model cannot be asked, empty when it can."""
    try:
        provider = check_model(model)
    except UnknownModel as refusal:
        return refusal.detail
    reason = why_not(provider, team_id=team_id)
    return f"{model} cannot be asked: {reason}" if reason else ""
