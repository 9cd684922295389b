"""`manage.py end_session`: complete a session before its time."""

from __future__ import annotations

from sagemode.acting import SessionCommand
from sessions_app.rules.sessions import end_session
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(SessionCommand):
    """Doing it again changes nothing."""

    help = f"Complete a session before its time: what is still open is cancelled. {ACT_MEANING}"
    rule = staticmethod(end_session)
