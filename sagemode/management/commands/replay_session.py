"""`manage.py replay_session`: a session run again, offline, from its recorded model calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.models import User
from sagemode.following import (
    Stopped,
    folder_named,
    refusals_as_sentences,
    refuse_broken_settings,
    say_to,
    stopped_by_signals,
)
from sagemode.postgres import database
from sagemode.starting import refuse_nobody, refuse_out_of_reach, team_called, user_called
from sagemode.tables import bring_tables_up_to_date, tables_are_current
from sessions_app.journal.export import bundle_of, write_folder
from sessions_app.models import ExecutionSession
from sessions_app.queries.sessions import get_session_for_edit, session_summary
from sessions_app.replay.cassette import recording_in
from sessions_app.replay.reading import recording_of
from sessions_app.replay.recording import Recording
from sessions_app.replay.replaying import Replayed, replay
from sessions_app.terminal.exit_codes import BAD_INPUT, NOT_COMPLETED, REFUSED
from sessions_app.terminal.figures import count, one_line

MOST_SHOWN = 40


class Command(BaseCommand):
    """Everything of a replay is written at once, at its end: stopped before, it leaves nothing."""

    help = (
        "Run a session again from its recorded model calls, without asking a model, into a new session, and compare "
        "both. Exit code: 0 identical, 1 it differs or is refused, 2 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session_id", metavar="ID", type=int, nargs="?", help="the session to replay")
        parser.add_argument("--cassette", metavar="FILE", type=Path, help="a recording from a file instead")
        parser.add_argument(
            "--team", metavar="T", help="of a cassette: id or name of the team (default: the demo team)"
        )
        parser.add_argument("--user", metavar="U", help="who replays it (default: who started it; of a cassette: demo)")
        parser.add_argument(
            "--until",
            metavar="TASK",
            help="pause once this task has completed: its id in the recording, or a role; “:2” for the second time",
        )
        parser.add_argument("--out", metavar="DIR", type=folder_named, help="write the bundle into this folder")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_broken_settings()
        _refuse_wrong_arguments(options)
        with (
            refusals_as_sentences(refused=REFUSED),
            stopped_by_signals(),
            database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)),
        ):
            try:
                exit_code = self._replay(options)
            except Stopped as stopped:
                self.stderr.write("Stopped; nothing was written.")
                exit_code = stopped.exit_code
            finally:
                connections.close_all()  # the server may be about to stop
        if exit_code:
            raise SystemExit(exit_code)

    def _replay(self, options: dict[str, Any]) -> int:
        recording, team_id, user = (_brought if options["cassette"] else _recorded)(options, say_to(self.stderr))
        replayed = replay(
            recording,
            team_id=team_id,
            user=user,
            in_their_names=options["cassette"] is None,
            until=options["until"],
        )
        if options["out"] is not None:
            write_folder(bundle_of(replayed.session_id), options["out"])
        if options["json"]:
            self.stdout.write(orjson.dumps(_as_json(recording, replayed)).decode())
        else:
            self._tell(recording, replayed, options)
        return NOT_COMPLETED if replayed.differences else 0

    def _tell(self, recording: Recording, replayed: Replayed, options: dict[str, Any]) -> None:
        say = say_to(self.stdout)
        session = session_summary(replayed.session_id)
        name, status = one_line(session.feature_name, 80), session.status.replace("_", " ")
        played = f"{count(replayed.events, 'event')} of {len(recording.events)}"
        say(f"Session {session.id} replays “{name}”: {played}, nothing paid; it is {status}")
        for note in replayed.notes:
            say(f"Note: {one_line(note)}")
        for difference in replayed.differences[:MOST_SHOWN]:
            say(f"Differs: {one_line(difference)}")
        if len(replayed.differences) > MOST_SHOWN:
            say(f"{len(replayed.differences) - MOST_SHOWN} more differences: --json tells them")
        if not replayed.differences:
            say("Identical: decisions, files and journal are those of the recording")
        if options["out"] is not None:
            say(f"Files: {options['out']}{os.sep} (begin with README.md)")


def _refuse_wrong_arguments(options: dict[str, Any]) -> None:
    """Raise CommandError for what can be told without a database."""
    if (options["session_id"] is None) == (options["cassette"] is None):
        raise CommandError("Name a session by its ID, or a file by --cassette FILE.", returncode=BAD_INPUT)
    if options["team"] is not None and options["cassette"] is None:
        raise CommandError("--team goes with --cassette: a session is replayed in its own team.", returncode=BAD_INPUT)
    if options["cassette"] is not None:
        refuse_nobody(options["user"])
    refuse_out_of_reach(options["out"])


def _recorded(options: dict[str, Any], _: Callable[[str], None]) -> tuple[Recording, int, User]:
    """Return the recording of a session of this database, its team, and who replays it."""
    session_id = options["session_id"]
    session = None
    if tables_are_current():
        session = ExecutionSession.objects.select_related("user").filter(pk=session_id, deleted_at=None).first()
    if session is None:
        raise CommandError(f"There is no session {session_id}.", returncode=BAD_INPUT)
    user = session.user
    if options["user"] is not None:
        user = user_called(options["user"])
        get_session_for_edit(user, session.pk)
    return recording_of(session.pk), session.team_id, user


def _brought(options: dict[str, Any], say: Callable[[str], None]) -> tuple[Recording, int, User]:
    """Return the recording in a file, and who plays it in which team."""
    recording = recording_in(options["cassette"])
    bring_tables_up_to_date(say)
    user = user_called(options["user"])
    return recording, team_called(options["team"], user, is_demo=options["user"] is None).pk, user


def _as_json(recording: Recording, replayed: Replayed) -> dict[str, Any]:
    return {
        "session_id": replayed.session_id,
        "replay_of": str(recording.chain_id),
        "status": session_summary(replayed.session_id).status,
        "identical": not replayed.differences,
        "events": replayed.events,
        "recorded_events": len(recording.events),
        "notes": replayed.notes,
        "differences": replayed.differences,
    }
