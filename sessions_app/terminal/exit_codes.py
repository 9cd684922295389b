"""How a command that follows a session ends, for scripts."""

from __future__ import annotations

from sessions_app.models import SessionStatus

COMPLETED = 0
NOT_COMPLETED = 1
BAD_INPUT = 2
WAITS_FOR_A_PERSON = 3

MEANING = "Exit code: 0 completed, 1 failed or cancelled, 2 bad input, 3 waiting for a person, 130 on Ctrl-C."


def exit_code_of(status: str) -> int:
    """Return the exit code that a session's status stands for; one that still runs has nothing to complain about."""
    if status in (SessionStatus.FAILED, SessionStatus.CANCELLED):
        return NOT_COMPLETED
    if status in (SessionStatus.PAUSED, SessionStatus.AWAITING_APPROVAL):
        return WAITS_FOR_A_PERSON
    return COMPLETED
