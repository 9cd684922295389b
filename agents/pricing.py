"""What a model call costs, before it is made (an upper bound) and after."""

import json
from decimal import ROUND_UP, Decimal

from agents.errors import UnknownModel
from agents.providers.contract import CompletionRequest, Usage

MILLION = Decimal(1_000_000)
CENT_OF_A_CENT = Decimal("0.000001")
# USD per million tokens in and out. The simulator's price is nominal, so that budgets and meters work offline.
PRICES: dict[str, tuple[Decimal, Decimal]] = {"simulator": (Decimal(3), Decimal(15))}
BYTES_PER_TOKEN = Decimal("2.5")  # no tokenizer in use makes shorter tokens of prose than this on average


def estimate_usd(request: CompletionRequest) -> Decimal:
    """Return the most that the call can cost: its bytes / 2.5 as input tokens and all of `max_tokens` as output."""
    size = len(request.system.encode()) + sum(len(text.encode()) for _, text in request.messages)
    size += len(json.dumps(request.schema))
    return _price(request.model, Decimal(size) / BYTES_PER_TOKEN, Decimal(request.max_tokens))


def cost_usd(model: str, usage: Usage) -> Decimal:
    """Return what `usage` costs at the price of `model`, to the millionth of a dollar, rounded up."""
    return _price(model, Decimal(usage.input_tokens), Decimal(usage.output_tokens))


def _price(model: str, input_tokens: Decimal, output_tokens: Decimal) -> Decimal:
    try:
        price_in, price_out = PRICES[model]
    except KeyError:
        raise UnknownModel(f"There is no price for the model “{model}”.") from None
    cost = (input_tokens * price_in + output_tokens * price_out) / MILLION
    return cost.quantize(CENT_OF_A_CENT, rounding=ROUND_UP)
