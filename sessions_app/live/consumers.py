"""One socket: says hello, replays what the client lacks, then forwards what the feed hands over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import Any
from urllib.parse import parse_qs

import orjson
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import InterfaceError, OperationalError

from sessions_app.live import codes
from sessions_app.live.feed import Feed, current_feed
from sessions_app.live.origin import is_own_origin
from sessions_app.live.rights import Ticket, person_behind
from sessions_app.live.watcher import Watcher
from sessions_app.queries.watching import Watched, watched_session

log = logging.getLogger(__name__)

SOCKETS_PER_PERSON = 20
MOST_DIGITS = 9  # of `after`; sequence numbers are 32 bits wide
LARGEST_FRAME_BYTES = 4 * 1024
FRAMES_PER_SECOND = 10  # from a client; what is more is not answered


class Refused(Exception):
    """The socket is closed with this code, and before that a sentence where one helps."""

    def __init__(self, code: int, reason: str = "", message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message


class SessionConsumer(AsyncWebsocketConsumer):
    """`/ws/sessions/{id}/?after=SEQ`: everything that happens in a session, each event once and in order."""

    channel_layer_alias = None  # announcements come through the database

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.feed: Feed | None = None
        self.watcher: Watcher | None = None
        self.forwarding: asyncio.Task[None] | None = None
        self.heard_at: deque[float] = deque(maxlen=FRAMES_PER_SECOND)

    async def connect(self) -> None:
        await self.accept()  # a code can be told only over an open socket
        try:
            # However many threads wait for a database that hangs, the client is told in time.
            async with asyncio.timeout(settings.DATABASE_SECONDS + 0.5):
                watched, after = await self._admit()
        except (TimeoutError, OperationalError, InterfaceError) as error:
            log.warning("A socket was refused: %s", error or type(error).__name__)
            await self._error("database_away", "The database does not answer. Come back in a moment.")
            await self.close(codes.OUR_FAULT)
            return
        except Refused as refusal:
            if refusal.message:
                await self._error(refusal.reason, refusal.message)
            await self.close(refusal.code)
            return
        await self._send({"type": "hello", "session_id": watched.session_id, "last_seq": watched.last_seq})
        assert self.feed is not None
        ticket = Ticket(watched.user_id, watched.web_key, watched.session_id)
        self.watcher = self.feed.join(ticket, after=after, last_seq=watched.last_seq, estimates=watched.estimates)
        self.forwarding = asyncio.create_task(self._forward(self.watcher))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a JSON ping; nothing else is expected of a client, and whatever else comes is named as an error."""
        if self.watcher is None or not self._has_breath():
            return
        if text_data is None or len(text_data.encode()) > LARGEST_FRAME_BYTES:
            await self._error("bad_frame", "A frame is JSON text of at most 4 kB.")
            return
        try:
            sent = orjson.loads(text_data)
        except orjson.JSONDecodeError:
            sent = None
        kind = sent.get("type") if isinstance(sent, dict) else None
        if kind == "ping":
            await self._send({"type": "pong"})
        elif kind != "pong":
            await self._error("not_understood", "This socket only tells; it understands `ping`.")

    async def disconnect(self, code: int) -> None:
        if self.forwarding is not None:
            self.forwarding.cancel()
        if self.watcher is not None and self.feed is not None:
            self.feed.leave(self.watcher)

    async def _admit(self) -> tuple[Watched, int]:
        """Say whom the socket belongs to and where it starts. Raises Refused."""
        self.feed = await current_feed()
        if len(self.feed) >= settings.WS_MAX_CONNECTIONS:
            raise Refused(codes.TOO_MANY, "too_many", "This server has as many sockets as it takes. Try again later.")
        if not is_own_origin(self.scope):
            raise Refused(codes.NO_RIGHT, "foreign_origin", "This socket was opened from a page of another site.")
        web_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        user_id = await database_sync_to_async(person_behind, thread_sensitive=False)(web_key)
        if user_id is None:
            raise Refused(codes.SIGNED_OUT, "not_authenticated", "Sign in first.")
        if self.feed.watchers_of(user_id) >= SOCKETS_PER_PERSON:
            raise Refused(codes.TOO_MANY, "too_many", f"You have {SOCKETS_PER_PERSON} sockets open; close one.")
        after = self._after()
        session_id = int(self.scope["url_route"]["kwargs"]["session_id"])
        look = database_sync_to_async(watched_session, thread_sensitive=False)
        watched = await look(user_id, web_key, session_id)
        if watched is None:
            raise Refused(codes.UNKNOWN, "not_found", "There is no such session.")
        return watched, min(after, watched.last_seq)  # who claims to have more shall not miss what is to come

    def _after(self) -> int:
        values = parse_qs(self.scope.get("query_string", b"").decode("latin1"), keep_blank_values=True).get("after")
        text = values[-1] if values else "0"
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            raise Refused(codes.BAD_AFTER, "bad_after", "`after` is the number of the last event you have.")
        return int(text)

    async def _forward(self, watcher: Watcher) -> None:
        """Tell the client everything until it leaves or the feed lets go of it, then close with the reason."""
        telling = asyncio.create_task(self._tell(watcher))
        ended = asyncio.create_task(watcher.ended())
        try:
            # A client that does not read holds `telling` up for ever; the end must not wait for it.
            await asyncio.wait({telling, ended}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done() and (error := telling.exception()):
                log.warning("A socket is closed, its client will come back: %s", error)
                watcher.end(codes.OUR_FAULT)
            await self.close(watcher.code)
        finally:
            telling.cancel()
            ended.cancel()

    async def _tell(self, watcher: Watcher) -> None:
        assert self.feed is not None
        while not watcher.has_caught_up():
            missed = await self.feed.missed(watcher)
            for seq, text in missed:
                await self.send(text)
                watcher.sent = seq
            if not missed:
                watcher.sent = watcher.channel.cursor  # what was there has been purged
        while True:
            await self.send(await watcher.next_frame())

    def _has_breath(self) -> bool:
        """Whether this second still has room for a frame of the client."""
        now = time.monotonic()
        if len(self.heard_at) == FRAMES_PER_SECOND and now - self.heard_at[0] < 1:
            return False
        self.heard_at.append(now)
        return True

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.send(orjson.dumps(frame).decode())

    async def _error(self, code: str, message: str) -> None:
        await self._send({"type": "error", "data": {"code": code, "message": message}})
