"""The sentinel of a cluster: Django-Q2's, which also ends children that live and do not stir, and can drain."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django_q.cluster import Sentinel
from django_q.conf import Conf
from django_q.status import Stat
from django_q.worker import worker

from sagemode import pulse
from sagemode.pulse import Pulse

log = logging.getLogger(__name__)
PROBE_SECONDS = 3
PROBE_EVERY_SECONDS = 3.0
ASK_AGAIN_SECONDS = 1.0  # a child that has only just been forked does not hear the first SIGTERM
MONITOR_SECONDS = 3.0


class WatchfulSentinel(Sentinel):
    """Keeps workers, pusher and monitor going, each judged by its own pulse. The constructor runs until the end.

    Who is silent for SAGE_WATCHDOG_SECONDS although the database answers is killed and replaced; its neighbours go on.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        os.setpgid(0, 0)  # the cluster's main process ends us with all our children
        call_this_process("sentinel")
        self._doubt = Doubt()
        super().__init__(*args, **kwargs)

    def start(self) -> None:
        # As a SIGTERM to the main process; process managers often send it to every process.
        signal.signal(signal.SIGTERM, lambda *_: self.stop_event.set())
        super().start()

    def spawn_process(self, target: Callable[..., Any], *args: Any) -> Any:
        pulses = {"main": Pulse()}
        pulses["main"].beat()  # judged from now on; its loop from its first beat
        if target == worker:
            pulses["loop"] = Pulse()
            call = (target, *args)
        else:
            call = (_until_told, target, *args)
        echo = pulse.echo_for_children()
        with pulse.pulses_of_child(**pulses, **({"echo": echo} if echo else {})):
            process = super().spawn_process(*call)
        process.pulses = pulses
        return process

    def guard(self) -> None:
        """Look after the children until we are told to stop."""
        self.start_event.set()
        while not self.stop_event.wait(Conf.GUARD_CYCLE):
            pulse.beat()
            if os.getppid() != self.parent_pid:  # where the kernel does not end us with our parent
                os.killpg(0, signal.SIGKILL)
            for process in (*self.pool, self.monitor, self.pusher):
                self._look_after(process)
            Stat(self).save()
        self.stop()

    def _look_after(self, process: Any) -> None:
        limit_seconds = process.timer.value if process in self.pool else -1  # of the entry point it runs, -1 when idle
        if not process.is_alive() or limit_seconds == 0:
            self.reincarnate(process)
            return
        for part, its_pulse in process.pulses.items():
            patience_seconds = settings.WATCHDOG_SECONDS
            if part == "main":  # which takes the next message only when its entry point has ended
                patience_seconds = max(patience_seconds, limit_seconds)
            if self._doubt.confirmed(its_pulse, patience_seconds):
                log.critical("Process %s is frozen (its %s is silent): it is replaced", process.pid, part)
                process.kill()  # the next look finds it dead
                return

    def stop(self) -> None:
        """End the pusher, have the workers finish or give back what they hold, and then end the monitor.

        Takes as long as the workers take; the main process ends us when that is too long. What the pusher had in its
        hands stays in the database.
        """
        self.pusher.kill()
        ask_at = 0.0
        while any(process.is_alive() for process in self.pool):
            if time.monotonic() >= ask_at:
                ask_at = time.monotonic() + ASK_AGAIN_SECONDS
                for process in self.pool:
                    process.terminate()
            pulse.beat()
            time.sleep(0.05)
        self.result_queue.put("STOP")
        self.monitor.join(MONITOR_SECONDS)
        self.monitor.kill()
        self.pusher.join()
        self.monitor.join()


def _until_told(target: Callable[..., Any], *args: Any) -> None:
    """Run pusher or monitor, which outlast the workers: a SIGTERM to all processes is not for them."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    call_this_process(target.__name__)
    target(*args)


def call_this_process(name: str) -> None:
    """Have `ps` and `top` show what this process of the cluster is, where the system lets us."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(f"sage-{name}")


class Doubt:
    """Tells who is frozen from who waits for the database: nobody is judged unless it answers meanwhile."""

    def __init__(self) -> None:
        self._asked_at = 0.0
        self._answered = True

    def confirmed(self, suspect: Pulse, patience_seconds: float) -> bool:
        """Whether it has been silent for so long, and the database answered whenever asked in the second half of it."""
        silent_seconds = suspect.silent_seconds()
        if silent_seconds < patience_seconds / 2:
            return False
        if time.monotonic() - self._asked_at >= PROBE_EVERY_SECONDS:
            self._answered = database_answers()
            self._asked_at = time.monotonic()
        if not self._answered:
            suspect.forgive()
            return False
        return silent_seconds >= patience_seconds


def database_answers() -> bool:
    """Whether the database lets us in within three seconds; a stopped server, or one that recovers, does not."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "pool", "prepare_threshold"):
        parameters.pop(name, None)
    try:
        psycopg.connect(**parameters | {"connect_timeout": PROBE_SECONDS}).close()
    except psycopg.Error:
        return False
    return True
