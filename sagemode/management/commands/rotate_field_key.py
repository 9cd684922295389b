"""`manage.py rotate_field_key`: the keys that teams have entered, encrypted under a new SAGE_FIELD_KEY."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from agents.rules.provider_keys import rotate_keys
from sagemode.following import refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app.terminal.exit_codes import BAD_INPUT, NOT_COMPLETED
from sessions_app.terminal.figures import count


class Command(BaseCommand):
    """One transaction; again, it changes nothing that anybody notices."""

    help = (
        "Encrypt the keys that teams have entered under the first text of SAGE_FIELD_KEY. Put the new text in front of "
        "the former one (SAGE_FIELD_KEY=new,former), restart, run this, then take the former one away. Exit code: 0 "
        "done, 1 some cannot be read, 2 bad input."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        say = say_to(self.stdout)
        refuse_broken_settings()
        with (
            refusals_as_sentences(),
            database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)),
        ):
            try:
                renewed, unreadable = rotate_keys() if tables_are_current() else (0, [])
            except ImproperlyConfigured as error:
                raise CommandError(str(error), returncode=BAD_INPUT) from error
            finally:
                connections.close_all()
        say(f"{count(renewed, 'key')} encrypted under the first text of SAGE_FIELD_KEY")
        for row in unreadable:
            say(f"unreadable: the key of team {row.team_id} ({row.team}) for {row.provider} at {row.origin}")
        if unreadable:
            raise CommandError(
                "None of the texts in SAGE_FIELD_KEY reads these. Put the former one back behind a comma, or have the "
                "keys entered anew.",
                returncode=NOT_COMPLETED,
            )
