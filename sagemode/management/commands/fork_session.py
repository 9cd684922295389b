"""`manage.py fork_session`: a new session from the end of a stage of another one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from sagemode.acting import PlannedCommand, text_argument
from sagemode.briefs import read_brief
from sessions_app import shapes
from sessions_app.engine.apply import create
from sessions_app.engine.fork_source import fork_source
from sessions_app.engine.plans import plan_fork
from sessions_app.models import ExecutionSession
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(PlannedCommand):
    """No model call that is done is made again for what the fork keeps."""

    help = f"Go on from a stage of a session in a new one, with something changed. {ACT_MEANING}"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--after", metavar="N", type=int, required=True, help="the last stage to keep; 0: none")
        parser.add_argument("--brief", metavar="FILE", help="another brief, as UTF-8 text; - reads it from stdin")
        parser.add_argument("--model", metavar="M", help="another model")
        parser.add_argument("--roles", metavar="A,B", type=_names, help="who goes on in the stages that are left")
        parser.add_argument(
            "--decision", metavar="TEXT", type=text_argument, action="append", default=[], help="binding; repeatable"
        )

    def plan(self, session: ExecutionSession, options: dict[str, Any]) -> shapes.Plan:
        return plan_fork(session, after_stage=options["after"], model=options["model"], roles=options["roles"])

    def carry_out(self, user: User, session: ExecutionSession, options: dict[str, Any]) -> int:
        wish = draft_fork(
            user,
            session,
            after_stage=options["after"],
            brief=None if options["brief"] is None else read_brief(options["brief"]),
            model=options["model"],
            roles=options["roles"],
            decisions=[{"decision_text": text} for text in options["decision"]],
        )
        forked: int = create(fork_session, fork_source(session, options["after"]), wish)
        return forked


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
