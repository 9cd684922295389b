"""How a command that follows a session, or acts on one, ends: for scripts."""

from __future__ import annotations

from sessions_app.models import SessionStatus

COMPLETED = 0
NOT_COMPLETED = 1
REFUSED = 1
BAD_INPUT = 2
WAITS_FOR_A_PERSON = 3

MEANING = "Exit code: 0 completed, 1 failed or cancelled, 2 bad input, 3 waiting for a person, 130 on Ctrl-C."


ACT_MEANING = "Exit code: 0 done, 1 refused, 2 bad input."


def exit_code_of(status: str, *, waits: bool = False) -> int:
    """Return the exit code that a session's status stands for; one that still runs has nothing to complain about.

    `waits` says that it waits for a person though its status does not: its agents wait for answers.
    """
    if status in (SessionStatus.FAILED, SessionStatus.CANCELLED):
        return NOT_COMPLETED
    if waits or status in (SessionStatus.PAUSED, SessionStatus.AWAITING_APPROVAL):
        return WAITS_FOR_A_PERSON
    return COMPLETED
