"""Processes for tasks that have to run alone: forked by a reconciler while such tasks wait.

They are forked, not started: whoever waits for a quarantine has lost two processes already, and should not wait for
the loading of a third.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess

from django.conf import settings
from django.db import connections

from sagemode import pulse
from sagemode.parent_death import die_with_parent
from sagemode.pulse import Pulse
from sagemode.sentinel import call_this_process
from sagemode.warming import warm_up

IDLE_SECONDS = 3.0
PAUSE_SECONDS = 1.0  # in which each is started once at most: one that cannot start must not use up the machine


class Ward:
    """Keeps up to SAGE_QUARANTINE_PROCESSES processes that run one suspect after another.

    Each ends by itself when nothing more waits; one that is frozen is ended. When the reconciler dies they are told to
    drain, so that what they run is finished or given back: a suspect is not blamed for the end of its keeper.
    """

    def __init__(self) -> None:
        self._patients: list[tuple[BaseProcess, Pulse]] = []
        self._started_at: list[float] = []

    @property
    def pids(self) -> list[int]:
        """The processes that are there now."""
        return [process.pid or 0 for process, _ in self._patients]

    def tend(self, waiting: int) -> None:
        """Fork processes while more suspects wait than are there for them. To be called from the main thread.

        Those that are there count, busy or not: a busy one takes the next when it is done. Reconcilers know nothing of
        each other; a process too many finds nothing and ends.
        """
        now = time.monotonic()
        self._patients = [patient for patient in self._patients if _lives(*patient)]
        self._started_at = [moment for moment in self._started_at if now - moment < PAUSE_SECONDS]
        wanted = min(waiting, settings.QUARANTINE_PROCESSES)
        while len(self._patients) < wanted and len(self._started_at) < settings.QUARANTINE_PROCESSES:
            self._started_at.append(now)
            self._patients.append(_fork())

    def close(self) -> None:
        """Have them finish or give back what they run, and wait for it; who takes longer is ended."""
        for process, _ in self._patients:
            process.terminate()
        ends = time.monotonic() + settings.SHUTDOWN_SECONDS
        for process, _ in self._patients:
            process.join(max(ends - time.monotonic(), 0.0))
            process.kill()
            process.join()


def _fork() -> tuple[BaseProcess, Pulse]:
    warm_up()  # once; what is forked afterwards has it
    its_pulse = Pulse()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_run_suspects, args=(os.getpid(),), name="quarantine", daemon=True)
    with pulse.pulses_of_child(main=its_pulse):
        process.start()
    return process, its_pulse


def _lives(process: BaseProcess, its_pulse: Pulse) -> bool:
    if process.is_alive() and its_pulse.silent_seconds() < settings.WATCHDOG_SECONDS:
        return True
    process.kill()
    process.join()
    return False


def _run_suspects(parent_pid: int) -> None:
    """Run suspects one after another, until none is left or SIGTERM comes. Does not return."""
    from sessions_app.engine.heartbeat import alive
    from sessions_app.engine.worker import Worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    die_with_parent(signal.SIGTERM, parent_pid=parent_pid)
    call_this_process("alone")
    for connection in connections.all(initialized_only=True):
        connection.connection = None  # the reconciler's: to close it here would end it there
    alive.connect(lambda **_: pulse.beat(), weak=False, dispatch_uid="pulse")
    worker = Worker(alone=True)
    while not stop.wait(0.1) and (worker.running or time.monotonic() - worker.busy_at < IDLE_SECONDS):
        pass
    worker.drain()
    os._exit(0)  # whatever a task has left behind, in threads or at exit, ends here
