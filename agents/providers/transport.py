"""HTTP with a provider: every wait has an end, every answer a greatest size, every failure a name.

What may go wrong between sending a request and the last byte of its answer is raised as a ProviderError with a sentence
of ours; `docs/providers.md` lists the outcomes. Nothing is sent twice: whoever reads the ledger sees every request.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final

import aiohttp

from agents.providers.contract import ProviderError
from agents.providers.deadline import Deadline, Limits
from agents.providers.endpoint import Endpoint
from agents.providers.event_stream import EventStream, LineTooLong, ServerSentEvent
from agents.providers.exchange import MOST_BYTES, Body, Exchange
from agents.providers.refusals import ERROR_BYTES

SETTLE_SECONDS: Final = 0.1  # for the end of a stream that has said all: a connection read to its end serves again
ERROR_BODY_SECONDS: Final = 2.0
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"  # a byte order mark, whole or in part, among it
_NOT_COMING = (TimeoutError, aiohttp.ClientError, OSError, ProviderError)


class Answer:
    """The head of an answer, and its body as one takes it. Raises ProviderError when the body cannot be had."""

    def __init__(self, exchange: Exchange, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self.content_type = response.content_type  # lower case, without parameters
        self.is_at_end = False
        self._read_ahead = b""
        self._exchange = exchange
        self._content = response.content
        self._bytes_read = 0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_packed(self) -> bool:
        """Whether the body is compressed, although nobody asked for it."""
        return self.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity")

    async def is_json(self) -> bool:
        """Whether the body is one JSON value and no stream of events, by its front: types are often wrong.

        Blanks and a byte order mark before it are passed over. Raises ProviderError when it is a page of HTML.
        """
        front = b""
        while not front and (piece := await self.read_some()):
            front = piece.lstrip(_BLANK)
        self._read_ahead = front
        if front.startswith(b"<"):
            raise self._exchange.malformed()
        return front.startswith((b"{", b"["))

    async def read(self) -> bytes:
        """Return the whole body."""
        pieces = []
        while piece := await self.read_some():
            pieces.append(piece)
        return b"".join(pieces)

    async def read_error(self) -> bytes:
        """Return the front of the body, as much of it as comes soon; never fails on account of the body."""
        pieces = bytearray()
        with suppress(*_NOT_COMING):
            async with asyncio.timeout(ERROR_BODY_SECONDS):
                while len(pieces) < ERROR_BYTES and (piece := await self.read_some()):
                    pieces += piece
        return bytes(pieces[:ERROR_BYTES])

    def events(self) -> AsyncIterator[ServerSentEvent]:
        """Return the body's server-sent events as they come. Whoever has the last one may stop reading."""
        return _Events(self)

    async def read_some(self) -> bytes:
        """Return what has come since, at least a byte; nothing at the end."""
        if self._read_ahead:
            piece, self._read_ahead = self._read_ahead, b""
            return piece
        piece = await self._content.readany()
        if not piece:
            self.is_at_end = True
            return piece
        self._exchange.deadline.touch()
        self._bytes_read += len(piece)
        if self._bytes_read > MOST_BYTES:
            raise self.too_large()
        return piece

    async def settle(self) -> None:
        """Give a stream that has said all a moment to end, so that its connection can be used again."""
        if self._content.is_eof() or not self.is_success:
            return
        with suppress(*_NOT_COMING):
            async with asyncio.timeout(SETTLE_SECONDS):
                while await self.read_some():
                    pass

    def too_large(self) -> ProviderError:
        return self._exchange.too_large()


class _Events:
    """An iterator of its own, no generator: it may be left in the middle, and then costs the loop nothing."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._stream = EventStream()
        self._waiting: deque[ServerSentEvent] = deque()

    def __aiter__(self) -> _Events:
        return self

    async def __anext__(self) -> ServerSentEvent:
        while not self._waiting:
            if self._answer.is_at_end:
                raise StopAsyncIteration
            piece = await self._answer.read_some()
            try:
                self._waiting.extend(self._stream.feed(piece) if piece else self._stream.finish())
            except LineTooLong:
                raise self._answer.too_large() from None
        return self._waiting.popleft()


@asynccontextmanager
async def send(
    endpoint: Endpoint,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    body: Body | None,
    limits: Limits,
    spent_seconds: float = 0.0,
) -> AsyncIterator[Answer]:
    """Send a request to `endpoint` and give its answer, whatever its status; raises ProviderError.

    The limits hold for all that is done inside the `async with`, which ends the connection unless all was read; of the
    whole time `spent_seconds` are gone already, for requests of the same call that were refused. Same origin redirects
    that keep method and body are followed; `headers`, with the key in them, go to no other origin.
    """
    exchange = Exchange(endpoint, limits)
    failure: ProviderError | None = None
    scope = asyncio.timeout(None)
    try:
        async with scope:
            exchange.deadline = Deadline(scope, total_seconds=max(0.0, limits.total - spent_seconds))
            try:
                answer = Answer(exchange, await exchange.request(method, path, headers=headers, body=body))
                if answer.is_success and answer.is_packed:
                    raise exchange.malformed()
                yield answer
                await answer.settle()
            finally:
                exchange.deadline.stop()
                exchange.close()
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        failure = exchange.timed_out() if scope.expired() else exchange.failed(error)
    if failure is not None:
        # Not in the handler: errors of aiohttp carry the request's headers, and the key among them.
        raise failure from None
