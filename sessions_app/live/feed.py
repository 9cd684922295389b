"""From committed event to every client that watches: one feed per process.

A NOTIFY says that a session has new events; the feed reads them once from the database and hands the same frame to
all watchers. What a client lacks it reads from the database by itself, so a lost wake-up costs seconds, not an event:
every few seconds the feed looks at all watched sessions, announced or not.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import psycopg
from channels.db import database_sync_to_async

from sessions_app.live import connection
from sessions_app.live.codes import OUR_FAULT, TOO_SLOW
from sessions_app.live.rights import Ticket, lost_rights
from sessions_app.live.watcher import Channel, Watcher
from sessions_app.queries.estimates import time_left
from sessions_app.queries.events import frame

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
CHECK_RIGHTS_EVERY_SECONDS = 20.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 5.0  # between tries while the database is away
AT_ONCE = 500  # events of a session in one read
AWAY = (psycopg.Error, OSError)  # a TimeoutError is an OSError
PROBE_EVERY_SECONDS = 5.0  # a listener whose wire was cut in silence hears nothing, and nothing says so

EVENTS_AFTER = """
SELECT e.session_id, e.seq, e.type, e.at, e.data
FROM unnest(%s::bigint[], %s::int[]) AS wanted(session_id, after)
CROSS JOIN LATERAL (
  SELECT session_id, seq, type, at, data FROM session_events
  WHERE session_id = wanted.session_id AND seq > wanted.after
  ORDER BY seq
  LIMIT %s
) e
ORDER BY e.session_id, e.seq
"""

RUNNING_TASKS = """
SELECT session_id, id, agent_role, progress, started_at, clock_timestamp()
FROM agent_tasks
WHERE session_id = ANY(%s) AND status = 'running' AND progress IS NOT NULL AND started_at IS NOT NULL
ORDER BY id
"""


class Feed:
    """The watchers of a process and what keeps them told; `start` before use, `close` at the end."""

    def __init__(self) -> None:
        self._channels: dict[int, Channel] = {}
        self._behind: set[int] = set()  # sessions with events that were announced and not read
        self._moving: set[int] = set()  # sessions with progress to tell
        self._wake = asyncio.Event()
        self._readers: connection.Readers | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to listen; a database that is away is waited for in the background."""
        if self._tasks:
            return
        self._readers = connection.Readers()
        self._tasks = [_keep(self._listen()), _keep(self._look()), _keep(self._check_rights())]

    async def close(self) -> None:
        """Let all watchers go, and end every connection."""
        for watcher in self._all_watchers():
            watcher.end(OUR_FAULT)
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._readers is not None:
            await self._readers.close()
            self._readers = None

    def join(self, ticket: Ticket, *, after: int, last_seq: int, estimates: dict[str, float]) -> Watcher:
        """Add a client that has the events up to `after`; `last_seq` is what the database said a moment ago."""
        channel = self._channels.setdefault(ticket.session_id, Channel(ticket.session_id, last_seq, estimates))
        watcher = Watcher(channel, ticket, after=after)
        channel.watchers.add(watcher)
        self._announce(self._behind, [ticket.session_id])  # something may have happened since that moment
        return watcher

    def leave(self, watcher: Watcher) -> None:
        channel = watcher.channel
        channel.watchers.discard(watcher)
        if not channel.watchers and self._channels.get(channel.session_id) is channel:
            del self._channels[channel.session_id]

    async def missed(self, watcher: Watcher) -> list[tuple[int, str]]:
        """Read the next events that a client lacks, at most AT_ONCE. Raises one of AWAY."""
        rows = await self._rows(EVENTS_AFTER, [[watcher.channel.session_id], [watcher.sent], AT_ONCE])
        return [_frame(row) for row in rows]

    def watchers_of(self, user_id: int) -> int:
        """Count the sockets that a person has open in this process."""
        return Counter(watcher.ticket.user_id for watcher in self._all_watchers())[user_id]

    def __len__(self) -> int:
        return sum(len(channel.watchers) for channel in self._channels.values())

    # --- what goes on in the background ------------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Note what is announced. A connection that broke is made anew, and what was missed meanwhile looked up."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with await connection.listener() as listening:
                    pause = FIRST_PAUSE_SECONDS
                    self._announce(self._behind, self._channels)
                    while True:
                        async for note in listening.notifies(timeout=PROBE_EVERY_SECONDS):
                            self._noted(note.channel, note.payload)
                        await connection.probe(listening)
            except Exception as error:
                _complain("hears nothing", error, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _noted(self, channel_name: str, payload: str) -> None:
        session, _, seq = payload.partition(":")
        watched = self._channels.get(int(session)) if session.isdigit() else None
        if watched is None:
            return
        if channel_name == "sage_progress":
            self._announce(self._moving, [watched.session_id])
        elif not seq.isdigit() or int(seq) > watched.cursor:
            self._announce(self._behind, [watched.session_id])

    def _announce(self, whom: set[int], session_ids: Any) -> None:
        whom.update(session_ids)
        self._wake.set()

    async def _look(self) -> None:
        """Read what was announced, and every few seconds look whether something was not."""
        pause = FIRST_PAUSE_SECONDS
        look_at = time.monotonic() + LOOK_EVERY_SECONDS
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(look_at - time.monotonic()):
                    await self._wake.wait()
            if time.monotonic() >= look_at:  # also when announcements of other sessions keep us awake
                look_at = time.monotonic() + LOOK_EVERY_SECONDS
                self._behind.update(self._channels)
            self._wake.clear()
            try:
                await self._tell_events()
                await self._tell_progress()
                pause = FIRST_PAUSE_SECONDS
            except Exception as error:
                _complain("cannot read", error, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                self._announce(self._behind, self._channels)

    async def _tell_events(self) -> None:
        while behind := [self._channels[each] for each in self._behind if each in self._channels]:
            self._behind.clear()
            cursors = [channel.cursor for channel in behind]
            rows = await self._rows(EVENTS_AFTER, [[channel.session_id for channel in behind], cursors, AT_ONCE])
            read = Counter(row[0] for row in rows)
            for row in rows:
                channel = self._channels.get(row[0])
                seq, text = _frame(row)
                # Whoever left and came back during the read has a channel of its own, perhaps further on.
                if channel is not None and seq == channel.cursor + 1:
                    channel.cursor = seq
                    self._hand_out(channel, seq, text)
            self._behind.update(session_id for session_id, count in read.items() if count == AT_ONCE)
        self._behind.clear()

    async def _tell_progress(self) -> None:
        moving = [each for each in self._moving if each in self._channels]
        self._moving.clear()
        if not moving:
            return
        for session_id, task_id, role, progress, started_at, now in await self._rows(RUNNING_TASKS, [moving]):
            if channel := self._channels.get(session_id):
                facts = _progress(task_id, role, progress, started_at, now, channel.estimates.get(role, 0.0))
                text = orjson.dumps({"type": "agent_progress", "session_id": session_id, "data": facts}).decode()
                self._hand_out(channel, None, text)

    def _hand_out(self, channel: Channel, seq: int | None, text: str) -> None:
        for watcher in channel.watchers:
            if not watcher.offer(seq, text):
                watcher.end(TOO_SLOW)

    async def _check_rights(self) -> None:
        while True:
            await asyncio.sleep(CHECK_RIGHTS_EVERY_SECONDS)
            watchers = self._all_watchers()
            if not watchers:
                continue
            try:
                ask = database_sync_to_async(lost_rights, thread_sensitive=False)  # a thread that others don't need
                lost = await ask({watcher.ticket for watcher in watchers})
            except Exception:
                log.exception("The rights of %s watchers could not be checked; again soon", len(watchers))
                continue
            for watcher in watchers:
                if code := lost.get(watcher.ticket):
                    watcher.end(code)

    def _all_watchers(self) -> list[Watcher]:
        return [watcher for channel in self._channels.values() for watcher in channel.watchers]

    async def _rows(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        assert self._readers is not None, "the feed was not started"
        async with self._readers.connection() as reading:
            cursor = await reading.execute(statement, parameters)
            return await cursor.fetchall()


def _keep(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    task = asyncio.get_running_loop().create_task(work)
    task.add_done_callback(_say_why)
    return task


def _say_why(task: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        if error := task.exception():
            log.error("A part of the feed has ended", exc_info=error)


def _frame(row: tuple[Any, ...]) -> tuple[int, str]:
    session_id, seq, type, at, data = row
    return seq, orjson.dumps(frame(seq=seq, type=type, session_id=session_id, at=at, data=data)).decode()


def _progress(
    task_id: int, role: str, progress: dict[str, Any], started_at: datetime, now: datetime, estimate: float
) -> dict[str, Any]:
    elapsed = max((now - started_at).total_seconds(), 0.0)
    return {
        "agent": role,
        "task_id": task_id,
        "step": progress.get("step", ""),
        "tokens": progress.get("tokens", 0),
        "elapsed_seconds": round(elapsed, 1),
        "eta_seconds": round(time_left(estimate, elapsed), 1),
        "words": progress.get("words", ""),
    }


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, Feed] = WeakKeyDictionary()


async def current_feed() -> Feed:
    """Return the feed of this process (of this event loop), started."""
    feed = _feeds.setdefault(asyncio.get_running_loop(), Feed())
    await feed.start()
    return feed


async def close_feed() -> None:
    """End the feed of this event loop, if there is one."""
    feed = _feeds.pop(asyncio.get_running_loop(), None)
    if feed is not None:
        await feed.close()


def _complain(what: str, error: Exception, pause_seconds: float) -> None:
    """Log what stops the feed for a moment: a sentence while the database is away, all of it when it is our fault."""
    log.warning("The feed %s, again in %.1f s: %s", what, pause_seconds, error, exc_info=not isinstance(error, AWAY))
