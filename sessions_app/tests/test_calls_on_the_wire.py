"""Calls against a server that speaks as providers do: what is retried, what falls back, and what the ledger says."""

import time
from decimal import Decimal

import pytest

from agents.calling.breaker import OPENS_AFTER
from agents.providers import Endpoint
from sessions_app.engine import paid_calls
from sessions_app.tests.calling import House
from tests.wire import UPSTREAM_WORDS

KEY = "sk-ant-key-of-nobody-at-all"
LARGE, OTHER = "anthropic:large-1", "openai:large-2"


@pytest.fixture(autouse=True)
def _no_time_to_lose(monkeypatch, settings, wire):
    settings.CALL_RETRIES = 3
    monkeypatch.setattr("agents.calling.patience.WAITS_SECONDS", (0.02,))
    wire.manner.answers = "small"


@pytest.fixture
def house_of(monkeypatch, wire):
    """Return a task that asks these models, without a database."""

    def build(*models, **session):
        urls = {"anthropic": wire.anthropic_url, "openai": wire.openai_url}
        monkeypatch.setattr(paid_calls, "endpoint_for", lambda name, *, team_id: Endpoint(name, urls[name], KEY))
        return House(*models, **session)

    return build


@pytest.mark.parametrize("model", [LARGE, OTHER])
@pytest.mark.parametrize("told", ["rate_limited_seconds", "rate_limited_date"])
async def test_a_provider_that_asks_for_a_second_is_given_it(house_of, wire, model, told):
    wire.manner.retry_after = 1 if told.endswith("seconds") else 2  # a date has no fractions
    wire.script.then(told)
    house = house_of(model)
    began = time.monotonic()

    await house.answer_to()

    assert 0.9 <= time.monotonic() - began < 10
    assert house.told("status", "attempt") == [("failed", 1), ("succeeded", 2)]
    assert house.rows[0]["cost_usd"] == 0


@pytest.mark.parametrize("model", [LARGE, OTHER])
@pytest.mark.parametrize("told", ["server_error", "overloaded", "unavailable", "request_timeout", "reset_after"])
async def test_what_passes_is_tried_again(house_of, wire, model, told):
    wire.script.then(told)
    house = house_of(model)

    given = await house.answer_to()

    assert given.text
    assert [seen.outcome for seen in wire.completions()] == [told, "ok"]
    assert [row["status"] for row in house.rows][1:] == ["succeeded"]


async def test_four_failures_in_a_row_send_the_call_to_the_next_provider(house_of, wire):
    wire.script.always("server_error", protocol="anthropic")
    house = house_of(LARGE, OTHER)

    given = await house.answer_to()

    assert (given.model, given.provider) == (OTHER, "openai")
    assert [seen.protocol for seen in wire.completions()] == ["anthropic"] * 4 + ["openai"]
    assert house.told("status", "model") == [("failed", LARGE)] * 4 + [("succeeded", OTHER)]


@pytest.mark.parametrize("told", ["wrong_key", "forbidden", "bad_request", "context_limit", "unknown_model"])
async def test_a_refusal_is_not_repeated_and_the_next_provider_is_asked(house_of, wire, told):
    wire.script.always(told, protocol="anthropic")
    house = house_of(LARGE, OTHER)

    given = await house.answer_to()

    assert given.model == OTHER
    assert [seen.protocol for seen in wire.completions()] == ["anthropic", "openai"]


async def test_a_refusal_without_anybody_else_fails_the_task_at_once_and_says_nothing_of_the_upstream(house_of, wire):
    wire.script.always("wrong_key")
    house = house_of(LARGE)

    failed = await house.failure()

    assert not failed.passing
    assert len(wire.completions()) == 1
    assert "401" in failed.error
    assert UPSTREAM_WORDS not in failed.error + str(house.rows)


async def test_a_provider_that_keeps_failing_is_left_in_peace(house_of, wire):
    wire.script.always("server_error", protocol="anthropic")
    house = house_of(LARGE, OTHER)
    calls = 0
    while calls < OPENS_AFTER:
        await house.answer_to()
        calls = sum(seen.protocol == "anthropic" for seen in wire.completions())

    await house.answer_to()
    await house.answer_to()

    assert sum(seen.protocol == "anthropic" for seen in wire.completions()) == calls


@pytest.mark.parametrize("model", [LARGE, OTHER])
async def test_an_answer_without_usage_costs_what_was_reserved(house_of, wire, model):
    wire.script.then("no_usage")
    house = house_of(model)

    given = await house.answer_to()

    [row] = house.rows
    assert given.usage is None
    assert row["estimated"]
    assert row["cost_usd"] == row["reserved_usd"] == house.state.session.spent_usd > 0


async def test_a_model_whose_price_nobody_knows_costs_what_was_estimated(house_of):
    house = house_of("openai:a-model-of-our-own")

    given = await house.answer_to()

    [row] = house.rows
    assert given.usage is not None
    assert (given.cost_usd, row["estimated"]) == (None, True)
    assert row["input_tokens"] == given.usage.input_tokens > 0
    assert row["cost_usd"] == row["reserved_usd"] > 0


async def test_a_budget_holds_whatever_is_tried(house_of, wire):
    wire.script.always("truncated")  # each may have been charged
    estimate = Decimal(0)
    for budget in (None, "2.5"):
        house = house_of(LARGE, budget_usd=estimate * Decimal(budget) if budget else None)
        with pytest.raises(Exception, match=r"tries|budget"):
            await house.answer_to()
        estimate = estimate or house.rows[0]["reserved_usd"]

    assert house.told("status") == [("unconfirmed",)] * 2
    assert house.state.session.spent_usd == estimate * 2 <= house.state.session.budget_usd
