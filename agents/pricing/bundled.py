"""Prices that come with the package genai-prices: data of its release, never fetched.

Its import takes 0.2 s and 22 MB (an HTTP client for updates comes with it), so it happens at the first call of a model
whose price it may know. A process that only simulates never pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from agents.pricing.price import Price, Rates, Tier

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

# The front of our full names to the package's name of whoever bills. Gateways bill as they like and are left out.
BILLED_BY: Mapping[str, str] = {
    "anthropic": "anthropic",
    "azure": "azure",
    "bedrock": "aws",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "google": "google",
    "google-gla": "google",
    "google-vertex": "google",
    "grok": "x-ai",
    "groq": "groq",
    "mistral": "mistral",
    "moonshotai": "moonshotai",
    "openai": "openai",
    "openrouter": "openrouter",
    "together": "together",
    "xai": "x-ai",
}
FREE = ":free"  # how OpenRouter's names of models without a price end
PER_CALLS = 1000  # what a price of requests is told for


def bundled_price(provider: str, model: str, *, at: datetime) -> Price | None:
    """Return the price of a model as its provider bills it in that minute; None when the package does not know it."""
    return _price_in(provider, model, at.replace(second=0, microsecond=0))


@lru_cache(maxsize=1000)
def _price_in(provider: str, model: str, at: datetime) -> Price | None:
    # To put one together takes a millisecond, and each try of a call asks for it three times.
    billed_by = BILLED_BY.get(provider)
    info = _info_of(billed_by, model) if billed_by else None
    if info is None:
        return None
    price = info.get_prices(at)
    if getattr(price, "input_mtok", None) is None or getattr(price, "output_mtok", None) is None:
        # A model of another kind (speech, embeddings), or one without any price.
        is_free = model.endswith(FREE) and not vars(price)
        return _price(price) if is_free else None
    return _price(price)


@lru_cache(maxsize=1000)
def _info_of(billed_by: str, model: str) -> ModelInfo | None:
    # Asked of the provider itself: the package's own lookup keeps every name it was ever asked for.
    provider = _providers().get(billed_by)
    return provider.find_model(model) if provider else None


@cache
def _providers() -> dict[str, Any]:
    from genai_prices.data import providers

    return {provider.id: provider for provider in providers}


def _price(price: ModelPrice) -> Price:
    starts = sorted({tier.start for value in vars(price).values() for tier in getattr(value, "tiers", ())})
    per_calls = getattr(price, "requests_kcount", None)
    return Price(
        _rates(price, input_tokens=0),
        tuple(Tier(start, _rates(price, input_tokens=start + 1)) for start in starts),
        call_usd=(_at(per_calls, 0) or Decimal(0)) / PER_CALLS,
    )


def _rates(price: ModelPrice, *, input_tokens: int) -> Rates:
    """Return the rates for a call of that many input tokens; a part without a rate costs as its total."""

    def rate(name: str, otherwise: Decimal) -> Decimal:
        value = _at(getattr(price, name, None), input_tokens)
        return otherwise if value is None else value

    input, output = rate("input_mtok", Decimal(0)), rate("output_mtok", Decimal(0))
    return Rates(
        input=input,
        output=output,
        cached_input=rate("cache_read_mtok", input),
        cache_write=rate("cache_write_mtok", input),
        reasoning=rate("output_reasoning_mtok", output),
    )


def _at(value: Any, input_tokens: int) -> Decimal | None:
    """Return a rate, which may depend on how much a call reads."""
    for tier in reversed(getattr(value, "tiers", ())):
        if input_tokens > tier.start:
            return Decimal(tier.price)
    base = getattr(value, "base", value)
    return None if base is None else Decimal(base)
