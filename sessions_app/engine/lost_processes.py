"""Processes of this machine that are gone: noticed at once, and what they held is brought back."""

from __future__ import annotations

import logging
import os
import select
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError

from sessions_app.engine import work
from sessions_app.engine.apply import apply
from sessions_app.engine.connections import rows
from sessions_app.engine.owner import is_gone, pid_here
from sessions_app.errors import Refusal
from sessions_app.rules.claims import lose_tasks

log = logging.getLogger(__name__)


def release_lost_processes() -> int:
    """Bring back the tasks of processes of this machine that are gone; return how many sessions were touched."""
    touched = 0
    for (owner,) in rows(work.HOLDERS):
        if is_gone(owner):
            sessions = rows(work.SESSIONS_OF_OWNER, [owner])
            log.warning("Process %s is gone; its tasks go back", owner.split(":")[2])
            touched += apply_to_each(sessions, lose_tasks, owner, max_lost=settings.MAX_LOST)
    return touched


def apply_to_each(sessions: list[tuple[Any, ...]], rule: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
    """Apply a rule to each session; what one refuses does not hold up the others. Return how many took it."""
    done = 0
    for (session_id,) in sessions:
        try:
            apply(session_id, rule, *args, **kwargs)
            done += 1
        except Refusal as refusal:
            log.info("Session %s was left for later: %s", session_id, refusal)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("Session %s could not be looked after", session_id)
    return done


class ProcessWatch:
    """Sleeps until a process that is watched has ended (Linux: a pidfd of each; elsewhere it only sleeps)."""

    def __init__(self) -> None:
        self._watched: dict[str, int] = {}  # owner -> its pidfd, or -1 once it has ended
        self._poll = select.poll()

    def watch(self, owners: Iterable[str]) -> None:
        """Watch these processes and no others; those of other machines cannot be watched."""
        wanted = set(owners)
        for owner in self._watched.keys() - wanted:
            self._close(owner)
            del self._watched[owner]
        for owner in wanted - self._watched.keys():
            pid = pid_here(owner)
            if pid is None or not hasattr(os, "pidfd_open"):
                continue
            try:
                pidfd = os.pidfd_open(pid)
            except OSError:
                continue  # gone already: whoever asks next is told so
            self._watched[owner] = pidfd
            if is_gone(owner):  # the number was given to somebody else before we opened it
                self._close(owner)
                continue
            self._poll.register(pidfd, select.POLLIN)

    def sleep(self, seconds: float) -> bool:
        """Sleep for so long, or until one of them ends: then True."""
        ended = {pidfd for pidfd, _ in self._poll.poll(seconds * 1000)} if self._watched else set()
        if not self._watched:
            time.sleep(seconds)
        for owner, pidfd in self._watched.items():
            if pidfd in ended:
                self._close(owner)  # told once: what could not be brought back is looked for every time
        return bool(ended)

    def close(self) -> None:
        """Watch nobody any more."""
        self.watch(())

    def _close(self, owner: str) -> None:
        pidfd = self._watched[owner]
        if pidfd >= 0:
            with suppress(KeyError):
                self._poll.unregister(pidfd)
            os.close(pidfd)
            self._watched[owner] = -1
