"""`manage.py worker`: one Django-Q2 cluster that runs agent tasks."""

from __future__ import annotations

import signal
from multiprocessing import util
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_q.signals import post_spawn

from sagemode import pulse
from sagemode.cluster import NeverUp, WatchedCluster
from sagemode.parent_death import forked_children_die_with_us
from sagemode.postgres import database
from sagemode.roomy import make_room
from sagemode.sentinel import call_this_process
from sagemode.warming import warm_up


class Command(BaseCommand):
    help = "Run agent tasks: a Django-Q2 cluster of SAGE_WORKERS processes. Ctrl-C or SIGTERM lets running work finish."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, help="worker processes (default: SAGE_WORKERS)")

    def handle(self, *args: Any, **options: Any) -> None:
        from django_q.conf import Conf

        from sessions_app.engine.heartbeat import alive

        if options["processes"]:
            Conf.WORKERS = options["processes"]
        make_room(settings.WORKER_CONCURRENCY)
        warm_up()
        forked_children_die_with_us(signal.SIGKILL)
        post_spawn.connect(begin_work, dispatch_uid="work")
        alive.connect(lambda **_: pulse.beat("loop"), weak=False, dispatch_uid="pulse")
        with database(settings.DATA_DIR, settings.DATABASE_URL):
            try:
                WatchedCluster().run()
            except NeverUp as error:
                raise CommandError(str(error)) from error


def begin_work(**_: Any) -> None:
    """Start a new worker's loop at once, so that it claims and gives signs of life before any message; and let it go.

    SIGTERM makes it leave Django-Q's loop, wherever that is; draining hangs on the end of the process. Until the loop
    stands a SIGTERM does nothing here, since there would be nobody to give back what was claimed: the sentinel repeats
    it.
    """
    from sessions_app.engine.worker import current_worker

    call_this_process("worker")
    current_worker()
    # First of all that is done at the end: a second SIGTERM must not end the draining.
    util.Finalize(None, signal.signal, args=(signal.SIGTERM, signal.SIG_IGN), exitpriority=1000)
    signal.signal(signal.SIGTERM, _leave)


def _leave(*_: Any) -> None:
    raise SystemExit(0)
