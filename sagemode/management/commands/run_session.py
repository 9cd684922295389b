"""`manage.py run_session`: a session from the terminal, from brief to bundle."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from agents.health import look_after_providers
from sagemode.briefs import read_brief
from sagemode.following import (
    Stopped,
    folder_named,
    refusals_as_sentences,
    refuse_broken_settings,
    say_to,
    screen_for,
    stopped_by_signals,
)
from sagemode.own_workers import OwnWorkers
from sagemode.postgres import database
from sagemode.starting import refuse_nobody, refuse_out_of_reach, team_called, user_called
from sagemode.tables import bring_tables_up_to_date
from sessions_app.engine.apply import create
from sessions_app.journal.export import bundle_of, write_folder
from sessions_app.models import ExecutionSession
from sessions_app.queries.sessions import session_detail
from sessions_app.queries.warnings import has_real_models, start_warnings
from sessions_app.rules.drafts import draft_session
from sessions_app.rules.sessions import NewSession, start_session
from sessions_app.terminal.exit_codes import MEANING, exit_code_of
from sessions_app.terminal.json_lines import json_line
from sessions_app.terminal.progress import SessionProgress
from sessions_app.terminal.summary import summary_lines
from sessions_app.terminal.watching import watch


class Command(BaseCommand):
    """Starts a session and follows it to its end, with workers of its own where nobody else runs any."""

    help = f"Run a session from the terminal and show how it goes. {MEANING}"
    requires_system_checks: list[str] = []  # a person waits: only our own are made, in `handle`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feature_name", metavar="NAME", help="the feature's name, such as “Passwordless sign-in”")
        parser.add_argument("--brief", metavar="FILE", help="what is wanted, as UTF-8 text; - reads it from stdin")
        parser.add_argument("--team", metavar="T", help="id or name of the team (default: the demo team)")
        parser.add_argument("--user", metavar="U", help="who starts it (default: demo; required in production)")
        parser.add_argument("--workflow", metavar="W", default="feature", help="default: feature")
        parser.add_argument("--model", metavar="M", help="default: SAGE_MODEL")
        parser.add_argument(
            "--fallback",
            metavar="M",
            action="append",
            help="asked when the model gives no answer; repeatable, in this order (default: SAGE_FALLBACK_MODELS)",
        )
        parser.add_argument("--budget", metavar="USD", help="what the session may cost; reaching it pauses the session")
        parser.add_argument(
            "--gate", metavar="N", type=int, action="append", help="a person decides after this stage; repeatable"
        )
        parser.add_argument(
            "--question-seconds",
            metavar="S",
            type=int,
            help="how long a question waits for a person; 0 takes its default (default: the workflow's own)",
        )
        parser.add_argument("--out", metavar="DIR", type=folder_named, help="write the bundle into this folder")
        parser.add_argument("--json", action="store_true", help="one event a line, and last the session itself")

    def handle(self, *args: Any, **options: Any) -> None:
        say = say_to(sys.stderr if options["json"] else self.stdout)
        refuse_broken_settings()
        with refusals_as_sentences():
            brief = read_brief(options["brief"])
            refuse_nobody(options["user"])
            refuse_out_of_reach(options["out"])
            run = _Run(self.stdout, say, options, brief)
            with stopped_by_signals():
                try:
                    exit_code = run.to_the_end()
                except Stopped as stopped:
                    say(run.told_where_it_stands())
                    exit_code = stopped.exit_code
        if exit_code:
            raise SystemExit(exit_code)


class _Run:
    """One session from the first word to the bundle."""

    def __init__(self, output: Any, say: Callable[[str], None], options: dict[str, Any], brief: str) -> None:
        self.output = output
        self.say = say
        self.options = options
        self.brief = brief
        self.session_id: int | None = None
        self.has_ended = False

    def to_the_end(self) -> int:
        """Return the exit code. Raises what the input is refused for, and Stopped."""
        with database(settings.DATA_DIR, settings.DATABASE_URL, say=self.say):
            try:
                bring_tables_up_to_date(self.say)
                draft = self._draft()
                self._warn(draft)
                with OwnWorkers(self.say) as workers:
                    self.session_id = create(start_session, draft)
                    session = ExecutionSession.objects.select_related("team", "user").get(pk=self.session_id)
                    screen = screen_for(self.output, json=self.options["json"])
                    progress = watch(session, screen, between=workers.keep_going)
                    self.has_ended = progress.has_ended
                    workers.ask_to_end()
                    self._hand_over(session, progress)
            finally:
                connections.close_all()  # the server is about to stop
        return exit_code_of(progress.status, waits=progress.waits_for_a_person)

    def told_where_it_stands(self) -> str:
        if self.session_id is None:
            return "Stopped; no session was started."
        if self.has_ended:
            return f"Stopped; session {self.session_id} had ended before."
        return (
            f"Stopped. Session {self.session_id} stays as it is and goes on as soon as a worker runs "
            f"(`manage.py start`); `manage.py watch_session {self.session_id}` shows it."
        )

    def _draft(self) -> NewSession:
        user = user_called(self.options["user"])
        return draft_session(
            user,
            team_id=team_called(self.options["team"], user, is_demo=self.options["user"] is None).pk,
            feature_name=self.options["feature_name"],
            brief=self.brief,
            workflow=self.options["workflow"],
            model=self.options["model"],
            fallback_models=self.options["fallback"],
            budget_usd=self.options["budget"],
            gates=self.options["gate"],
            question_seconds=self.options["question_seconds"],
        )

    def _warn(self, draft: NewSession) -> None:
        """Say on stderr which of the session's providers does not work; who has not been asked lately is asked now."""
        if has_real_models(draft.workflow, model=draft.model):
            look_after_providers(teams=[draft.team_id])
        for text in start_warnings(draft.workflow, model=draft.model, team_id=draft.team_id):
            print(text, file=sys.stderr)

    def _hand_over(self, session: ExecutionSession, progress: SessionProgress) -> None:
        """Print what came of the session, and write its bundle: also of one that did not complete, what there is."""
        folder: Path | None = self.options["out"]
        if folder is not None:
            write_folder(bundle_of(session.pk), folder)
        if self.options["json"]:
            session.refresh_from_db()
            self.output.write(json_line(session_detail(session)))
            return
        lines = summary_lines(progress)
        if folder is not None:
            lines.append(f"Files: {folder}{os.sep} (begin with README.md)")
        self.say("\n" + "\n".join(lines))
