"""Brings back what crashes left behind. Periodic, idempotent, and safe in any number: each look is a rule of its own.

Processes that are gone from this machine are noticed within half a second; everything else every few seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError

from sessions_app.engine import work
from sessions_app.engine.apply import apply
from sessions_app.engine.connections import drop_broken_connection, rows
from sessions_app.engine.heartbeat import beat
from sessions_app.engine.owner import current_owner, is_gone
from sessions_app.errors import Refusal
from sessions_app.rules.claims import lose_tasks, wake_again
from sessions_app.rules.ledger import settle_orphans
from sessions_app.rules.stages import mend_stages

log = logging.getLogger(__name__)
GLANCE_SECONDS = 0.5
LOOK_SECONDS = 5.0
UNANNOUNCED_SECONDS = 5
UNANNOUNCED_AT_ONCE = 100


class Reconciler:
    """Looks until `stop` is set."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.owner = current_owner()

    def run(self) -> None:
        """Look for ever, through every loss of the database."""
        looked_at = 0.0
        while not self.stop.is_set():
            try:
                drop_broken_connection()
                release_lost_processes()
                if time.monotonic() - looked_at >= LOOK_SECONDS:
                    looked_at = time.monotonic()
                    beat(self.owner, "reconciler")
                    rows(work.FORGET_OLD_BEATS)
                    look_once()
            except (OperationalError, InterfaceError) as error:
                log.warning("The reconciler could not reach the database: %s", type(error).__name__)
            except Exception:
                log.exception("The reconciler met an error of its own")
            self.stop.wait(GLANCE_SECONDS)
        rows(work.FORGET_BEAT, [self.owner])


def release_lost_processes() -> int:
    """Bring back the tasks of processes of this machine that are gone; return how many sessions were touched."""
    touched = 0
    for (owner,) in rows(work.OWNERS):
        if is_gone(owner):
            sessions = rows(work.SESSIONS_OF_OWNER, [owner])
            log.warning("Process %s is gone; its tasks go back", owner.split(":")[2])
            touched += _each(sessions, lose_tasks, owner, max_lost=settings.MAX_LOST)
    return touched


def look_once() -> None:
    """Bring back expired leases, send lost wake-ups again, move stalled stages on, settle orphaned reservations."""
    _each(rows(work.EXPIRED_SESSIONS), lose_tasks, None, max_lost=settings.MAX_LOST)
    _each(rows(work.STALLED_SESSIONS), mend_stages)
    _each(rows(work.ORPHANED_CALLS), settle_orphans)
    unannounced: dict[int, list[int]] = {}
    for task_id, session_id in rows(work.UNANNOUNCED_TASKS, [UNANNOUNCED_SECONDS, UNANNOUNCED_AT_ONCE]):
        unannounced.setdefault(session_id, []).append(task_id)
    for session_id, task_ids in unannounced.items():
        _each([(session_id,)], wake_again, task_ids)


def _each(sessions: list[tuple[Any, ...]], rule: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
    """Apply a rule to each session; what one refuses does not hold up the others."""
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
