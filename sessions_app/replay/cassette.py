"""A recording as a file: to show a fault to somebody else, to keep what a provider once said, to test with it.

Secrets are taken out before it is written; keys of providers and addresses they are reached at were never in it. What
comes in from a file is checked as anything from outside is: its size, its shape, and that its texts can be stored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from accounts.text import is_storable
from agents.secrets import redact, redact_line
from sessions_app.errors import InvalidInput
from sessions_app.replay.recording import Recording

LARGEST_BYTES = 128 * 1024 * 1024
DEEPEST = 60
MOST_FAULTS = 5


def cassette_of(recording: Recording) -> tuple[bytes, int]:
    """Return a recording as the bytes of a file, and in how many texts of it secrets have been blacked out."""
    clean, changed = _without_secrets(recording.model_dump(mode="json"))
    clean["redacted"] += changed
    return orjson.dumps(clean, option=orjson.OPT_INDENT_2), changed


def recording_in(path: Path) -> Recording:
    """Return the recording that a file holds. Raises InvalidInput with what is wrong with it."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise _refused(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(content) > LARGEST_BYTES:
        raise _refused(f"A cassette has at most {LARGEST_BYTES // 1024**2} MB.")
    return read_cassette(content)


def read_cassette(content: bytes) -> Recording:
    """Return the recording that these bytes are. Raises InvalidInput with what is wrong with them."""
    try:
        value = orjson.loads(content)
    except ValueError as error:
        raise _refused("This is no JSON.") from error
    if not isinstance(value, dict) or value.get("format") != 1:
        raise _refused("This is no cassette of format 1, the one that this version reads.")
    if not _is_fit(value):
        raise _refused("It is nested too deep, or holds a text that cannot be stored.")
    try:
        return Recording.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        told = [f"{'.'.join(map(str, fault['loc'])) or 'all of it'}: {fault['msg']}." for fault in faults]
        more = [f"And {len(told) - MOST_FAULTS} more."] if len(told) > MOST_FAULTS else []
        raise _refused("This is no whole cassette.", *told[:MOST_FAULTS], *more) from error


def _refused(*sentences: str) -> InvalidInput:
    return InvalidInput({"cassette": sentences})


def _without_secrets(value: Any, *, name: str = "") -> tuple[Any, int]:
    """Return a JSON value with its texts redacted, and how many of them that changed.

    What agents wrote may tell how an address with a password looks; what went wrong on the way to a model may hold one.
    """
    if isinstance(value, str):
        clean = redact_line(value) if name == "error" else redact(value)
        return clean, int(clean != value)
    if isinstance(value, dict):
        pairs = {name: _without_secrets(item, name=name) for name, item in value.items()}
        return {name: item for name, (item, _) in pairs.items()}, sum(changed for _, changed in pairs.values())
    if isinstance(value, list):
        items = [_without_secrets(item) for item in value]
        return [item for item, _ in items], sum(changed for _, changed in items)
    return value, 0


def _is_fit(value: Any, *, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return False
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, dict):
        return all(is_storable(name) and _is_fit(item, depth=depth + 1) for name, item in value.items())
    if isinstance(value, list):
        return all(_is_fit(item, depth=depth + 1) for item in value)
    return True
