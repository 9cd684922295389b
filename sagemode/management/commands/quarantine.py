"""`manage.py quarantine`: runs tasks that have to run alone, one after another."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sagemode import pulse
from sagemode.postgres import database

IDLE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Run suspects, each alone in this process, and end when none is left. Reconcilers start it."

    def handle(self, *args: Any, **options: Any) -> None:
        from sessions_app.engine.heartbeat import alive
        from sessions_app.engine.worker import Worker

        alive.connect(lambda **_: pulse.beat(), weak=False, dispatch_uid="pulse")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with database(settings.DATA_DIR, settings.DATABASE_URL):
            worker = Worker(alone=True)
            while not stop.wait(0.1) and (worker.running or time.monotonic() - worker.busy_at < IDLE_SECONDS):
                pass
            worker.drain()
            os._exit(0)  # whatever a task has left behind, in threads or at exit, ends here
