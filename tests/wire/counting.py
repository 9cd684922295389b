"""What a wire server counts for a call, and what it says when something went wrong."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

BYTES_PER_TOKEN: Final = 4
# Stands in every body that tells of a failure, so that a test can look for it where it must not be.
UPSTREAM_WORDS: Final = "said-by-the-upstream-5f1c"


@dataclass(frozen=True)
class Counts:
    """Tokens of one call; the parts are contained in the totals."""

    input: int
    output: int
    cached: int = 0
    cache_write: int = 0
    reasoning: int = 0


@dataclass(frozen=True)
class Failure:
    """An answer that is none: the status, what each protocol calls it, further headers."""

    status: int
    anthropic: str  # error.type
    openai: str  # error.code
    message: str
    retry_after: str = ""  # "seconds" or "date"
    param: str | None = None  # which parameter of an OpenAI request is at fault


FAILURES: Final = {
    "rate_limited": Failure(429, "rate_limit_error", "rate_limit_exceeded", "Slow down"),
    "rate_limited_seconds": Failure(429, "rate_limit_error", "rate_limit_exceeded", "Slow down", "seconds"),
    "rate_limited_date": Failure(429, "rate_limit_error", "rate_limit_exceeded", "Slow down", "date"),
    "no_credit": Failure(0, "billing_error", "insufficient_quota", "You exceeded your current quota"),
    "server_error": Failure(500, "api_error", "server_error", "Internal server error"),
    "unavailable": Failure(503, "api_error", "service_unavailable", "No capacity"),
    "overloaded": Failure(529, "overloaded_error", "overloaded", "Overloaded"),
    "request_timeout": Failure(408, "timeout_error", "timeout", "Timed out"),
    "conflict": Failure(409, "conflict_error", "conflict", "Another request is in progress"),
    "too_early": Failure(425, "api_error", "too_early", "Still loading"),
    "wrong_key": Failure(401, "authentication_error", "invalid_api_key", "Incorrect API key provided"),
    "forbidden": Failure(403, "permission_error", "permission_denied", "Not allowed to use this"),
    "bad_request": Failure(400, "invalid_request_error", "invalid_value", "Something is invalid"),
    "context_limit": Failure(
        400, "invalid_request_error", "context_length_exceeded", "prompt is too long: 210000 tokens > 200000 maximum"
    ),
    "unknown_model": Failure(404, "not_found_error", "model_not_found", "There is no such model"),
    "mid_stream_error": Failure(200, "api_error", "server_error", "Internal server error"),
    "mid_stream_plain_error": Failure(200, "api_error", "server_error", "Internal server error"),
    "mid_stream_overloaded": Failure(200, "overloaded_error", "503", "Overloaded"),
}


def message_of(failure: Failure) -> str:
    return f"{failure.message} ({UPSTREAM_WORDS})"


class Counter:
    """Counts by bytes, and remembers fronts of prompts as a provider's cache does."""

    def __init__(self) -> None:
        self._fronts: set[str] = set()

    def count(self, body: Any, text: str, *, front: str) -> Counts:
        """Return the tokens of a call; `front` is the part of the prompt that is cached, empty for none."""
        read = tokens(json.dumps(body, ensure_ascii=False))
        written = tokens(text)
        if not front:
            return Counts(read, written)
        digest = hashlib.sha256(front.encode("utf-8", "replace")).hexdigest()
        size = min(tokens(front), read)
        if digest in self._fronts:
            return Counts(read, written, cached=size)
        self._fronts.add(digest)
        return Counts(read, written, cache_write=size)


def tokens(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)
