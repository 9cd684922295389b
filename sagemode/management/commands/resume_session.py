"""`manage.py resume_session`: a paused session goes on, if need be with another cap."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from sagemode.acting import PlannedCommand
from sessions_app import shapes
from sessions_app.engine.apply import apply
from sessions_app.engine.plans import plan_resume
from sessions_app.models import ExecutionSession
from sessions_app.rules.control import change_session, resume_session
from sessions_app.rules.drafts import checked_changes
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(PlannedCommand):
    """Whose budget is used up needs a higher cap, or pauses again at once."""

    help = f"Let a paused session go on, or wait at its gate again. {ACT_MEANING}"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--budget", metavar="USD", help="what the session may cost from now on, in all")

    def plan(self, session: ExecutionSession, options: dict[str, Any]) -> shapes.Plan:
        return plan_resume(session)

    def carry_out(self, user: User, session: ExecutionSession, options: dict[str, Any]) -> int:
        if options["budget"] is not None:
            changes = checked_changes(session, {"budget_usd": options["budget"]})
            apply(session.pk, change_session, by=user.username, **changes)
        apply(session.pk, resume_session, by=user.username)
        return int(session.pk)
