"""`manage.py score_session`: how good the work of a session is, or of a folder of files, and what would raise it."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from agents.checks.whole import check_files
from sagemode.following import folder_named, refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app.engine.review import Material, files_in, material_of, reviewed
from sessions_app.journal.bundle_folder import bundle_in
from sessions_app.journal.moment import one_moment
from sessions_app.models import ExecutionSession
from sessions_app.rules.reviews import Review
from sessions_app.terminal.exit_codes import BAD_INPUT, NOT_COMPLETED
from sessions_app.terminal.scores import score_lines


class Command(BaseCommand):
    """Computes everything anew from the files as they are; nothing is written."""

    help = (
        "Check the files of a session, or of a folder, and give five scores from 0 to 100 with what costs points. "
        "Exit code: 0 every check passes, 1 a check failed or a score is below --least, 2 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session_id", metavar="ID", type=int, nargs="?", help="of the session")
        parser.add_argument("--folder", metavar="DIR", type=folder_named, help="an exported bundle, or any folder")
        parser.add_argument("--json", action="store_true", help="scores, parts, findings and checks as one JSON object")
        parser.add_argument("--least", metavar="N", type=int, help="also fail when a score is below N")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_broken_settings()
        if (options["session_id"] is None) == (options["folder"] is None):
            raise CommandError("Name a session, or a folder with --folder DIR.", returncode=BAD_INPUT)
        with refusals_as_sentences():
            material = self._of_folder(options) if options["folder"] else self._of_session(options["session_id"])
            review = reviewed(material)
        checks = [*material.checks, *review.checks]
        say = say_to(self.stdout)
        if options["json"]:
            told = {"scores": review.scores, "quality": review.quality, "checks": [vars(check) for check in checks]}
            say(orjson.dumps(told).decode())
        else:
            for line in score_lines(review.quality, checks):
                say(line)
        if failing := _failing(review, checks, options["least"]):
            raise CommandError(failing, returncode=NOT_COMPLETED)

    def _of_folder(self, options: dict[str, Any]) -> Material:
        bundle = bundle_in(options["folder"])
        return files_in(bundle, check_files(bundle))

    def _of_session(self, session_id: int) -> Material:
        with database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)):
            try:
                session = None
                if tables_are_current():
                    session = ExecutionSession.objects.filter(pk=session_id, deleted_at=None).first()
                if session is None:
                    raise CommandError(f"There is no session {session_id}.", returncode=BAD_INPUT)
                with one_moment():
                    return material_of(session)
            finally:
                connections.close_all()


def _failing(review: Review, checks: list[Any], least: int | None) -> str:
    failed = sum(check.status == "failed" for check in checks)
    low = [f"{name} is {value}" for name, value in review.scores.items() if least is not None and value < least]
    said = [f"{failed} of {len(checks)} checks failed"] if failed else []
    return "; ".join([*said, *([f"below {least}: {', '.join(low)}"] if low else [])])
