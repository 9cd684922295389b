"""How a running task stands: what it does now, whether that takes too long, and why it may come to nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from agents.cleaning import clean_line
from agents.secrets import redact


@dataclass(frozen=True)
class Step:
    """What the agent is doing, and when that has taken too long (monotonic seconds)."""

    name: str
    limit_seconds: float
    ends_at: float

    @classmethod
    def now(cls, name: str, limit_seconds: float) -> Step:
        """Return a step that begins now."""
        return cls(name, limit_seconds, time.monotonic() + limit_seconds)

    def is_late(self) -> bool:
        """Whether the step is past its deadline."""
        return time.monotonic() > self.ends_at


class NotDone(Exception):
    """Why an agent hands in nothing this time."""


class BudgetRefused(NotDone):
    """A cap does not allow the call. Unless it can be left out, the task is pending again and the session waits."""

    def __init__(self, cap: str) -> None:
        super().__init__(f"the budget ({cap}) does not allow it")


class Interrupted(NotDone):
    """The database went away. Nobody failed: the task is given back, and what was paid for is replayed."""


class Failed(NotDone):
    """The task cannot be done now. `passing` tells whether trying again can help, `new_call` with a new answer."""

    def __init__(self, error: str, *, passing: bool, new_call: bool = True) -> None:
        super().__init__(error)
        self.error, self.passing, self.new_call = error, passing, new_call


class Standing:
    """What a task is at. Its run says so; the worker asks, and shows it with each renewal of the lease."""

    def __init__(self, *, soft_seconds: float, hard_seconds: float) -> None:
        self.step = Step.now("reading", 30)
        self.is_waiting = False  # between two tries of a call: nothing is under way that could be lost
        self._whole = Step.now("task", hard_seconds)
        self._soft = Step.now("soft limit", soft_seconds)
        self._began = time.monotonic()
        self._tokens, self._words = 0, ""

    def begin(self, name: str, limit_seconds: float) -> None:
        """Go over to another step."""
        self.step = Step.now(name, limit_seconds)

    @contextmanager
    def waiting(self, name: str, limit_seconds: float) -> Iterator[None]:
        """Go over to a step in which nothing is done."""
        self.begin(name, limit_seconds)
        self.write(0, "")
        self.is_waiting = True
        try:
            yield
        finally:
            self.is_waiting = False

    def write(self, tokens: int, words: str) -> None:
        """Note how far an answer is: its tokens so far, and its last words."""
        self._tokens, self._words = tokens, words

    def progress(self) -> dict[str, Any]:
        """Return what the page shows of a running task."""
        return {
            "step": f"{self.step.name}, past its soft limit" if self.is_overdue() else self.step.name,
            "tokens": self._tokens,
            "words": redact(clean_line(self._words, limit=200)),
            "elapsed_seconds": round(time.monotonic() - self._began, 1),
        }

    def is_late(self) -> bool:
        """Whether the step, or the task as a whole, is past its deadline."""
        return self.step.is_late() or self._whole.is_late()

    def is_overdue(self) -> bool:
        """Whether the task is past its soft limit: what runs may finish, no further call begins."""
        return self._soft.is_late()

    def timed_out(self) -> Failed:
        """Return the failure of what is past its deadline."""
        late = self._whole if self._whole.is_late() else self.step
        # An answer may have been paid for while time ran out: it is used, unless checking it is what took long.
        return Failed(f"Timeout after {late.limit_seconds:g} s", passing=True, new_call=late.name == "checking")

    def overdue(self) -> Failed:
        """Return the failure of a task that may begin no further call; an answer it has paid for is used then."""
        reason = f"After {self._soft.limit_seconds:g} s no further call is begun"
        return Failed(reason, passing=True, new_call=False)

    @property
    def seconds_to_begin(self) -> float:
        """How much longer a call may begin."""
        return max(self._soft.ends_at - time.monotonic(), 0.0)
