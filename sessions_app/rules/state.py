"""The state of one session as a rule sees it: plain rows, read under the session's lock.

A rule reads these rows and changes them only through `Writes`. Long texts (brief, artifacts, answers of models) stay
in the database: no rule needs them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sessions_app.errors import IllegalTransition, LeaseLost
from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.limits import AskLoad, nothing_runs

NewId = Callable[[str], int]
"""Draws the next id of a table from its database sequence."""


@dataclass
class SessionRow:
    table: ClassVar[str] = "execution_sessions"
    id: int
    team_id: int
    user_id: int
    status: str
    status_reason: str
    feature_name: str
    workflow: dict[str, Any]
    chain_id: UUID
    model: str
    budget_usd: Decimal | None
    spent_usd: Decimal
    reserved_usd: Decimal
    input_tokens: int
    output_tokens: int
    last_seq: int
    last_decision: int
    last_human_decision: int
    chain_head: str
    started_at: datetime | None
    active_since: datetime | None
    ended_at: datetime | None = None
    deleted_at: datetime | None = None
    duration_seconds: float | None = None

    @property
    def is_terminal(self) -> bool:
        return self.status in SessionStatus.terminal()

    @property
    def question_seconds(self) -> int:
        """How long an agent's question waits for a person; 0: not at all."""
        return int(self.workflow.get("question_seconds", 0))


@dataclass
class StageRow:
    table: ClassVar[str] = "stages"
    id: int
    number: int
    name: str
    title: str
    status: str
    gate: bool | str
    round: int
    scores: dict[str, int] | None = None  # once its round is reviewed
    quality: list[dict[str, Any]] | None = None  # only written, never read by a rule
    checkpoint_seq: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass
class TaskRow:
    table: ClassVar[str] = "agent_tasks"
    id: int
    stage_id: int
    stage: int  # the stage's number
    agent_role: str
    status: str
    round: int
    attempt: int
    fence: int
    retry_count: int
    lost_count: int
    lost_alone: int
    alone: bool
    call_number: int
    lease_owner: str
    ready_at: datetime | None
    started_at: datetime | None
    lease_until: datetime | None
    has_input: bool  # whether the round's context is frozen already
    queue_task_id: int | None = None
    input_data: dict[str, Any] | None = None
    output_data: dict[str, Any] | None = None
    completed_at: datetime | None = None
    duration_seconds: float | None = None
    deadline: datetime | None = None
    progress: dict[str, Any] | None = None
    error_message: str = ""

    @property
    def is_terminal(self) -> bool:
        return self.status in TaskStatus.terminal()


@dataclass
class CallRow:
    """A model call that is reserved and not settled."""

    table: ClassVar[str] = "llm_calls"
    id: int
    agent_task_id: int
    call_key: str
    attempt: int
    status: str
    month: date
    provider: str
    model: str
    reserved_usd: Decimal
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: Decimal | None = None
    estimated: bool = False
    simulated: bool = False
    response: dict[str, Any] | None = None
    latency_ms: int | None = None
    first_token_ms: int | None = None
    error: str = ""
    ended_at: datetime | None = None


@dataclass
class MonthRow:
    """What a team has spent and reserved in one month (UTC), and its cap."""

    table: ClassVar[str] = "team_months"
    id: int
    month: date
    spent_usd: Decimal
    reserved_usd: Decimal
    budget_usd: Decimal | None


@dataclass
class ArtifactRow:
    table: ClassVar[str] = "artifacts"
    id: int
    path: str
    version: int
    stage: int  # the stage whose task wrote the newest version; 0 when a person did
    agent_task_id: int | None = None  # that task


@dataclass
class DecisionRow:
    """What is needed of an agent's decision to let another one take its place."""

    table: ClassVar[str] = "task_decisions"
    id: int
    agent_task_id: int
    round: int
    number: int
    key: str
    status: str
    superseded_by_id: int | None = None


@dataclass
class RequirementRow:
    """A requirement that an agent took from the brief."""

    table: ClassVar[str] = "requirements"
    id: int
    key: str
    text: str = ""
    kind: str = ""
    source_text: str = ""


@dataclass
class GateRow:
    table: ClassVar[str] = "gates"
    id: int
    stage_id: int
    stage: int  # the stage's number
    round: int
    status: str
    feedback: str
    roles: list[str]
    scores: dict[str, int] | None = None
    decided_by_id: int | None = None
    decided_at: datetime | None = None


@dataclass
class QuestionRow:
    table: ClassVar[str] = "questions"
    id: int
    agent_task_id: int
    round: int
    text: str
    default: str
    deadline: datetime
    answer: str | None
    answered_by_id: int | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """The claim under which a worker writes: a task and the fence it was given."""

    task_id: int
    fence: int


@dataclass
class SessionState:
    """Everything a rule may ask about one session, as it is under the session's lock at `now` (database clock)."""

    now: datetime
    new_id: NewId
    session: SessionRow
    stages: list[StageRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    calls: list[CallRow] = field(default_factory=list)
    artifacts: dict[str, ArtifactRow] = field(default_factory=dict)
    decisions: list[DecisionRow] = field(default_factory=list)
    requirements: dict[str, RequirementRow] = field(default_factory=dict)  # by key; only where a task works again
    gates: list[GateRow] = field(default_factory=list)
    questions: list[QuestionRow] = field(default_factory=list)
    checks: Counter[str] = field(default_factory=Counter)  # of what is valid now, by status; where a gate's rule asks
    months: dict[date, MonthRow] = field(default_factory=dict)
    load: AskLoad = nothing_runs

    def stage(self, number: int) -> StageRow:
        return next(stage for stage in self.stages if stage.number == number)

    def stage_after(self, stage: StageRow) -> StageRow | None:
        return next((other for other in self.stages if other.number == stage.number + 1), None)

    def tasks_of(self, stage: StageRow) -> list[TaskRow]:
        return [task for task in self.tasks if task.stage_id == stage.id]

    def task(self, task_id: int) -> TaskRow:
        """Return the task. Raises IllegalTransition when the session has no such task."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise IllegalTransition("The session has no such task.")

    def gate(self, gate_id: int) -> GateRow:
        """Return the gate. Raises IllegalTransition when the session has no such gate."""
        for gate in self.gates:
            if gate.id == gate_id:
                return gate
        raise IllegalTransition("The session has no such gate.")

    def question(self, question_id: int) -> QuestionRow:
        """Return the question. Raises IllegalTransition when the session has no such question."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise IllegalTransition("The session has no such question.")

    def questions_of(self, task: TaskRow) -> list[QuestionRow]:
        """Return what the task asked in its present round."""
        return [row for row in self.questions if row.agent_task_id == task.id and row.round == task.round]

    def held(self, held: Held) -> TaskRow:
        """Return the task while `held` is its claim. Raises LeaseLost when it is not any more."""
        task = self.task(held.task_id)
        if task.status != TaskStatus.RUNNING or task.fence != held.fence:
            raise LeaseLost("The task is held by another worker, or has ended.")
        return task

    def open_calls_of(self, task: TaskRow) -> Iterator[CallRow]:
        return (call for call in self.calls if call.agent_task_id == task.id)

    def open_call(self, call_id: int) -> CallRow:
        """Return the call while it is reserved. Raises LeaseLost when it has been settled by somebody else."""
        for call in self.calls:
            if call.id == call_id:
                return call
        raise LeaseLost("The call is not reserved any more.")

    def has_ended(self, stage: StageRow) -> bool:
        """Whether no task of `stage` will move by itself any more."""
        return all(task.is_terminal for task in self.tasks_of(stage))

    def require_open(self) -> None:
        """Raise IllegalTransition unless the session still moves or waits."""
        if self.session.status == SessionStatus.FAILED:
            raise IllegalTransition("The session has failed; retry it to go on.")
        if self.session.is_terminal:
            raise IllegalTransition(f"The session is {self.session.status}; it has ended.")

    @property
    def current_stage(self) -> StageRow | None:
        under_way = (StageStatus.RUNNING, StageStatus.AWAITING_APPROVAL)
        return next((stage for stage in self.stages if stage.status in under_way), None)
