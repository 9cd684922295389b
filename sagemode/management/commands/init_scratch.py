"""`manage.py init_scratch`: the role and database where schemas that agents wrote are applied and rolled back."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from accounts.database.limits import time_limit
from agents.checks.scratch import why_not_applied
from sagemode.following import refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.scratch import DATABASE, ROLE, making_statements
from sessions_app.terminal.exit_codes import BAD_INPUT, NOT_COMPLETED


class Command(BaseCommand):
    """On a server of yours; the embedded one has both from its start. Again, it changes nothing."""

    help = (
        "Make the scratch role and database that SAGE_SCRATCH_URL names, with the rights of DATABASE_URL's role; with "
        "--sql only print the statements, for an administrator to run. Exit code: 0 there and fit, 1 not, 2 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sql", action="store_true", help="print the statements and run nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        say = say_to(self.stdout)
        refuse_broken_settings()
        wanted = _wanted(settings.SCRATCH_URL)
        ours, our_role = settings.DATABASES["default"]["NAME"], settings.DATABASES["default"].get("USER") or "sage"
        if options["sql"]:
            password = wanted.get("password") and "choose one, and put it into SAGE_SCRATCH_URL"
            for statement in _statements(wanted, ours=ours, our_role=our_role, password=password):
                say(f"{statement};")
            return
        if not settings.SCRATCH_URL:
            raise CommandError(
                f"Set SAGE_SCRATCH_URL first, as postgres://{ROLE}:password@host/{DATABASE}.", returncode=BAD_INPUT
            )
        if not settings.EMBEDDED_POSTGRES and why_not_applied(settings.SCRATCH_URL):
            with refusals_as_sentences(), time_limit(60):  # copying a template takes a slow disk a while
                self._make(_statements(wanted, ours=ours, our_role=our_role, password=wanted.get("password")))
        if reason := why_not_applied(settings.SCRATCH_URL):
            raise CommandError(
                f"There is no fit scratch database: {reason}. Let an administrator run what "
                "`manage.py init_scratch --sql` prints.",
                returncode=NOT_COMPLETED,
            )
        say("The scratch database is ready.")

    def _make(self, statements: list[str]) -> None:
        """Run each statement; what is there already, or is not ours to do, is told and decides nothing yet."""
        with connection.cursor() as cursor:
            for statement in statements:
                try:
                    # Names and settings of ours and of the operator, quoted: nothing that a stranger wrote.
                    cursor.connection.execute(statement.encode())
                except psycopg.OperationalError:
                    raise
                except psycopg.Error as error:
                    self.stderr.write(f"{' '.join(statement.split()[:3])}: {error.diag.message_primary}")
                    if statement.startswith("CREATE ROLE") and error.sqlstate == "42501":
                        return  # then the rest is an administrator's as well


def _wanted(url: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError as error:  # its text quotes the address, with the password
        said = f"SAGE_SCRATCH_URL cannot be read. It looks like postgres://{ROLE}:password@host/{DATABASE}."
        raise CommandError(said, returncode=BAD_INPUT) from error


def _statements(wanted: dict[str, str], *, ours: str, our_role: str, password: str | None) -> list[str]:
    role, database = wanted.get("user", ROLE), wanted.get("dbname", DATABASE)
    if role == our_role or database == ours:  # the limits and the rights of a stranger would be given to ourselves
        raise CommandError(
            "SAGE_SCRATCH_URL has to name a role and a database of their own, other than those of DATABASE_URL.",
            returncode=BAD_INPUT,
        )
    return making_statements(ours=ours, our_role=our_role, role=role, database=database, password=password)
