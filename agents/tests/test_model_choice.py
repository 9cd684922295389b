"""Who answers: what settings, roles, team and session say, and what comes of it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agents.model_choice import ModelChoice, RoleChoice, answering, checked, frozen, merged, of_team, wanted_models
from agents.providers import _PROVIDERS, get_provider
from agents.roles import ROLES
from teams.models import Team

BIG, SMALL, OTHER = "anthropic:big", "anthropic:small", "openai:other"


@pytest.fixture(autouse=True)
def _providers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("anthropic", "openai"):
        monkeypatch.setitem(_PROVIDERS, name, get_provider("simulator"))


@pytest.fixture
def defaults(settings: Any) -> Any:
    settings.SAGE_MODEL, settings.FALLBACK_MODELS = BIG, [SMALL]
    settings.DEFAULT_TEMPERATURE, settings.DEFAULT_MAX_TOKENS = 0.7, 4096
    return settings


def test_without_a_word_the_settings_hold(defaults: Any) -> None:
    models = frozen(ModelChoice(), roles=["guest"])

    assert models == {
        "model": BIG,
        "fallback_models": [SMALL],
        "temperature": 0.7,
        "max_tokens": 4096,
        "roles": {},
        "said": {},
    }
    who = answering(models, model=BIG, role="guest")
    assert (who.models, who.temperature, who.max_tokens) == ((BIG, SMALL), 0.7, 4096)


def test_the_session_wins_over_the_team_and_the_team_over_the_settings(defaults: Any) -> None:
    team = ModelChoice(model=OTHER, temperature=0.2, fallback_models=(BIG,))
    session = ModelChoice(model=SMALL)

    models = frozen(team, session, roles=["architect"])

    assert (models["model"], models["temperature"], models["fallback_models"]) == (SMALL, 0.2, [BIG])
    assert models["max_tokens"] == 4096


def test_what_is_said_for_a_role_wins_over_what_is_said_for_all(defaults: Any) -> None:
    team = ModelChoice(role_settings={"dba": RoleChoice(model=OTHER, max_tokens=9000)})
    session = ModelChoice(model=SMALL, role_settings={"dba": RoleChoice(temperature=0)})

    models = frozen(team, session, roles=["architect", "dba"])

    dba = answering(models, model=SMALL, role="dba")
    assert (dba.model, dba.temperature, dba.max_tokens) == (OTHER, 0, 9000)
    assert answering(models, model=SMALL, role="architect").model == SMALL
    assert wanted_models(models, ["architect", "dba"]) == [SMALL, OTHER]


def test_a_roles_own_module_wins_over_the_settings_alone(defaults: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROLES._entries, "dba", replace(ROLES["dba"], model=OTHER, max_tokens=9000))

    by_settings = frozen(ModelChoice(), roles=["dba"])
    by_team = frozen(ModelChoice(model=SMALL), roles=["dba"])

    assert answering(by_settings, model=BIG, role="dba").model == OTHER
    dba = answering(by_team, model=SMALL, role="dba")
    assert (dba.model, dba.max_tokens) == (SMALL, 9000)


def test_no_model_is_its_own_fallback(defaults: Any) -> None:
    models = frozen(ModelChoice(model=SMALL, fallback_models=(SMALL, OTHER, BIG, OTHER)), roles=["dba"])
    role = frozen(ModelChoice(role_settings={"dba": RoleChoice(model=SMALL)}), roles=["dba"])

    assert models["fallback_models"] == [OTHER, BIG]
    assert answering(role, model=BIG, role="dba").models == (SMALL,)


@pytest.mark.parametrize(
    "chosen", [ModelChoice(model="simulator"), ModelChoice(role_settings={"dba": RoleChoice(model="simulator")})]
)
def test_who_chooses_the_simulator_is_never_sent_to_a_model_that_costs(defaults: Any, chosen: ModelChoice) -> None:
    assert answering(frozen(chosen, roles=["dba"]), model=BIG, role="dba").models == ("simulator",)


def test_who_names_a_fallback_for_the_simulator_gets_it(defaults: Any) -> None:
    models = frozen(ModelChoice(model="simulator", fallback_models=(BIG,)), roles=["dba"])

    assert answering(models, model="simulator", role="dba").models == ("simulator", BIG)


def test_a_session_from_before_models_were_frozen_goes_on_as_it_did(defaults: Any) -> None:
    who = answering(None, model="simulator", role="architect")

    assert (who.models, who.temperature, who.max_tokens) == (("simulator",), 0.7, ROLES["architect"].max_tokens)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"model": "oracle:9"}, "model"),
        ({"model": "no colon"}, "model"),
        ({"model": 7}, "model"),
        ({"fallback_models": ["oracle:9"]}, "fallback_models"),
        ({"fallback_models": 7}, "fallback_models"),
        ({"fallback_models": [BIG, BIG]}, "fallback_models"),
        ({"fallback_models": [f"anthropic:m{n}" for n in range(6)]}, "fallback_models"),
        ({"model": BIG, "fallback_models": [SMALL, BIG]}, "fallback_models"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"temperature": Decimal("sNaN")}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 200_001}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"role_settings": ["dba"]}, "role_settings"),
        ({"role_settings": {"poet": {}}}, "role_settings"),
        ({"role_settings": {"dba": {"model": "oracle:9"}}}, "role_settings"),
        ({"role_settings": {"dba": {"max_tokens": 0}}}, "role_settings"),
        ({"role_settings": {"dba": {"fallback_models": []}}}, "role_settings"),
        ({"role_settings": {"dba": 7}}, "role_settings"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_is_noted_at_its_field(given: dict[str, Any], field: str) -> None:
    errors: dict[str, list[str]] = {}

    checked(given, errors)

    assert list(errors) == [field]
    assert all(text.endswith(".") for text in errors[field])


def test_what_is_said_comes_back_as_it_was_said_and_the_rest_stays_open() -> None:
    said = {"model": BIG, "fallback_models": [SMALL], "role_settings": {"dba": {"temperature": 0.0}}}
    errors: dict[str, list[str]] = {}

    choice = checked({**said, "temperature": None, "max_tokens": ""}, errors)

    assert errors == {}
    assert choice.as_json() == said
    assert of_team(Team(defaults=choice.as_json())) == choice
    assert merged(choice, ModelChoice(fallback_models=())).fallback_models == ()


@pytest.mark.parametrize(
    "defaults",
    [None, [], {"model": 7, "role_settings": 3}, {"role_settings": {"dba": 3}}, {"temperature": "hot"}],
    ids=str,
)
def test_defaults_of_a_team_that_cannot_be_read_say_nothing(defaults: Any) -> None:
    assert of_team(Team(defaults=defaults)) == ModelChoice()
