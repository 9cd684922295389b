"""A socket tells what happens from now on; what its client lacks, or has already, it does not know."""

from __future__ import annotations

from sessions_app.live.watcher import Watcher
from tests.chaos.bugs import replace

NAME = "socket_without_sequence"


def plant() -> None:
    replace(Watcher, "has_caught_up", goes_live)


def goes_live(self: Watcher) -> bool:
    self.is_live = True
    return True
