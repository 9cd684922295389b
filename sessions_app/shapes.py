"""The JSON shapes of the specification, once: queries build them, and API, export, commands and pages share them.

Times are RFC 3339 in UTC with six digits, money is a decimal string with six digits, `agent` is a role key, and
people are usernames. `model_dump(mode="json")` gives the JSON.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from sessions_app.journal.chain import timestamp

Moment = Annotated[
    datetime,
    PlainSerializer(timestamp, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Money = Annotated[
    Decimal,
    PlainSerializer(lambda amount: f"{amount:.6f}", return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+\.[0-9]{6}$", "examples": ["0.012300"]}),
]


class Shape(BaseModel):
    """Base of all shapes: frozen, and every field is always there."""

    model_config = ConfigDict(
        frozen=True, json_schema_serialization_defaults_required=True, protected_namespaces=(), defer_build=True
    )

    def as_json(self) -> dict[str, Any]:
        """Return the shape as plain JSON values."""
        return self.model_dump(mode="json")


class CheckCounts(Shape):
    passed: int = 0
    warnings: int = 0
    failed: int = 0


class TaskProgress(Shape):
    """What a running task said last; it is never kept."""

    step: str
    tokens: int
    elapsed_seconds: float
    words: str


class Task(Shape):
    id: int
    agent: str
    agent_name: str
    stage: int
    description: str
    status: str
    round: int
    attempt: int
    retry_count: int
    lost_count: int
    progress: TaskProgress | None
    started_at: Moment | None
    completed_at: Moment | None
    duration_seconds: float | None
    estimate_seconds: float
    cost_usd: Money
    estimated_usd: Money  # of it: nobody knows what these calls cost
    tokens: int
    summary: str
    error_message: str
    retry_at: Moment | None


class ScorePart(Shape):
    """One thing that a score counts: `got` of `of`. With `of` 0 there was nothing to count."""

    name: str
    says: str
    got: int
    of: int


class ScoreFinding(Shape):
    message: str
    remedy: str
    points: int  # of 100 that it costs


class Score(Shape):
    """A score with its reasons; docs/quality.md has the formulas."""

    name: str
    value: int | None  # 0 to 100; null while nothing is there that it could judge
    parts: list[ScorePart]
    findings: list[ScoreFinding]  # the dearest first
    more_findings: int = 0  # that are not listed


class Stage(Shape):
    number: int
    name: str
    title: str
    status: str
    gate: bool | str
    scores: dict[str, int]  # 0 to 100, of all that was handed in when this stage ended; empty before
    started_at: Moment | None
    ended_at: Moment | None
    duration_seconds: float | None
    estimate_seconds: float
    cost_usd: Money
    estimated_usd: Money  # of it
    tokens: int
    tasks: list[Task]


class GateNext(Shape):
    """What starts when a gate is approved, with what it may cost and take: low end and high end."""

    starts: list[str]  # role keys; none after the last stage
    estimate_usd: list[Money] | None  # null: nobody knows the price of a model in it
    estimate_seconds: list[float]


class Gate(Shape):
    id: int
    stage: int
    round: int
    status: str
    opened_at: Moment
    decided_by: str | None  # null while it is open, and when its rule let it pass
    decided_at: Moment | None
    feedback: str
    roles: list[str]  # who works again after a rejection
    checks: CheckCounts  # of what stands now, up to and with this stage
    scores: dict[str, int]  # of all that was handed in when the gate was made
    quality: list[Score]  # the same with their reasons
    next: GateNext


class Question(Shape):
    id: int
    task_id: int
    agent: str
    agent_name: str
    stage: int
    round: int
    text: str
    options: list[str]
    default: str
    deadline: Moment
    answer: str | None
    answered_by: str | None  # null while it is open, and when its default was taken
    answered_at: Moment | None


class SessionSummary(Shape):
    """A session in a list, without its brief."""

    id: int
    team_id: int
    team: str
    feature_name: str
    status: str
    status_reason: str
    chain_id: UUID
    workflow: str
    model: str
    simulated: bool  # the simulator answers all its calls: nobody is charged
    current_stage: int
    stages_total: int
    progress: float  # 0 to 1, the share of tasks that are done
    eta_seconds: float | None
    budget_usd: Money | None
    spent_usd: Money
    input_tokens: int
    output_tokens: int
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    duration_seconds: float | None
    created_by: str


class Session(SessionSummary):
    brief: str


class SessionTotals(Shape):
    """How much a session holds; the lists themselves have routes of their own."""

    decisions: int
    session_decisions: int
    artifacts: int
    events: int
    calls: int


class SessionDetail(Session):
    replay_of: UUID | None  # chain of the recorded session that this one replays; null for all others
    estimated_usd: Money  # of what is spent: nobody knows what these calls cost
    simulated_usd: Money  # of what is spent: nobody is charged
    last_seq: int
    chain_head: str
    totals: SessionTotals
    stages: list[Stage]
    tasks: list[Task]
    gates: list[Gate]
    questions: list[Question]
    checks: CheckCounts
    scores: dict[str, int]  # of the stage that ended last
    quality: list[Score]


class StartedSession(SessionDetail):
    """A session that was just started, and what its starter should know."""

    warnings: list[str]  # of each provider that it asks first and that does not work


class PlannedTask(Shape):
    """A task as a plan names it; what only a fork will make has no id yet."""

    task_id: int | None
    agent: str
    agent_name: str
    stage: int
    status: str


class RepeatableCall(Shape):
    """A model call that was or may have been paid for, and may be made once more."""

    call_id: int
    task_id: int
    agent: str
    agent_name: str
    stage: int
    model: str
    status: str
    cost_usd: Money  # charged, or set aside while nobody knows


class Plan(Shape):
    """What an action would keep, run and repeat, and what that may cost and take: low end and high end."""

    action: str
    keeps: list[PlannedTask]
    runs: list[PlannedTask]
    may_repeat: list[RepeatableCall]
    estimate_usd: list[Money] | None  # null: nobody knows the price of a model in it
    estimate_seconds: list[float]


class RoleForecast(Shape):
    stage: int
    agent: str
    agent_name: str
    estimate_usd: list[Money] | None  # low end and high end; null: nobody knows the model's price
    likely_usd: Money | None
    estimate_seconds: list[float]
    likely_seconds: float
    based_on: int  # earlier tasks of the team in this role with this model; 0: a default


class Forecast(Shape):
    """What a session would cost and take if it were started now, by the team's earlier ones."""

    team_id: int
    workflow: str
    model: str
    simulated: bool
    estimate_usd: list[Money] | None
    likely_usd: Money | None
    estimate_seconds: list[float]
    likely_seconds: float
    based_on: int  # earlier tasks of the role that is known least
    roles: list[RoleForecast]


class UsageSums(Shape):
    """What calls came to. The last amount is what budgets count, and the three before it are its parts."""

    calls: int  # tries, also those that failed
    input_tokens: int
    cached_tokens: int  # of the input, read from a provider's cache
    cache_write_tokens: int  # of the input, put into it
    output_tokens: int
    reasoning_tokens: int  # of the output
    cost_usd: Money  # known
    estimated_usd: Money  # nobody knows: what was set aside counts
    simulated_usd: Money  # nobody is charged
    total_usd: Money


class UsageRow(UsageSums):
    """One session, person, team, role, provider, model or day."""

    key: int | str | None  # an id, or a name where there is none; null for all deleted sessions together
    name: str


class Usage(Shape):
    first_day: date  # UTC
    last_day: date  # included
    group_by: str
    total: UsageSums  # of all rows, also those that are not listed
    results: list[UsageRow]  # the dearest first, days in their order
    has_more: bool  # there are more rows than are listed


class SessionEnded(Shape):
    status: str
    ended_at: Moment
    duration_seconds: float


class Alternative(Shape):
    option: str
    pros: list[str]
    cons: list[str]


class Decision(Shape):
    """A decision of an agent (D-n) or a person (H-n), as `decisions/...` and the journal tell it."""

    id: int
    number: str
    kind: Literal["agent", "person"]
    session_id: int
    agent: str | None
    user: str | None
    text: str
    rationale: str
    category: str
    confidence: int | str  # 0 to 100; of people high, medium or low
    alternatives: list[Alternative]
    consequences: list[str]
    requirements: list[str]
    artifacts: list[str]  # paths
    status: str
    superseded_by: int | None
    created_at: Moment


class SessionDecision(Shape):
    """A person's decision as it was posted."""

    id: int
    number: str
    decision_text: str
    category: str
    confidence: str
    rationale: str
    user: str
    created_at: Moment


class TaskDecisions(Shape):
    task_id: int
    agent: str
    agent_name: str
    stage: int
    status: str
    decisions: list[Decision]


class SessionJournal(Shape):
    """Everything decided in a session: by people, and by each agent, also those that decided nothing."""

    session_id: int
    feature: str
    session_decisions: list[Decision]
    agent_tasks: list[TaskDecisions]


class Requirement(Shape):
    key: str
    text: str
    kind: str
    source: str
    source_text: str


class Artifact(Shape):
    id: int
    path: str
    kind: str
    media_type: str
    version: int
    size: int  # bytes
    sha256: str
    agent: str | None
    user: str | None
    checks: CheckCounts
    created_at: Moment


class ArtifactVersion(Artifact):
    session_id: int
    round: int
    implements: list[str]  # numbers of decisions, D-n
    content: str


class ArtifactDetail(ArtifactVersion):
    """An artifact's newest version, and the list of all."""

    versions: list[Artifact]


class CharterPart(Shape):
    """A section of the charter."""

    key: str  # its title in small letters, with dashes
    title: str
    text: str  # Markdown
    items: list[str]  # of its lists, as Markdown without the mark
    rows: list[dict[str, str]]  # of its table, by column


class Charter(Shape):
    """What a scoping session ends with, whole and in parts."""

    session_id: int
    artifact_id: int
    path: str
    version: int
    sha256: str
    agent: str | None
    user: str | None
    created_at: Moment
    content: str  # Markdown
    parts: list[CharterPart]


class Check(Shape):
    id: int
    name: str
    severity: str
    status: str
    artifact: str | None  # path; null for the session as a whole
    version: int | None
    line: int | None
    message: str
    remedy: str


class AnswerRules(Shape):
    """What an answer must be."""

    required: bool
    max_length: int
    options: list[str]  # to choose from; an answer of one's own is taken as well


class StageQuestion(Question):
    type: Literal["choice", "text"]
    validation: AnswerRules


class StageDetail(Stage):
    """A stage with what it asks, and what the checks say of its files."""

    session_id: int
    round: int
    questions: list[StageQuestion]  # of the present round
    warnings: list[str]
    checks: list[Check]
    quality: list[Score]  # its scores with their reasons


class Event(Shape):
    seq: int
    type: str
    session_id: int
    at: Moment
    source: str
    data: dict[str, Any] | None  # null when it was erased
    hash: str


class FirstBad(Shape):
    """The first thing in a journal that does not hold."""

    seq: int | None  # of the event that tells of it; null when none does
    what: str  # such as "decision D-3"
    problem: str  # completes `what` to a sentence


class Verified(Shape):
    """Whether a session's journal is whole."""

    valid: bool
    events: int  # found in order
    head: str
    first_bad: FirstBad | None


class Call(Shape):
    """One try of a model call."""

    id: int
    task_id: int
    agent: str
    provider: str
    model: str
    status: str
    attempt: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int  # of the input, read from the provider's cache
    cache_write_tokens: int  # of the input, put into it
    reasoning_tokens: int  # of the output
    cost_usd: Money | None  # null while it runs, and when nobody knows
    charged_usd: Money | None  # what budgets count; null while it runs
    estimated: bool  # nobody knows its cost: what was set aside for it is charged
    simulated: bool
    latency_ms: int | None
    first_token_ms: int | None
    error: str
    created_at: Moment


class CallDetail(Call):
    """A try with what was asked and answered: null while there is no answer, and once they were erased."""

    session_id: int
    stage: int
    call_key: str  # r<round>:<step>:<n>; the tries of one call share it
    reserved_usd: Money  # the most that it could cost, set aside before it was made
    ended_at: Moment | None
    request: dict[str, Any] | None  # model, system, messages, schema, max_tokens, temperature
    response: dict[str, Any] | None  # text, finish, usage and times


class Snapshot(Shape):
    """What an agent knew, could do and decided when it handed in a round's work."""

    id: int
    task_id: int
    agent: str
    round: int
    context_state: dict[str, Any]
    capabilities: list[str]
    decisions: list[dict[str, Any]]
    execution_metadata: dict[str, Any]
    created_at: Moment


class Attempt(Shape):
    """One claim of a task, read from the events."""

    round: int
    attempt: int  # counted anew in each round
    cause: Literal["start", "failure", "release", "budget", "answers", "retry", "round"]
    started_at: Moment
    ended_at: Moment | None
    outcome: str  # running, completed, failed, released, waiting (it asked, and made room) or cancelled
    error: str


class TaskDetail(Task):
    session_id: int
    input: dict[str, Any] | None
    output: dict[str, Any] | None
    attempts: list[Attempt]
    snapshots: list[Snapshot]
    calls: list[Call]


class Provider(Shape):
    """How a model provider is, as it said when it was last asked. `latency_ms` is null while nobody has asked it."""

    name: str  # the front of a full model name
    title: str
    status: Literal["healthy", "unhealthy", "unknown"]
    latency_ms: int | None
    message: str
    checked_at: Moment | None
    since: Moment | None  # when the status became what it is
    models: list[str]  # offered by full name


class OwedArtifact(Shape):
    path: str
    media_type: str
    checks: list[str]


class WorkflowTask(Shape):
    role: str
    description: str
    owes: list[OwedArtifact]


class WorkflowStage(Shape):
    number: int
    name: str
    title: str
    gate: bool | str
    tasks: list[WorkflowTask]


class Workflow(Shape):
    key: str
    name: str
    description: str
    question_seconds: int
    stages: list[WorkflowStage]


class Role(Shape):
    key: str
    name: str
    description: str
    capabilities: list[str]
    owes: list[OwedArtifact]
    model: str | None
    temperature: float | None
    max_tokens: int | None
    timeout_seconds: int | None
    retry_attempts: int
    context_sources: list[str]


Item = TypeVar("Item", bound=Shape)


class Page(Shape, Generic[Item]):
    """A page of a list; `next` and `previous` are addresses."""

    next: str | None
    previous: str | None
    results: list[Item]

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__}Page"
