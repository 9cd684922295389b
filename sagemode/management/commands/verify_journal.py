"""`manage.py verify_journal`: whether anybody has changed what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from accounts.database.limits import time_limit
from sagemode.following import refusals_as_sentences, refuse_broken_settings, say_to
from sagemode.postgres import database
from sagemode.tables import tables_are_current
from sessions_app.journal.bundle_check import verify_bundle
from sessions_app.journal.heads import publish_heads, read_heads
from sessions_app.journal.verdict import Verdict
from sessions_app.journal.verify import Heads, verify_everything, verify_session
from sessions_app.terminal.exit_codes import BAD_INPUT, NOT_COMPLETED
from sessions_app.terminal.figures import count

LONGEST_STATEMENT_SECONDS = 600  # a session may have millions of rows


class Command(BaseCommand):
    """Says nothing of sessions that are whole but how many there are."""

    help = (
        "Recompute the hash chains and compare them with decisions, files, gates and model calls: of one session or of "
        "all. Exit code: 0 whole, 1 broken, 2 bad input."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session_id", metavar="ID", type=int, nargs="?", help="only this session")
        parser.add_argument("--json", action="store_true", help="one session a line, also those that are whole")
        parser.add_argument("--checkpoints", metavar="FILE", type=Path, help="also hold chains against these heads")
        parser.add_argument(
            "--publish",
            metavar="FILE",
            type=Path,
            help="hold chains against the heads in FILE, then append those it lacks; keep it outside the server",
        )
        parser.add_argument("--bundle", metavar="PATH", type=Path, help="an exported bundle instead; needs no database")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_broken_settings()
        session_id, bundle, publish = options["session_id"], options["bundle"], options["publish"]
        if bundle and (session_id is not None or publish):
            raise CommandError("--bundle stands alone or with --checkpoints.", returncode=BAD_INPUT)
        with refusals_as_sentences():
            heads = _heads_in(options["checkpoints"], publish)
            if bundle:
                found = self._tell([verify_bundle(bundle, published=heads)], json=options["json"])
            else:
                with (
                    time_limit(LONGEST_STATEMENT_SECONDS),
                    database(settings.DATA_DIR, settings.DATABASE_URL, say=say_to(self.stderr)),
                ):
                    try:
                        found = self._tell(_verdicts(session_id, heads), json=options["json"])
                    finally:
                        connections.close_all()
            if publish:
                fresh = publish_heads(publish, found.whole)
                say_to(self.stderr)(f"{count(fresh, 'new head')} in {publish}")
        if found.broken:
            raise CommandError(f"Broken: {found.broken} of {count(found.all, 'session')}.", returncode=NOT_COMPLETED)
        if not options["json"]:
            say_to(self.stdout)(f"{count(found.all, 'session')}, {count(found.events, 'event')}: the journal is whole")

    def _tell(self, verdicts: Iterable[Verdict], *, json: bool) -> Found:
        """Print each verdict as it comes, in words only those of broken sessions."""
        say, found = say_to(self.stdout), Found()
        for verdict in verdicts:
            found.take(verdict)
            if json:
                say(orjson.dumps(verdict.as_json()).decode())
            elif verdict.first_bad:
                name = f"chain {verdict.chain_id}" if verdict.session_id is None else f"session {verdict.session_id}"
                say(f"{name}: {verdict.first_bad}")
        return found


@dataclass
class Found:
    """What all verdicts together say."""

    all: int = 0
    broken: int = 0
    events: int = 0
    whole: list[Verdict] = field(default_factory=list)

    def take(self, verdict: Verdict) -> None:
        self.all += 1
        self.events += verdict.events
        if verdict.valid:
            self.whole.append(verdict)
        else:
            self.broken += 1


def _heads_in(checkpoints: Path | None, publish: Path | None) -> Heads:
    """Return the heads of both files; the one to publish to may not be there yet."""
    heads = read_heads(checkpoints) if checkpoints else {}
    for chain_id, kept in (read_heads(publish, missing_is_empty=True) if publish else {}).items():
        heads.setdefault(chain_id, []).extend(kept)
    return heads


def _verdicts(session_id: int | None, heads: Heads) -> Iterator[Verdict]:
    if not tables_are_current():
        raise CommandError("The tables are not there or not up to date: run manage.py init_db.", returncode=BAD_INPUT)
    if session_id is None:
        yield from verify_everything(published=heads)
    else:
        yield verify_session(session_id, published=heads)
