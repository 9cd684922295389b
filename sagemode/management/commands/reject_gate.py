"""`manage.py reject_gate`: a stage is sent back for another round."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from sagemode.acting import ActingCommand, text_argument
from sessions_app.engine.apply import apply
from sessions_app.models import Gate
from sessions_app.queries.sessions import get_for_edit
from sessions_app.rules.gates import reject_gate
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(ActingCommand):
    """Rejecting again changes nothing."""

    help = f"Send a stage back: its roles work another round with your feedback. {ACT_MEANING}"
    subject = "gate"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--feedback", metavar="TEXT", type=text_argument, required=True, help="what has to become different"
        )
        parser.add_argument(
            "--role", metavar="R", action="append", help="who works again; repeatable (default: all of the stage)"
        )

    def act(self, user: User, options: dict[str, Any]) -> int:
        gate = get_for_edit(user, Gate, options["id"])
        answer = {"feedback": options["feedback"], "roles": options["role"]}
        apply(gate.session_id, reject_gate, gate.pk, user_id=user.pk, by=user.username, **answer)
        return int(gate.session_id)
