"""`manage.py cancel_session`: stop a session for good."""

from __future__ import annotations

from sagemode.acting import SessionCommand
from sessions_app.rules.sessions import cancel_session
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(SessionCommand):
    """Doing it again changes nothing."""

    help = f"Stop a session for good; running calls are aborted. {ACT_MEANING}"
    rule = staticmethod(cancel_session)
