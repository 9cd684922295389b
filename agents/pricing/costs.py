"""What a call of a model costs, before it is made (an upper bound) and after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings

from agents.errors import UnknownModel
from agents.pricing.bundled import bundled_price
from agents.pricing.own_prices import own_prices
from agents.pricing.price import Price, flat
from agents.providers.contract import CompletionRequest, Usage
from agents.providers.names import parse_model

# The simulator's price is nominal, so that budgets and meters work offline.
NOMINAL: dict[str, Price] = {"simulator": flat(3, 15)}
FREE = flat(0, 0)
AT_HOME = "ollama"  # it runs on machines of one's own
BYTES_PER_TOKEN = Decimal("2.5")  # no tokenizer in use makes shorter tokens of prose than this on average
A_CALL_LATER = timedelta(hours=1)  # longer than any call: some prices depend on the time of day


def price_of(model: str, *, at: datetime | None = None) -> Price | None:
    """Return the price of a model by its full name; None when nobody knows it.

    The simulator's is nominal; then the operator's own prices hold, then models at home are free, then the bundled
    prices of providers that bill themselves. The name decides, wherever the call goes.
    """
    if model in NOMINAL:
        return NOMINAL[model]
    own = own_prices(settings.PRICES_FILE).get(model)
    if own is not None:
        return own
    try:
        provider, name = parse_model(model)
    except UnknownModel:
        return None
    if provider == AT_HOME:
        return FREE
    return bundled_price(provider, name, at=at or datetime.now(UTC))


def cost_usd(model: str, usage: Usage) -> Decimal | None:
    """Return what `usage` costs, to the millionth of a dollar, rounded up; None when nobody knows the price."""
    price = price_of(model)
    return None if price is None else price.cost_usd(usage)


def estimate_usd(request: CompletionRequest, *, at: datetime | None = None) -> Decimal:
    """Return the most that a call can cost: its bytes / 2.5 as input tokens and all of `max_tokens` as output.

    A model whose price nobody knows is counted at SAGE_UNKNOWN_PRICE for both.
    """
    at = at or datetime.now(UTC)
    prices = [price_of(request.model, at=moment) for moment in (at, at + A_CALL_LATER)]
    return max(
        (price or unknown_price()).most_usd(Decimal(request.input_bytes) / BYTES_PER_TOKEN, Decimal(request.max_tokens))
        for price in prices
    )


def unknown_price() -> Price:
    """Return what budgets reserve for a model whose price nobody knows."""
    return flat(Decimal(settings.UNKNOWN_PRICE_USD), Decimal(settings.UNKNOWN_PRICE_USD))
