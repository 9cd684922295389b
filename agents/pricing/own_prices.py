"""The operator's own prices: a JSON file that SAGE_PRICES names.

    {"openai:gpt-x": {"input": 3, "output": 15, "cached_input": 0.3, "cache_write": 3.75, "reasoning": 15}}

Full names of models, and USD per million tokens. `input` and `output` are required; what is left out costs as much as
the total it belongs to. The file is read once per process.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from agents.errors import UnknownModel
from agents.pricing.price import Price, flat
from agents.providers.names import parse_model

REQUIRED = ("input", "output")
OPTIONAL = ("cached_input", "cache_write", "reasoning")
DEAREST = Decimal(1_000_000)  # USD per million tokens: more is a slip of the pen

logger = logging.getLogger(__name__)


@cache
def own_prices(path: str) -> Mapping[str, Price]:
    """Return the prices of a file by model; what is wrong with it is logged and left out. No path: no prices."""
    prices, faults = read_prices(path)
    for fault in faults:
        logger.error("SAGE_PRICES: %s", fault)
    return prices


def read_prices(path: str) -> tuple[Mapping[str, Price], list[str]]:
    """Return the prices of a file, and a sentence for each fault that names its place."""
    if not path:
        return {}, []
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    except OSError as error:
        return {}, [f"{path} cannot be read: {error.strerror}."]
    except json.JSONDecodeError as error:
        return {}, [f"{path}, line {error.lineno}, column {error.colno} is not JSON: {error.msg}."]
    except (ValueError, RecursionError):
        return {}, [f"{path} is not JSON in UTF-8."]
    if not isinstance(read, dict):
        return {}, [f"{path} must hold an object of models."]
    prices: dict[str, Price] = {}
    faults: list[str] = []
    for model, rates in read.items():
        fault = _fault(model, rates)
        if fault:
            faults.append(f"{path}, “{model}”: {fault}")
        else:
            prices[model] = flat(**rates)
    return prices, faults


def _fault(model: str, rates: Any) -> str:
    try:
        parse_model(model)
    except UnknownModel:
        return "this is no full name of a model, such as openai:gpt-x."
    if not isinstance(rates, dict):
        return "its value must be an object with input and output."
    missing = [name for name in REQUIRED if name not in rates]
    if missing:
        return f"{' and '.join(missing)} must be given."
    unknown = sorted(set(rates) - {*REQUIRED, *OPTIONAL})
    if unknown:
        return f"{', '.join(unknown)} is unknown; known are {', '.join((*REQUIRED, *OPTIONAL))}."
    wrong = [name for name, rate in rates.items() if not (isinstance(rate, Decimal) and 0 <= rate <= DEAREST)]
    if wrong:
        return f"{', '.join(wrong)} must be a number of USD per million tokens, from 0 to {DEAREST}."
    return ""
