"""Times are those of the machine that runs the program, not the database's; and the machines disagree."""

from __future__ import annotations

import os
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from sessions_app.engine import writer
from sessions_app.engine.commits import Commit
from tests.chaos.bugs import replace

NAME = "application_clock"
wrong_by_seconds: float | None = None  # of this machine's clock; None: each process has a machine of its own


def plant() -> None:
    begin = replace(Commit, "begin", None)
    state_from = replace(writer, "state_from", None)

    @wraps(begin)
    def begin_by_our_clock(self: Commit, *args: Any, **kwargs: Any) -> datetime:
        begin(self, *args, **kwargs)
        return our_time()

    @wraps(state_from)
    def state_by_our_clock(*args: Any, **kwargs: Any) -> Any:
        return changed(state_from(*args, **kwargs), now=our_time())

    Commit.begin = begin_by_our_clock  # type: ignore[method-assign]
    writer.state_from = state_by_our_clock


def our_time() -> datetime:
    wrong_by = (os.getpid() % 3 - 1) * 120 if wrong_by_seconds is None else wrong_by_seconds
    return datetime.now(UTC) + timedelta(seconds=wrong_by)
