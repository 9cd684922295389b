"""Rules applied to a session that nobody else can see: all of a replay is one transaction.

So no worker can take its tasks, no message wakes anybody, and whatever ends us in the middle leaves nothing behind. No
row that others need is locked: a replay charges nothing, so the team's month is not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from sessions_app.engine.writer import Transition, write_batch, write_new
from sessions_app.replay.script import Script
from sessions_app.rules.state import MonthRow, SessionState
from sessions_app.rules.writes import Writes

# Of a transition alone it is a few seconds; between two of ours whole files are checked.
IDLE_SECONDS = 300
STAY = "SELECT set_config('idle_in_transaction_session_timeout', %s, true)"


class FreeMonths(dict[date, MonthRow]):
    """Months that nobody pays for: what rules charge to them is forgotten."""

    def __missing__(self, month: date) -> MonthRow:
        row = self[month] = MonthRow(0, month, Decimal(0), Decimal(0), None)
        return row


class Offline:
    """The one session of a replay, inside the caller's transaction."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.session_id = 0

    def create(self, rule: Callable[..., Writes], *args: Any) -> None:
        """Make the session."""

        def played(*, now: datetime, new_id: Any) -> Writes:
            return self._kept_apart(rule(*args, now=now, new_id=new_id))

        self.session_id = write_new(played)
        _stay()

    def apply(self, rule: Callable[..., Writes], *args: Any, on_script: bool = True, **kwargs: Any) -> Any:
        """Apply a rule and return its outcome; its events are those that come next, unless it is not on the script.

        Raises what the rule refuses, and TookAnotherWay.
        """

        def played(state: SessionState) -> Writes:
            state.months = FreeMonths()
            return self._kept_apart(rule(state, *args, **kwargs), on_script=on_script)

        transition = Transition(self.session_id, played, pays=False)
        write_batch([transition], wait=True)
        _stay()
        if transition.error is not None:
            raise transition.error
        return transition.outcome

    def _kept_apart(self, writes: Writes, *, on_script: bool = True) -> Writes:
        if on_script:
            self.script.follow(writes)
        writes.messages.clear()  # a person who resumes the session has its ready tasks announced anew
        writes.changed.pop("team_months", None)
        return writes


def _stay() -> None:
    with connection.cursor() as cursor:
        cursor.execute(STAY, [f"{IDLE_SECONDS}s"])
