"""A circuit for each endpoint: one that gives no answers is left in peace for a while, and then tried by one call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agents.providers.contract import ProviderError
from agents.providers.endpoint import Endpoint
from agents.providers.names import SIMULATOR

OPENS_AFTER = 5  # passing failures in a row
RESTS_SECONDS = 15.0


@dataclass
class _Circuit:
    failures: int = 0
    rests_until: float = 0.0


class Breaker:
    """The circuits of one process; safe to ask from any thread. The simulator has none."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._circuits: dict[tuple[str, str, int | None], _Circuit] = {}
        self._lock = threading.Lock()

    def rest_seconds(self, endpoint: Endpoint) -> float:
        """Return for how long no call should go there; 0 when one may."""
        with self._lock:
            circuit = self._circuits.get(_key(endpoint))
            return max(circuit.rests_until - self._clock(), 0.0) if circuit else 0.0

    @contextmanager
    def watching(self, endpoint: Endpoint) -> Iterator[None]:
        """Learn from a call to the endpoint, which is made inside.

        An answer closes the circuit, and so does a refusal, or being told to come later: somebody answers there. While
        a call tries whether an open one can be closed, all others wait; one that comes to no end, because its task was
        stopped, tells nothing.
        """
        if endpoint.provider == SIMULATOR:
            yield
            return
        key, is_first = _key(endpoint), self._begin(endpoint)
        try:
            yield
        except ProviderError as error:
            self._note(key, failed=error.passing and error.code != "rate_limited")
            raise
        except BaseException:
            if is_first:
                self._free(key)
            raise
        self._note(key, failed=False)

    def _begin(self, endpoint: Endpoint) -> bool:
        """Say whether this is the call that tries an open circuit; then the others go on waiting."""
        with self._lock:
            circuit = self._circuits.get(_key(endpoint))
            if circuit is None or circuit.failures < OPENS_AFTER:
                return False
            circuit.rests_until = self._clock() + RESTS_SECONDS
            return True

    def _note(self, key: tuple[str, str, int | None], *, failed: bool) -> None:
        with self._lock:
            if not failed:
                self._circuits.pop(key, None)
                return
            circuit = self._circuits.setdefault(key, _Circuit())
            circuit.failures += 1
            if circuit.failures >= OPENS_AFTER:
                circuit.rests_until = self._clock() + RESTS_SECONDS

    def _free(self, key: tuple[str, str, int | None]) -> None:
        with self._lock:
            if circuit := self._circuits.get(key):
                circuit.rests_until = self._clock()


def _key(endpoint: Endpoint) -> tuple[str, str, int | None]:
    return endpoint.provider, endpoint.base_url, endpoint.team_id
