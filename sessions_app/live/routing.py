"""Addresses of the sockets, each with and without a trailing slash."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from channels.sessions import CookieMiddleware
from django.urls import re_path

from sessions_app.live.codes import UNKNOWN
from sessions_app.live.consumers import SessionConsumer
from sessions_app.live.pressure import Backpressure


async def nothing_here(scope: Any, receive: Any, send: Any) -> None:
    """Close what was opened at an address that nobody answers."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": UNKNOWN})


websockets = Backpressure(
    CookieMiddleware(
        URLRouter(
            [
                re_path(r"^ws/(?:sessions/)?(?P<session_id>[0-9]{1,18})/?$", SessionConsumer.as_asgi()),
                re_path(r"", nothing_here),  # type: ignore[arg-type]  # an ASGI application, as URLRouter takes it
            ]
        )
    )
)
