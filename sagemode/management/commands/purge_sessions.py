"""`manage.py purge_sessions`: what was deleted long ago goes for good."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.database.limits import time_limit
from sagemode.following import refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app.rules.purges import purge_session, purgeable
from sessions_app.terminal.exit_codes import BAD_INPUT
from sessions_app.terminal.figures import count

LONGEST_STATEMENT_SECONDS = 600  # a session may have millions of rows


class Command(BaseCommand):
    """Each session is one transaction; ended in the middle, the command has done what it has said."""

    help = (
        "Remove the rows of sessions that were deleted long ago; of each a tombstone stays, with its chain's id and "
        "head. Exit code: 0 done, 1 failed, 2 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than", metavar="DAYS", type=int, default=30, help="deleted at least so many days ago; default 30"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say which")

    def handle(self, *args: Any, **options: Any) -> None:
        say, days = say_to(self.stdout), options["older_than"]
        refuse_broken_settings()
        if not 0 <= days <= 36_500:
            raise CommandError("--older-than is a number of days from 0 to 36500.", returncode=BAD_INPUT)
        with (
            refusals_as_sentences(),
            time_limit(LONGEST_STATEMENT_SECONDS),
            database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)),
        ):
            try:
                due = list(purgeable(older_than_days=days).values_list("pk", flat=True)) if tables_are_current() else []
                done = 0
                for session_id in due:
                    if options["dry_run"]:
                        say(f"session {session_id} would go")
                    elif gone := purge_session(session_id, older_than_days=days):
                        say(f"session {session_id} of {count(gone.events, 'event')} is gone; chain {gone.chain_id}")
                        done += 1
            finally:
                connections.close_all()
        if not options["dry_run"]:
            say(f"{count(done, 'session')} purged")
