"""Model calls and snapshots of agents."""

from __future__ import annotations

from typing import Any

from sessions_app import shapes
from sessions_app.models import AgentSnapshot, ExecutionSession, LLMCall

LONG = ("request", "response")  # prompts and answers, which no list shows


def calls_of(session: ExecutionSession) -> Any:
    """The tries of model calls of a session, with their tasks: one query."""
    return LLMCall.objects.filter(session=session).select_related("agent_task").defer(*LONG)


def snapshots_of(session: ExecutionSession) -> Any:
    """What agents knew when they handed in, in the order they did: one query."""
    return AgentSnapshot.objects.filter(agent_task__session=session)


def call_shape(row: LLMCall) -> shapes.Call:
    return shapes.Call(
        id=row.pk,
        task_id=row.agent_task_id,
        agent=row.agent_task.agent_role,
        provider=row.provider,
        model=row.model,
        status=row.status,
        attempt=row.attempt,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_usd=row.cost_usd,
        simulated=row.simulated,
        latency_ms=row.latency_ms,
        first_token_ms=row.first_token_ms,
        error=row.error,
        created_at=row.created_at,
    )


def snapshot_shape(row: AgentSnapshot) -> shapes.Snapshot:
    return shapes.Snapshot(
        id=row.pk,
        task_id=row.agent_task_id,
        agent=row.agent_role,
        round=row.round,
        context_state=row.context_state,
        capabilities=row.capabilities,
        decisions=row.decisions,
        execution_metadata=row.execution_metadata,
        created_at=row.created_at,
    )
