"""`manage.py export_cassette`: a session's recording as a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from sagemode.following import folder_named, refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app.errors import InvalidInput
from sessions_app.replay.cassette import cassette_of
from sessions_app.replay.reading import recording_of
from sessions_app.terminal.exit_codes import ACT_MEANING, BAD_INPUT, REFUSED
from sessions_app.terminal.figures import count


class Command(BaseCommand):
    """Who has the file can run the session again, here or elsewhere, without asking a model."""

    help = (
        "Write a session's recording into a file that `replay_session --cassette` plays; secrets are taken out of it. "
        f"{ACT_MEANING}"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session_id", metavar="ID", type=int)
        parser.add_argument("--out", metavar="FILE", type=folder_named, required=True, help="the cassette")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_broken_settings()
        session_id, path = options["session_id"], options["out"]
        with (
            refusals_as_sentences(refused=REFUSED),
            database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)),
        ):
            try:
                if not tables_are_current():
                    raise CommandError(f"There is no session {session_id}.", returncode=BAD_INPUT)
                recording = recording_of(session_id)
            finally:
                connections.close_all()
            content, redacted = cassette_of(recording)
            _write(path, content)
        say = say_to(self.stdout)
        say(f"{count(len(recording.events), 'event')} and {count(len(recording.calls), 'model call')} in {path}")
        if redacted:
            texts = count(redacted, "text")
            say(f"Secrets were taken out of {texts}; where an agent had written one, a replay of it will differ.")
        if recording.is_moving:
            say("The session is still moving: such a recording is played with --until only.")


def _write(path: Path, content: bytes) -> None:
    """Write the file beside its place and move it there, readable by its owner alone: it holds a team's work."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InvalidInput({"out": [f"{path} cannot be written: {error.strerror or error}."]}) from error
