"""Django-Q2's cluster, with a main process that judges it: what ends or freezes is ended whole and started anew."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from contextlib import suppress
from types import FrameType

import django_q.cluster
from django.conf import settings
from django_q.cluster import Cluster
from django_q.signals import post_execute

from sagemode import pulse
from sagemode.broker import CANARY
from sagemode.packet_queue import PacketQueue
from sagemode.processes import Restarts, has_ended
from sagemode.pulse import Pulse
from sagemode.sentinel import Doubt, WatchfulSentinel, call_this_process
from sagemode.unguarded import UnguardedEvent, UnguardedValue

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.2
GRACE_SECONDS = 1.0  # beyond SAGE_SHUTDOWN_SECONDS, within which the workers give back what they hold
# A canary sets out every third of the watchdog's time, and the sentinel comes first: it replaces single processes.
ECHO_PATIENCE = 4 / 3
GIVE_UP_AFTER = 4  # starts in a row that never came up


class NeverUp(Exception):
    """The cluster ends again and again while it starts; its own messages say why."""


class WatchedCluster(Cluster):
    """A cluster below this process, in a process group of its own, whose queues, timers and events hold no lock.

    Its sentinel judges workers, pusher and monitor one by one; this process judges the sentinel, and the whole by a
    canary: a message that goes through pusher, queue, worker and monitor. It touches no queue and no table itself, so
    nothing that can freeze them can freeze it.
    """

    def __init__(self) -> None:
        django_q.cluster.Queue = PacketQueue
        django_q.cluster.Value = UnguardedValue
        django_q.cluster.Event = UnguardedEvent
        post_execute.connect(_hear, dispatch_uid="canary")
        self._asked_to_stop = False
        self._hurry = False
        super().__init__()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT, and return when all work has ended or was given back; a second SIGINT ends all.

        Raises NeverUp.
        """
        call_this_process("cluster")
        restarts, failures = Restarts(), 0
        while not self._asked_to_stop:
            began = time.monotonic()
            self.start()
            reason = self._watch()
            failures = 0 if self.start_event.is_set() else failures + 1
            self._end_all()
            if self._asked_to_stop:
                return
            log.critical("The cluster %s; it is started again", reason)
            if failures >= GIVE_UP_AFTER:
                raise NeverUp(f"The cluster ended {failures} times in a row while it started.")
            again_at = time.monotonic() + restarts.pause_after(time.monotonic() - began)
            while time.monotonic() < again_at and not self._asked_to_stop:
                self._pause()

    def start(self) -> int:
        """Start the sentinel, which starts the rest, and return its process id."""
        self.stop_event, self.start_event = UnguardedEvent(), UnguardedEvent()
        self._pulses = {"main": Pulse(), "echo": Pulse()}
        self._doubt = Doubt()
        self.sentinel = multiprocessing.get_context("fork").Process(
            target=WatchfulSentinel, args=(self.stop_event, self.start_event, self.cluster_id)
        )
        with pulse.pulses_of_child(**self._pulses):
            self.sentinel.start()
        for each in self._pulses.values():
            each.beat()  # judged from now on
        self._pid = self.sentinel.pid or 0
        return self._pid

    def sig_handler(self, signum: int, frame: FrameType | None) -> None:
        """Note that we are to end; the loop does the rest."""
        self._hurry = self._hurry or (self._asked_to_stop and signum == signal.SIGINT)
        self._asked_to_stop = True

    def _watch(self) -> str:
        """Return when the cluster has ended or has to be ended, and why."""
        ends = None
        while not has_ended(self._pid):
            if self._asked_to_stop and ends is None:
                self.stop_event.set()
                ends = time.monotonic() + settings.SHUTDOWN_SECONDS + GRACE_SECONDS
            if self._hurry or (ends is not None and time.monotonic() > ends):
                return "was ended by force"
            if self._doubt.confirmed(self._pulses["main"], settings.WATCHDOG_SECONDS):
                return "is frozen: its sentinel is silent"
            if ends is None and self._doubt.confirmed(self._pulses["echo"], settings.WATCHDOG_SECONDS * ECHO_PATIENCE):
                return "is frozen: no message comes through"
            self._pause()
        return "has ended"

    def _pause(self) -> None:
        pulse.beat()
        time.sleep(LOOK_SECONDS)

    def _end_all(self) -> None:
        """End what is left of the cluster, with its whole group. The dead sentinel keeps its number until we ask."""
        with suppress(ProcessLookupError):  # killed before it had a group
            os.killpg(self._pid, signal.SIGKILL)
        self.sentinel.kill()
        self.sentinel.join()


def _hear(task: dict[str, object], **_: object) -> None:
    """Stamp the echo, in the monitor, when the canary has come through."""
    if task.get("func") == CANARY:
        pulse.beat("echo")
