"""The door through which every state change goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from sessions_app.engine.commits import Commit, may_pass
from sessions_app.engine.writer import Rule, Transition, write_batch, write_new
from sessions_app.errors import Busy
from sessions_app.rules.writes import Writes

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.5
ASK_SECONDS = 1.0  # what became of a commit, also when the patience is used up
PASSING = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)


def apply(session_id: int, rule: Rule, *args: Any, **kwargs: Any) -> Any:
    """Apply a rule to a session in one transaction, exactly once, and return its outcome.

    Raises what the rule refuses (`sessions_app.errors`), NotReachable when there is no such session, Busy when others
    held it, and the database's error when it was away, for SAGE_DATABASE_SECONDS: then nothing was written and asking
    again is safe. Raises InDoubt when the database went away at the commit and did not come back to say.
    """
    transition = Transition(session_id, rule, args, kwargs)
    _surely(lambda commit: write_batch([transition], wait=True, commit=commit))
    if transition.error is not None:
        raise transition.error
    return transition.outcome


def create(rule: Callable[..., Any], *args: Any) -> Any:
    """Apply a rule that makes a new session (`start_session`), exactly once, and return its outcome."""
    outcomes = []

    def noted(**clock: Any) -> Writes:
        writes: Writes = rule(*args, **clock)
        outcomes.append(writes.outcome)
        return writes

    _surely(lambda commit: write_new(noted, commit=commit))
    return outcomes[-1]


def _surely(act: Callable[[Commit], object]) -> None:
    """Do it until it is committed once, through conflicts and lost connections."""
    gives_up_at = time.monotonic() + settings.DATABASE_SECONDS
    pause = FIRST_PAUSE_SECONDS
    while True:
        commit = Commit()
        try:
            act(commit)
            return
        except DatabaseError as error:
            if connection.in_atomic_block:
                raise  # whoever opened the transaction has to repeat it
            if commit.is_uncertain():
                if commit.happened(until=max(gives_up_at, time.monotonic() + ASK_SECONDS)):
                    return
            elif not may_pass(error):
                raise
            if time.monotonic() + pause > gives_up_at:
                if isinstance(error.__cause__, PASSING):
                    raise Busy("Others are changing this session right now. Try again in a moment.") from error
                raise
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
