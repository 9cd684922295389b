"""From one JSON document to the rows a rule reads."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from sessions_app.rules.state import (
    ArtifactRow,
    CallRow,
    DecisionRow,
    GateRow,
    NewId,
    QuestionRow,
    RequirementRow,
    SessionRow,
    SessionState,
    StageRow,
    TaskRow,
)

_TIMES = ("started_at", "active_since", "ended_at", "deleted_at", "ready_at", "lease_until", "deadline")
_AMOUNTS = ("budget_usd", "spent_usd", "reserved_usd")


def state_from(document: str, *, now: datetime, new_id: NewId) -> SessionState:
    """Return the state that `LOAD_STATES` read; months are added by the writer, which locks them."""
    read = orjson.loads(document)
    return SessionState(
        now=now,
        new_id=new_id,
        session=SessionRow(**_typed(read["session"])),
        stages=[StageRow(**_typed(row)) for row in read["stages"] or ()],
        tasks=[TaskRow(**_typed(row)) for row in read["tasks"] or ()],
        calls=[CallRow(**_typed(row)) for row in read["calls"] or ()],
        artifacts={row["path"]: ArtifactRow(**row) for row in read["artifacts"] or ()},
        decisions=[DecisionRow(**row) for row in read["decisions"] or ()],
        requirements={row["key"]: RequirementRow(**row) for row in read["requirements"] or ()},
        gates=[GateRow(**row) for row in read["gates"] or ()],
        questions=[QuestionRow(**_typed(row)) for row in read["questions"] or ()],
        checks=Counter(read["checks"] or {}),
    )


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    for name in _TIMES:
        if row.get(name) is not None:
            row[name] = datetime.fromisoformat(row[name])
    for name in _AMOUNTS:
        if row.get(name) is not None:
            row[name] = Decimal(row[name])
    if "chain_id" in row:
        row["chain_id"] = UUID(row["chain_id"])
    if "month" in row:
        row["month"] = date.fromisoformat(row["month"])
    return row
