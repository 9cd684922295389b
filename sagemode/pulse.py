"""Signs of life between a process and its parent, who ends a child that gives none for too long.

A pulse is one byte of shared memory: the child sets it, whoever watches clears it. There is no lock that a killed
process could leave taken. Silence is measured in the watcher's own looks, so that a machine that was suspended, or a
watcher that was stopped itself, blames nobody.
"""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

VARIABLE = "SAGE_PULSE_FD"  # names the memory to a program that our supervisor starts; nobody sets it by hand
LONGEST_LOOK_SECONDS = 2.0  # what one look counts at most, however long ago the one before it was


class Pulse:
    """One part's sign of life, seen from both sides."""

    def __init__(self, descriptor: int = -1) -> None:
        """Make a pulse for processes that are forked from here, or in the file of `descriptor` for started ones."""
        self._memory = mmap.mmap(descriptor, 1)
        self._silent_seconds = 0.0
        self._looked_at: float | None = None

    def beat(self) -> None:
        """Give a sign of life."""
        self._memory[0] = 1

    def silent_seconds(self) -> float:
        """Look, and return for how long it has been silent; 0 while it has never beaten: then it is starting."""
        now = time.monotonic()
        if self._memory[0]:
            self._memory[0] = 0
            self._silent_seconds = 0.0
        elif self._looked_at is not None:
            self._silent_seconds += min(now - self._looked_at, LONGEST_LOOK_SECONDS)
        else:
            return 0.0
        self._looked_at = now
        return self._silent_seconds

    def forgive(self) -> None:
        """Begin anew: what it was waiting for was not its fault."""
        self._silent_seconds = 0.0


def _given_by_our_parent() -> dict[str, Pulse]:
    # Taken out of the environment: what we start has another pulse, or none.
    if descriptor := os.environ.pop(VARIABLE, ""):
        with suppress(OSError, ValueError):
            return {"main": Pulse(int(descriptor))}
    return {}


# The pulses of this process by part: `main`, `loop` in a worker, and `echo` for a canary that came through.
_own: dict[str, Pulse] = _given_by_our_parent()


def beat(part: str = "main") -> None:
    """Give a sign of life for a part of this process; nothing happens where nobody watches."""
    if part in _own:
        _own[part].beat()


def is_watched(part: str = "main") -> bool:
    """Whether somebody watches this part of this process."""
    return part in _own


@contextmanager
def pulses_of_child(**pulses: Pulse) -> Iterator[None]:
    """Fork inside this block: the child has these pulses, and this process keeps its own."""
    global _own
    ours, _own = _own, pulses
    try:
        yield
    finally:
        _own = ours


def echo_for_children() -> Pulse | None:
    """Return the pulse of this cluster's canary, to be handed on to forked children."""
    return _own.get("echo")
