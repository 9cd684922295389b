"""What pydantic-ai and the SDKs below it raise, as a ProviderError in our own words; the greatest size of an answer."""

from __future__ import annotations

import importlib
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import orjson

from agents.providers.contract import ProviderError
from agents.providers.deadline import Phase
from agents.providers.names import title_of
from agents.providers.refusals import ERROR_BYTES, malformed, redirected, refusal, refusal_midway
from agents.providers.transport import MOST_BYTES, Limits

log = logging.getLogger(__name__)

_UNSENT: Final = ("pool", "connect")  # phases of a transport in which nothing of the request has left


def failure_of(provider: str, error: Exception) -> ProviderError:
    """Return what an exception of the package means; nothing of the exception itself stands in the answer."""
    from pydantic_ai.exceptions import ModelAPIError, ModelConnectionError, ModelHTTPError, ModelTimeoutError, UserError

    title = title_of(provider)
    for below in _chain(error):
        if isinstance(below, TooLarge):
            return too_large(provider)
        status = getattr(below, "status_code", None)
        if isinstance(status, int) and 300 <= status < 400:
            return redirected(provider, status)
    if isinstance(error, ModelHTTPError) and not error.in_stream:
        return refusal(provider, error.status_code, headers=error.headers or {}, body=_bytes(error.body))
    if isinstance(error, ModelConnectionError):
        if error.phase in _UNSENT:
            return ProviderError(f"{title} could not be reached", code="connect", passing=True, billed=False)
        is_late = isinstance(error, ModelTimeoutError)
        says = f"{title} did not answer in time" if is_late else f"The connection to {title} was lost"
        return ProviderError(says, code="timeout" if is_late else "connection_lost", passing=True, billed=True)
    if isinstance(error, ModelAPIError) and error.in_stream:
        status = error.status_code if isinstance(error, ModelHTTPError) else 0
        # The package knows by the provider's own words that it is overloaded; a refusal's reason stands in the body.
        return refusal_midway(provider, {"status": status} if status >= 500 else error.body)
    if isinstance(error, UserError):
        return not_set_up(f"{title} cannot be asked for this: the model or its settings are unknown to pydantic-ai")
    # No text of it: an SDK's error may quote the answer.
    log.warning("A model's answer could not be read: %s", " from ".join(type(each).__name__ for each in _chain(error)))
    return malformed(provider)


def timed_out(provider: str, phase: Phase, limits: Limits) -> ProviderError:
    title = title_of(provider)
    says = {
        "answer": f"{title} did not begin to answer within {limits.idle:g} s",
        "idle": f"{title} fell silent for {limits.idle:g} s in the middle of its answer",
        "total": f"{title} did not finish its answer within {limits.total:g} s",
    }
    return ProviderError(says[phase], code="timeout", passing=True, billed=True)


def not_set_up(message: str) -> ProviderError:
    return ProviderError(message, code="not_set_up", passing=False, billed=False)


def too_large(provider: str) -> ProviderError:
    says = f"{title_of(provider)} sent more than {MOST_BYTES // 1024**2} MB"
    return ProviderError(says, code="too_large", passing=False, billed=True)


class TooLarge(Exception):
    """More of an answer came than anybody reads."""


def bound(client: Any) -> None:
    """Let an `httpx` or `httpx2` client read at most MOST_BYTES of an answer: SDKs keep a line until its end comes."""
    module = importlib.import_module(type(client).__module__.partition(".")[0])

    class Bounded(module.AsyncByteStream):  # type: ignore[name-defined]
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for piece in self._stream:
                read += len(piece)
                if read > MOST_BYTES:
                    raise TooLarge
                yield piece

        async def aclose(self) -> None:
            await self._stream.aclose()

    async def wrap(response: Any) -> None:
        response.stream = Bounded(response.stream)

    client.event_hooks = {**client.event_hooks, "response": [*client.event_hooks["response"], wrap]}


def _bytes(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "replace")[:ERROR_BYTES]
    return orjson.dumps(body, default=str)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
