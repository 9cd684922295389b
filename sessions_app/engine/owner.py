"""Which process holds a task, so that another process on the same machine can tell at once when it is gone."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path

HAS_PROC = Path("/proc/self/stat").exists()  # elsewhere nothing is known of a process, and its lease decides


def current_owner() -> str:
    """Return the identity of this process: boot id, inode of its pid namespace, pid, start time."""
    return _owner_of(os.getpid())


def host() -> str:
    """Return the name of this machine."""
    return socket.gethostname()


def is_gone(owner: str) -> bool:
    """Whether `owner` ran on this machine since its last start, seen from here, and is dead or a zombie now.

    Of a process elsewhere nothing is known: the answer is False, and its lease decides.
    """
    pid = pid_here(owner)
    if pid is None or not HAS_PROC:
        return False
    state, started = _stat(pid)
    return state in ("", "Z", "X") or started != owner.rpartition(":")[2]


def pid_here(owner: str) -> int | None:
    """Return the pid of a process that runs, or ran, on this machine since its last start; None elsewhere."""
    try:
        boot, namespace, pid, _start = owner.split(":")
        return int(pid) if (boot, namespace) == _place() else None
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _owner_of(pid: int) -> str:
    return ":".join((*_place(), str(pid), _stat(pid)[1]))


@lru_cache(maxsize=1)
def _place() -> tuple[str, str]:
    """Boot id and pid namespace; where there is no /proc, the machine's name stands for both."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return boot, str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        return host(), "0"


def _stat(pid: int) -> tuple[str, str]:
    """Return state letter and start time (clock ticks since boot) of a process; both empty when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "", ""
    # The name in parentheses may itself hold spaces and parentheses.
    fields = text.rpartition(")")[2].split()
    return fields[0], fields[19]
