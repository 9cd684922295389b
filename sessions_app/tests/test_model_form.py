"""Who answers, as the new-session page asks it; and starting on a provider that is down."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from accounts.tests.factories import browser_of, send
from agents.models import ProviderStatus
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import claim, fail, make_session
from teams.models import Team
from teams.tests.factories import join, make_team


@pytest.fixture
def team(db: None, settings: Any) -> Team:
    """A team; the operator has set up Anthropic, OpenAI as its fallback, and the simulator is always there."""
    settings.SAGE_MODEL, settings.FALLBACK_MODELS = "anthropic:large-1", ["openai:small-1"]
    settings.ANTHROPIC_API_KEY, settings.OPENAI_API_KEY = "sk-ant-test", "sk-test"
    return make_team()


def goes_down(provider: str) -> ProviderStatus:
    now = timezone.now()
    message = "Anthropic answers 529: overloaded"
    return ProviderStatus.objects.create(
        provider=provider, status="unhealthy", message=message, checked_at=now, since=now, latency_ms=3
    )


def start(team: Team, **asked: Any) -> Any:
    return browser_of(team.owner).post("/sessions/new/", {"team": team.pk, "feature_name": "Loans", **asked})


def fields_of(page: str) -> str:
    found = re.search(r'<fieldset class="fs" id="models".*?</fieldset>', page, re.S)
    assert found
    return found.group()


def models_of(session: ExecutionSession) -> dict[str, Any]:
    found: dict[str, Any] = session.workflow["models"]
    return found


def test_every_model_on_offer_stands_there_with_how_its_provider_is(team: Team) -> None:
    goes_down("anthropic")

    page = fields_of(browser_of(team.owner).get("/sessions/new/").content.decode())

    assert re.findall(r'name="model" value="([^"]*)"', page) == ["", "openai:small-1", "simulator", "other"]
    assert "large-1" in page
    assert "Anthropic answers 529: overloaded (since" in page
    assert page.count("Down") == 1
    assert page.count("Not known") == 1
    assert page.count("Always on") == 1
    assert "sk-" not in page


def test_without_a_choice_the_defaults_work(team: Team) -> None:
    start(team)

    session = ExecutionSession.objects.get()
    assert (session.model, models_of(session)["fallback_models"]) == ("anthropic:large-1", ["openai:small-1"])


def test_what_is_chosen_is_taken(team: Team) -> None:
    asked = {
        "model": "other",
        "other_model": "openai:gpt-9",
        "fallback_models": "anthropic:large-1, simulator",
        "temperature": "0",
        "max_tokens": "9000",
        "model_dba": "anthropic:small-1",
    }

    assert start(team, **asked).status_code == 302

    session = ExecutionSession.objects.get()
    chosen = models_of(session)
    assert session.model == "openai:gpt-9"
    assert chosen["fallback_models"] == ["anthropic:large-1", "simulator"]
    assert (chosen["temperature"], chosen["max_tokens"]) == (0, 9000)
    assert chosen["roles"]["dba"]["model"] == "anthropic:small-1"


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("other_model", {"model": "other", "other_model": ""}),
        ("other_model", {"model": "other", "other_model": "gpt nine"}),
        ("model", {"model": "nowhere:x"}),
        ("fallback_models", {"fallback_models": "nonsense"}),
        ("temperature", {"temperature": "3"}),
        ("temperature", {"temperature": "warm"}),
        ("max_tokens", {"max_tokens": "0"}),
        ("model_dba", {"model_dba": "no model"}),
    ],
)
def test_what_cannot_be_stands_beside_its_field_with_the_input_kept(
    team: Team, field: str, asked: dict[str, str]
) -> None:
    response = start(team, brief="Kept brief", **asked)

    page = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Kept brief" in page
    if field != "model":
        assert f'value="{asked[field]}"' in page or not asked[field]
    assert 'class="error"' in fields_of(page)
    assert not ExecutionSession.objects.exists()


def test_a_start_on_a_provider_that_is_down_is_asked_for_once_more(team: Team) -> None:
    goes_down("anthropic")

    refused = start(team, brief="Kept brief")

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Anthropic answers 529: overloaded (since" in page
    assert "Sessions on Anthropic wait, or go on with a fallback model." in page
    assert 'name="start_anyway"' in page
    assert "Kept brief" in page
    assert not ExecutionSession.objects.exists()

    assert start(team, brief="Kept brief", start_anyway="on").status_code == 302
    assert ExecutionSession.objects.count() == 1


@pytest.mark.parametrize("model", ["openai:small-1", "simulator"])
def test_another_model_starts_without_a_question(team: Team, model: str) -> None:
    goes_down("anthropic")

    assert start(team, model=model).status_code == 302


def test_a_role_that_would_ask_a_provider_that_is_down_is_asked_about_too(team: Team) -> None:
    goes_down("anthropic")

    assert start(team, model="simulator", model_dba="anthropic:large-1").status_code == 422


def test_the_models_follow_the_team_and_keep_what_is_typed(team: Team) -> None:
    other = make_team()
    join(other, team.owner)
    other.defaults = {"model": "openai:of-the-team"}
    other.save()
    browser = browser_of(team.owner)

    told = browser.get("/sessions/models/", {"team": other.pk, "fallback_models": "simulator"}).content.decode()

    assert "of-the-team" in told
    assert 'value="simulator"' in told
    assert "<html" not in told
    assert browser_of(make_team().owner).get("/sessions/models/", {"team": other.pk}).status_code == 404


def test_the_forecast_follows_the_model(team: Team) -> None:
    browser = browser_of(team.owner)
    address = f"/sessions/forecast/?team={team.pk}&workflow=feature"

    assert "anthropic:large-1" in browser.get(address).content.decode()
    assert "simulator" in browser.get(f"{address}&model=simulator").content.decode()
    assert "openai:new" in browser.get(f"{address}&model=other&other_model=openai:new").content.decode()
    assert "anthropic:large-1" in browser.get(f"{address}&model=other&other_model=<b>").content.decode()


def test_the_api_starts_and_tells_what_its_starter_should_know(team: Team) -> None:
    goes_down("anthropic")
    body = {"team_id": team.pk, "feature_name": "Loans"}

    warned = send(browser_of(team.owner), "POST", "/api/v1/sessions", body)
    well = send(browser_of(team.owner), "POST", "/api/v1/sessions", {**body, "model": "simulator"})

    assert (warned.status_code, well.status_code) == (201, 201)
    [warning] = warned.json()["warnings"]
    assert warning.startswith("Anthropic answers 529: overloaded (since")
    assert well.json()["warnings"] == []


def test_fork_and_retry_say_it_too_and_leave_the_choice(team: Team) -> None:
    session = make_session(team)
    [architect] = claim(session)
    fail(architect)
    goes_down("anthropic")
    browser = browser_of(team.owner)

    for path in ("fork/?after_stage=0", "retry/"):
        page = browser.get(f"/sessions/{session.pk}/{path}").content.decode()
        assert "Anthropic answers 529: overloaded (since" in page, path
        assert 'type="submit"' in page

    forked = send(browser, "POST", f"/api/v1/sessions/{session.pk}/fork", {"after_stage": 0})
    assert len(forked.json()["warnings"]) == 1
