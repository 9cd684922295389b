"""The loop of every command that follows a session: read, fold, show, wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from django.db import InterfaceError, OperationalError

from sessions_app import shapes
from sessions_app.models import ExecutionSession
from sessions_app.queries.sessions import session_detail
from sessions_app.terminal.follow import Follower
from sessions_app.terminal.progress import SessionProgress

PATIENCE_SECONDS = 20.0  # with a database that is away


class Screen(Protocol):
    """Where a session is shown."""

    refresh_seconds: float  # the longest it may go without being shown again

    def __enter__(self) -> object: ...

    def __exit__(self, *_: object) -> None: ...

    def show(self, progress: SessionProgress, events: Sequence[shapes.Event], now: datetime) -> None:
        """Show the state, and the events that led to it since the last time."""


def watch(
    session: ExecutionSession,
    screen: Screen,
    *,
    after: int = 0,
    once: bool = False,
    between: Callable[[], None] = lambda: None,
) -> SessionProgress:
    """Show a session until it has ended or waits for a person, and return how far it came.

    Events up to the number `after` count for the state but are not shown. With `once` it ends when everything that
    has happened was shown. `between` is called between two looks, at least every two seconds. A database that is away
    for a moment is waited for; after that its error is raised.
    """
    progress = SessionProgress.planned(session_detail(session))
    with Follower(session) as follower, screen:
        away_since: float | None = None
        while True:
            try:
                events = follower.news(progress.last_seq)
                for event in events:
                    progress.take(event)
                progress.hear(follower.live())
                screen.show(progress, [event for event in events if event.seq > after], follower.now())
                between()
                away_since = None
            except (OperationalError, InterfaceError):
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > PATIENCE_SECONDS:
                    raise
                _try_again(follower)
                continue
            if not events and (once or progress.has_ended or progress.waits_for_a_person):
                return progress
            while not events and not follower.wait(screen.refresh_seconds):
                screen.show(progress, (), follower.now())


def _try_again(follower: Follower) -> None:
    time.sleep(0.5)
    try:
        follower.reconnect()
    except OperationalError:
        return  # the next look says so
