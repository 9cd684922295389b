"""JSON from the wire, which nobody has promised to be any."""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

MOST_TOKENS: Final = 100_000_000  # a count above it is no count


def decoded(data: bytes) -> Any:
    """Return the value in `data`; None when it holds none. Half of a surrogate pair is let through."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        if rb"\u" not in data:
            return None
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def encoded(value: Any) -> str:
    """Return a decoded value as JSON; empty when it is nested too deeply. Half of a surrogate pair is let through."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return ""


def token_count(said: Any, name: str) -> int | None:
    """Return a count of tokens in a decoded object; None when it is missing or cannot be one."""
    value = said.get(name) if isinstance(said, dict) else None
    return value if type(value) is int and 0 <= value <= MOST_TOKENS else None
