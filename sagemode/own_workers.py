"""Workers and a reconciler for the length of one command, where nobody else runs any."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from sagemode.processes import Child
from sessions_app.engine.owner import is_gone
from sessions_app.queries.workers import living_owners

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
LOG_NAME = "own-workers.log"
LONGEST_LOG_BYTES = 10_000_000
READY_SECONDS = 60.0
LOOK_SECONDS = 2.0
TELL_AFTER_SECONDS = 3.0
GIVE_UP_AFTER = 4  # quick ends in a row


class NoWorkers(Exception):
    """Our own workers do not stay alive; the message says why."""


class OwnWorkers:
    """Starts what is missing, keeps it running, and ends it with the block; the block begins when somebody works.

    Everything is a child of this process, started from its main thread, so that nothing outlives us whatever ends us.
    What the children print goes to a file in the data folder: our own output is for the session.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._log: Path = settings.DATA_DIR / LOG_NAME
        self._children: dict[str, Child] = {}
        # The reconciler comes with the first look, two seconds later: on a small machine two processes that start
        # take twice as long, and what it mends cannot be broken yet.
        self._look_at = 0.0

    def __enter__(self) -> Self:
        if self._log.exists() and self._log.stat().st_size > LONGEST_LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        try:
            self._start_missing("worker", "worker", cluster="agents")
            if self._children:
                self._say("Starting workers")
                self._wait_for_the_worker()
        except BaseException:
            self._stop()
            raise
        self._look_at = time.monotonic() + LOOK_SECONDS
        return self

    def __exit__(
        self, type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt) and self._children:
            self._say("Stopping: what runs may finish or is given back. Ctrl-C again ends it at once.")
        self._stop()

    def keep_going(self) -> None:
        """See to it that somebody works: to be called often, asks every two seconds. Raises NoWorkers."""
        self._keep_running()
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_SECONDS
            self._start_missing("worker", "worker", cluster="agents")
            self._start_missing("reconciler", "reconcile", cluster="reconciler")

    def ask_to_end(self) -> None:
        """Have them end while we do something else; the end of the block waits for them."""
        for child in self._children.values():
            child.terminate()

    def _start_missing(self, name: str, command: str, *, cluster: str) -> None:
        if name not in self._children and not someone_works(cluster):
            # The checks load every page and every route; they belong to `start`, and to the tests.
            child = Child(
                name, [*MANAGE, command, "--skip-checks"], log=self._log, patience_seconds=settings.WATCHDOG_SECONDS
            )
            self._children[name] = child
            child.start()

    def _keep_running(self) -> None:
        for child in self._children.values():
            if child.is_frozen():
                child.kill()
            if child.ended_unasked() and (ends := child.restarts.quick_ends) >= GIVE_UP_AFTER:
                raise NoWorkers(f"The {child.name} ended {ends} times in a row:\n{self._last_words()}")
            child.start_again_when_due()

    def _wait_for_the_worker(self) -> None:
        ends = time.monotonic() + READY_SECONDS
        while not someone_works("agents"):
            self._keep_running()
            if time.monotonic() > ends:
                raise NoWorkers(f"No worker was ready after {READY_SECONDS:g} s:\n{self._last_words()}")
            time.sleep(0.02)

    def _stop(self) -> None:
        """Let running work finish or be given back, within SAGE_SHUTDOWN_SECONDS; Ctrl-C ends it at once."""
        self.ask_to_end()
        began, told = time.monotonic(), False
        try:
            while any(child.running for child in self._children.values()):
                waited = time.monotonic() - began
                if waited > settings.SHUTDOWN_SECONDS + 1:
                    break
                if waited > TELL_AFTER_SECONDS and not told:
                    self._say("Waiting for the workers to finish or give back what they hold. Ctrl-C ends them now.")
                    told = True
                time.sleep(0.02)
        except KeyboardInterrupt:
            self._say("Ended the workers by force; the next ones take over what they held.")
        finally:
            for child in self._children.values():
                child.kill()

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join([*lines[-8:], f"({self._log} has the rest.)"])


def someone_works(cluster: str) -> bool:
    """Whether a process of the cluster gave a sign of life lately and is not known to be gone since."""
    return not all(is_gone(owner) for owner in living_owners(cluster))
