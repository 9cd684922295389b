"""`manage.py answer_question`: an agent that waits is told."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from accounts.models import User
from sagemode.acting import ActingCommand, text_argument
from sessions_app.engine.apply import apply
from sessions_app.models import Question
from sessions_app.queries.sessions import get_for_edit
from sessions_app.rules.questions import answer_question
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(ActingCommand):
    """The same answer again changes nothing."""

    help = f"Answer an agent's question; the last answer lets its task go on. {ACT_MEANING}"
    subject = "question"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("answer", metavar="ANSWER", type=text_argument, help="one of its options, or your own")

    def act(self, user: User, options: dict[str, Any]) -> int:
        row = get_for_edit(user, Question, options["id"])
        apply(row.session_id, answer_question, row.pk, user_id=user.pk, by=user.username, answer=options["answer"])
        return int(row.session_id)
