"""`manage.py retry_session`: what failed is done once more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from sagemode.acting import PlannedCommand
from sessions_app import shapes
from sessions_app.engine.apply import apply
from sessions_app.engine.plans import plan_retry
from sessions_app.models import ExecutionSession
from sessions_app.rules.control import retry_session
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(PlannedCommand):
    """All that failed, or one task."""

    help = f"Have the failed tasks of a session done once more. {ACT_MEANING}"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--task", metavar="T", type=int, help="only this task, which failed or was cancelled")

    def plan(self, session: ExecutionSession, options: dict[str, Any]) -> shapes.Plan:
        return plan_retry(session, task_id=options["task"])

    def carry_out(self, user: User, session: ExecutionSession, options: dict[str, Any]) -> int:
        apply(session.pk, retry_session, by=user.username, task_id=options["task"])
        return int(session.pk)
