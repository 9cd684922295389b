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
PAUSE_SECONDS = 1.0  # between two starts: a process that cannot start must not use up the machine


class Ward:
    """Keeps up to SAGE_QUARANTINE_PROCESSES processes that run one suspect after another.

    Each ends by itself when nothing more waits. When the reconciler dies they are told to drain, so that what they run
    is finished or given back: a suspect is not blamed for the end of its keeper.
    """

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._started_at = 0.0

    def tend(self, waiting: int) -> None:
        """Start a process when more suspects wait than processes are there for them. To be called from the main thread.

        Those that are there already count, busy or not: a busy one takes the next when it is done. Reconcilers know
        nothing of each other; a process too many finds nothing and ends.
        """
        self._processes = [process for process in self._processes if process.poll() is None]
        wanted = min(waiting, settings.QUARANTINE_PROCESSES)
        if len(self._processes) < wanted and time.monotonic() - self._started_at >= PAUSE_SECONDS:
            self._started_at = time.monotonic()
            our_pid = os.getpid()
            self._processes.append(
                subprocess.Popen(
                    COMMAND,
                    stdin=subprocess.DEVNULL,
                    process_group=0,
                    preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent_pid=our_pid),
                )
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
