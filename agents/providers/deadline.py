"""The time limits of one call, and the one timer that holds them all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from agents.providers.names import class_of

Phase = Literal["connect", "send", "answer", "idle", "total"]


@dataclass(frozen=True)
class Limits:
    """Seconds. `idle` bounds the wait for the first byte and that between two bytes, of request and answer."""

    connect: float
    idle: float
    total: float

    @classmethod
    def for_model(cls, name: str) -> Limits:
        """Return the limits that the settings give the class of a model, by its full name."""
        return cls(settings.CONNECT_SECONDS, settings.IDLE_SECONDS[class_of(name)], settings.CALL_TOTAL_SECONDS)


class Deadline:
    """Ends the task inside `scope` when the present phase, or the whole, takes too long.

    Moving a deadline happens with every chunk of a stream, so it only writes a number down: the timer looks at it when
    it fires, and is set anew when there is time left. `phase` tells afterwards what took too long.
    """

    def __init__(self, scope: asyncio.Timeout, *, total_seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._now = self._loop.time
        self._scope = scope
        self._heard_at = self._now()
        self._ends = self._heard_at + total_seconds
        self._seconds = total_seconds
        self._timer = self._loop.call_at(self._ends, self._look)
        self.phase: Phase = "total"

    def enter(self, phase: Phase, seconds: float) -> None:
        """Begin a phase that may last, or stay without a byte, for so many seconds."""
        self.phase, self._seconds = phase, seconds
        self.touch()
        if self._due < self._timer.when():
            self._timer.cancel()
            self._timer = self._loop.call_at(self._due, self._look)

    def touch(self) -> None:
        """Something came: the present phase has all its time again, the whole has not."""
        self._heard_at = self._now()

    def stop(self) -> None:
        self._timer.cancel()

    @property
    def _due(self) -> float:
        return min(self._heard_at + self._seconds, self._ends)

    def _look(self) -> None:
        now = self._now()
        if now < self._due:
            self._timer = self._loop.call_at(self._due, self._look)
            return
        if now >= self._ends:
            self.phase = "total"
        self._scope.reschedule(now)
