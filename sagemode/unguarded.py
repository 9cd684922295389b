"""What processes of a cluster share without a lock, so that whoever is killed leaves none taken."""

from __future__ import annotations

import multiprocessing.sharedctypes
import select
import socket
from contextlib import nullcontext
from typing import Any


class UnguardedValue:
    """A number that a worker shares with its guard, without the lock that a killed worker would leave taken.

    One process writes it at a time, and a float is written whole.
    """

    def __init__(self, typecode: str, value: float) -> None:
        self._shared: Any = multiprocessing.sharedctypes.RawValue(typecode, value)

    @property
    def value(self) -> float:
        return float(self._shared.value)

    @value.setter
    def value(self, value: float) -> None:
        self._shared.value = value

    def get_lock(self) -> nullcontext[None]:
        """Return what stands where Django-Q takes a lock."""
        return nullcontext()


class UnguardedEvent:
    """What a cluster needs of `multiprocessing.Event`: set once and for all, by a byte that nobody takes out."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()

    def set(self) -> None:
        if not self.is_set():
            self._writer.send(b".")

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        """Return whether it is set, waiting up to `timeout` seconds for it."""
        return bool(select.select([self._reader], [], [], timeout)[0])
