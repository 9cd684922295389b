"""What the commands share by which a person acts on a session: who acts, on what, and how it is refused."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.models import User
from accounts.rules.demo import DEMO_USERNAME
from accounts.text import is_storable
from sagemode.following import refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.own_workers import someone_works
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app import shapes
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession, SessionStatus
from sessions_app.queries.sessions import get_session_for_edit, session_summary
from sessions_app.rules.writes import Writes
from sessions_app.terminal.exit_codes import BAD_INPUT, REFUSED
from sessions_app.terminal.figures import one_line
from sessions_app.terminal.plans import plan_lines

LONGEST_TEXT = 20_000
NO_WORKER = "No worker runs, so nothing moves: `manage.py start` or `manage.py worker` changes that."


class ActingCommand(BaseCommand):
    """Base: `act` does it through a rule, and returns the session to tell of."""

    subject: ClassVar[str] = "session"  # what ID is of
    requires_system_checks: list[str] = []  # a person waits: only our own are made, in `handle`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", type=int, help=f"of the {self.subject}")
        parser.add_argument("--user", metavar="U", help="who does it (default: demo; required in production)")

    def handle(self, *args: Any, **options: Any) -> None:
        self.say = say_to(self.stdout)
        refuse_broken_settings()
        if options["user"] is None and settings.PRODUCTION:
            raise CommandError("In production say who does it: --user NAME.", returncode=BAD_INPUT)
        with (
            refusals_as_sentences(refused=REFUSED),
            database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)),
        ):
            try:
                if not tables_are_current():
                    raise CommandError(f"There is no {self.subject} {options['id']}.", returncode=BAD_INPUT)
                session_id = self.act(_person_called(options["user"]), options)
                if session_id is not None:
                    self._tell(session_id)
            finally:
                connections.close_all()  # the server may be about to stop

    def act(self, user: User, options: dict[str, Any]) -> int | None:
        """Do it and return the session's id; None when nothing was done."""
        raise NotImplementedError

    def _tell(self, session_id: int) -> None:
        session = session_summary(session_id)
        why = f" ({session.status_reason.replace('_', ' ')})" if session.status_reason else ""
        place = f"stage {session.current_stage} of {session.stages_total}"
        status = session.status.replace("_", " ")
        self.say(f"Session {session.id} is {status}{why}, {place}: {one_line(session.feature_name, 80)}")
        if session.status == SessionStatus.ACTIVE and not someone_works("agents"):
            self.stderr.write(NO_WORKER)


class SessionCommand(ActingCommand):
    """An act on a whole session that needs no input."""

    rule: ClassVar[Callable[..., Writes]]

    def act(self, user: User, options: dict[str, Any]) -> int:
        session = get_session_for_edit(user, options["id"])
        apply(session.pk, self.rule, by=user.username)
        return int(session.pk)


class PlannedCommand(ActingCommand):
    """An act that first says what it keeps, runs and may repeat, and what that may cost."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--plan", action="store_true", help="only say what it would do")

    def act(self, user: User, options: dict[str, Any]) -> int | None:
        session = get_session_for_edit(user, options["id"])
        plan = self.plan(session, options)
        for line in plan_lines(plan, simulated=session.is_simulated):
            self.say(line)
        return None if options["plan"] else self.carry_out(user, session, options)

    def plan(self, session: ExecutionSession, options: dict[str, Any]) -> shapes.Plan:
        """Return what it would do. Raises what refuses it."""
        raise NotImplementedError

    def carry_out(self, user: User, session: ExecutionSession, options: dict[str, Any]) -> int:
        """Do it, and return the id of the session to tell of."""
        raise NotImplementedError


def text_argument(text: str) -> str:
    """Return an argument as a text that can be stored. Raises ArgumentTypeError."""
    if not is_storable(text):
        raise argparse.ArgumentTypeError("is no text in UTF-8")
    if len(text) > LONGEST_TEXT:
        raise argparse.ArgumentTypeError(f"has more than {LONGEST_TEXT} characters")
    return text


def _person_called(name: str | None) -> User:
    user = User.objects.named(name or DEMO_USERNAME).first()
    if user is None or not user.is_active:
        raise CommandError(f"There is no active user “{name or DEMO_USERNAME}”.", returncode=BAD_INPUT)
    return user
