"""`manage.py check_providers`: ask every provider that is set up how it is."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from agents.health import ASK_SECONDS, ProviderState, look_after_providers, operator_providers, operator_states
from agents.providers.names import SIMULATOR
from sagemode.postgres import database
from sagemode.tables import bring_tables_up_to_date

TRIES = 3
NONE_SET_UP = (
    "No provider is set up, and SAGE_REQUIRE_PROVIDER is on: set a key such as ANTHROPIC_API_KEY, or turn it off."
)


class Command(BaseCommand):
    """Asks now, whoever asked last, and writes it down for pages and /health."""

    help = (
        "Ask every provider that is set up how it is, and print a line for each. Exit code: 0 all answer, 1 one does "
        "not. With --at-start: 1 when SAGE_REQUIRE_PROVIDER is on and none of the operator's answers in three tries."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at-start", action="store_true", help="as `manage.py start` does before it starts")

    def handle(self, *args: Any, **options: Any) -> None:
        with database(settings.DATA_DIR, settings.DATABASE_URL):
            try:
                bring_tables_up_to_date(lambda text: self.stderr.write(text))
                is_well = self._at_start() if options["at_start"] else self._now()
            finally:
                connections.close_all()
        if not is_well:
            raise SystemExit(1)

    def _now(self) -> bool:
        """Print how each is; return whether all answer."""
        states = look_after_providers(older_than_seconds=0)
        self.stdout.write("Simulator: answers offline by rules")
        for state in states:
            self.stdout.write(_line(state))
        return not any(state.is_down for state in states)

    def _at_start(self) -> bool:
        """Print what an operator should know before a start; return whether Sage Mode may start."""
        if not operator_providers():
            if settings.REQUIRE_PROVIDER:
                self.stdout.write(NONE_SET_UP)
            return not settings.REQUIRE_PROVIDER
        for left in reversed(range(TRIES if settings.REQUIRE_PROVIDER else 1)):
            began = time.monotonic()
            look_after_providers(older_than_seconds=0, teams=())
            states = [state for state in operator_states() if state.provider != SIMULATOR]
            if (one_answers := any(state.is_healthy for state in states)) or not left:
                break
            time.sleep(max(ASK_SECONDS - (time.monotonic() - began), 0.0))  # it may be starting beside us
        for state in states:
            if state.is_down:
                self.stdout.write(f"{state.sentence} {state.meaning}")
        return one_answers or not settings.REQUIRE_PROVIDER


def _line(state: ProviderState) -> str:
    whose = f" (key of team {state.team_id})" if state.team_id else ""
    says = "does not work" if state.is_down else f"answers in {state.latency_ms} ms"
    return f"{state.title}{whose}: {says}. {state.message}".strip()
