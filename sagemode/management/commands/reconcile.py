"""`manage.py reconcile`: brings back what crashes left behind."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from sagemode import pulse
from sagemode.lookout import Lookout
from sagemode.postgres import database
from sagemode.quarantine import Ward
from sessions_app.engine.lost_processes import release_lost_processes
from sessions_app.engine.reconciler import Reconciler, look_once


class Command(BaseCommand):
    help = "Bring back work of dead workers and lost wake-ups. Any number may run; Ctrl-C or SIGTERM ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and end")

    def handle(self, *args: Any, **options: Any) -> None:
        with database(settings.DATA_DIR, settings.DATABASE_URL):
            if options["once"]:
                release_lost_processes()
                look_once()
                return
            ward, lookout = Ward(), Lookout()

            def tend(suspects: int) -> None:
                ward.tend(suspects)
                lookout.tend()

            reconciler = Reconciler(tend=tend)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: reconciler.stop.set())
            with connection.execute_wrapper(beating):  # each statement is one: a look at a large backlog takes long
                reconciler.run()
            lookout.close()
            ward.close()


def beating(execute: Callable[..., Any], *statement: Any) -> Any:
    """Run a statement, and give a sign of life whether or not it succeeds."""
    pulse.beat()
    return execute(*statement)
