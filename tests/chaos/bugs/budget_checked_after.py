"""A cap is looked at when a call has been paid for, not when it is reserved."""

from __future__ import annotations

from functools import wraps
from typing import Any

from sessions_app.models import SessionStatus
from sessions_app.rules import ledger
from sessions_app.rules.state import CallRow, TaskRow
from sessions_app.rules.writes import Writes
from tests.chaos.bugs import replace

NAME = "budget_checked_after"


def plant() -> None:
    cap_reached = replace(ledger, "cap_reached", lambda *args, **kwargs: "")
    settle = replace(ledger, "_settle", None)

    @wraps(settle)
    def settle_and_check(writes: Writes, task: TaskRow, call: CallRow, *args: Any, **kwargs: Any) -> None:
        settle(writes, task, call, *args, **kwargs)
        session = writes.state.session
        used = session.spent_usd + session.reserved_usd
        if session.status == SessionStatus.ACTIVE and cap_reached(session.budget_usd, used, ledger.NOTHING, "session"):
            writes.change(session, status=SessionStatus.PAUSED, status_reason="budget_exhausted")
            writes.event("session_paused", status=SessionStatus.PAUSED.value, reason="budget_exhausted")

    ledger._settle = settle_and_check
