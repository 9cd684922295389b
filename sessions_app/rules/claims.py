"""Who holds an agent task: it is claimed, given back, or lost with its process.

Attempt and fence are counted at the claim, so a task that kills its worker still runs out of attempts, and a worker
that lost its claim can write nothing any more.

A task whose process died twice is a suspect: from then on only a process that runs nothing else takes it, so that a
death is its own fault and no neighbour's. So many deaths alone end it; an answer of its model clears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from agents.model_choice import Answering, answering
from agents.roles import ROLES
from sessions_app.models import SessionStatus, TaskStatus
from sessions_app.rules.contexts import frozen_context
from sessions_app.rules.ledger import leave_unconfirmed
from sessions_app.rules.limits import Limits
from sessions_app.rules.stages import end_in_error
from sessions_app.rules.state import Held, SessionState, TaskRow
from sessions_app.rules.writes import Writes

SUSPECT_AFTER = 2  # deaths of its process, whoever was to blame


@dataclass(frozen=True)
class Claimant:
    """Who takes tasks, for how long, and how many at most."""

    owner: str
    lease_seconds: int
    hard_seconds: int
    slots: int
    soft_seconds: int = 0  # after which a task begins no further call; 0 is the hard limit
    alone: bool = False  # runs one task at a time, and only suspects
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Claimed:
    """A task that is now held: what its worker needs to start."""

    session_id: int
    task_id: int
    fence: int
    attempt: int
    call_key: str  # of its model call: a try after a failure is a new call, one after a loss is the same
    answering: Answering
    team_id: int
    hard_seconds: int
    soft_seconds: int

    @property
    def model(self) -> str:
        """The model that is asked first."""
        return self.answering.model

    @property
    def repair_key(self) -> str:
        """The key of the call that may follow, once, when the first answer had faults."""
        return self.call_key.replace(":deliver:", ":repair:")

    @property
    def held(self) -> Held:
        return Held(self.task_id, self.fence)


def claim_tasks(state: SessionState, task_ids: Sequence[int], claimant: Claimant, *, max_lost: int) -> Writes:
    """Take those of the tasks that are ready, or whose holder's lease has run out. The outcome lists what was taken."""
    writes = Writes(state)
    wanted = [task for task in state.tasks if task.id in task_ids]
    for task in wanted:
        if task.status == TaskStatus.RUNNING and task.lease_until is not None and task.lease_until < state.now:
            _lose(writes, task, max_lost=max_lost)
    writes.outcome = take_ready(writes, wanted, claimant)
    return writes


def release_task(state: SessionState, held: Held, *, reason: str) -> Writes:
    """Give a task back unfinished; it counts as nothing, neither attempt nor loss. Raises LeaseLost."""
    writes = Writes(state)
    task = state.held(held)
    leave_unconfirmed(writes, task, error=reason)
    writes.task_event("agent_task_released", task, reason=reason)
    writes.give_back(task, attempt=task.attempt - 1)
    return writes


def lose_tasks(state: SessionState, owner: str | None, *, max_lost: int) -> Writes:
    """Bring back the tasks of a process that is gone, or, without `owner`, those whose lease has run out."""
    writes = Writes(state)
    for task in state.tasks:
        if task.status != TaskStatus.RUNNING or task.lease_until is None:
            continue
        if task.lease_owner == owner or (owner is None and task.lease_until < state.now):
            _lose(writes, task, max_lost=max_lost)
    return writes


def wake_again(state: SessionState, task_ids: Sequence[int]) -> Writes:
    """Send a new wake-up for tasks that are ready and whose message has been used up."""
    writes = Writes(state)
    if state.session.status == SessionStatus.ACTIVE:
        for task in state.tasks:
            if task.id in task_ids and task.status == TaskStatus.PENDING and task.ready_at is not None:
                writes.announce(task)
    return writes


def take_ready(writes: Writes, tasks: Sequence[TaskRow], claimant: Claimant) -> list[Claimed]:
    """Take those of the tasks that are ready and his to take: as many as he has slots, and the limits leave room."""
    state = writes.state
    if state.session.status != SessionStatus.ACTIVE:
        return []
    taken: list[Claimed] = []
    for task in tasks:
        if len(taken) >= claimant.slots:
            break
        if _is_ready(state, task) and is_suspect(task) == claimant.alone and _has_room(state, task, claimant.limits):
            taken.append(_take(writes, task, claimant))
    return taken


def is_suspect(task: TaskRow) -> bool:
    """Whether the task may be what kills its process, so that it has to run alone."""
    return task.lost_count >= SUSPECT_AFTER


def _is_ready(state: SessionState, task: TaskRow) -> bool:
    return task.status == TaskStatus.PENDING and task.ready_at is not None and task.ready_at <= state.now


def _has_room(state: SessionState, task: TaskRow, limits: Limits) -> bool:
    if not limits:
        return True
    starts_stage = all(other.status != TaskStatus.RUNNING for other in state.tasks if other.stage_id == task.stage_id)
    return not limits.reached(state.load(), starts_stage=starts_stage)


def _take(writes: Writes, task: TaskRow, claimant: Claimant) -> Claimed:
    state, role = writes.state, ROLES.get(task.agent_role)
    hard_seconds = role.timeout_seconds if role and role.timeout_seconds else claimant.hard_seconds
    soft_seconds = min(claimant.soft_seconds or hard_seconds, hard_seconds)
    frozen = {} if task.has_input else {"input_data": frozen_context(state, task)}
    writes.change(
        task,
        status=TaskStatus.RUNNING,
        attempt=task.attempt + 1,
        fence=task.fence + 1,
        alone=claimant.alone,
        lease_owner=claimant.owner,
        lease_until=state.now + timedelta(seconds=claimant.lease_seconds),
        deadline=state.now + timedelta(seconds=hard_seconds),
        started_at=task.started_at or state.now,
        progress={"step": "starting", "tokens": 0, "words": ""},
        error_message="",
        **frozen,
    )
    session = state.session
    who = answering(session.workflow.get("models"), model=session.model, role=task.agent_role)
    writes.task_event("agent_task_started", task, model=who.model, timeout_seconds=hard_seconds)
    return Claimed(
        session_id=session.id,
        task_id=task.id,
        fence=task.fence,
        attempt=task.attempt,
        call_key=f"r{task.round}:deliver:{task.call_number}",
        answering=who,
        team_id=session.team_id,
        hard_seconds=hard_seconds,
        soft_seconds=soft_seconds,
    )


def _lose(writes: Writes, task: TaskRow, *, max_lost: int) -> None:
    counts: dict[str, Any] = {"lost_count": task.lost_count + 1, "lost_alone": task.lost_alone + task.alone}
    leave_unconfirmed(writes, task, error="The worker was lost")
    writes.task_event("agent_task_released", task, reason="worker lost")
    if counts["lost_alone"] >= max_lost:
        writes.change(task, **counts)
        end_in_error(writes, task, f"Its process died {max_lost} times while it ran nothing else")
    else:
        writes.give_back(task, **counts)
