"""`/teams/{id}/models/`: a team's models and keys, for those who manage it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import browser_of
from agents.models import ProviderKey
from agents.rules.provider_keys import store_key
from teams.tests.factories import Cast, make_cast

KEY = "sk-ant-api03-canary-of-a-team-0123456789"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def path_of(cast: Cast, part: str = "") -> str:
    return f"/teams/{cast.team.pk}/models/{part}"


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("admin", 200), ("member", 403), ("viewer", 403), ("outsider", 404), ("anonymous", 302)],
)
def test_the_cast_comes_to_the_page(cast: Cast, who: str, status: int) -> None:
    row, _ = store_key(cast.team, provider="anthropic", key=KEY, by=cast.owner)
    browser = browser_of(cast.named(who))

    assert browser.get(path_of(cast)).status_code == status
    posts = {
        "edit/": {"version": 1, "temperature": "0.4"},
        "keys/": {"provider": "openai", "key": "another-key-of-openai"},
        f"keys/{row.pk}/delete/": {},
    }
    for part, data in posts.items():
        assert browser.post(path_of(cast, part), data).status_code == (302 if status in (200, 302) else status)

    cast.team.refresh_from_db()
    changed = (cast.team.defaults, list(ProviderKey.objects.values_list("provider", flat=True)))
    assert changed == (({"temperature": 0.4}, ["openai"]) if status == 200 else ({}, ["anthropic"]))


def test_only_who_manages_the_team_is_shown_the_way(cast: Cast) -> None:
    way = f'href="{path_of(cast)}"'

    assert way in browser_of(cast.admin).get(f"/teams/{cast.team.pk}/").content.decode()
    assert way not in browser_of(cast.member).get(f"/teams/{cast.team.pk}/").content.decode()


def test_what_is_saved_is_shown_and_the_key_is_not(cast: Cast) -> None:
    browser = browser_of(cast.owner)
    models = {"model": "simulator", "fallback_models": "none", "dba-temperature": "0.1", "version": 1}
    browser.post(path_of(cast, "edit/"), models)
    browser.post(path_of(cast, "keys/"), {"provider": "anthropic", "key": KEY})

    response = browser.get(path_of(cast))

    page = response.content.decode()
    cast.team.refresh_from_db()
    assert cast.team.defaults == {
        "model": "simulator",
        "fallback_models": [],
        "role_settings": {"dba": {"temperature": 0.1}},
    }
    assert response.context["models_form"].initial["fallback_models"] == "none"
    assert "https://api.anthropic.com" in page
    assert cast.owner.username in page
    assert "sk-ant" not in page


@pytest.mark.parametrize(
    ("part", "data", "field"),
    [
        ("keys/", {"provider": "anthropic", "key": KEY, "base_url": "https://127.0.0.1"}, "base_url"),
        ("keys/", {"provider": "openai", "key": KEY}, "key"),
        ("keys/", {"provider": "simulator", "key": KEY}, "provider"),
        ("edit/", {"model": "acme:model", "version": 1}, "model"),
        ("edit/", {"fallback_models": "simulator, simulator", "version": 1}, "fallback_models"),
        ("edit/", {"temperature": "hot", "version": 1}, "temperature"),
        ("edit/", {"dba-model": "nonsense", "version": 1}, "dba-model"),
        ("edit/", {"dba-max_tokens": "0", "version": 1}, "dba-max_tokens"),
    ],
)
def test_what_is_refused_is_told_beside_its_field_and_the_key_does_not_come_back(
    cast: Cast, part: str, data: dict[str, Any], field: str
) -> None:
    response = browser_of(cast.owner).post(path_of(cast, part), data)

    form = response.context["key_form" if part == "keys/" else "models_form"]
    cast.team.refresh_from_db()
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert KEY not in response.content.decode()
    assert (cast.team.defaults, ProviderKey.objects.count()) == ({}, 0)


def test_a_stale_form_keeps_what_was_typed_and_may_be_sent_again(cast: Cast) -> None:
    browser = browser_of(cast.owner)
    browser.post(path_of(cast, "edit/"), {"temperature": "0.1", "version": 1})

    stale = browser.post(path_of(cast, "edit/"), {"temperature": "0.9", "version": 1})
    form = stale.context["models_form"]
    again = browser.post(path_of(cast, "edit/"), form.data)

    cast.team.refresh_from_db()
    assert (stale.status_code, again.status_code) == (412, 302)
    assert cast.team.defaults == {"temperature": 0.9}


def test_a_model_without_a_key_is_named(cast: Cast, settings: Any) -> None:
    settings.SAGE_MODEL = "openai:gpt"

    before = browser_of(cast.owner).get(path_of(cast)).content.decode()
    store_key(cast.team, provider="openai", key="a-key-of-openai-0123", by=cast.owner)
    after = browser_of(cast.owner).get(path_of(cast)).content.decode()

    assert "OpenAI is not set up" in before
    assert "is not set up" not in after


def test_the_page_costs_the_same_number_of_queries_however_many_keys_there_are(cast: Cast) -> None:
    browser = browser_of(cast.owner)
    store_key(cast.team, provider="anthropic", key=KEY, by=cast.owner)

    with CaptureQueriesContext(connection) as one:
        browser.get(path_of(cast))
    store_key(cast.team, provider="openai", key="a-key-of-openai-0123", by=cast.admin)
    store_key(cast.team, provider="openrouter", key="sk-or-v1-0123456789", by=cast.admin)
    with CaptureQueriesContext(connection) as three:
        browser.get(path_of(cast))

    assert len(three) == len(one) <= 14
