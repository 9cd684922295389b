"""One HTTP exchange with a provider: every wait has an end, every answer a greatest size, every failure a name.

What may go wrong between sending a request and the last byte of its answer is raised as a ProviderError with a sentence
of ours; `docs/providers.md` lists the outcomes. Nothing is sent twice, with one exception: a connection kept from an
earlier call may have been closed by the server just then, and such a request was never read.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final
from weakref import WeakSet

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from django.conf import settings
from yarl import URL

from agents.addresses import AddressRefused
from agents.providers.connections import session_for
from agents.providers.contract import ProviderError
from agents.providers.deadline import Deadline
from agents.providers.endpoint import Endpoint
from agents.providers.event_stream import EventStream, LineTooLong, ServerSentEvent
from agents.providers.names import class_of, title_of
from agents.providers.refusals import ERROR_BYTES, malformed, redirected

MOST_BYTES: Final = 8 * 1024 * 1024  # of one answer
MOST_REDIRECTS: Final = 3
SETTLE_SECONDS: Final = 0.1  # for the end of a stream that has said all: a connection read to its end serves again
ERROR_BODY_SECONDS: Final = 2.0
# A connection that the server closed while it was idle fails within a round trip; later losses have other reasons.
STALE_SECONDS: Final = 1.0
_PIECE: Final = 256 * 1024  # of a request: sending goes on as long as each of them leaves in time
_FOLLOWED: Final = (307, 308)

_used: WeakSet[asyncio.WriteTransport] = WeakSet()  # connections that have carried a request


@dataclass(frozen=True)
class Limits:
    """Seconds. `idle` bounds the wait for the first byte and that between two bytes, of request and answer."""

    connect: float
    idle: float
    total: float

    @classmethod
    def for_model(cls, name: str) -> Limits:
        """Return the limits that the settings give the class of a model, by its full name."""
        return cls(settings.CONNECT_SECONDS, settings.IDLE_SECONDS[class_of(name)], settings.CALL_TOTAL_SECONDS)


class Answer:
    """The head of an answer, and its body as one takes it. Raises ProviderError when the body cannot be had."""

    def __init__(self, exchange: _Exchange, response: aiohttp.ClientResponse) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self.content_type = response.content_type
        self._exchange = exchange
        self._content = response.content
        self._read = 0
        self.is_at_end = False

    async def read(self) -> bytes:
        """Return the whole body."""
        pieces = []
        while piece := await self.read_some():
            pieces.append(piece)
        return b"".join(pieces)

    async def read_error(self) -> bytes:
        """Return the front of the body, as much of it as comes soon; never fails on account of the body."""
        pieces = bytearray()
        with suppress(TimeoutError, aiohttp.ClientError, OSError, ProviderError):
            async with asyncio.timeout(ERROR_BODY_SECONDS):
                while len(pieces) < ERROR_BYTES and (piece := await self.read_some()):
                    pieces += piece
        return bytes(pieces[:ERROR_BYTES])

    def events(self) -> AsyncIterator[ServerSentEvent]:
        """Return the body's server-sent events as they come. Whoever has the last one may stop reading."""
        return _Events(self)

    async def read_some(self) -> bytes:
        """Return what has come since, at least a byte; nothing at the end."""
        piece = await self._content.readany()
        if not piece:
            self.is_at_end = True
            return piece
        self._exchange.deadline.touch()
        self._read += len(piece)
        if self._read > MOST_BYTES:
            raise self._exchange.too_large()
        return piece

    async def settle(self) -> None:
        """Give a stream that has said all a moment to end, so that its connection can be used again."""
        if self._content.is_eof():
            self.is_at_end = True
            return
        with suppress(TimeoutError, aiohttp.ClientError, OSError, ProviderError):
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
    body: bytes | None,
    limits: Limits,
) -> AsyncIterator[Answer]:
    """Send a request to `endpoint` and give its answer, whatever its status; raises ProviderError.

    The limits hold for all that is done inside the `async with`, which closes the connection unless all was read. Same
    origin redirects that keep method and body are followed; `headers`, with the key in them, go to no other origin.
    """
    exchange = _Exchange(endpoint, limits)
    failure: ProviderError | None = None
    scope = asyncio.timeout(None)
    try:
        async with scope:
            exchange.deadline = Deadline(scope, total_seconds=limits.total)
            try:
                response = await exchange.request(method, path, headers=headers, body=body)
                answer = Answer(exchange, response)
                if answer.headers.get("Content-Encoding", "identity").lower() != "identity" and answer.status < 300:
                    raise malformed(endpoint.provider)
                yield answer
                if answer.status < 300:
                    await answer.settle()
            finally:
                exchange.deadline.stop()
                exchange.close()
    except TimeoutError:
        if not scope.expired():
            raise
        failure = exchange.timed_out()
    except (aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError, OSError, ValueError) as error:
        failure = exchange.failed(error)
    if failure is not None:
        raise failure  # out here: the errors of aiohttp carry the request's headers, and the key among them


class _Exchange:
    """One request on its way: how far it came decides what a failure means."""

    deadline: Deadline

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self.limits = limits
        self._endpoint = endpoint
        self._name = title_of(endpoint.provider)
        self._loop = asyncio.get_running_loop()
        self._response: aiohttp.ClientResponse | None = None
        self._begin()

    def _begin(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._is_reused = False
        self._sent_at: float | None = None

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None
    ) -> aiohttp.ClientResponse:
        """Return the answer's head, redirects followed."""
        url = first = URL(self._endpoint.base_url + path)
        redirects, is_fresh = 0, False
        while True:
            self._begin()
            self.deadline.enter("connect", self.limits.connect)
            session = await session_for(is_guarded=self._endpoint.is_guarded, is_fresh=is_fresh)
            try:
                response = self._response = await session.request(
                    method,
                    url,
                    headers=headers,
                    data=None if body is None else _Body(body, self),
                    allow_redirects=False,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                if is_fresh or not self._was_stale(error):
                    raise
                is_fresh = True
                continue
            self.deadline.enter("idle", self.limits.idle)
            if not 300 <= response.status < 400:
                return response
            url = url.join(URL(response.headers.get("Location", "")))
            redirects += 1
            if response.status not in _FOLLOWED or redirects > MOST_REDIRECTS or url.origin() != first.origin():
                raise redirected(self._endpoint.provider, response.status)
            response.close()

    def connected(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._is_reused = transport in _used
        _used.add(transport)
        self.deadline.enter("send", self.limits.idle)

    def sent(self) -> None:
        self._sent_at = self._loop.time()
        self.deadline.enter("answer", self.limits.idle)

    def close(self) -> None:
        """Give the connection back if its answer was read to the end, or else end it at once."""
        if self._response is not None and self._response.content.is_eof():
            self._response.release()
            return
        if self._response is not None:
            self._response.close()
        if self._transport is not None:
            self._transport.abort()  # a mere close would wait until a stalled server has read all

    def _was_stale(self, error: aiohttp.ClientError) -> bool:
        """Say whether the server had closed the connection before it could read the request."""
        if not self._is_reused:
            return False
        if isinstance(error, aiohttp.ServerDisconnectedError) and not isinstance(error.message, str):
            return False  # the front of an answer had come
        return self._sent_at is None or self._loop.time() - self._sent_at < STALE_SECONDS

    @property
    def _is_billed(self) -> bool:
        """Whether the server may have all of the request, and so may charge for it."""
        return self._sent_at is not None or self._response is not None

    def too_large(self) -> ProviderError:
        return ProviderError(
            f"{self._name} sent more than {MOST_BYTES // 1024**2} MB", code="too_large", passing=False, billed=True
        )

    def timed_out(self) -> ProviderError:
        says = {
            "connect": f"{self._name} could not be reached within {self.limits.connect:g} s",
            "send": f"{self._name} did not take the request within {self.limits.idle:g} s",
            "answer": f"{self._name} did not begin to answer within {self.limits.idle:g} s",
            "idle": f"{self._name} fell silent for {self.limits.idle:g} s in the middle of its answer",
            "total": f"{self._name} did not finish its answer within {self.limits.total:g} s",
        }
        phase = self.deadline.phase
        code = "connect" if phase == "connect" else "timeout"
        return ProviderError(says[phase], code=code, passing=True, billed=self._is_billed)

    def failed(self, error: Exception) -> ProviderError:
        """Return what an exception of aiohttp or of the system means."""
        name, billed = self._name, self._is_billed
        if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
            says = f"{name} could not be reached: its certificate is not valid"
            return ProviderError(says, code="connect", passing=False, billed=False)
        if isinstance(error, aiohttp.ClientConnectorError):
            if isinstance(error.os_error, AddressRefused):
                says = f"{name} was not asked: its address is not a public one"
                return ProviderError(says, code="address_refused", passing=False, billed=False)
            return ProviderError(f"{name} could not be reached", code="connect", passing=True, billed=False)
        if isinstance(error, aiohttp.InvalidURL) or (isinstance(error, ValueError) and not billed):
            says = f"{name} was not asked: its address cannot be used"
            return ProviderError(says, code="not_set_up", passing=False, billed=False)
        if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError | OSError):
            says = f"The connection to {name} was lost"
            return ProviderError(says, code="connection_lost", passing=True, billed=billed)
        return malformed(self._endpoint.provider)


class _Body(aiohttp.payload.Payload):
    """A request's body that knows when the last of it has left: only then may the call have been charged."""

    _autoclose = True

    def __init__(self, body: bytes, exchange: _Exchange) -> None:
        super().__init__(body, content_type="application/json")
        self._size = len(body)
        self._exchange = exchange

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return str(self._value, encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        transport = writer.transport
        assert transport is not None
        self._exchange.connected(transport)
        # So `drain` waits until the system has taken all; of what TLS wraps, all but the last 64 kB.
        transport.set_write_buffer_limits(high=1)
        for start in range(0, len(self._value), _PIECE):
            await writer.write(self._value[start : start + _PIECE])
            await writer.drain()
            self._exchange.deadline.touch()
        self._exchange.sent()
