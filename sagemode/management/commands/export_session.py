"""`manage.py export_session`: what a session has made, as a folder."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from sagemode.following import folder_named, refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app.journal.export import bundle_of, write_folder
from sessions_app.terminal.exit_codes import BAD_INPUT
from sessions_app.terminal.figures import count


class Command(BaseCommand):
    """Writes the bundle that the API gives as a zip; a session that still runs gives what exists so far."""

    help = (
        "Write a session's files, decision records and journal into a folder. Exit code: 0 done, 1 failed, 2 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session_id", metavar="ID", type=int)
        parser.add_argument("--out", metavar="DIR", type=folder_named, required=True, help="the bundle's folder itself")

    def handle(self, *args: Any, **options: Any) -> None:
        say = say_to(self.stdout)
        refuse_broken_settings()
        session_id, folder = options["session_id"], options["out"]
        with refusals_as_sentences(), database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)):
            try:
                if not tables_are_current():
                    raise CommandError(f"There is no session {session_id}.", returncode=BAD_INPUT)
                bundle = bundle_of(session_id)
            finally:
                connections.close_all()
            write_folder(bundle, folder)
        say(f"{count(len(bundle), 'file')} in {folder}{os.sep} (begin with README.md)")
