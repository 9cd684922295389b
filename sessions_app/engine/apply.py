"""The door through which every state change goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import OperationalError, connection

from sessions_app.engine.writer import Rule, Transition, write_batch, write_new
from sessions_app.errors import Busy

TRIES = 5
PASSING = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)


def apply(session_id: int, rule: Rule, *args: Any, **kwargs: Any) -> Any:
    """Apply a rule to a session in one transaction and return its outcome.

    Raises what the rule refuses (`sessions_app.errors`), NotReachable when there is no such session, and Busy when
    others held it for several seconds; then nothing was written and asking again is safe.
    """

    def once() -> Any:
        transition = Transition(session_id, rule, args, kwargs)
        write_batch([transition], wait=True)
        if transition.error is not None:
            raise transition.error
        return transition.outcome

    return _with_patience(once)


def create(rule: Callable[..., Any], *args: Any) -> Any:
    """Apply a rule that makes a new session (`start_session`) in one transaction and return its outcome."""
    return _with_patience(lambda: write_new(lambda **clock: rule(*args, **clock)))


def _with_patience(act: Callable[[], Any]) -> Any:
    for pause in range(1, TRIES + 1):
        try:
            return act()
        except OperationalError as error:
            if not isinstance(error.__cause__, PASSING) or connection.in_atomic_block:
                raise
            time.sleep(0.02 * pause)
    raise Busy("Others are changing this session right now. Try again in a moment.")
