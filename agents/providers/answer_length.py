"""How long an answer a server would take, read from its refusal of a longer one."""

from __future__ import annotations

import re
from typing import Final

from agents.providers.refusals import ErrorBody

_LEAST_TOKENS: Final = 256  # nobody hands in a deliverable in less
_MARGIN_TOKENS: Final = 64  # a server may count a few more the next time, of its own template for instance

# How a refusal of a too long answer says what would be allowed, as in "at most 16384 completion tokens".
_NUMBER: Final = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?![\w.])|(?<![\w.])\d{3,7}(?![\w])")
_MOST: Final = re.compile(r"at most|maximum|up to|less than|too (?:large|high|big)|exceed|>|≤|<=|range", re.I)

# How one says that prompt and answer together are longer than the model's window: which that is, and the tokens that it
# read, or their sum with those that it was asked to write.
_N: Final = r"\d[\d,]{0,11}"
_WINDOW: Final = tuple(
    re.compile(pattern, re.I | re.S)
    for pattern in (
        rf"exceed context limit:\s+(?P<read>{_N})\s+\+\s+{_N}\s+>\s+(?P<window>{_N})",  # Anthropic
        rf"context length is (?P<window>{_N}) tokens and your request has (?P<read>{_N}) input tokens",  # vLLM
        # OpenAI, DeepSeek, OpenRouter, older vLLM, SGLang
        rf"context length (?:is|of) (?P<window>{_N}) tokens.{{1,20}}"
        rf"you requested (?:about |a total of )?(?P<sum>{_N}) tokens",
    )
)
# Newer vLLM reads no further than to where the answer would not fit any more, and so does not know the prompt's length.
_UNREAD: Final = re.compile(
    rf"context length is (?P<window>{_N}) tokens\.\s+However, you requested (?P<asked>{_N}) output tokens", re.I
)


def most_tokens_in(error: ErrorBody, *, asked: int) -> int | None:
    """Return how many tokens an answer may have at a server that refuses `asked`; None where it does not say."""
    message = error.message[:2_000]
    if not _MOST.search(message):
        return None
    named = [_int(number) for number in _NUMBER.findall(message)]
    return max((number for number in named if _LEAST_TOKENS <= number < asked), default=None)


def room_in(error: ErrorBody, *, asked: int) -> int | None:
    """Return how many tokens the model's window leaves for an answer to this prompt, fewer than the `asked`.

    None where the server does not say, or leaves too few for any answer: then it is the prompt that is too long.
    """
    room = _room_told(error.message, asked=asked)
    return room if room is not None and _LEAST_TOKENS <= room < asked else None


def _room_told(message: str, *, asked: int) -> int | None:
    if (unread := _UNREAD.search(message)) and _int(unread["asked"]) == asked:
        return min(asked, _int(unread["window"])) // 2  # a guess: most prompts are shorter than that leaves
    found = next((match for pattern in _WINDOW if (match := pattern.search(message))), None)
    if found is None:
        return None
    told = found.groupdict()
    read = _int(told["read"]) if "read" in told else _int(told["sum"]) - asked
    return _int(told["window"]) - read - _MARGIN_TOKENS if read >= 0 else None


def _int(number: str) -> int:
    return int(number.replace(",", ""))
