"""Model calls and snapshots of agents."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from agents.providers.names import SIMULATOR
from sessions_app import shapes
from sessions_app.errors import NotReachable
from sessions_app.models import AgentSnapshot, CallStatus, ExecutionSession, LLMCall

CALL_WORDS = {
    CallStatus.RESERVED: "Running",
    CallStatus.SUCCEEDED: "Answered",
    CallStatus.FAILED: "Failed",
    CallStatus.UNCONFIRMED: "Unconfirmed",
}
STEP_WORDS = {"deliver": "First answer", "repair": "Repair"}
LONG = ("request", "response")  # prompts and answers, which no list shows


def calls_of(session: ExecutionSession) -> Any:
    """The tries of model calls of a session, with their tasks: one query."""
    rows = LLMCall.objects.filter(session=session).select_related("agent_task__stage")
    return rows.defer(*LONG, "agent_task__input_data", "agent_task__output_data")


def narrowed_calls(
    calls: Any,
    *,
    agent: str | None = None,
    status: str | None = None,
    model: str | None = None,
    provider: str | None = None,
    stage: int | None = None,
    step: str | None = None,
) -> Any:
    """Keep the calls of a role, status, model, provider, stage or step; None and an empty text ask for nothing."""
    wanted = {"agent_task__agent_role": agent, "status": status, "model": model, "provider": provider}
    calls = calls.filter(**{field: value for field, value in wanted.items() if value})
    if stage is not None:
        calls = calls.filter(agent_task__stage__number=stage)
    return calls.filter(call_key__contains=f":{step}:") if step else calls


def models_called(session: ExecutionSession) -> list[str]:
    """The models that a session has called, by name: one query."""
    return list(LLMCall.objects.filter(session=session).order_by("model").values_list("model", flat=True).distinct())


def get_call(user: User, call_id: int) -> LLMCall:
    """A call with its request and answer, its task and session: one query. Raises NotReachable."""
    calls = LLMCall.objects.visible_to(user).select_related("agent_task__stage", "session__team")
    call: LLMCall | None = calls.defer("agent_task__input_data", "agent_task__output_data").filter(pk=call_id).first()
    if call is None:
        raise NotReachable("There is no such model call.")
    return call


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
        cached_tokens=row.cached_tokens,
        cache_write_tokens=row.cache_write_tokens,
        reasoning_tokens=row.reasoning_tokens,
        cost_usd=None if row.estimated else row.cost_usd,
        charged_usd=row.cost_usd,
        estimated=row.estimated,
        simulated=row.simulated or row.provider == SIMULATOR,
        latency_ms=row.latency_ms,
        first_token_ms=row.first_token_ms,
        error=row.error,
        created_at=row.created_at,
    )


def call_detail(row: LLMCall) -> shapes.CallDetail:
    """A call with what was asked and answered, as long as that is kept."""
    return shapes.CallDetail(
        **dict(call_shape(row)),
        session_id=row.session_id,
        stage=row.agent_task.stage.number,
        call_key=row.call_key,
        reserved_usd=row.reserved_usd,
        ended_at=row.ended_at,
        request=row.request,
        response=row.response,
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
