"""Ends a process before its leases do, whatever keeps it from renewing them."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
USED_UP = 0.8  # the part of a lease after which nobody hopes for its renewal any more
LOOKS_PER_LEASE = 40
LONGEST_PAUSE_SECONDS = 0.5


class LeaseGuard:
    """A thread that only ever ends the process, and never renews: two workers must not be on one task.

    Renewals come from the event loop, so a loop that is blocked, a database that hangs and a process that was stopped
    for too long all end the same way: the leases were not renewed in time, and the process is gone before they end.
    """

    def __init__(self, holds_leases: Callable[[], bool], *, lease_seconds: float) -> None:
        self._holds_leases = holds_leases
        self._lease_seconds = lease_seconds
        self._renewed_at = time.monotonic()
        threading.Thread(target=self._watch, name="lease guard", daemon=True).start()

    def renewed(self, asked_at: float) -> None:
        """Note that all leases were renewed by a statement that was sent at `asked_at` (monotonic seconds)."""
        self._renewed_at = asked_at

    def silent_seconds(self) -> float:
        """Return how long ago the leases were last renewed."""
        return time.monotonic() - self._renewed_at

    def _watch(self) -> None:
        pause = min(self._lease_seconds / LOOKS_PER_LEASE, LONGEST_PAUSE_SECONDS)
        while True:
            time.sleep(pause)
            if self._holds_leases() and self.silent_seconds() > self._lease_seconds * USED_UP:
                log.critical("Leases could not be renewed; this process ends so that another can take over")
                os._exit(1)
