"""What a provider's refusal means, as a ProviderError in our own words.

A body is searched for known codes and phrases and then forgotten: nothing of it reaches a message. The codes are those
of OpenAI ("Error codes"), Anthropic ("Errors"), OpenRouter ("Errors") and of the servers that speak like them.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Collection, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

import orjson

from agents.providers.contract import ProviderError
from agents.providers.decoding import encoded
from agents.providers.names import title_of

ERROR_BYTES: Final = 64 * 1024  # of an error's body that are read
MOST_SEARCHED: Final = 4_096  # characters of a message: a reason stands at its front, an echo of the prompt after it
LONGEST_RETRY_AFTER: Final = 24 * 3600.0


class _Kind(NamedTuple):
    code: str
    passing: bool
    says: str


_RATE_LIMITED = _Kind("rate_limited", True, "too many requests")
_NO_CREDIT = _Kind("no_credit", False, "the account has no credit left")
_SERVER_ERROR = _Kind("server_error", True, "an error on its side")
_OVERLOADED = _Kind("overloaded", True, "overloaded")
_NOT_NOW = _Kind("overloaded", True, "it cannot take the request just now")
_TIMEOUT = _Kind("timeout", True, "the request took too long")
_BAD_KEY = _Kind("bad_key", False, "the key is not accepted")
_FORBIDDEN = _Kind("forbidden", False, "the key may not do this")
_BAD_REQUEST = _Kind("bad_request", False, "it does not accept the request")
_UNKNOWN_MODEL = _Kind("unknown_model", False, "it does not know the model or the address")
_CONTEXT_LIMIT = _Kind("context_limit", False, "the prompt is longer than the model can read")

_BY_STATUS: Final = {
    401: _BAD_KEY,
    402: _NO_CREDIT,
    403: _FORBIDDEN,
    404: _UNKNOWN_MODEL,
    408: _TIMEOUT,
    409: _NOT_NOW,  # another request is in its way, or a model is being loaded
    413: _CONTEXT_LIMIT,
    425: _NOT_NOW,
    429: _RATE_LIMITED,
    503: _OVERLOADED,
    529: _OVERLOADED,
}
_GAVE_UP_WAITING: Final = (504, 524)  # a gateway did; the model behind it may have gone on writing
# Codes and types of error bodies that say more than the status, or stand alone in a stream.
_BY_CODE: Final = {
    "insufficient_quota": _NO_CREDIT,
    "billing_hard_limit_reached": _NO_CREDIT,
    "billing_not_active": _NO_CREDIT,
    "billing_error": _NO_CREDIT,
    "insufficient_credits": _NO_CREDIT,
    "context_length_exceeded": _CONTEXT_LIMIT,
    "context_window_exceeded": _CONTEXT_LIMIT,
    "exceed_context_size_error": _CONTEXT_LIMIT,
    "string_above_max_length": _CONTEXT_LIMIT,
    "request_too_large": _CONTEXT_LIMIT,
    "model_not_found": _UNKNOWN_MODEL,
    "invalid_api_key": _BAD_KEY,
    "authentication_error": _BAD_KEY,
    "permission_error": _FORBIDDEN,
    "not_found_error": _UNKNOWN_MODEL,
    "rate_limit_exceeded": _RATE_LIMITED,
    "rate_limit_error": _RATE_LIMITED,
    "overloaded_error": _OVERLOADED,
    "timeout_error": _TIMEOUT,
    "api_error": _SERVER_ERROR,
    "server_error": _SERVER_ERROR,
    "internal_server_error": _SERVER_ERROR,
    "invalid_request_error": _BAD_REQUEST,
}
# What the body of an answer may make of its status.
_MAY_MEAN: Final = {
    400: (_NO_CREDIT, _CONTEXT_LIMIT, _UNKNOWN_MODEL),
    422: (_NO_CREDIT, _CONTEXT_LIMIT, _UNKNOWN_MODEL),
    403: (_NO_CREDIT,),
    429: (_NO_CREDIT,),
}
_PHRASES: Final = (
    (re.compile(r"credit balance is too low|insufficient (?:credits?|balance|funds|quota)", re.I), _NO_CREDIT),
    (
        re.compile(
            r"context (?:length|window|size|limit)|prompt is too long|maximum context"
            r"|exceeds? the (?:maximum|available) (?:number of (?:input )?tokens|context)",
            re.I,
        ),
        _CONTEXT_LIMIT,
    ),
    (re.compile(r"not a valid model|\bmodel\b.{0,200}(?:not found|does not exist)", re.I), _UNKNOWN_MODEL),
)


class ErrorBody(NamedTuple):
    """What an error's body names: for comparing only, never for showing."""

    codes: tuple[str, ...]
    status: int | None  # some put the HTTP status into the body of a stream that began well
    param: str
    message: str  # its front, MOST_SEARCHED at most


def read_error(body: bytes) -> ErrorBody:
    """Return what a JSON error body names, in any of the usual shapes; all empty when it is none."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ErrorBody((), None, "", body.decode("utf-8", "replace")[:MOST_SEARCHED])
    return error_in(said)


def error_in(said: Any) -> ErrorBody:
    """Return what a decoded body, or the `error` event of a stream, names."""
    outer = said if isinstance(said, dict) else {}
    inner = outer.get("error", outer)
    if not isinstance(inner, dict):
        inner = {"message": inner}
    values = [source.get(name) for source in (inner, outer) for name in ("code", "type", "status")]
    codes = tuple(value.lower() for value in values if isinstance(value, str) and len(value) < 100)
    numbers = [value for value in values if isinstance(value, int) and 400 <= value < 600]
    numbers += [int(code) for code in codes if code.isdecimal() and 400 <= int(code) < 600]
    param = inner.get("param")
    message = inner.get("message") or outer.get("detail") or outer.get("message") or ""
    if not isinstance(message, str):
        message = encoded(message)
    param = param if isinstance(param, str) else ""
    return ErrorBody(codes, numbers[0] if numbers else None, param[:MOST_SEARCHED], message[:MOST_SEARCHED])


def refusal(provider: str, status: int, *, headers: Mapping[str, str], body: bytes = b"") -> ProviderError:
    """Return the error for an answer of `status`, whose `body` was read up to ERROR_BYTES."""
    kind = _named(read_error(body), among=_MAY_MEAN.get(status, ())) or _of_status(status)
    return ProviderError(
        f"{title_of(provider)} answers {status}: {kind.says}",
        code=kind.code,
        passing=kind.passing,
        billed=status in _GAVE_UP_WAITING,
        retry_after_seconds=retry_after(headers) if kind.passing else None,
    )


def refusal_midway(provider: str, said: Any) -> ProviderError:
    """Return the error for an `error` event in a stream that had begun well: what was written so far is charged."""
    error = error_in(said)
    kind = _named(error, among=tuple(_BY_CODE.values()))
    if kind is None:
        kind = _SERVER_ERROR if error.status is None else _of_status(error.status)
    return ProviderError(
        f"{title_of(provider)} broke off its answer: {kind.says}", code=kind.code, passing=kind.passing, billed=True
    )


def redirected(provider: str, status: int) -> ProviderError:
    return ProviderError(
        f"{title_of(provider)} answers {status}: it sends the request elsewhere, where no key is sent",
        code="redirected",
        passing=False,
        billed=False,
    )


def malformed(provider: str) -> ProviderError:
    """Return the error for an answer that is no answer in the provider's protocol."""
    return ProviderError(
        f"{title_of(provider)} sent something that is no answer of a model", code="malformed", passing=True, billed=True
    )


def cut_off(provider: str) -> ProviderError:
    """Return the error for an answer that ended before it was complete."""
    return ProviderError(
        f"{title_of(provider)} broke off its answer", code="connection_lost", passing=True, billed=True
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` asks for, given as seconds or as a date; None when it asks for nothing.

    A date is compared with the server's own clock where it tells it, so that a wrong clock here does no harm.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        try:
            seconds = float(value) * unit
        except ValueError:
            continue
        return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None
    until = _timestamp(headers.get("retry-after", ""))
    if until is None:
        return None
    now = _timestamp(headers.get("date", ""))
    return min(max(until - (time.time() if now is None else now), 0.0), LONGEST_RETRY_AFTER)


def _timestamp(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _of_status(status: int) -> _Kind:
    return _BY_STATUS.get(status) or (_SERVER_ERROR if status >= 500 else _BAD_REQUEST)


def _named(said: ErrorBody, *, among: Collection[_Kind]) -> _Kind | None:
    """Return which of some kinds the body names, by a code or else by a phrase."""
    named = [_BY_CODE[code] for code in said.codes if code in _BY_CODE]
    named += [kind for phrase, kind in _PHRASES if phrase.search(said.message)]
    return next((kind for kind in named if kind in among), None)
