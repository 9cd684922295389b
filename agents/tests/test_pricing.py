"""What calls cost at known prices, at prices of one's own and at prices that nobody knows."""

import json
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal

import genai_prices
import pytest
from genai_prices.data import providers
from hypothesis import HealthCheck, example, given
from hypothesis import settings as unhurried
from hypothesis import strategies as some

from agents.pricing import CENT_OF_A_CENT, cost_usd, estimate_usd, price_of
from agents.pricing.own_prices import own_prices
from agents.prompts import build_request
from agents.providers import Usage
from agents.tests.factories import make_assignment

MODELS = [
    f"{provider.id}:{model.id}"
    for provider in providers
    if provider.id in ("anthropic", "openai", "openrouter")
    for model in provider.models
]
SOME_MODELS = ["simulator", "ollama:llama3", "openai:nobody-knows", "anthropic:claude-sonnet-4-5", "openai:gpt-5"]
PART = some.integers(0, 600_000)


@pytest.fixture
def own(settings, tmp_path):
    """Write a file with prices of one's own, and use it."""

    def write(content):
        path = tmp_path / "prices.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        settings.PRICES_FILE = str(path)

    yield write
    own_prices.cache_clear()


def usages(*, most_in=2_000_000, most_out=200_000):
    """Usages as providers may tell them: parts within their totals."""

    def build(total_in, total_out, shares):
        cached = total_in * shares[0] // 100
        written = (total_in - cached) * shares[1] // 100
        return Usage(total_in, total_out, cached, written, total_out * shares[2] // 100)

    share = some.integers(0, 100)
    return some.builds(build, some.integers(0, most_in), some.integers(0, most_out), some.tuples(share, share, share))


@unhurried(deadline=None, suppress_health_check=list(HealthCheck))
@given(model=some.sampled_from(MODELS), usage=usages())
@example(model="anthropic:claude-sonnet-4-5", usage=Usage(200_000, 1))
@example(model="anthropic:claude-sonnet-4-5", usage=Usage(200_001, 1))
@example(model="openrouter:perplexity/sonar-deep-research", usage=Usage(1_000, 1_000, reasoning_tokens=600))
def test_a_call_costs_what_the_price_list_says(model, usage):
    provider, _, name = model.partition(":")
    if price_of(model) is None:
        return  # no language model, one without a price, or one that the list does not find by its own name

    listed = genai_prices.calc_price(
        {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cache_read_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
            "output_reasoning_tokens": usage.reasoning_tokens,
        },
        name,
        provider_id=provider,
    )

    assert cost_usd(model, usage) == listed.total_price.quantize(CENT_OF_A_CENT, rounding=ROUND_UP)


def test_most_models_of_the_three_providers_have_a_price():
    known = [model for model in MODELS if price_of(model) is not None]

    assert len(known) > 0.9 * len(MODELS)


def request_of(model, *, size, max_tokens):
    request = build_request(make_assignment("dba"), model=model, max_tokens=max_tokens, temperature=0.7, attempt=1)
    return replace(request, messages=(("user", "x" * size),))


@unhurried(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    model=some.sampled_from([*SOME_MODELS, *MODELS]),
    size=some.sampled_from([0, 10_000, 600_000, 3_000_000]),
    max_tokens=some.integers(1, 100_000),
    share_in=some.integers(0, 100),
    share_out=some.integers(0, 100),
    parts=some.tuples(PART, PART, PART),
)
def test_no_call_costs_more_than_its_estimate(model, size, max_tokens, share_in, share_out, parts):
    request = request_of(model, size=size, max_tokens=max_tokens)
    bytes_sent = len(request.system.encode()) + size + len(json.dumps(request.schema))
    usage = Usage(int(bytes_sent / 2.5) * share_in // 100, max_tokens * share_out // 100, *parts)

    estimate, cost = estimate_usd(request), cost_usd(model, usage)

    assert cost is None or 0 <= cost <= estimate


def test_a_model_without_a_price_is_counted_at_the_price_for_unknown_ones(settings):
    settings.UNKNOWN_PRICE_USD = "40"
    request = request_of("openai:nobody-knows", size=1_000_000, max_tokens=1_000_000)

    estimate = estimate_usd(request)

    assert price_of(request.model) is None
    assert cost_usd(request.model, Usage(10, 10)) is None
    assert 16 + 40 < estimate < 17 + 40  # USD: 400,000 tokens in and a bit, a million out


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("simulator", "18"),
        ("ollama:llama3", "0"),
        ("openrouter:deepseek/deepseek-chat:free", "0"),
        ("anthropic:claude-sonnet-4-5", "28.5"),  # above 200,000 tokens all of them cost more
        ("openai:gpt-5", "11.25"),
        ("openai:whisper-1", None),  # billed by the hour
        ("google-gla:gemini-2.5-flash", "2.8"),
        ("litellm:gpt-5", None),  # a gateway bills as it likes
        ("no name of a model", None),
    ],
)
def test_a_million_tokens_each_way(model, usd):
    assert cost_usd(model, Usage(1_000_000, 1_000_000)) == (None if usd is None else Decimal(usd))


@pytest.mark.parametrize(
    ("model", "known"), [("openai:gpt-5", True), ("openai:our-own-model", False)], ids=["listed", "unlisted"]
)
def test_a_listed_name_has_its_price_through_a_gateway_too(settings, model, known):
    settings.OPENAI_BASE_URL = "http://localhost:8000/v1"

    assert (price_of(model) is not None) is known


def test_own_prices_hold_for_any_address_and_before_bundled_ones(own, settings):
    settings.OPENAI_BASE_URL = "http://localhost:8000/v1"
    own(
        {
            "openai:qwen": {"input": 2, "output": 8, "cached_input": 0.5, "cache_write": 2.5, "reasoning": 10},
            "anthropic:claude-sonnet-4-5": {"input": 1, "output": 1},
            "ollama:llama3": {"input": 0.1, "output": 0.1},
        }
    )

    assert cost_usd("openai:qwen", Usage(1000, 1000, 200, 300, 400)) == Decimal("0.010650")
    assert cost_usd("anthropic:claude-sonnet-4-5", Usage(1_000_000, 0, 400_000)) == Decimal(1)
    assert cost_usd("ollama:llama3", Usage(1_000_000, 0)) == Decimal("0.1")


def test_a_faulty_price_is_left_out_and_logged_when_the_file_was_broken_after_the_start(own, caplog):
    own({"openai:gpt-5": {"input": 1}, "openai:mine": {"input": 1, "output": 2}})

    assert cost_usd("openai:mine", Usage(1_000_000, 1_000_000)) == Decimal(3)
    assert cost_usd("openai:gpt-5", Usage(1_000_000, 0)) == Decimal("1.25")
    assert cost_usd("openai:gpt-5", Usage(1_000_000, 0)) == Decimal("1.25")

    assert [record.getMessage().partition("prices.json")[2] for record in caplog.records] == [
        ", “openai:gpt-5”: output must be given."
    ]


def test_a_price_that_depends_on_the_hour_is_estimated_for_a_call_that_runs_into_the_next():
    request = request_of("deepseek:deepseek-chat", size=10_000, max_tokens=1_000)

    cheap, soon_dear, dear = (estimate_usd(request, at=datetime(2026, 6, 1, hour, tzinfo=UTC)) for hour in (20, 0, 10))

    assert cheap < soon_dear == dear


def test_prices_are_read_offline_without_a_thread_and_only_when_a_real_model_asks():
    program = """
        import socket, sys, threading
        import django
        django.setup()
        def refuse(*args, **kwargs):
            raise AssertionError("a connection")
        socket.socket.connect = socket.getaddrinfo = refuse
        from agents.pricing import cost_usd
        from agents.providers import Usage
        assert cost_usd("simulator", Usage(1, 1)) and cost_usd("ollama:x", Usage(1, 1)) == 0
        assert not {"genai_prices", "httpx2"} & set(sys.modules)
        assert cost_usd("openai:gpt-5", Usage(1, 1))
        assert "genai_prices" in sys.modules
        assert threading.active_count() == 1
    """

    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, timeout=120)
