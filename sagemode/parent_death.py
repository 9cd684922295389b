"""A child that does not outlive its parent, whatever ends the parent (Linux: PR_SET_PDEATHSIG)."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

# Loaded here, in the parent: a child between fork and exec must not look for libraries.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_forking_pid = os.getpid()


def die_with_parent(signal_number: int, *, parent_pid: int | None = None) -> None:
    """Have the kernel send this process the signal when its parent ends; to be called in a new child.

    The kernel watches the *thread* that forked, so start children from the main thread. A change of user clears the
    wish: call this after it. With `parent_pid` a parent that ended before the call counts too. Elsewhere than on Linux
    nothing happens.
    """
    if _libc is None:
        return
    if _libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if parent_pid is not None and os.getppid() != parent_pid:
        os.kill(os.getpid(), signal_number)


def forked_children_die_with_us(signal_number: int = signal.SIGKILL) -> None:
    """From now on every process forked by this one, and by those, ends with the process that forked it."""
    os.register_at_fork(
        before=_remember_who_forks,
        after_in_child=lambda: die_with_parent(signal_number, parent_pid=_forking_pid),
    )


def _remember_who_forks() -> None:
    global _forking_pid
    _forking_pid = os.getpid()
