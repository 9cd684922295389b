"""A process beside the reconciler that asks the providers how they are, so that one that hangs holds up nobody."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from multiprocessing.process import BaseProcess

from django.db import InterfaceError, OperationalError, connections

from agents.health import is_one_due, look_after_providers
from sagemode import pulse
from sagemode.parent_death import die_with_parent

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0  # between two looks whether a provider is due
LONGEST_SECONDS = 30.0  # that asking may take in all; each provider has five


class Lookout:
    """Forks a process whenever a provider is due. It asks all that are, writes down what they say, and ends.

    A process of its own, not a thread: the reconciler forks quarantines as well, and what is forked beside a thread may
    inherit a lock that nobody will open.
    """

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._began_at = 0.0
        self._looked_at = float("-inf")

    def tend(self) -> None:
        """See to it that providers which are due are asked. To be called from the main thread, often."""
        now = time.monotonic()
        if self._process is not None:
            if self._process.is_alive() and now - self._began_at < LONGEST_SECONDS:
                return
            self.close()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        if _is_one_due():
            self._began_at = now
            self._process = _fork()

    def close(self) -> None:
        """End the process that is asking; whoever looks next asks anew."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _is_one_due() -> bool:
    """Ask the database; what goes wrong beyond a lost connection must not hold up the reconciler."""
    try:
        return is_one_due()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("The providers could not be looked after")
        return False


def _fork() -> BaseProcess:
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_ask, args=(os.getpid(),), name="lookout", daemon=True)
    with pulse.pulses_of_child():
        process.start()
    return process


def _ask(parent_pid: int) -> None:
    """Ask the providers that are due. Does not return."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    die_with_parent(signal.SIGKILL, parent_pid=parent_pid)
    for connection in connections.all(initialized_only=True):
        connection.connection = None  # the reconciler's: to close it here would end it there
    try:
        for state in look_after_providers():
            if state.has_changed and state.is_down:
                log.warning("%s %s", state.sentence, state.meaning)
            elif state.has_changed:
                log.info("%s", state.message)
    except Exception:
        log.exception("The providers could not be asked")
    finally:
        os._exit(0)  # whatever a provider has left hanging ends here
