"""Processes for tasks that have to run alone: started by a reconciler while such tasks wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from django.conf import settings

from sagemode.parent_death import die_with_parent

COMMAND = [sys.executable, str(settings.BASE_DIR / "manage.py"), "quarantine", "--skip-checks"]
PAUSE_SECONDS = 1.0  # in which each is started once at most: one that cannot start must not use up the machine


class Ward:
    """Keeps up to SAGE_QUARANTINE_PROCESSES processes that run one suspect after another.

    Each ends by itself when nothing more waits. When the reconciler dies they are told to drain, so that what they run
    is finished or given back: a suspect is not blamed for the end of its keeper.
    """

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._started_at: list[float] = []

    def tend(self, useful: int) -> None:
        """Start processes until there are as many as are useful. To be called from the main thread.

        Reconcilers know nothing of each other; a process too many finds nothing and ends.
        """
        now = time.monotonic()
        self._processes = [process for process in self._processes if process.poll() is None]
        self._started_at = [moment for moment in self._started_at if now - moment < PAUSE_SECONDS]
        wanted = min(useful, settings.QUARANTINE_PROCESSES)
        while len(self._processes) < wanted and len(self._started_at) < settings.QUARANTINE_PROCESSES:
            self._started_at.append(now)
            self._processes.append(self._start())

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        our_pid = os.getpid()
        return subprocess.Popen(
            COMMAND,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent_pid=our_pid),
        )

    def close(self) -> None:
        """Have them finish or give back what they run, and wait for it; who takes longer is ended."""
        for process in self._processes:
            process.terminate()
        ends = time.monotonic() + settings.SHUTDOWN_SECONDS
        for process in self._processes:
            try:
                process.wait(max(ends - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
