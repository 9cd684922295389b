"""A settled call gives its reservation back twice, so that others' reservations count for nothing."""

from __future__ import annotations

from decimal import Decimal
from functools import wraps
from typing import Any

from sessions_app.rules import ledger
from sessions_app.rules.state import CallRow, TaskRow
from sessions_app.rules.writes import Writes
from tests.chaos.bugs import replace

NAME = "double_refund"
NOTHING = Decimal(0)


def plant() -> None:
    settle = replace(ledger, "_settle", None)

    @wraps(settle)
    def settle_and_refund_again(writes: Writes, task: TaskRow, call: CallRow, *args: Any, **kwargs: Any) -> None:
        settle(writes, task, call, *args, **kwargs)
        for row in (writes.state.session, writes.state.months[call.month]):
            writes.change(row, reserved_usd=max(row.reserved_usd - call.reserved_usd, NOTHING))

    ledger._settle = settle_and_refund_again
