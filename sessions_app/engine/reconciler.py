"""Brings back what crashes left behind. Periodic, idempotent, and safe in any number: each look is a rule of its own.

Processes that end on this machine are noticed at once, everything else every few seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError

from sessions_app.engine import retention, work
from sessions_app.engine.connections import drop_broken_connection, rows
from sessions_app.engine.heartbeat import beat
from sessions_app.engine.lost_processes import ProcessWatch, apply_to_each, release_lost_processes
from sessions_app.engine.owner import current_owner
from sessions_app.engine.retention import erase_old_texts
from sessions_app.rules.claims import SUSPECT_AFTER, lose_tasks, wake_again
from sessions_app.rules.control import pause_overlong
from sessions_app.rules.ledger import settle_orphans
from sessions_app.rules.questions import default_overdue
from sessions_app.rules.stages import mend_stages

log = logging.getLogger(__name__)
GLANCE_SECONDS = 0.5
LOOK_SECONDS = 5.0
UNANNOUNCED_SECONDS = 5
UNANNOUNCED_AT_ONCE = 100


class Reconciler:
    """Looks until `stop` is set. `tend` is told at every glance how many processes the suspects could use."""

    def __init__(self, tend: Callable[[int], None] | None = None) -> None:
        self.stop = threading.Event()
        self.owner = current_owner()
        self._tend = tend
        self._watch = ProcessWatch()
        self._looked_at = 0.0
        self._erases_at = 0.0

    def run(self) -> None:
        """Look for ever, through every loss of the database."""
        while not self.stop.is_set():
            try:
                drop_broken_connection()
                self._glance()
                if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                    self._looked_at = time.monotonic()
                    beat(self.owner, "reconciler")
                    rows(work.FORGET_OLD_BEATS)
                    look_once()
                    self._erase()
            except (OperationalError, InterfaceError) as error:
                log.warning("The reconciler could not reach the database: %s", type(error).__name__)
            except Exception:
                log.exception("The reconciler met an error of its own")
            if not self.stop.is_set():
                self._watch.sleep(GLANCE_SECONDS)
        self._watch.close()
        rows(work.FORGET_BEAT, [self.owner])

    def _erase(self) -> None:
        if time.monotonic() >= self._erases_at:
            is_more = erase_old_texts()
            self._erases_at = time.monotonic() + (0 if is_more else retention.LOOK_SECONDS)

    def _glance(self) -> None:
        self._watch.watch(owner for (owner,) in rows(work.HOLDERS) + rows(work.WORKERS))
        release_lost_processes()
        if self._tend is not None:
            [(waiting, running)] = rows(work.COUNT_SUSPECTS, [SUSPECT_AFTER])
            self._tend(waiting + running if waiting else 0)


def look_once() -> None:
    """Bring back expired leases, send lost wake-ups again, move stalled stages on, settle orphaned reservations,
    take the defaults of questions whose time is up, and pause sessions that have been going for too long."""
    apply_to_each(rows(work.EXPIRED_SESSIONS), lose_tasks, None, max_lost=settings.MAX_LOST)
    apply_to_each(rows(work.STALLED_SESSIONS), mend_stages)
    apply_to_each(rows(work.ORPHANED_CALLS), settle_orphans)
    apply_to_each(rows(work.OVERDUE_QUESTIONS), default_overdue)
    if longest_seconds := settings.LONGEST_RUN_SECONDS:
        overlong = rows(work.OVERLONG_SESSIONS, [longest_seconds])
        apply_to_each(overlong, pause_overlong, longest_seconds=longest_seconds)
    unannounced: dict[int, list[int]] = {}
    parameters = [SUSPECT_AFTER, UNANNOUNCED_SECONDS, UNANNOUNCED_AT_ONCE]
    for task_id, session_id in rows(work.UNANNOUNCED_TASKS, parameters):
        unannounced.setdefault(session_id, []).append(task_id)
    for session_id, task_ids in unannounced.items():
        apply_to_each([(session_id,)], wake_again, task_ids)
