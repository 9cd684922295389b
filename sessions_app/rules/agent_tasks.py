"""How the work of an agent task ends: what it hands in is kept, or its failure is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agents.checks import CheckResult
from agents.deliverable import Deliverable
from agents.roles import ROLES
from sessions_app.journal.canonical import sha256_text
from sessions_app.journal.chain import timestamp
from sessions_app.models import DecisionStatus, TaskStatus
from sessions_app.rules.artifacts import add_checks, add_version
from sessions_app.rules.claims import Claimant, take_ready
from sessions_app.rules.decisions import add_agent_decision
from sessions_app.rules.ledger import leave_unconfirmed
from sessions_app.rules.questions import ask_and_go_on, ask_and_wait, waits_for_answers
from sessions_app.rules.reviews import Review, keep_review, require_review
from sessions_app.rules.stages import end_in_error, move_on
from sessions_app.rules.state import Held, SessionState, TaskRow
from sessions_app.rules.writes import Writes, decimal_text

RETRY_STEP_SECONDS = 5  # the n-th retry waits 5 * n seconds


@dataclass(frozen=True)
class Handover:
    """What an agent hands in: its deliverable, what the checks say of it, and what it knew."""

    deliverable: Deliverable
    checks: Sequence[CheckResult]
    context_state: dict[str, Any]
    execution_metadata: dict[str, Any]
    model: str = ""  # that wrote the deliverable: the task's own, or one that stood in for it
    review: Review | None = None  # of all files, from whoever ends a stage


def complete_task(state: SessionState, held: Held, handover: Handover, *, next_for: Claimant | None = None) -> Writes:
    """Keep what the agent handed in, and move the session on.

    Whoever finishes a stage takes the next one's tasks in the same transaction, as many as `next_for` has slots;
    the outcome lists them. A task with questions for a person waits instead, and starts anew with the answers.
    Raises LeaseLost, and ReviewNeeded where the stage ends and `handover` holds no review of what is there now.
    """
    writes = Writes(state)
    task = state.held(held)
    deliverable = handover.deliverable
    if waits_for_answers(state, task, deliverable.questions):
        ask_and_wait(writes, task, deliverable.questions)
        writes.outcome = []
        return writes
    review = require_review(state, task, handover.review)
    _keep_requirements(writes, task, deliverable)
    numbers = _keep_decisions(writes, task, deliverable)
    version_ids = _keep_artifacts(writes, task, handover, numbers)
    if not state.questions_of(task):  # what a person has answered in this round is not asked again
        ask_and_go_on(writes, task, deliverable.questions)
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
        model=handover.model,
    )
    stage = state.stage(task.stage)
    if review is not None:
        keep_review(writes, task, review, version_ids)
    move_on(writes, stage)
    following = state.stage_after(stage)
    writes.outcome = take_ready(writes, state.tasks_of(following), next_for) if next_for and following else []
    return writes


def fail_task(state: SessionState, held: Held, *, error: str, passing: bool, new_call: bool = True) -> Writes:
    """Note a failure that the task reported; try again later when it can pass and tries are left.

    Without `new_call` the next try may use the answer that this one has paid for. Raises LeaseLost.
    """
    writes = Writes(state)
    task = state.held(held)
    leave_unconfirmed(writes, task, error=error)
    role = ROLES.get(task.agent_role)
    if passing and task.retry_count < (role.retry_attempts if role else 0):
        due = state.now + timedelta(seconds=RETRY_STEP_SECONDS * (task.retry_count + 1))
        writes.task_event("agent_task_failed", task, error=error, will_retry=True, retry_at=timestamp(due))
        counts = {"retry_count": task.retry_count + 1, "call_number": task.call_number + new_call}
        writes.give_back(task, due=due, error_message=error, **counts)
    else:
        end_in_error(writes, task, error)
    return writes


def _keep_requirements(writes: Writes, task: TaskRow, deliverable: Deliverable) -> None:
    """Add what is stated for the first time; the first stage may correct in another round what it stated before."""
    known = writes.state.requirements if task.stage == 1 and task.round > 1 else {}
    for requirement in deliverable.requirements:
        said = {"text": requirement.text, "kind": requirement.kind, "source_text": requirement.source_text}
        if requirement.key in known:
            writes.change(known[requirement.key], **said)
        else:
            session_id = writes.state.session.id
            writes.add("requirements", session_id=session_id, key=requirement.key, source="brief", **said)


def _keep_decisions(writes: Writes, task: TaskRow, deliverable: Deliverable) -> dict[str, int]:
    """Add the decisions; return the number of each by the key its author gave it."""
    numbers: dict[str, int] = {}
    for number, decision in enumerate(deliverable.decisions, start=writes.state.session.last_decision + 1):
        decision_id = add_agent_decision(
            writes,
            agent=task.agent_role,
            stage=task.stage,
            agent_task_id=task.id,
            round=task.round,
            key=decision.key,
            number=number,
            decision_text=decision.text,
            status=DecisionStatus.ACCEPTED,
            rationale=decision.rationale,
            category=decision.category,
            confidence=decision.confidence,
            alternatives=[alternative.model_dump() for alternative in decision.alternatives],
            consequences=decision.consequences,
            requirements=decision.satisfies,
        )
        numbers[decision.key] = number
        _take_the_place_of_former(writes, task, decision.key, decision_id)
    return numbers


def _take_the_place_of_former(writes: Writes, task: TaskRow, key: str, decision_id: int) -> None:
    """Lead from what the author decided in a former round under the same name to what holds now."""
    for former in writes.state.decisions:
        if (former.agent_task_id, former.key) == (task.id, key) and former.superseded_by_id is None:
            writes.change(former, superseded_by_id=decision_id)


def _keep_artifacts(writes: Writes, task: TaskRow, handover: Handover, numbers: dict[str, int]) -> dict[str, int]:
    """Add the files with what their checks said; return the id of each version by path."""
    version_ids = {
        artifact.path: add_version(
            writes,
            task,
            artifact.path,
            round=task.round,
            content=artifact.content,
            size=len(artifact.content.encode()),
            sha256=sha256_text(artifact.content),
            media_type=artifact.media_type,
            implements=[numbers[key] for key in artifact.implements if key in numbers],
        )
        for artifact in handover.deliverable.artifacts
    }
    counts = add_checks(writes, task, handover.checks, version_ids)
    writes.event("check_finished", task_id=task.id, agent=task.agent_role, stage=task.stage, **counts)
    return version_ids


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
