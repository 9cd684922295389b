"""Prices that cannot be read stop a deployment at its start: counted wrongly, a cap would not hold."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from agents.pricing.own_prices import DEAREST, read_prices


@register()
def check_prices(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the operator's own prices, each with its place."""
    _, faults = read_prices(settings.PRICES_FILE)
    hint = 'Correct it, or unset SAGE_PRICES. A price reads {"openai:gpt-x": {"input": 3, "output": 15}}.'
    found: list[CheckMessage] = [Error(f"SAGE_PRICES: {fault}", hint=hint, id="sagemode.E040") for fault in faults]
    if not _is_price(settings.UNKNOWN_PRICE_USD):
        found.append(
            Error(
                f"SAGE_UNKNOWN_PRICE={settings.UNKNOWN_PRICE_USD} is no price.",
                hint="Use a number of USD per million tokens above 0; the default is 15.",
                id="sagemode.E041",
            )
        )
    return found


def _is_price(text: str) -> bool:
    try:
        price = Decimal(text)
    except InvalidOperation:
        return False
    return price.is_finite() and 0 < price <= DEAREST
