"""One form for one fact: canonical JSON and its sha256, so that a record can be checked years later.

Canonical JSON has sorted keys, no white space between tokens, UTF-8, and no floats: a number with a fraction is a
decimal string. Digests are lower-case hexadecimal.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Return `value` as canonical JSON. Raises ValueError when it holds a float."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_text(text: str) -> str:
    """Return the digest of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(value: Any) -> str:
    """Return the digest of the canonical form of a value."""
    return sha256_text(canonical_json(value))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("canonical JSON holds no floats: write a decimal string")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
