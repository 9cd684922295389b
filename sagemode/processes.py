"""A child process of the supervisor: started so that it cannot outlive us, ended with all it has started."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sagemode.parent_death import die_with_parent

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 30.0  # who ran so long starts again without a pause


@dataclass
class Child:
    """A program that is to run as long as the supervisor does, or once to its end."""

    name: str
    command: Sequence[str]
    pass_fds: tuple[int, ...] = ()
    log: Path | None = None  # where its output goes; without one, to ours
    quick_ends: int = 0  # how often in a row it ended before it was steady
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started_at: float = field(default=0.0, init=False)
    _start_again_at: float = field(default=0.0, init=False)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The code it ended with, negative for a signal; None while it runs or before it was started."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start it from the main thread, in a process group of its own: Ctrl-C in a terminal reaches us alone."""
        our_pid = os.getpid()
        with open(self.log, "ab") if self.log else nullcontext() as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=self.pass_fds,
                process_group=0,
                # Nobody is left to follow up on a SIGTERM, and the database knows what to give back.
                preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent_pid=our_pid),
            )
        self._started_at = time.monotonic()

    def ended_unasked(self) -> bool:
        """Say once that it has ended, and end what it left in its group; `due` tells when to start it again."""
        if self._process is None or self.running or self._start_again_at:
            return False
        self.kill()
        now = time.monotonic()
        self.quick_ends = self.quick_ends + 1 if now - self._started_at < STEADY_SECONDS else 0
        pause_seconds = FIRST_PAUSE_SECONDS * 2 ** (self.quick_ends - 1) if self.quick_ends else 0.0
        self._start_again_at = now + min(pause_seconds, LONGEST_PAUSE_SECONDS)
        return True

    def start_again_when_due(self) -> None:
        """Start it again once its pause is over: the longer, the oftener it ended early."""
        if self._start_again_at and time.monotonic() >= self._start_again_at:
            self._start_again_at = 0.0
            self.start()

    def terminate(self) -> None:
        """Ask it to finish; it tells its own children."""
        if self._process is not None and self.running:
            self._process.terminate()

    def kill(self) -> None:
        """End its whole process group at once."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):  # nobody of the group is left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
