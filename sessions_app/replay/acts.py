"""What happened in a recording, as transitions of the session that replays it.

Each is a rule that sets up what the recording knew, such as that a deadline had passed, and then calls the rule of old.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.agent_tasks import fail_task
from sessions_app.rules.claims import Claimant, claim_tasks, is_suspect, lose_tasks, release_task
from sessions_app.rules.control import change_session, pause_session
from sessions_app.rules.forks import ForkSource, ForkWish, fork_session
from sessions_app.rules.ledger import CallPlan, CallResult, month_of, reserve_call, settle_call
from sessions_app.rules.questions import default_overdue
from sessions_app.rules.sessions import NewSession, start_session
from sessions_app.rules.state import Held, SessionState
from sessions_app.rules.writes import Writes

LEASE_SECONDS = 24 * 3600  # nobody renews it, and nobody outside the transaction sees it
NEVER = 10**9
LATER = timedelta(days=1)
PERSON_PAUSED = "paused by a person"
ENDS_HERE = "the replay ends here"


def begin(new: NewSession, *, replay_of: UUID, **clock: Any) -> Writes:
    """Start the session that replays a recording."""
    return _marked(start_session(new, **clock), replay_of)


def begin_fork(source: ForkSource, wish: ForkWish, *, replay_of: UUID, **clock: Any) -> Writes:
    """Start the session that replays a fork. It is a replay and nobody's fork: what it took over stands in it."""
    writes = _marked(fork_session(source, wish, **clock), replay_of)
    for row in writes.added["execution_sessions"]:
        row["parent_id"] = row["parent_stage"] = None
    return writes


def claim(state: SessionState, task_id: int, *, timeout_seconds: int) -> Writes:
    """Take a task that waits, also one that waits for the time of its retry. The outcome is what was claimed."""
    task = state.task(task_id)
    if task.ready_at is not None:
        task.ready_at = state.now
    claimant = Claimant(
        owner=f"replay:{task_id}",
        lease_seconds=LEASE_SECONDS,
        hard_seconds=timeout_seconds,
        slots=1,
        alone=is_suspect(task),
    )
    return claim_tasks(state, [task_id], claimant, max_lost=NEVER)


def reserve(state: SessionState, task_id: int, plan: CallPlan) -> Writes:
    """Note a call in the ledger, at no cost. The outcome is its id."""
    return reserve_call(state, _held(state, task_id), replace(plan, estimate_usd=Decimal(0)))


def settle(state: SessionState, task_id: int, call_id: int, result: CallResult) -> Writes:
    """Keep how a call ended; one of unknown cost costs what was reserved for it, which is nothing."""
    return settle_call(state, _held(state, task_id), call_id, result)


def refuse_call(state: SessionState, task_id: int, plan: CallPlan, told: Mapping[str, Any]) -> Writes:
    """Have a cap refuse a call: with the amounts that `told`, the data of `budget_exhausted`, knows."""
    amounts = {name: Decimal(told[name]) for name in ("budget_usd", "spent_usd", "reserved_usd")}
    row = state.session if told["cap"] == "session" else state.months[month_of(state.now)]
    vars(row).update(amounts)
    return reserve_call(state, _held(state, task_id), replace(plan, estimate_usd=Decimal(told["estimate_usd"])))


def fail(state: SessionState, task_id: int, *, error: str, will_retry: bool, next_call: int | None) -> Writes:
    """Note a failure. `next_call` is the number of the call that the task made next in the recording, None for none."""
    task = state.task(task_id)
    new_call = next_call is not None and next_call > task.call_number
    return fail_task(state, Held(task.id, task.fence), error=error, passing=will_retry, new_call=new_call)


def release(state: SessionState, task_id: int, *, reason: str) -> Writes:
    """Give a task back."""
    return release_task(state, Held(task_id, state.task(task_id).fence), reason=reason)


def lose(state: SessionState, task_id: int, *, max_lost: int = NEVER) -> Writes:
    """Let the process die that held a task."""
    return lose_tasks(state, state.task(task_id).lease_owner, max_lost=max_lost)


def take_default(state: SessionState, question_id: int) -> Writes:
    """Let the time of one question be up."""
    for row in state.questions:
        row.deadline = state.now if row.id == question_id else state.now + LATER
    return default_overdue(state)


def pause(state: SessionState, *, reason: str, by: str) -> Writes:
    """Pause the session as a person did, or, in the recording of a replay, as its end did."""
    return pause_session(state, by=by) if reason != ENDS_HERE else hold(state, by=by)


def hold(state: SessionState, *, by: str) -> Writes:
    """Pause a session where its replay ends before its recording; one that waits or has ended stays as it is."""
    writes = Writes(state)
    if state.session.status == SessionStatus.ACTIVE:
        writes.change(state.session, status=SessionStatus.PAUSED, status_reason=ENDS_HERE)
        writes.event("session_paused", status=SessionStatus.PAUSED.value, reason=ENDS_HERE, by=by)
    return writes


def change(
    state: SessionState, told: Mapping[str, Any], *, by: str, brief: str, gates: Mapping[int, bool | str]
) -> Writes:
    """Change what `session_changed` says. Of a brief, and of a gate's rule, only the last form is known."""
    changes: dict[str, Any] = {}
    if "feature_name" in told:
        changes["feature_name"] = told["feature_name"]
    if "brief_sha256" in told:
        changes["brief"] = brief
    if "gates" in told:
        ahead = (StageStatus.PENDING, StageStatus.RUNNING)
        behind = {stage.number: stage.gate for stage in state.stages if stage.status not in ahead and stage.gate}
        changes["gates"] = {number: gates.get(number) or True for number in told["gates"]} | behind
    return change_session(state, by=by, **changes)


def _held(state: SessionState, task_id: int) -> Held:
    """The claim of a task, or, of a call that nobody waited for any more when it was settled, its last one."""
    task = state.task(task_id)
    task.status = TaskStatus.RUNNING
    return Held(task.id, task.fence)


def _marked(writes: Writes, replay_of: UUID) -> Writes:
    for row in writes.added["execution_sessions"]:
        row["replay_of"] = replay_of
    return writes
