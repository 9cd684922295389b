"""One request on its way to a provider: how far it came decides what a failure means."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

from agents.addresses import AddressRefused
from agents.providers.connections import session_for
from agents.providers.contract import ProviderError
from agents.providers.deadline import Deadline, Limits
from agents.providers.endpoint import Endpoint
from agents.providers.names import title_of
from agents.providers.refusals import malformed, redirected

MOST_BYTES: Final = 8 * 1024 * 1024  # of one answer
MOST_REDIRECTS: Final = 3
_PIECE: Final = 256 * 1024  # of a request: sending goes on as long as each of them leaves in time
_FOLLOWED: Final = (307, 308)  # they keep method and body

Body = Callable[[], bytes]  # gives the same bytes each time; a prompt is long, and is made when it can leave

_AT_ONCE: Final = struct.pack("ii", 1, 0)
_NOWHERE: Final = URL()


class Exchange:
    """A request and its answer. `deadline` is set by whoever opens the scope in which it may take place."""

    deadline: Deadline

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._name = title_of(endpoint.provider)
        self._loop = asyncio.get_running_loop()
        self._begin()

    def _begin(self) -> None:
        self._response: aiohttp.ClientResponse | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._sent_at: float | None = None

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: Body | None
    ) -> aiohttp.ClientResponse:
        """Return the head of the answer, redirects followed. Raises ProviderError and what aiohttp raises."""
        url = first = _address(self._endpoint.base_url + path)
        # A header with a line break in it would be refused with an error that quotes it.
        if first is _NOWHERE or not all(value.isprintable() for value in headers.values()):
            raise self.unusable()
        redirects = 0
        while True:
            self._begin()
            response = await self._attempt(method, url, headers=headers, body=body)
            if not 300 <= response.status < 400:
                return response
            redirects += 1
            target = _address(response.headers.get("Location", ""), base=url)
            is_followed = response.status in _FOLLOWED and redirects <= MOST_REDIRECTS
            if not is_followed or target is _NOWHERE or target.origin() != first.origin():
                raise redirected(self._endpoint.provider, response.status)
            response.close()
            url = target

    async def _attempt(
        self, method: str, url: URL, *, headers: Mapping[str, str], body: Body | None
    ) -> aiohttp.ClientResponse:
        self.deadline.enter("connect", self._limits.connect)
        session = await session_for(is_guarded=self._endpoint.is_guarded)
        data = None if body is None else _Body(body, self)
        failure: ProviderError | None = None
        try:
            self._response = await session.request(method, url, headers=headers, data=data, allow_redirects=False)
        except ValueError as error:  # of a name that cannot be looked up, for one
            failure = self.failed(error)
        if failure is not None:
            raise failure  # not in the handler, as errors of aiohttp may carry the key
        assert self._response is not None
        self.deadline.enter("idle", self._limits.idle)
        return self._response

    def connected(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self.deadline.enter("send", self._limits.idle)

    def sent(self) -> None:
        self._sent_at = self._loop.time()
        self.deadline.enter("answer", self._limits.idle)

    def close(self) -> None:
        """Give the connection back if its answer was read to the end, or else end it at once."""
        response = self._response
        if response is not None and response.content.is_eof() and response.content.exception() is None:
            response.release()
            return
        if self._transport is not None:
            # A mere close would wait until a stalled server has read all that was written.
            if sock := self._transport.get_extra_info("socket"):
                with suppress(OSError):  # closed already
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._transport.abort()
        if response is not None:
            response.close()

    @property
    def _is_billed(self) -> bool:
        """Whether the server may have all of the request, and so may charge for it."""
        return self._sent_at is not None or self._response is not None

    def unusable(self) -> ProviderError:
        says = f"{self._name} was not asked: its address or its key cannot be used as it is"
        return ProviderError(says, code="not_set_up", passing=False, billed=False)

    def too_large(self) -> ProviderError:
        says = f"{self._name} sent more than {MOST_BYTES // 1024**2} MB"
        return ProviderError(says, code="too_large", passing=False, billed=True)

    def malformed(self) -> ProviderError:
        return malformed(self._endpoint.provider)

    def timed_out(self) -> ProviderError:
        """Return the error for the limit that was reached last."""
        limits = self._limits
        says = {
            "connect": f"{self._name} could not be reached within {limits.connect:g} s",
            "send": f"{self._name} did not take the request within {limits.idle:g} s",
            "answer": f"{self._name} did not begin to answer within {limits.idle:g} s",
            "idle": f"{self._name} fell silent for {limits.idle:g} s in the middle of its answer",
            "total": f"{self._name} did not finish its answer within {limits.total:g} s",
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
        if isinstance(error, ValueError) and not billed:
            return self.unusable()
        if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError | OSError):
            says = f"The connection to {name} was lost"
            return ProviderError(says, code="connection_lost", passing=True, billed=billed)
        return self.malformed()


def _address(url: str, base: URL = _NOWHERE) -> URL:
    """Return a URL, as seen from `base`, that a request can be sent to; _NOWHERE when it is none."""
    try:
        address = base.join(URL(url))
        has_secrets = address.raw_user is not None or address.raw_password is not None
        is_usable = address.scheme in ("http", "https") and address.host and not has_secrets
    except ValueError:
        return _NOWHERE
    return address if is_usable else _NOWHERE


class _Body(aiohttp.payload.Payload):
    """A request's body that knows when the last of it has left: only then may the call have been charged."""

    _autoclose = True

    def __init__(self, body: Body, exchange: Exchange) -> None:
        super().__init__(body, content_type="application/json")
        self._size = len(body())
        self._exchange = exchange

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return str(self._value(), encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        transport = writer.transport
        assert transport is not None
        self._exchange.connected(transport)
        body = self._value()
        for start in range(0, len(body), _PIECE):
            await writer.write(body[start : start + _PIECE])
            await writer.drain()  # until the system has taken all but the last 64 kB
            await asyncio.sleep(0)  # a broken connection under TLS takes whatever it is given, and tells a turn later
            if transport.is_closing():
                raise aiohttp.ClientConnectionResetError
            self._exchange.deadline.touch()
        self._exchange.sent()
