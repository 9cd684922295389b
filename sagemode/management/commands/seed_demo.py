"""`manage.py seed_demo`: an account and a team to try everything with."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.models import User
from accounts.rules.demo import seed_demo_user
from sagemode.following import Stopped, refusals_as_sentences, say_to, stopped_by_signals
from sagemode.postgres import database
from sagemode.tables import bring_tables_up_to_date
from sessions_app.demo import BRIEF_PATH, FEATURE_NAME
from sessions_app.engine.apply import create
from sessions_app.models import ExecutionSession
from sessions_app.rules.drafts import draft_session
from sessions_app.rules.sessions import start_session
from sessions_app.terminal.exit_codes import NOT_COMPLETED, exit_code_of
from sessions_app.terminal.plain_lines import PlainLines
from sessions_app.terminal.summary import summary_lines
from sessions_app.terminal.watching import watch
from teams.models import Team
from teams.rules.demo import seed_demo_team

DEMO_PASSWORD = "sage-mode-demo"  # noqa: S105  known to everybody, which is why production refuses it
FIRST_RUN_SECONDS = 120


class TookTooLong(Exception):
    """The first run goes on without us."""


class Command(BaseCommand):
    """Running it again changes nothing."""

    help = "Make the demo account and team, and print how to sign in. Refused in production."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--first-run",
            action="store_true",
            help=f"also run the demo brief on the workers that are there, and show it for up to {FIRST_RUN_SECONDS} s",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo account has a known password: not in production.", returncode=NOT_COMPLETED)
        say, exit_code = say_to(self.stdout), 0
        with refusals_as_sentences(), stopped_by_signals():
            try:
                with database(settings.DATA_DIR, settings.DATABASE_URL, say=say):
                    try:
                        bring_tables_up_to_date(say)
                        user = seed_demo_user(password=DEMO_PASSWORD)
                        team = seed_demo_team(owner=user)
                        if options["first_run"]:
                            exit_code = _first_run(user, team, say)
                    finally:
                        connections.close_all()  # the server may be about to stop
                sign_in = f"Sign in as {user.username} with the password {DEMO_PASSWORD}"
                if options["first_run"]:
                    sign_in_path().write_text(f"{sign_in}\n")
                else:
                    say(f"{sign_in} (team “{team.name}”)")
            except Stopped as stopped:
                exit_code = stopped.exit_code
        if exit_code:
            raise SystemExit(exit_code)


def sign_in_path() -> Path:
    """Where `start` reads what to print when it is ready; it also says that there was a first run."""
    return settings.DATA_DIR / "demo-sign-in"


def _first_run(user: User, team: Team, say: Callable[[str], None]) -> int:
    """Show the demo session, started once and never again, until it ends; return the exit code."""
    session = _demo_session(user, team)
    ends = time.monotonic() + FIRST_RUN_SECONDS

    def give_up_in_time() -> None:
        if time.monotonic() > ends:
            raise TookTooLong

    say(f"First start: seven agents design “{FEATURE_NAME}” (session {session.pk})")
    try:
        progress = watch(session, PlainLines(say), between=give_up_in_time)
    except TookTooLong:
        say(f"Session {session.pk} takes longer than {FIRST_RUN_SECONDS} s and goes on by itself.")
        return NOT_COMPLETED
    for line in summary_lines(progress):
        say(line)
    return exit_code_of(progress.status, waits=progress.waits_for_a_person)


def _demo_session(user: User, team: Team) -> ExecutionSession:
    known = ExecutionSession.objects.filter(user=user, team=team, feature_name=FEATURE_NAME).select_related(
        "team", "user"
    )
    session = known.order_by("id").first()
    if session is None:
        brief = BRIEF_PATH.read_text(encoding="utf-8")
        create(start_session, draft_session(user, team_id=team.pk, feature_name=FEATURE_NAME, brief=brief))
        session = known.select_related("team", "user").get()
    return session
