"""The HTTP sessions that provider calls share: one per process, event loop and kind, made when first needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from typing import NamedTuple

import aiohttp
from django.conf import settings

from agents.addresses import guarded_socket

# Every limit of time is ours (deadline.py).
_NO_LIMIT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


# Less than any server in use keeps one: a request that meets a connection just being closed may have been charged.
KEPT_SECONDS = 4.0


class _Kind(NamedTuple):
    pid: int  # a forked child must neither use nor close what its parent opened
    loop: asyncio.AbstractEventLoop
    is_guarded: bool


# The generators own the sessions: a loop that is shut down in order closes its asynchronous generators.
_sessions: dict[_Kind, tuple[aiohttp.ClientSession, AsyncGenerator[aiohttp.ClientSession]]] = {}


async def session_for(*, is_guarded: bool) -> aiohttp.ClientSession:
    """Return the session for trusted or for guarded addresses.

    Guarded and trusted calls share no session and so no connection.
    """
    kind = _Kind(os.getpid(), asyncio.get_running_loop(), is_guarded)
    found = _sessions.get(kind)
    if found is None:
        _forget_closed_loops()
        owner = _owned(kind)
        found = _sessions[kind] = (await anext(owner), owner)
    return found[0]


async def close_sessions() -> None:
    """Close what this process opened on the running loop. Calls that come later open anew."""
    here = (os.getpid(), asyncio.get_running_loop())
    for owner in [owner for kind, (_, owner) in _sessions.items() if kind[:2] == here]:
        await owner.aclose()


async def _owned(kind: _Kind) -> AsyncGenerator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(
        limit=0,
        keepalive_timeout=KEPT_SECONDS,
        socket_factory=guarded_socket if kind.is_guarded else None,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        headers={
            # What cannot be unpacked cannot be a bomb, and a small answer needs no compression.
            "Accept-Encoding": "identity",
            "User-Agent": f"sage-mode/{settings.VERSION}",
        },
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_NO_LIMIT,
        trust_env=False,
        auto_decompress=False,
    ) as session:
        try:
            yield session
        finally:
            _sessions.pop(kind, None)


def _forget_closed_loops() -> None:
    for kind in [kind for kind in _sessions if kind.pid == os.getpid() and kind.loop.is_closed()]:
        del _sessions[kind]
