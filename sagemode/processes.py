"""A child process of the supervisor: started so that it cannot outlive us, ended with all it has started."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sagemode import pulse
from sagemode.parent_death import die_with_parent
from sagemode.pulse import Pulse

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 30.0  # who ran so long starts again without a pause


def has_ended(pid: int) -> bool:
    """Whether a child has ended. It stays a zombie, so that its number, and its group's, cannot be somebody else's."""
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], stdout=subprocess.PIPE)  # macOS
    return shown.stdout.startswith(b"Z")


@dataclass
class Restarts:
    """How long to wait before something is started again: the longer, the oftener it ended early."""

    quick_ends: int = 0  # how often in a row it ended before it was steady

    def pause_after(self, lived_seconds: float) -> float:
        """Count an end, and return the seconds to wait."""
        self.quick_ends = self.quick_ends + 1 if lived_seconds < STEADY_SECONDS else 0
        pause_seconds = FIRST_PAUSE_SECONDS * 2 ** (self.quick_ends - 1) if self.quick_ends else 0.0
        return min(pause_seconds, LONGEST_PAUSE_SECONDS)


@dataclass
class Child:
    """A program that is to run as long as the supervisor does, or once to its end."""

    name: str
    command: Sequence[str]
    pass_fds: tuple[int, ...] = ()
    log: Path | None = None  # where its output goes; without one, to ours
    patience_seconds: float = 0  # who has given signs of life and then none for so long is ended; 0: nobody looks
    restarts: Restarts = field(default_factory=Restarts)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _pulse: Pulse | None = field(default=None, init=False)
    _started_at: float = field(default=0.0, init=False)
    _start_again_at: float = field(default=0.0, init=False)

    @property
    def running(self) -> bool:
        """Whether it runs. One that has ended keeps its number until `kill` has ended its group as well."""
        return self._process is not None and self._process.returncode is None and not has_ended(self._process.pid)

    @property
    def exit_code(self) -> int | None:
        """The code it ended with, negative for a signal; None while it runs or before it was started."""
        if self._process is None or self.running:
            return None
        self.kill()
        return self._process.returncode

    def start(self) -> None:
        """Start it from the main thread, in a process group of its own: Ctrl-C in a terminal reaches us alone."""
        our_pid = os.getpid()
        environment, inherited = dict(os.environ), list(self.pass_fds)
        with ExitStack() as files:
            output = files.enter_context(open(self.log, "ab")) if self.log else None
            if self.patience_seconds:
                memory = files.enter_context(tempfile.TemporaryFile())
                memory.truncate(1)
                self._pulse = Pulse(memory.fileno())
                environment[pulse.VARIABLE] = str(memory.fileno())
                inherited.append(memory.fileno())
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                pass_fds=inherited,
                process_group=0,
                # Nobody is left to follow up on a SIGTERM, and the database knows what to give back.
                preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent_pid=our_pid),
            )
        self._started_at = time.monotonic()

    def is_frozen(self) -> bool:
        """Look at its signs of life, to be called often: whether there was none for as long as our patience lasts."""
        if self._pulse is None or self._start_again_at or not self.running:
            return False
        return self._pulse.silent_seconds() >= self.patience_seconds

    def ended_unasked(self) -> bool:
        """Say once that it has ended, and end what it left in its group; `due` tells when to start it again."""
        if self._process is None or self.running or self._start_again_at:
            return False
        self.kill()
        now = time.monotonic()
        self._start_again_at = now + self.restarts.pause_after(now - self._started_at)
        return True

    def start_again_when_due(self) -> None:
        """Start it again once its pause is over: the longer, the oftener it ended early."""
        if self._start_again_at and time.monotonic() >= self._start_again_at:
            self._start_again_at = 0.0
            self.start()

    def terminate(self) -> None:
        """Ask it to finish; it tells its own children."""
        if self._process is not None and self.running:
            os.kill(self._process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End its whole process group at once, also what it left behind when it ended."""
        if self._process is None or self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):  # nobody of the group is left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
