"""`manage.py worker`: one Django-Q2 cluster that runs agent tasks."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django_q.signals import post_spawn

from sagemode.cluster import make_cluster
from sagemode.parent_death import forked_children_die_with_us
from sagemode.postgres import database


class Command(BaseCommand):
    help = "Run agent tasks: a Django-Q2 cluster of SAGE_WORKERS processes. Ctrl-C or SIGTERM lets running work finish."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, help="worker processes (default: SAGE_WORKERS)")

    def handle(self, *args: Any, **options: Any) -> None:
        from django_q.conf import Conf

        from sessions_app.engine.worker import current_worker

        if options["processes"]:
            Conf.WORKERS = options["processes"]
        warm_up()
        forked_children_die_with_us(signal.SIGKILL)
        # Each worker process starts its loop at once, so that it claims and gives signs of life before any message.
        post_spawn.connect(lambda **_: current_worker(), weak=False)
        with database(settings.DATA_DIR, settings.DATABASE_URL):
            cluster = make_cluster()
            cluster.start()
            cluster.sentinel.join()


def warm_up() -> None:
    """Load before the fork what every worker needs, so that processes share it and the first task does not wait."""
    from agents import checks, simulator  # noqa: F401
    from agents.checks.openapi import check_openapi
    from agents.deliverable import Artifact
    from sessions_app.engine import agent  # noqa: F401

    # The validator loads its schemas at first use: 0.15 s of CPU that the first session of each process would wait.
    check_openapi(Artifact(path="api/openapi.yaml", media_type="application/yaml", content="openapi: 3.1.0"))
