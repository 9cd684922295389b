"""`manage.py watch_session`: a live or finished session on the terminal."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from sagemode.acting import NO_WORKER
from sagemode.following import (
    Stopped,
    refusals_as_sentences,
    refuse_broken_settings,
    say_to,
    screen_for,
    stopped_by_signals,
)
from sagemode.own_workers import someone_works
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app.models import ExecutionSession, SessionStatus
from sessions_app.queries.sessions import session_detail
from sessions_app.terminal.exit_codes import BAD_INPUT, MEANING, exit_code_of
from sessions_app.terminal.json_lines import json_line
from sessions_app.terminal.summary import summary_lines
from sessions_app.terminal.watching import watch


class Command(BaseCommand):
    """Follows a session; it changes nothing and needs no worker of its own."""

    help = f"Show a session: stages, agents and what happens, until it has ended or waits for a person. {MEANING}"
    requires_system_checks: list[str] = []  # a person waits: only our own are made, in `handle`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session_id", metavar="ID", type=int)
        parser.add_argument("--after", metavar="SEQ", type=int, default=0, help="leave out the events up to this one")
        parser.add_argument("--once", action="store_true", help="show what has happened so far, and end")
        parser.add_argument("--json", action="store_true", help="one event a line, and last the session itself")

    def handle(self, *args: Any, **options: Any) -> None:
        say = say_to(sys.stderr if options["json"] else self.stdout)
        refuse_broken_settings()
        exit_code = 0
        with refusals_as_sentences(), stopped_by_signals():
            try:
                with database(settings.DATA_DIR, settings.DATABASE_URL, say=say):
                    try:
                        exit_code = self._follow(options)
                    finally:
                        connections.close_all()  # the server may be about to stop
            except Stopped as stopped:
                exit_code = stopped.exit_code
        if exit_code:
            raise SystemExit(exit_code)

    def _follow(self, options: dict[str, Any]) -> int:
        session = _session_numbered(options["session_id"])
        moves = session.status == SessionStatus.ACTIVE and not options["once"]
        if moves and not someone_works("agents"):
            self.stderr.write(NO_WORKER)
        screen = screen_for(self.stdout, json=options["json"])
        progress = watch(session, screen, after=options["after"], once=options["once"])
        if options["json"]:
            session.refresh_from_db()
            self.stdout.write(json_line(session_detail(session)))
        else:
            self.stdout.write("\n" + "\n".join(summary_lines(progress)))
        return exit_code_of(progress.status, waits=progress.waits_for_a_person)


def _session_numbered(session_id: int) -> ExecutionSession:
    """Return the session. Raises CommandError when there is none, or when it was deleted."""
    sessions = ExecutionSession.objects.select_related("team", "user").filter(deleted_at=None)
    session = sessions.filter(pk=session_id).first() if tables_are_current() else None
    if session is None:
        raise CommandError(f"There is no session {session_id}.", returncode=BAD_INPUT)
    return session
