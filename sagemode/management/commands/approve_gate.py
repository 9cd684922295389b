"""`manage.py approve_gate`: the session goes on after a stage."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from sagemode.acting import ActingCommand, text_argument
from sessions_app.engine.apply import apply
from sessions_app.models import Gate
from sessions_app.queries.sessions import get_for_edit
from sessions_app.rules.gates import approve_gate
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(ActingCommand):
    """Approving again changes nothing."""

    help = f"Let a session go on at a gate. {ACT_MEANING}"
    subject = "gate"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--feedback", metavar="TEXT", type=text_argument, default="", help="kept with the approval")

    def act(self, user: User, options: dict[str, Any]) -> int:
        gate = get_for_edit(user, Gate, options["id"])
        apply(gate.session_id, approve_gate, gate.pk, user_id=user.pk, by=user.username, feedback=options["feedback"])
        return int(gate.session_id)
