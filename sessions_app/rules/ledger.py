"""The ledger of model calls: reserve before, settle after, so that a cap holds whatever happens between.

Money is in US dollars with six decimals. What a call may cost is reserved against the session's cap and the team's
cap of the month; the reservation of a call whose bill is not known stays spent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from agents.providers.names import SIMULATOR
from sessions_app.journal.canonical import sha256_of
from sessions_app.journal.facts import call_facts
from sessions_app.models import CallStatus, SessionStatus, TaskStatus
from sessions_app.rules.state import CallRow, Held, MonthRow, SessionRow, SessionState, TaskRow
from sessions_app.rules.writes import Writes

NOTHING = Decimal(0)
WARN_AT = Decimal("0.8")  # of a cap


@dataclass(frozen=True)
class CallPlan:
    """A model call that a worker wants to make."""

    call_key: str
    attempt: int
    provider: str
    model: str
    request: dict[str, Any]
    estimate_usd: Decimal
    can_be_left_out: bool = False  # a cap then refuses the call alone: the task goes on and the session is not paused


@dataclass(frozen=True)
class CallResult:
    """How a model call went. `cost_usd` is None when nobody knows what it cost."""

    status: CallStatus
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: Decimal | None = None
    simulated: bool = False
    response: dict[str, Any] | None = None
    latency_ms: int | None = None
    first_token_ms: int | None = None
    error: str = ""


@dataclass(frozen=True)
class Refused:
    """The budget does not allow the call; the session waits for a person, unless the call can be left out."""

    cap: str


def month_of(moment: datetime) -> date:
    """Return the first day of the month (UTC) that pays for a call made at `moment`."""
    return date(moment.year, moment.month, 1)


def reserve_call(state: SessionState, held: Held, plan: CallPlan) -> Writes:
    """Set the estimate aside and note the call, or pause the session when a cap does not allow it.

    A call that can be left out is only refused: the answer that it would improve is paid for already.
    The outcome is the id of the call, or `Refused`. Raises LeaseLost.
    """
    writes = Writes(state)
    task = state.held(held)
    for call in state.open_calls_of(task):
        if (call.call_key, call.attempt) == (plan.call_key, plan.attempt):
            writes.outcome = call.id  # reserved before; the answer to that commit was lost
            return writes
    session, month = state.session, state.months[month_of(state.now)]
    cap = cap_reached(session.budget_usd, session.spent_usd + session.reserved_usd, plan.estimate_usd, "session")
    cap = cap or cap_reached(month.budget_usd, month.spent_usd + month.reserved_usd, plan.estimate_usd, "team month")
    if cap:
        if not plan.can_be_left_out:
            _refuse(writes, task, plan, cap, month)
        writes.outcome = Refused(cap)
        return writes
    writes.change(session, reserved_usd=session.reserved_usd + plan.estimate_usd)
    writes.change(month, reserved_usd=month.reserved_usd + plan.estimate_usd)
    writes.outcome = writes.add(
        "llm_calls",
        session_id=session.id,
        agent_task_id=task.id,
        call_key=plan.call_key,
        attempt=plan.attempt,
        status=CallStatus.RESERVED,
        month=month.month,
        provider=plan.provider,
        model=plan.model,
        request=plan.request,
        reserved_usd=plan.estimate_usd,
        input_tokens=0,
        output_tokens=0,
        simulated=False,
        error="",
    )
    return writes


def settle_call(state: SessionState, held: Held, call_id: int, result: CallResult) -> Writes:
    """Turn a reservation into what the call cost, and keep the answer with it.

    Raises LeaseLost when the task is held by somebody else: then the call was settled as unconfirmed.
    """
    writes = Writes(state)
    task = state.held(held)
    call = state.open_call(call_id)
    _settle(writes, task, call, result)
    if result.status == CallStatus.SUCCEEDED and task.lost_count:
        # A task that gets answers does not kill its process.
        writes.change(task, lost_count=0, lost_alone=0, alone=False)
    return writes


def leave_unconfirmed(writes: Writes, task: TaskRow, *, error: str) -> None:
    """Settle the open calls of a task that nobody waits for any more: they may have been billed."""
    for call in list(writes.state.open_calls_of(task)):
        _settle(writes, task, call, CallResult(CallStatus.UNCONFIRMED, error=error))


def settle_orphans(state: SessionState) -> Writes:
    """Settle the reservations of tasks that nobody runs any more."""
    writes = Writes(state)
    for task in state.tasks:
        if task.status != TaskStatus.RUNNING:
            leave_unconfirmed(writes, task, error="Nobody waits for this call any more")
    return writes


def cap_reached(cap_usd: Decimal | None, used_usd: Decimal, estimate_usd: Decimal, name: str) -> str:
    """Return `name` when `estimate_usd` more would go over the cap, else an empty text. No cap is None."""
    return name if cap_usd is not None and used_usd + estimate_usd > cap_usd else ""


def _settle(writes: Writes, task: TaskRow, call: CallRow, result: CallResult) -> None:
    state, session = writes.state, writes.state.session
    month = state.months[call.month]
    spent_before = session.spent_usd, month.spent_usd
    estimated = result.cost_usd is None and result.status != CallStatus.FAILED
    charged = call.reserved_usd if estimated else result.cost_usd or NOTHING
    writes.change(
        session,
        reserved_usd=session.reserved_usd - call.reserved_usd,
        spent_usd=session.spent_usd + charged,
        input_tokens=session.input_tokens + result.input_tokens,
        output_tokens=session.output_tokens + result.output_tokens,
    )
    writes.change(month, reserved_usd=month.reserved_usd - call.reserved_usd, spent_usd=month.spent_usd + charged)
    writes.change(
        call,
        status=result.status,
        input_tokens=result.input_tokens,
        output_tokens=result.output_tokens,
        cached_tokens=result.cached_tokens,
        cache_write_tokens=result.cache_write_tokens,
        reasoning_tokens=result.reasoning_tokens,
        cost_usd=charged,
        estimated=estimated,
        simulated=result.simulated or call.provider == SIMULATOR,  # also when nobody waited for its answer
        response=result.response,
        latency_ms=result.latency_ms,
        first_token_ms=result.first_token_ms,
        error=result.error,
        ended_at=state.now,
    )
    state.calls.remove(call)
    facts = call_facts(
        call_id=call.id,
        task_id=task.id,
        call_key=call.call_key,
        attempt=call.attempt,
        provider=call.provider,
        model=call.model,
        status=call.status,
        input_tokens=call.input_tokens,
        output_tokens=call.output_tokens,
        cost_usd=call.cost_usd,
    )
    writes.event(
        "llm_call_finished",
        call_id=call.id,
        task_id=task.id,
        agent=task.agent_role,
        model=call.model,
        **{name: facts[name] for name in ("status", "input_tokens", "output_tokens", "cost_usd")},
        **({"estimated": True} if estimated else {}),
        sha256=sha256_of(facts),
    )
    _warn_of_a_cap(writes, session, spent_before[0], "session")
    _warn_of_a_cap(writes, month, spent_before[1], "team month")


def _warn_of_a_cap(writes: Writes, row: SessionRow | MonthRow, spent_before_usd: Decimal, cap: str) -> None:
    """Say once, as it happens, that four fifths of a cap are spent."""
    if row.budget_usd is None or not spent_before_usd < row.budget_usd * WARN_AT <= row.spent_usd:
        return
    writes.event(
        "budget_warned",
        cap=cap,
        budget_usd=f"{row.budget_usd:.6f}",
        spent_usd=f"{row.spent_usd:.6f}",
        reserved_usd=f"{row.reserved_usd:.6f}",
    )


def _refuse(writes: Writes, task: TaskRow, plan: CallPlan, cap: str, month: MonthRow) -> None:
    """Put the task back as if it had not been claimed, and pause the session."""
    state, session = writes.state, writes.state.session
    of_session = cap == "session"
    row = session if of_session else month
    writes.event(
        "budget_exhausted",
        agent=task.agent_role,
        task_id=task.id,
        cap=cap,
        budget_usd=f"{row.budget_usd:.6f}",
        spent_usd=f"{row.spent_usd:.6f}",
        reserved_usd=f"{row.reserved_usd:.6f}",
        estimate_usd=f"{plan.estimate_usd:.6f}",
    )
    writes.give_back(task, attempt=task.attempt - 1)
    if state.session.status == SessionStatus.ACTIVE:
        writes.change(session, status=SessionStatus.PAUSED, status_reason="budget_exhausted")
        writes.event("session_paused", status=SessionStatus.PAUSED.value, reason="budget_exhausted")
