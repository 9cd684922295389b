"""`manage.py usage`: what model calls came to, as a table."""

from __future__ import annotations

import json
import sys
from datetime import UTC
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sagemode.following import refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sagemode.team_named import team_named
from sessions_app import shapes
from sessions_app.queries.usage import GROUPS, MOST_DAYS, MOST_ROWS, Period, usage
from sessions_app.terminal.figures import money, one_line
from teams.models import Team

LONGEST_NAME = 40
FIGURES = ("calls", "input", "cached", "output", "reasoning", "known", "estimated", "simulated", "total")
NOTHING = "There were no calls."


class Command(BaseCommand):
    """For whoever operates the server: calls of all teams."""

    help = "Add up model calls over whole days (UTC): a table on a terminal, tab-separated lines elsewhere."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", metavar="T", help="only calls of this team, by id or name")
        parser.add_argument("--from", metavar="DAY", dest="first", help="the first day, such as 2026-11-01")
        parser.add_argument("--to", metavar="DAY", dest="last", help=f"the last day; at most {MOST_DAYS} days")
        parser.add_argument("--group-by", choices=list(GROUPS), default="model", help="what a row is of (%(default)s)")
        parser.add_argument("--json", action="store_true", help="one JSON object in the API's shape")

    def handle(self, *args: Any, **options: Any) -> None:
        say = say_to(self.stdout)
        refuse_broken_settings()
        today = timezone.now().astimezone(UTC).date()
        with (
            refusals_as_sentences(),
            database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(sys.stderr)),
        ):
            period = Period.between(options["first"], options["last"], today=today)
            try:
                told = _told(options, period) if tables_are_current() else None
            finally:
                connections.close_all()
        if told is None:
            self.stderr.write(NOTHING)
        elif options["json"]:
            say(json.dumps(told.as_json()))
        else:
            self._show(told)

    def _show(self, told: shapes.Usage) -> None:
        columns = (told.group_by, *FIGURES)
        total = ("total", *_figures(told.total))
        if self.stdout.isatty():
            Console(file=sys.stdout).print(_table(told, columns, total) if told.results else NOTHING)
        elif told.results:
            say = say_to(self.stdout)
            for row in (columns, *map(_cells, told.results), total):
                say("\t".join(row))
        else:
            self.stderr.write(NOTHING)
        if told.has_more:
            self.stderr.write(f"Only the {MOST_ROWS:,} dearest rows are listed; the total counts all.")


def _told(options: dict[str, Any], period: Period) -> shapes.Usage:
    wanted = options["team"]
    teams = None if wanted is None else Team.objects.filter(pk=team_named(wanted))
    return usage(teams, period=period, group_by=options["group_by"])


def _cells(row: shapes.UsageRow) -> tuple[str, ...]:
    known_by_id = isinstance(row.key, int)
    name = one_line(row.name, LONGEST_NAME)
    return (f"{row.key} {name}" if known_by_id else name, *_figures(row))


def _figures(sums: shapes.UsageSums) -> tuple[str, ...]:
    tokens = (sums.calls, sums.input_tokens, sums.cached_tokens, sums.output_tokens, sums.reasoning_tokens)
    usd = (sums.cost_usd, sums.estimated_usd, sums.simulated_usd, sums.total_usd)
    return (*map(str, tokens), *map(money, usd))


def _table(told: shapes.Usage, columns: tuple[str, ...], total: tuple[str, ...]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in told.results:
        table.add_row(*(Text(cell) for cell in _cells(row)))  # as text: a name may look like markup
    table.add_section()
    table.add_row(*(Text(cell) for cell in total), style="bold")
    return table
