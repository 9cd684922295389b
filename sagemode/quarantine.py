"""Processes for tasks that have to run alone: started by a reconciler while such tasks wait."""

from __future__ import annotations

import signal
import sys
import time

from django.conf import settings

from sagemode.processes import Child

COMMAND = [sys.executable, str(settings.BASE_DIR / "manage.py"), "quarantine", "--skip-checks"]
PAUSE_SECONDS = 1.0  # in which each is started once at most: one that cannot start must not use up the machine


class Ward:
    """Keeps up to SAGE_QUARANTINE_PROCESSES processes that run one suspect after another.

    Each ends by itself when nothing more waits; one that is frozen is ended. When the reconciler dies they are told to
    drain, so that what they run is finished or given back: a suspect is not blamed for the end of its keeper.
    """

    def __init__(self) -> None:
        self._processes: list[Child] = []
        self._started_at: list[float] = []

    def tend(self, waiting: int) -> None:
        """Start processes while more suspects wait than are there for them. To be called from the main thread.

        Those that are there count, busy or not: a busy one takes the next when it is done. Reconcilers know nothing of
        each other; a process too many finds nothing and ends.
        """
        now = time.monotonic()
        self._processes = [process for process in self._processes if self._lives(process)]
        self._started_at = [moment for moment in self._started_at if now - moment < PAUSE_SECONDS]
        wanted = min(waiting, settings.QUARANTINE_PROCESSES)
        while len(self._processes) < wanted and len(self._started_at) < settings.QUARANTINE_PROCESSES:
            self._started_at.append(now)
            self._processes.append(self._start())

    @staticmethod
    def _lives(process: Child) -> bool:
        if process.running and not process.is_frozen():
            return True
        process.kill()
        return False

    @staticmethod
    def _start() -> Child:
        child = Child("quarantine", COMMAND, patience_seconds=settings.WATCHDOG_SECONDS, parent_signal=signal.SIGTERM)
        child.start()
        return child

    def close(self) -> None:
        """Have them finish or give back what they run, and wait for it; who takes longer is ended."""
        for process in self._processes:
            process.terminate()
        ends = time.monotonic() + settings.SHUTDOWN_SECONDS
        while time.monotonic() < ends and any(process.running for process in self._processes):
            time.sleep(0.05)
        for process in self._processes:
            process.kill()
