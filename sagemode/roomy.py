"""What a process needs of the system that makes many model calls at once."""

from __future__ import annotations

import logging
import resource
from contextlib import suppress

log = logging.getLogger(__name__)
FILES_BESIDES = 512  # connections to the database, pipes, logs, what libraries open


def make_room(calls: int) -> None:
    """Let this process and its children keep a connection open for each of so many calls; a shell allows 1,024."""
    wanted = calls + FILES_BESIDES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        if allowed < wanted:
            log.warning("%s open files are allowed (ulimit -n), and %s calls at once need %s", allowed, calls, wanted)
