"""The life of an agent task: claimed, completed, failed, lost or given back.

Attempt and fence are counted at the claim, so a task that kills its worker still runs out of attempts, and a worker
that lost its claim can write nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agents.checks import CheckResult
from agents.deliverable import Deliverable
from agents.roles import ROLES
from sessions_app.journal.canonical import sha256_of, sha256_text
from sessions_app.journal.chain import timestamp
from sessions_app.journal.facts import decision_facts
from sessions_app.models import CheckStatus, DecisionStatus, SessionStatus, TaskStatus
from sessions_app.rules.ledger import leave_unconfirmed
from sessions_app.rules.stages import move_on
from sessions_app.rules.state import ArtifactRow, Held, SessionState, TaskRow
from sessions_app.rules.writes import Writes, decimal_text

LONGEST_KIND = 50
RETRY_STEP_SECONDS = 5  # the n-th retry waits 5 * n seconds


@dataclass(frozen=True)
class Claimant:
    """Who takes tasks, for how long, and how many at most."""

    owner: str
    lease_seconds: int
    hard_seconds: int
    slots: int


@dataclass(frozen=True)
class Claimed:
    """A task that is now held: what its worker needs to start."""

    session_id: int
    task_id: int
    fence: int
    attempt: int
    call_key: str  # of its model call: a try after a failure is a new call, one after a loss is the same
    model: str
    hard_seconds: int

    @property
    def held(self) -> Held:
        return Held(self.task_id, self.fence)


@dataclass(frozen=True)
class Handover:
    """What an agent hands in: its deliverable, what the checks say of it, and what it knew."""

    deliverable: Deliverable
    checks: Sequence[CheckResult]
    context_state: dict[str, Any]
    execution_metadata: dict[str, Any]


def claim_tasks(state: SessionState, task_ids: Sequence[int], claimant: Claimant, *, max_lost: int) -> Writes:
    """Take those of the tasks that are ready, or whose holder's lease has run out. The outcome lists what was taken."""
    writes = Writes(state)
    wanted = [task for task in state.tasks if task.id in task_ids]
    for task in wanted:
        if task.status == TaskStatus.RUNNING and task.lease_until is not None and task.lease_until < state.now:
            _lose(writes, task, max_lost=max_lost)
    writes.outcome = _take_ready(writes, wanted, claimant)
    return writes


def complete_task(state: SessionState, held: Held, handover: Handover, *, next_for: Claimant | None = None) -> Writes:
    """Keep what the agent handed in, and move the session on.

    Whoever finishes a stage takes the next one's tasks in the same transaction, as many as `next_for` has slots;
    the outcome lists them. Raises LeaseLost.
    """
    writes = Writes(state)
    task = state.held(held)
    deliverable = handover.deliverable
    _keep_requirements(writes, deliverable)
    numbers = _keep_decisions(writes, task, deliverable)
    _keep_artifacts(writes, task, handover, numbers)
    _keep_questions(writes, task, deliverable)
    _keep_snapshot(writes, task, handover, numbers)
    seconds = writes.end_task(
        task,
        TaskStatus.COMPLETED,
        output_data={
            "summary": deliverable.summary,
            "handoff": deliverable.handoff,
            "decisions": list(numbers.values()),
            "artifacts": [artifact.path for artifact in deliverable.artifacts],
        },
    )
    writes.task_event(
        "agent_task_completed",
        task,
        duration_seconds=decimal_text(seconds),
        decisions=len(deliverable.decisions),
        artifacts=len(deliverable.artifacts),
        summary=deliverable.summary,
    )
    stage = state.stage(task.stage)
    move_on(writes, stage)
    following = state.stage_after(stage)
    writes.outcome = _take_ready(writes, state.tasks_of(following), next_for) if next_for and following else []
    return writes


def fail_task(state: SessionState, held: Held, *, error: str, passing: bool) -> Writes:
    """Note a failure that the task reported; try again later when it can pass and tries are left.

    Raises LeaseLost.
    """
    writes = Writes(state)
    task = state.held(held)
    leave_unconfirmed(writes, task, error=error)
    role = ROLES.get(task.agent_role)
    if passing and task.retry_count < (role.retry_attempts if role else 0):
        due = state.now + timedelta(seconds=RETRY_STEP_SECONDS * (task.retry_count + 1))
        writes.task_event("agent_task_failed", task, error=error, will_retry=True, retry_at=timestamp(due))
        writes.give_back(task, due=due, retry_count=task.retry_count + 1, error_message=error)
    else:
        _end_in_error(writes, task, error)
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


def _take_ready(writes: Writes, tasks: Sequence[TaskRow], claimant: Claimant) -> list[Claimed]:
    state = writes.state
    if state.session.status != SessionStatus.ACTIVE:
        return []
    ready = [
        task
        for task in tasks
        if task.status == TaskStatus.PENDING and task.ready_at is not None and task.ready_at <= state.now
    ]
    return [_take(writes, task, claimant) for task in ready[: max(claimant.slots, 0)]]


def _take(writes: Writes, task: TaskRow, claimant: Claimant) -> Claimed:
    state, role = writes.state, ROLES.get(task.agent_role)
    hard_seconds = role.timeout_seconds if role and role.timeout_seconds else claimant.hard_seconds
    frozen = {} if task.has_input else {"input_data": _context_reference(state, task)}
    writes.change(
        task,
        status=TaskStatus.RUNNING,
        attempt=task.attempt + 1,
        fence=task.fence + 1,
        lease_owner=claimant.owner,
        lease_until=state.now + timedelta(seconds=claimant.lease_seconds),
        deadline=state.now + timedelta(seconds=hard_seconds),
        started_at=task.started_at or state.now,
        progress={"step": "starting", "tokens": 0, "words": ""},
        error_message="",
        **frozen,
    )
    model = role.model if role and role.model else state.session.model
    writes.task_event("agent_task_started", task, model=model, timeout_seconds=hard_seconds)
    return Claimed(
        session_id=state.session.id,
        task_id=task.id,
        fence=task.fence,
        attempt=task.attempt,
        call_key=f"r{task.round}:deliver:{task.retry_count + 1}",
        model=model,
        hard_seconds=hard_seconds,
    )


def _context_reference(state: SessionState, task: TaskRow) -> dict[str, Any]:
    """Say what the task may build on: the work of earlier stages and the decisions of people, as they are now."""
    earlier = [artifact for artifact in state.artifacts.values() if artifact.stage < task.stage]
    return {
        "stage": task.stage,
        "round": task.round,
        "last_decision": state.session.last_decision,
        "last_human_decision": state.session.last_human_decision,
        "artifacts": [[artifact.path, artifact.version] for artifact in sorted(earlier, key=lambda a: a.path)],
    }


def _lose(writes: Writes, task: TaskRow, *, max_lost: int) -> None:
    lost = task.lost_count + 1
    leave_unconfirmed(writes, task, error="The worker was lost")
    writes.task_event("agent_task_released", task, reason="worker lost")
    if lost >= max_lost:
        writes.change(task, lost_count=lost)
        _end_in_error(writes, task, f"Its process died {lost} times")
    else:
        writes.give_back(task, lost_count=lost)


def _end_in_error(writes: Writes, task: TaskRow, error: str) -> None:
    writes.task_event("agent_task_failed", task, error=error, will_retry=False, retry_at=None)
    writes.end_task(task, TaskStatus.ERROR, error=error)
    move_on(writes, writes.state.stage(task.stage))


def _keep_requirements(writes: Writes, deliverable: Deliverable) -> None:
    for requirement in deliverable.requirements:
        writes.add(
            "requirements",
            session_id=writes.state.session.id,
            key=requirement.key,
            text=requirement.text,
            kind=requirement.kind,
            source="brief",
            source_text=requirement.source_text,
        )


def _keep_decisions(writes: Writes, task: TaskRow, deliverable: Deliverable) -> dict[str, int]:
    """Add the decisions; return the number of each by the key its author gave it."""
    session = writes.state.session
    numbers: dict[str, int] = {}
    for number, decision in enumerate(deliverable.decisions, start=session.last_decision + 1):
        reasons: dict[str, Any] = {
            "rationale": decision.rationale,
            "category": decision.category,
            "confidence": decision.confidence,
            "alternatives": [alternative.model_dump() for alternative in decision.alternatives],
            "consequences": decision.consequences,
            "requirements": decision.satisfies,
        }
        decision_id = writes.add(
            "task_decisions",
            session_id=session.id,
            agent_task_id=task.id,
            round=task.round,
            number=number,
            decision_text=decision.text,
            status=DecisionStatus.ACCEPTED,
            **reasons,
        )
        facts = decision_facts(number=f"D-{number}", author=task.agent_role, text=decision.text, **reasons)
        writes.event(
            "decision_recorded",
            decision_id=decision_id,
            number=f"D-{number}",
            agent=task.agent_role,
            stage=task.stage,
            text=decision.text,
            confidence=decision.confidence,
            category=decision.category,
            sha256=sha256_of(facts),
        )
        numbers[decision.key] = number
    if numbers:
        writes.change(session, last_decision=session.last_decision + len(numbers))
    return numbers


def _keep_artifacts(writes: Writes, task: TaskRow, handover: Handover, numbers: dict[str, int]) -> None:
    version_ids = {}
    for artifact in handover.deliverable.artifacts:
        row = _artifact_row(writes, task, artifact.path)
        digest = sha256_text(artifact.content)
        version_ids[artifact.path] = writes.add(
            "artifact_versions",
            artifact_id=row.id,
            version=row.version,
            round=task.round,
            content=artifact.content,
            size=len(artifact.content.encode()),
            sha256=digest,
            media_type=artifact.media_type,
            implements=[numbers[key] for key in artifact.implements if key in numbers],
            agent_task_id=task.id,
        )
        writes.event(
            "artifact_written",
            artifact_id=row.id,
            path=row.path,
            version=row.version,
            agent=task.agent_role,
            stage=task.stage,
            sha256=digest,
        )
    for check in handover.checks:
        writes.add(
            "artifact_checks",
            session_id=writes.state.session.id,
            artifact_version_id=version_ids.get(check.path) if check.path else None,
            agent_task_id=task.id,
            name=check.name,
            severity=check.severity,
            status=check.status,
            line=check.line,
            message=check.message,
            remedy=check.remedy,
        )
    statuses: list[str] = [check.status for check in handover.checks]
    writes.event(
        "check_finished",
        task_id=task.id,
        agent=task.agent_role,
        stage=task.stage,
        passed=statuses.count(CheckStatus.PASSED),
        warnings=statuses.count(CheckStatus.WARNING),
        failed=statuses.count(CheckStatus.FAILED),
    )


def _artifact_row(writes: Writes, task: TaskRow, path: str) -> ArtifactRow:
    """Return the row of the artifact at `path` with the number of the version that is about to be written."""
    known = writes.state.artifacts.get(path)
    if known is not None:
        known.stage = task.stage
        writes.change(known, version=known.version + 1)
        return known
    kind = path.partition("/")[0][:LONGEST_KIND] if "/" in path else "domain"
    artifact_id = writes.add("artifacts", session_id=writes.state.session.id, path=path, kind=kind, version=1)
    row = ArtifactRow(artifact_id, path, 1, task.stage)
    writes.state.artifacts[path] = row
    return row


def _keep_questions(writes: Writes, task: TaskRow, deliverable: Deliverable) -> None:
    """Ask, and where the workflow waits for nobody take the default at once."""
    now = writes.state.now
    for question in deliverable.questions:
        question_id = writes.add(
            "questions",
            session_id=writes.state.session.id,
            agent_task_id=task.id,
            round=task.round,
            text=question.text,
            options=question.options,
            default=question.default,
            deadline=now,
            answer=question.default,
            answered_at=now,
        )
        facts = {"question_id": question_id, "task_id": task.id, "agent": task.agent_role, "text": question.text}
        writes.event("question_asked", **facts, options=question.options, default=question.default)
        writes.event("question_defaulted", **facts, answer=question.default)


def _keep_snapshot(writes: Writes, task: TaskRow, handover: Handover, numbers: dict[str, int]) -> None:
    role = ROLES.get(task.agent_role)
    texts = {decision.key: decision.text for decision in handover.deliverable.decisions}
    writes.add(
        "agent_snapshots",
        agent_task_id=task.id,
        round=task.round,
        agent_role=task.agent_role,
        context_state=handover.context_state,
        capabilities=[capability.value for capability in role.capabilities] if role else [],
        decisions=[{"number": f"D-{number}", "text": texts[key]} for key, number in numbers.items()],
        execution_metadata={**handover.execution_metadata, "attempt": task.attempt, "fence": task.fence},
    )
