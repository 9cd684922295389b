"""The JSON in what a model wrote: models think aloud, greet and put fences around it however they are told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_DECODER: Final = json.JSONDecoder(strict=False)  # models put raw line breaks into JSON strings
_OBJECT: Final = re.compile(r'\{\s*+"')
_FENCED: Final = re.compile(r'```\w*+\s*+(?=\{\s*+")')  # no fence inside of a JSON string: there `"` is escaped
_END_OF_THOUGHTS: Final = "</think>"  # a server that takes the thoughts out may leave this half of the marks


def json_in(text: str) -> Any:
    """Return the value of a JSON text, or else the object that stands in it: behind thoughts, in a fence, among words.

    Raises ValueError when there is none, RecursionError when it is nested too deep. The time is linear in the text.
    """
    try:
        return _DECODER.decode(text)
    except ValueError as error:
        reason = error
    thoughts_end = text.rfind(_END_OF_THOUGHTS)
    for start in dict.fromkeys(_starts(text)):
        try:
            value, end = _DECODER.raw_decode(text, start)
        except ValueError as error:
            reason = error
        else:
            if end > thoughts_end:  # else it was a draft; an answer may name the mark inside
                return value
    raise reason


def _starts(text: str) -> Iterator[int]:
    """Yield where the object may begin, the likeliest place first; few, as each is a way through the text."""
    for begin in _begins(text):
        if found := _OBJECT.search(text, begin):
            stands_first = not text[begin : found.start()].strip()
            if not stands_first and (fence := _FENCED.search(text, begin)):
                yield fence.end()
            yield found.start()


def _begins(text: str) -> Iterator[int]:
    """Yield from where on to look: from the front, and behind the thoughts, if there may be any."""
    yield 0
    first = text.find(_END_OF_THOUGHTS)
    if first >= 0 and not text.lstrip().startswith("{"):
        yield first + len(_END_OF_THOUGHTS)
        yield text.rfind(_END_OF_THOUGHTS) + len(_END_OF_THOUGHTS)
