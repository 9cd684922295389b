"""Makes `send` wait while a client does not read.

Daphne takes every frame at once and lets them pile up in memory. Its transport tells a producer when 64 kB wait, and
when they are gone; with that, `send` returns when there is room, and the queue in front of it fills instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]


class Backpressure:
    """ASGI middleware around sockets; under another server than daphne it changes nothing."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        room = _Room()

        async def patient(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.send":
                await room.there.wait()
            await send(message)
            if message["type"] == "websocket.accept":
                room.watch(_transport_behind(send))

        await self.app(scope, receive, patient)


@implementer(IPushProducer)
class _Room:
    def __init__(self) -> None:
        self.there = asyncio.Event()
        self.there.set()

    def watch(self, transport: Any) -> None:
        if transport is not None:
            transport.unregisterProducer()  # what read the HTTP request
            transport.registerProducer(self, streaming=True)

    def pauseProducing(self) -> None:
        self.there.clear()

    def resumeProducing(self) -> None:
        self.there.set()

    def stopProducing(self) -> None:
        self.there.set()


def _transport_behind(send: Send) -> Any:
    """Return the transport of daphne's connection, None under another server."""
    protocol = send.args[0] if isinstance(send, partial) and send.args else None
    return getattr(protocol, "transport", None)
