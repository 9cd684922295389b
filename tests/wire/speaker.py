"""The server itself: takes connections, finds out who speaks in which protocol, and lets each call be played."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from types import ModuleType
from typing import Final

from tests.wire import anthropic_messages, openai_chat
from tests.wire.counting import FAILURES, Counter
from tests.wire.http import MOST_BYTES, Reply, Request, read_request, reset
from tests.wire.manner import Manner, Seen
from tests.wire.play import JSON, Play, fail
from tests.wire.script import Script

_PATHS: Final[tuple[tuple[str, ModuleType], ...]] = (
    ("/v1/messages", anthropic_messages),
    ("/chat/completions", openai_chat),
)


class Speaker:
    """Speaks both protocols on one port. Everything may be called from the thread of the test."""

    def __init__(self) -> None:
        self.script = Script()
        self.manner = Manner()
        self.seen: list[Seen] = []
        self.port = 0
        self.connections = 0  # taken so far, also those that were reset at once
        self.answering = self.most_at_once = 0  # calls of models: now, and when they were most
        self.counter = Counter()
        self._open: set[asyncio.Task[None]] = set()

    async def listen(self, port: int = 0) -> asyncio.Server:
        server = await asyncio.start_server(self._take, "127.0.0.1", port, limit=MOST_BYTES, backlog=4096)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def hang_up(self) -> None:
        """End every connection."""
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def completions(self) -> list[Seen]:
        """Return the calls of models, without requests for lists of models and the like."""
        return [seen for seen in self.seen if seen.model]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            if self.script.take_unseen():
                await reader.read(1)  # so the connection stands, and the client has begun to send
                reset(writer)
                return
            while request := await read_request(reader):
                reply = Reply(writer)
                await self._answer(request, reply)
                if reply.is_broken:
                    return
        except (ConnectionError, asyncio.CancelledError):
            pass  # whoever asked is gone, or the test is over
        finally:
            self._open.discard(task)
            with suppress(ConnectionError):
                writer.close()

    async def _answer(self, request: Request, reply: Reply) -> None:
        path = request.path
        speech = next((s for end, s in _PATHS if path.endswith(end)), None)
        if request.method == "POST" and speech is not None:
            seen = self._note(request, speech.NAME)
            play = Play(self, request, reply, seen, speech)
            work = play.refuse_or_play()
        else:
            seen = self._note(request, "")
            work = self._other(request, path, reply, seen)
        self.answering += speech is not None
        self.most_at_once = max(self.most_at_once, self.answering)
        try:
            await work
            seen.ended = seen.ended or "whole"
        except ConnectionError:
            seen.ended = "left"
            raise
        finally:
            self.answering -= speech is not None
            seen.ended_at, seen.sent = time.time(), reply.sent

    async def _other(self, request: Request, path: str, reply: Reply, seen: Seen) -> None:
        speech = anthropic_messages if "anthropic-version" in request.headers else openai_chat
        seen.protocol = speech.NAME
        seen.outcome = self.manner.health
        if self.manner.key and not speech.is_right_key(request, self.manner.key):
            seen.outcome = "wrong_key"
        if seen.outcome in FAILURES:
            await fail(reply, speech, FAILURES[seen.outcome], self.manner.retry_after)
        elif seen.outcome == "no_headers":
            await reply.until_gone()
        elif seen.outcome == "reset_after":
            reply.reset()
        elif path.endswith(("/models", "/api/tags", "/key", "/api/version")):
            await reply.whole(200, json.dumps(speech.models(list(self.manner.models))).encode(), JSON, {})
        else:
            seen.outcome = "not_found"
            await reply.whole(404, b"<html>nothing here</html>", "text/html", {})

    def _note(self, request: Request, protocol: str) -> Seen:
        body = request.json() if request.raw else None
        seen = Seen(time.time(), protocol, request.method, request.path, request.headers, body, "")
        self.seen.append(seen)
        return seen
