"""`manage.py pause_session`: a session stands still until somebody resumes it."""

from __future__ import annotations

from sagemode.acting import SessionCommand
from sessions_app.rules.control import pause_session
from sessions_app.terminal.exit_codes import ACT_MEANING


class Command(SessionCommand):
    """Doing it again changes nothing."""

    help = f"Start nothing new in a session; running calls finish and are kept. {ACT_MEANING}"
    rule = staticmethod(pause_session)
