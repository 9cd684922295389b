"""Gates: what waits for a person's word, with what it rests on and what would come next."""

from __future__ import annotations

from collections.abc import Mapping

from sessions_app import shapes
from sessions_app.models import ExecutionSession, Gate
from sessions_app.queries.checks import added_up, score_shapes
from sessions_app.queries.estimates import Estimates, together


def gate_shape(gate: Gate, checks: Mapping[int, shapes.CheckCounts], following: shapes.GateNext) -> shapes.Gate:
    """A gate as the API tells it, from the counts of `check_counts_by_stage`."""
    return shapes.Gate(
        id=gate.pk,
        stage=gate.stage.number,
        round=gate.round,
        status=gate.status,
        opened_at=gate.opened_at,
        decided_by=gate.decided_by.username if gate.decided_by else None,
        decided_at=gate.decided_at,
        feedback=gate.feedback,
        roles=gate.roles,
        checks=added_up(counts for stage, counts in checks.items() if stage <= gate.stage.number),
        scores=gate.scores or {},
        quality=score_shapes(gate.quality),
        next=following,
    )


def next_of(session: ExecutionSession, stage: int, estimates: Estimates) -> shapes.GateNext:
    """What starts when the gate after `stage` is approved."""
    stages = session.workflow["stages"]
    starts = [task["role"] for each in stages if each["number"] == stage + 1 for task in each["tasks"]]
    total = together([[estimates.usual_in(session, role) for role in starts]])
    return shapes.GateNext(
        starts=starts,
        estimate_usd=total.usd_ends,
        estimate_seconds=[total.seconds.low, total.seconds.high],
    )
