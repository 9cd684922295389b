"""Who owns a folder: one process at a time, for as long as it lives."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any, Self


class OwnerLock:
    """A lock file that says who holds it. The kernel frees it when the holder ends, also by `kill -9`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def acquire(self, *, shared: bool = False, **facts: Any) -> bool:
        """Take the lock without waiting; True when it is ours. `facts` are what others read in the file."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        if not shared:
            self.write(**facts)
        return True

    def write(self, **facts: Any) -> None:
        """Replace what others read about the holder; its pid is always there."""
        assert self._descriptor is not None
        text = json.dumps({"pid": os.getpid(), **facts}).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text, 0)

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two processes lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def read_holder(path: Path) -> dict[str, Any]:
    """What the last holder wrote, at least empty; whether it still lives only the lock itself can tell."""
    try:
        facts = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
