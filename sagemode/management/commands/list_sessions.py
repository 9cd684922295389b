"""`manage.py list_sessions`: the newest sessions as a table."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sagemode.following import refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sagemode.team_named import team_named
from sessions_app.models import SessionStatus
from sessions_app.queries.sessions import latest_sessions
from sessions_app.shapes import SessionSummary
from sessions_app.terminal.exit_codes import BAD_INPUT
from sessions_app.terminal.figures import money, one_line, seconds
from sessions_app.terminal.json_lines import json_line

COLUMNS = ("id", "feature", "team", "by", "status", "stage", "done", "time", "cost", "started")
LONGEST_NAME = 40
MOST = 1_000
NOTHING = "There are no such sessions."


class Command(BaseCommand):
    """For whoever operates the server: sessions of all teams."""

    help = "List the newest sessions, as a table on a terminal and as tab-separated lines elsewhere."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", metavar="T", help="only sessions of this team, by id or name")
        parser.add_argument("--status", choices=SessionStatus.values, help="only sessions in this status")
        parser.add_argument("--limit", metavar="N", type=int, default=25, help=f"at most N, 1 to {MOST}; default 25")
        parser.add_argument("--json", action="store_true", help="one session a line, in the API's shape without brief")

    def handle(self, *args: Any, **options: Any) -> None:
        say = say_to(self.stdout)
        refuse_broken_settings()
        if not 1 <= options["limit"] <= MOST:
            raise CommandError(f"--limit is a number from 1 to {MOST}.", returncode=BAD_INPUT)
        with (
            refusals_as_sentences(),
            database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(sys.stderr)),
        ):
            try:
                sessions = _found(options) if tables_are_current() else []
            finally:
                connections.close_all()
        if options["json"]:
            for session in sessions:
                say(json_line(session))
        elif self.stdout.isatty():
            Console(file=sys.stdout).print(_table(sessions) if sessions else NOTHING)
        elif sessions:
            for row in (COLUMNS, *map(_cells, sessions)):
                say("\t".join(row))
        else:
            self.stderr.write(NOTHING)


def _found(options: dict[str, Any]) -> list[SessionSummary]:
    team_id = None if options["team"] is None else team_named(options["team"])
    return latest_sessions(team_id=team_id, status=options["status"], limit=options["limit"])


def _cells(session: SessionSummary) -> tuple[str, ...]:
    return (
        str(session.id),
        one_line(session.feature_name, LONGEST_NAME),
        one_line(session.team, LONGEST_NAME),
        session.created_by,
        session.status,
        f"{session.current_stage} of {session.stages_total}",
        f"{session.progress:.0%}",
        "" if session.duration_seconds is None else seconds(session.duration_seconds),
        money(session.spent_usd, simulated=session.simulated),
        f"{session.created_at:%Y-%m-%d %H:%M}",
    )


def _table(sessions: list[SessionSummary]) -> Table:
    table = Table(*COLUMNS, box=None, header_style="bold", pad_edge=False)
    for session in sessions:
        table.add_row(*(Text(cell) for cell in _cells(session)))  # as text: a name may look like markup
    return table
