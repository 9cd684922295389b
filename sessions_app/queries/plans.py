"""Model calls that were or may have been paid for, and would be made once more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q

from sessions_app import shapes
from sessions_app.models import CallStatus, ExecutionSession, LLMCall
from sessions_app.queries.calls import LONG
from sessions_app.queries.tasks import agent_name

UNSURE = (CallStatus.RESERVED, CallStatus.UNCONFIRMED)  # under way, or nobody knows whether it was billed
PAID = (*UNSURE, CallStatus.SUCCEEDED)


def calls_to_repeat(rounds: Mapping[int, int], *, anew: Collection[int]) -> list[shapes.RepeatableCall]:
    """The last call of each of these tasks in its round (given by task id), and its repair: one query.

    Told when nobody has the answer; of a task that is done `anew` also when there is one: it is not used again.
    """
    last: dict[tuple[int, str], LLMCall] = {}
    newest: dict[int, int] = {}
    for row in _calls().filter(agent_task__in=rounds).order_by("id"):
        round, step, number = row.call_key.split(":")
        if round == f"r{rounds[row.agent_task_id]}":
            newest[row.agent_task_id] = int(number)
            last[row.agent_task_id, step] = row
    present = [row for row in last.values() if row.call_key.endswith(f":{newest[row.agent_task_id]}")]
    return [_shape(row) for row in present if row.status in (PAID if row.agent_task_id in anew else UNSURE)]


def calls_paid_for(session: ExecutionSession, *, after_stage: int) -> list[shapes.RepeatableCall]:
    """The calls of all later stages that were or may have been paid for: a fork makes their work anew. One query."""
    later = Q(session=session, agent_task__stage__number__gt=after_stage, status__in=PAID)
    return [_shape(row) for row in _calls().filter(later).order_by("id")]


def _calls() -> Any:
    rows = LLMCall.objects.select_related("agent_task__stage")
    return rows.defer(*LONG, "agent_task__input_data", "agent_task__output_data")


def _shape(row: LLMCall) -> shapes.RepeatableCall:
    task = row.agent_task
    charged = row.reserved_usd if row.cost_usd is None else row.cost_usd
    return shapes.RepeatableCall(
        call_id=row.pk,
        task_id=task.pk,
        agent=task.agent_role,
        agent_name=agent_name(task.agent_role),
        stage=task.stage.number,
        model=row.model,
        status=row.status,
        cost_usd=Decimal(charged),
    )
