"""What happens in a session, read from the database as soon as it is announced.

Announcements are hints: whoever misses them looks every two seconds and has every event all the same.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.database.limits import LimitedConnection
from sessions_app import shapes
from sessions_app.models import AgentTask, ExecutionSession, TaskStatus
from sessions_app.queries.events import event_shape, events_after

LOOK_SECONDS = 2.0  # without an announcement
EVENTS_AT_ONCE = 500


class Follower:
    """Reads one session's events and live progress, and waits for more."""

    def __init__(self, session: ExecutionSession) -> None:
        self.session = session
        self._listener: psycopg.Connection[Any] | None = None
        self._ahead = timedelta(0)  # of the database's clock before ours
        self._look_at = 0.0

    def __enter__(self) -> Self:
        # Before the first look, so that nothing falls between the two.
        self._listen()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            self._ahead = cursor.fetchone()[0] - timezone.now()
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def now(self) -> datetime:
        """The time by the database's clock, which stamped the events."""
        return timezone.now() + self._ahead

    def news(self, after: int) -> list[shapes.Event]:
        """Return the events after the one numbered `after`, in order, so many at most that memory stays small."""
        events = [event_shape(row) for row in events_after(self.session, after)[:EVENTS_AT_ONCE]]
        self._look_at = time.monotonic() + (0.0 if len(events) == EVENTS_AT_ONCE else LOOK_SECONDS)
        return events

    def live(self) -> Mapping[int, Mapping[str, Any]]:
        """Return what running tasks said last, by task id."""
        running = AgentTask.objects.filter(session=self.session, status=TaskStatus.RUNNING, progress__isnull=False)
        return {task_id: said for task_id, said in running.values_list("id", "progress") if said}

    def wait(self, seconds: float) -> bool:
        """Wait at most so many seconds; True as soon as it is time to look again."""
        ends = min(time.monotonic() + seconds, self._look_at)
        while (left := ends - time.monotonic()) > 0:
            if self._heard(left):
                return True
        return time.monotonic() >= self._look_at

    def reconnect(self) -> None:
        """Forget connections that broke. Raises the database's errors when it is still away."""
        self._hang_up()
        connection.close()
        connection.ensure_connection()
        self._listen()

    def _heard(self, seconds: float) -> bool:
        """Wait for an announcement of this session; False when the time is up or somebody else was meant."""
        if self._listener is None:
            time.sleep(seconds)
            return False
        try:
            # Several may come in one packet: all of them are taken.
            heard = [note.payload for note in self._listener.notifies(timeout=seconds, stop_after=1)]
        except psycopg.OperationalError:
            self._hang_up()
            return True
        return any(payload.partition(":")[0] == str(self.session.pk) for payload in heard)

    def _listen(self) -> None:
        parameters: dict[str, Any] = {"conninfo": settings.DATABASE_URL_DIRECT}
        if not settings.DATABASE_URL_DIRECT:
            parameters = connection.get_connection_params()
            for name in ("cursor_factory", "context", "pool", "prepare_threshold"):
                parameters.pop(name, None)
        with contextlib.suppress(psycopg.OperationalError):  # then we look now and again
            self._listener = LimitedConnection.connect(**parameters, autocommit=True)
            self._listener.execute("LISTEN sage_events")
            self._listener.execute("LISTEN sage_progress")

    def _hang_up(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
