"""Who answers a session's calls: model, fallback models, temperature and longest answer, and of a role its own.

What is more specific wins, and among equals the later level: settings, the role's own module, the team's defaults, the
session. What came of it is frozen into the session, so that a later change of settings or team does not touch it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from agents.errors import UnknownModel
from agents.providers import check_model
from agents.providers.names import SIMULATOR
from agents.roles import ROLES, Role
from teams.models import Team

MOST_FALLBACKS = 5
HOTTEST = 2.0
MOST_TOKENS = 200_000
FIELDS = ("model", "fallback_models", "temperature", "max_tokens", "role_settings")
ROLE_FIELDS = ("model", "temperature", "max_tokens")

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class RoleChoice:
    """What is said for one role; None leaves it to what holds for all."""

    model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what is said as plain JSON."""
        return {name: getattr(self, name) for name in ROLE_FIELDS if getattr(self, name) is not None}


@dataclass(frozen=True)
class ModelChoice:
    """What one level (settings, team, session) says; None leaves it to the level before."""

    model: str | None = None
    fallback_models: tuple[str, ...] | None = None  # tried in this order when `model` gives no answer
    temperature: float | None = None
    max_tokens: int | None = None  # of one answer
    role_settings: Mapping[str, RoleChoice] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what is said as plain JSON: the form of `Team.defaults` and of a request to start a session."""
        said: dict[str, Any] = {name: getattr(self, name) for name in ROLE_FIELDS if getattr(self, name) is not None}
        if self.fallback_models is not None:
            said["fallback_models"] = list(self.fallback_models)
        if self.role_settings:
            said["role_settings"] = {role: choice.as_json() for role, choice in self.role_settings.items()}
        return said


@dataclass(frozen=True)
class Answering:
    """Who answers the calls of one task, and how."""

    model: str
    fallback_models: tuple[str, ...]
    temperature: float
    max_tokens: int

    @property
    def models(self) -> tuple[str, ...]:
        """All models in the order in which they are tried."""
        return (self.model, *self.fallback_models)


def checked(given: Mapping[str, Any], errors: Errors) -> ModelChoice:
    """Return what a person says in FIELDS, and note in `errors`, by field, what cannot be.

    None and empty texts leave a field unsaid. `fallback_models` is a list, or a text with commas.
    """
    model = _model(given.get("model"), "model", errors)
    return ModelChoice(
        model=model,
        fallback_models=_fallbacks(given.get("fallback_models"), model, errors),
        temperature=_temperature(given.get("temperature"), "temperature", errors),
        max_tokens=_max_tokens(given.get("max_tokens"), "max_tokens", errors),
        role_settings=_roles(given.get("role_settings"), errors),
    )


def of_settings() -> ModelChoice:
    """Return what the operator's settings say; all but roles is said."""
    return ModelChoice(
        settings.SAGE_MODEL,
        tuple(settings.FALLBACK_MODELS),
        settings.DEFAULT_TEMPERATURE,
        settings.DEFAULT_MAX_TOKENS,
    )


def of_team(team: Team) -> ModelChoice:
    """Return what the team's defaults say; what cannot be read is left unsaid.

    Whether its models are still known is asked when a session starts: none falls back to another model in silence.
    """
    return _read(team.defaults)


def of_frozen(models: Mapping[str, Any] | None, *, model: str) -> tuple[ModelChoice, ModelChoice]:
    """Return what a session has frozen as levels for its forks: what held without a word, and what was said.

    `model` is the session's; None is a session from before models were frozen.
    """
    if models is None:
        return merged(of_settings(), ModelChoice(model, ())), ModelChoice()
    base = ModelChoice(models["model"], tuple(models["fallback_models"]), models["temperature"], models["max_tokens"])
    return base, _read(models["said"])


def merged(*levels: ModelChoice) -> ModelChoice:
    """Return what several levels say together; a later one wins, field by field, and so in each role.

    A level that chooses the simulator and names no fallback wants none: what costs nothing shall not begin to.
    """
    said: dict[str, Any] = {}
    roles: dict[str, RoleChoice] = {}
    for level in levels:
        if level.model == SIMULATOR:
            said["fallback_models"] = ()
        for name in ("model", "fallback_models", "temperature", "max_tokens"):
            if getattr(level, name) is not None:
                said[name] = getattr(level, name)
        for role, choice in level.role_settings.items():
            roles[role] = RoleChoice(**{**roles.get(role, RoleChoice()).as_json(), **choice.as_json()})
    return ModelChoice(**said, role_settings=roles)


def frozen(*levels: ModelChoice, roles: Iterable[str], base: ModelChoice | None = None) -> dict[str, Any]:
    """Return, as plain JSON, what a session with these roles keeps of its levels: team first, then its own.

    `base` holds where no level says anything; None is the settings. A role's own module stands between.
    """
    chosen = merged(*levels)
    whole = merged(base or of_settings(), chosen)
    own: dict[str, dict[str, Any]] = {}
    for key in roles:
        module = ROLES.get(key)
        unsaid = [name for name in ROLE_FIELDS if getattr(chosen, name) is None]
        by_module = {name: getattr(module, name) for name in unsaid if module and getattr(module, name) is not None}
        if said := {**by_module, **chosen.role_settings.get(key, RoleChoice()).as_json()}:
            own[key] = said
    return {
        "model": whole.model,
        "fallback_models": _others(whole.fallback_models or (), whole.model),
        "temperature": whole.temperature,
        "max_tokens": whole.max_tokens,
        "roles": own,
        "said": chosen.as_json(),  # a fork says more, and must know what is only a default
    }


def answering(models: Mapping[str, Any] | None, *, model: str, role: str) -> Answering:
    """Return who answers for a role, from what a session has frozen; `model` is the session's.

    None is a session from before models were frozen: the role's own, then the settings, and no fallback.
    """
    if models is None:
        return _as_before(ROLES.get(role), model)
    said = {**models, **models["roles"].get(role, {})}
    # A role that is put on the simulator shall cost nothing.
    is_free = said["model"] == SIMULATOR != models["model"]
    fallbacks = () if is_free else _others(models["fallback_models"], said["model"])
    return Answering(said["model"], tuple(fallbacks), said["temperature"], said["max_tokens"])


def wanted_models(models: Mapping[str, Any], roles: Iterable[str]) -> list[str]:
    """Return the models that the roles of a session ask first, each once, in the order of the roles."""
    return list(dict.fromkeys(answering(models, model=models["model"], role=role).model for role in roles))


def _as_before(role: Role | None, model: str) -> Answering:
    own = RoleChoice(role.model, role.temperature, role.max_tokens) if role else RoleChoice()
    return Answering(
        own.model or model,
        (),
        settings.DEFAULT_TEMPERATURE if own.temperature is None else own.temperature,
        own.max_tokens or settings.DEFAULT_MAX_TOKENS,
    )


def _others(models: Iterable[str], model: str | None) -> list[str]:
    return [name for name in dict.fromkeys(models) if name != model]


def _read(said: Any) -> ModelChoice:
    """Return what JSON of ours says, as far as it can be read; models are not asked whether they are known."""
    said = said if isinstance(said, dict) else {}
    fallbacks, roles = said.get("fallback_models"), said.get("role_settings")
    return ModelChoice(
        **_read_role(said),
        fallback_models=tuple(map(str, fallbacks)) if isinstance(fallbacks, list) else None,
        role_settings={
            role: RoleChoice(**_read_role(own))
            for role, own in (roles.items() if isinstance(roles, dict) else ())
            if isinstance(own, dict)
        },
    )


def _read_role(said: Mapping[str, Any]) -> dict[str, Any]:
    model = said.get("model")
    return {
        "model": model if isinstance(model, str) and model else None,
        "temperature": _temperature(said.get("temperature"), "temperature", {}),
        "max_tokens": _max_tokens(said.get("max_tokens"), "max_tokens", {}),
    }


def _model(value: Any, name: str, errors: Errors) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        errors.setdefault(name, []).append("Write simulator, or provider:model.")
        return None
    try:
        check_model(value.strip())
    except UnknownModel as refusal:
        errors.setdefault(name, []).append(refusal.detail)
        return None
    return value.strip()


def _fallbacks(value: Any, model: str | None, errors: Errors) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        if not value.strip(", "):
            return None
        value = [part for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple):
        errors.setdefault("fallback_models", []).append("Give a list of models.")
        return None
    if len(value) > MOST_FALLBACKS:
        errors.setdefault("fallback_models", []).append(f"Name at most {MOST_FALLBACKS} models.")
        return None
    named = [found for each in value if (found := _model(each, "fallback_models", errors))]
    if len(set(named)) < len(named) or model in named:
        errors.setdefault("fallback_models", []).append(
            "Name each model once: a fallback is another one than the model itself."
        )
    return tuple(named)


def _temperature(value: Any, name: str, errors: Errors) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = math.nan if isinstance(value, bool | str) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not 0 <= number <= HOTTEST:  # not a number is neither
        errors.setdefault(name, []).append(f"A temperature is a number from 0 to {HOTTEST:g}.")
        return None
    return number


def _max_tokens(value: Any, name: str, errors: Errors) -> int | None:
    if value is None or value == "":
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_TOKENS:
        errors.setdefault(name, []).append(f"The longest answer has from 1 to {MOST_TOKENS:,} tokens.")
        return None
    return value


def _roles(value: Any, errors: Errors) -> dict[str, RoleChoice]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        errors.setdefault("role_settings", []).append("Give an object from role to what is different for it.")
        return {}
    choices: dict[str, RoleChoice] = {}
    for role, own in value.items():
        if role not in ROLES:
            errors.setdefault("role_settings", []).append(f"There is no role {str(role)[:50]}.")
        elif not isinstance(own, Mapping) or set(own) - set(ROLE_FIELDS):
            errors.setdefault("role_settings", []).append(f"{role} takes {', '.join(ROLE_FIELDS)}.")
        else:
            choice = RoleChoice(
                _model(own.get("model"), "role_settings", errors),
                _temperature(own.get("temperature"), "role_settings", errors),
                _max_tokens(own.get("max_tokens"), "role_settings", errors),
            )
            if choice != RoleChoice():
                choices[role] = choice
    return choices
