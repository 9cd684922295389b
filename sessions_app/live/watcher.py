"""One client of one session: what it has, and what waits for it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from sessions_app.live.rights import Ticket

MOST_WAITING = 2_000  # frames; several times what one transition or one read brings
MOST_CHARACTERS_WAITING = 8_000_000


@dataclass(eq=False)
class Channel:
    """A session that somebody watches: how far its events were read, and who is told of the next ones."""

    session_id: int
    cursor: int
    estimates: dict[str, float]  # seconds that a role's task usually takes
    watchers: set[Watcher] = field(default_factory=set)


class Watcher:
    """A client's place in the feed. It catches up from the database first; then frames are handed to it.

    `sent` is the number of the last event that the client has got.
    """

    def __init__(self, channel: Channel, ticket: Ticket, *, after: int) -> None:
        self.channel = channel
        self.ticket = ticket
        self.sent = after
        self.is_live = False
        self.code: int | None = None  # why the feed let go of it
        self._waiting: deque[tuple[int | None, str]] = deque()
        self._characters = 0
        self._something = asyncio.Event()
        self._over = asyncio.Event()

    def offer(self, seq: int | None, frame: str) -> bool:
        """Hand over a frame; False when the client is too slow to be waited for.

        A client that catches up is handed nothing: it reads from the database whatever it lacks. A frame without a
        number may be lost, so it is left out as soon as the client lags.
        """
        if not self.is_live:
            return True
        if seq is None and len(self._waiting) > MOST_WAITING // 4:
            return True
        if len(self._waiting) >= MOST_WAITING or self._characters > MOST_CHARACTERS_WAITING:
            return False
        self._waiting.append((seq, frame))
        self._characters += len(frame)
        self._something.set()
        return True

    def has_caught_up(self) -> bool:
        """Whether the client has all that was read of the session; from that moment on frames are handed to it.

        Nothing may be awaited between the answer and the switch, so both happen here.
        """
        self.is_live = self.sent >= self.channel.cursor
        return self.is_live

    async def next_frame(self) -> str:
        """Wait for the next frame that the client does not have."""
        while True:
            while self._waiting:
                seq, frame = self._waiting.popleft()
                self._characters -= len(frame)
                if seq is None:
                    return frame
                if seq > self.sent:
                    self.sent = seq
                    return frame
            self._something.clear()
            await self._something.wait()

    def end(self, code: int) -> None:
        """Let the client go; the first reason counts."""
        if self.code is None:
            self.code = code
        self._over.set()

    async def ended(self) -> int:
        """Wait until the feed lets go of the client; return why."""
        await self._over.wait()
        assert self.code is not None
        return self.code
