"""How far a session is, folded from its events: pure, so that live view, lines and tests all see the same.

`SessionProgress.planned` knows the stages and agents before anything has happened; `take` adds one event after the
other. Live progress (`hear`) is a hint that any event may overrule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.providers.names import SIMULATOR
from sessions_app import shapes
from sessions_app.costs import NO_COST, Cost
from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.queries.estimates import TaskTiming, seconds_left


@dataclass(frozen=True)
class OpenGate:
    """A gate that waits for a person."""

    gate_id: int
    stage: int
    reason: str  # why its rule did not let it pass, when it has one


@dataclass(frozen=True)
class OpenQuestion:
    """A question that waits for a person."""

    question_id: int
    task_id: int
    text: str
    options: list[str]
    default: str


@dataclass
class Agent:
    """One agent task as its watchers see it."""

    task_id: int
    role: str
    name: str
    stage: int
    estimate_seconds: float
    status: str = TaskStatus.PENDING
    attempt: int = 0
    started_at: datetime | None = None  # of this attempt
    seconds: float | None = None  # once it has ended
    tokens: int = 0  # of calls that have ended
    cost: Cost = NO_COST
    decisions: int = 0
    artifacts: int = 0
    note: str = ""  # what it said at its end, or why it did not come to one
    step: str = ""
    words: str = ""  # the last it said, while it runs
    streamed_tokens: int = 0  # of the call that is under way
    was_answered: bool = False  # a call of this attempt has ended: what was streamed is counted

    def elapsed(self, now: datetime) -> float | None:
        """How long it has been at it, or took; None before it has begun."""
        if self.seconds is not None or self.started_at is None:
            return self.seconds
        return max((now - self.started_at).total_seconds(), 0.0)

    def turn(self, status: str, note: str = "") -> None:
        """Give it a new status; what it was saying is over."""
        self.status, self.note = status, note
        self.step = self.words = ""
        self.streamed_tokens = 0
        self.was_answered = False


@dataclass(frozen=True)
class Review:
    """What was found across all files when a stage ended."""

    checks: shapes.CheckCounts
    scores: Mapping[str, int]


@dataclass
class Stage:
    """A numbered step with the agents that work side by side in it."""

    number: int
    title: str
    agents: list[Agent]
    status: str = StageStatus.PENDING
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def estimate_seconds(self) -> float:
        return max((agent.estimate_seconds for agent in self.agents), default=0.0)

    def elapsed(self, now: datetime) -> float | None:
        """How long it has been running, or ran; None before it has begun."""
        if self.started_at is None:
            return None
        return max(((self.ended_at or now) - self.started_at).total_seconds(), 0.0)


@dataclass
class SessionProgress:
    """The state of a session after the events that were taken so far."""

    session_id: int
    feature_name: str
    team: str
    model: str
    stages: list[Stage]
    budget_usd: Decimal | None = None
    simulated: bool = False  # nobody will be charged
    status: str = SessionStatus.ACTIVE
    reason: str = ""
    last_seq: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Cost = NO_COST
    decisions: int = 0
    paths: set[str] = field(default_factory=set)  # of all artifacts
    checks: dict[int, shapes.CheckCounts] = field(default_factory=dict)  # by task
    reviews: dict[int, Review] = field(
        default_factory=dict
    )  # by stage; each looks at everything, so the last one holds
    gate: OpenGate | None = None
    questions: dict[int, OpenQuestion] = field(default_factory=dict)  # those that wait, by id

    @classmethod
    def planned(cls, detail: shapes.SessionDetail) -> SessionProgress:
        """Return the session as it was before its first event: everything is still to come."""
        stages = [
            Stage(
                stage.number,
                stage.title,
                [
                    Agent(task.id, task.agent, task.agent_name, task.stage, task.estimate_seconds)
                    for task in stage.tasks
                ],
            )
            for stage in detail.stages
        ]
        return cls(
            detail.id, detail.feature_name, detail.team, detail.model, stages, detail.budget_usd, detail.simulated
        )

    # --- what it says ------------------------------------------------------------------------------------------------

    @property
    def agents(self) -> list[Agent]:
        return [agent for stage in self.stages for agent in stage.agents]

    @property
    def running(self) -> list[Agent]:
        return [agent for agent in self.agents if agent.status == TaskStatus.RUNNING]

    @property
    def done(self) -> int:
        """How many agents have handed in."""
        return sum(agent.status == TaskStatus.COMPLETED for agent in self.agents)

    @property
    def has_ended(self) -> bool:
        return self.status in SessionStatus.terminal()

    @property
    def waits_for_a_person(self) -> bool:
        """Whether it stands still until somebody decides or answers; agents that can work are allowed to, first."""
        if self.running or self.has_ended:
            return False
        return self.status in (SessionStatus.PAUSED, SessionStatus.AWAITING_APPROVAL) or self._waits_for_answers

    @property
    def _waits_for_answers(self) -> bool:
        under_way = [agent for stage in self.stages if stage.status == StageStatus.RUNNING for agent in stage.agents]
        statuses = {agent.status for agent in under_way}
        return TaskStatus.WAITING in statuses and TaskStatus.PENDING not in statuses

    @property
    def tokens(self) -> int:
        """Tokens of ended calls, and of those that stream now as far as they were heard."""
        return self.input_tokens + self.output_tokens + sum(agent.streamed_tokens for agent in self.running)

    @property
    def review(self) -> Review | None:
        """What the end of the last reviewed stage found."""
        return self.reviews[max(self.reviews)] if self.reviews else None

    @property
    def check_counts(self) -> shapes.CheckCounts:
        found = [*self.checks.values(), *([self.review.checks] if self.review else [])]
        return shapes.CheckCounts(
            passed=sum(counts.passed for counts in found),
            warnings=sum(counts.warnings for counts in found),
            failed=sum(counts.failed for counts in found),
        )

    def elapsed(self, now: datetime) -> float:
        """Seconds since its start, or from start to end."""
        return self.running_time(self.ended_at or now)

    def running_time(self, at: datetime) -> float:
        """Seconds from its start to a moment."""
        return max((at - self.started_at).total_seconds(), 0.0) if self.started_at else 0.0

    def eta_seconds(self, now: datetime) -> float | None:
        """Seconds until the last stage ends, by the team's usual times; None while it does not move."""
        timings = [
            TaskTiming(agent.stage, agent.status, agent.started_at, agent.estimate_seconds) for agent in self.agents
        ]
        return seconds_left(self.status, timings, now=now)

    def stage(self, number: Any) -> Stage | None:
        """Return the stage with that number, if there is one."""
        return next((stage for stage in self.stages if stage.number == number), None)

    def agent(self, data: Mapping[str, Any]) -> Agent | None:
        """Return the agent whom an event's data is about."""
        task_id = data.get("task_id")
        if task_id is not None:
            return next((agent for agent in self.agents if agent.task_id == task_id), None)
        mine = [agent for agent in self.agents if agent.role == data.get("agent")]
        return next((agent for agent in mine if agent.stage == data.get("stage")), mine[0] if mine else None)

    def name_of(self, data: Mapping[str, Any]) -> str:
        """Return who did it, as people read it: an agent's name or a person's username."""
        agent = self.agent(data)
        return agent.name if agent else str(data.get("by") or data.get("agent") or "Sage Mode")

    # --- what it learns ----------------------------------------------------------------------------------------------

    def take(self, event: shapes.Event) -> None:
        """Add an event. One that was already taken changes nothing; of one that is not known only its number counts."""
        if event.seq <= self.last_seq:
            return
        self.last_seq = event.seq
        data = event.data or {}  # erased data leaves the bare fact
        subject = event.type.partition("_")[0]
        if subject == "session":
            self._take_session(event, data)
        elif subject == "stage":
            self._take_stage(event, data)
        elif subject == "gate":
            self._take_gate(event.type, data)
        elif subject == "question":
            self._take_question(event.type, data)
        elif event.type.startswith("agent_task_"):
            self._take_task(event, data)
        else:
            self._take_result(event.type, data)

    def hear(self, live: Mapping[int, Mapping[str, Any]]) -> None:
        """Note what running agents said last: `{task id: {step, tokens, words}}`."""
        for agent in self.running:
            said = live.get(agent.task_id)
            if said is not None:
                agent.step = str(said.get("step") or "")
                agent.words = str(said.get("words") or "")
                agent.streamed_tokens = 0 if agent.was_answered else int(said.get("tokens") or 0)

    def _take_session(self, event: shapes.Event, data: Mapping[str, Any]) -> None:
        if event.type == "session_changed":
            self.feature_name = str(data.get("feature_name") or self.feature_name)
            return
        if event.type == "session_forked":
            self._take_over(int(data.get("after_stage") or 0))
            return
        self.status = str(data.get("status") or self.status)
        self.reason = str(data.get("reason") or "")
        if event.type == "session_started":
            self.started_at = event.at
        elif event.type == "session_resumed":
            self.ended_at, self.reason = None, ""
        elif self.has_ended:
            self.ended_at, self.gate = event.at, None
            self.questions.clear()

    def _take_over(self, after_stage: int) -> None:
        """Take the stages that a fork copied for done: their work was told in the session it comes from."""
        for stage in self.stages:
            if stage.number <= after_stage:
                stage.status = StageStatus.COMPLETED
                for agent in stage.agents:
                    agent.turn(TaskStatus.COMPLETED)

    def _take_gate(self, type: str, data: Mapping[str, Any]) -> None:
        stage = self.stage(data.get("stage"))
        if stage is None:
            return
        if type == "gate_opened":
            self.gate = OpenGate(int(data.get("gate_id") or 0), stage.number, str(data.get("reason") or ""))
            stage.status = StageStatus.AWAITING_APPROVAL
            if self.status == SessionStatus.ACTIVE:
                self.status = SessionStatus.AWAITING_APPROVAL
            return
        self.gate = None
        if self.status == SessionStatus.AWAITING_APPROVAL:
            self.status = SessionStatus.ACTIVE
        if type == "gate_rejected":
            self.reviews.pop(stage.number, None)
            for agent in stage.agents:
                if agent.role in data.get("roles", ()):
                    agent.turn(TaskStatus.PENDING, f"another round: {data.get('feedback')}")
                    agent.attempt = agent.decisions = agent.artifacts = 0
                    agent.started_at = agent.seconds = None
                    self.checks.pop(agent.task_id, None)

    def _take_question(self, type: str, data: Mapping[str, Any]) -> None:
        agent, number = self.agent(data), int(data.get("question_id") or 0)
        if agent is None:
            return
        if type == "question_asked":
            options = [str(option) for option in data.get("options") or ()]
            text, default = str(data.get("text") or ""), str(data.get("default") or "")
            self.questions[number] = OpenQuestion(number, agent.task_id, text, options, default)
            agent.turn(TaskStatus.WAITING, text)
            return
        self.questions.pop(number, None)
        if all(question.task_id != agent.task_id for question in self.questions.values()):
            agent.turn(TaskStatus.PENDING, "goes on with the answers")

    def _take_stage(self, event: shapes.Event, data: Mapping[str, Any]) -> None:
        stage = self.stage(data.get("stage"))
        if stage is None:
            return
        if event.type == "stage_reviewed":
            self.reviews[stage.number] = Review(_counts(data), dict(data.get("scores") or {}))
        elif event.type == "stage_started":
            stage.status, stage.started_at, stage.ended_at = StageStatus.RUNNING, stage.started_at or event.at, None
        else:
            stage.status, stage.ended_at = event.type.removeprefix("stage_"), event.at

    def _take_task(self, event: shapes.Event, data: Mapping[str, Any]) -> None:
        agent = self.agent(data)
        if agent is None:
            return
        match event.type.removeprefix("agent_task_"):
            case "started":
                agent.turn(TaskStatus.RUNNING)
                agent.attempt = int(data.get("attempt") or 1)
                agent.started_at, agent.seconds = event.at, None
            case "completed":
                agent.turn(TaskStatus.COMPLETED, str(data.get("summary") or ""))
                agent.seconds = float(data.get("duration_seconds") or 0)
                agent.decisions, agent.artifacts = int(data.get("decisions") or 0), int(data.get("artifacts") or 0)
            case "failed" if data.get("will_retry"):
                agent.turn(TaskStatus.PENDING, f"tries again: {data.get('error')}")
            case "failed":
                agent.seconds = agent.elapsed(event.at)
                agent.turn(TaskStatus.ERROR, str(data.get("error") or ""))
            case "released":
                agent.turn(TaskStatus.PENDING, str(data.get("reason") or ""))
            case "cancelled":
                agent.seconds = agent.elapsed(event.at)
                agent.turn(TaskStatus.CANCELLED, str(data.get("reason") or ""))
                self.questions = {
                    number: question for number, question in self.questions.items() if question.task_id != agent.task_id
                }
            case "retried":
                agent.turn(TaskStatus.PENDING, f"{data.get('by')} has it done once more")
                agent.started_at = agent.seconds = None

    def _take_result(self, type: str, data: Mapping[str, Any]) -> None:
        agent = self.agent(data)
        match type:
            case "llm_call_finished":
                tokens_in, tokens_out = int(data.get("input_tokens") or 0), int(data.get("output_tokens") or 0)
                cost = cost_of(data)
                self.input_tokens += tokens_in
                self.output_tokens += tokens_out
                self.cost += cost
                if agent is not None:
                    agent.tokens += tokens_in + tokens_out
                    agent.cost += cost
                    agent.streamed_tokens = 0
                    agent.was_answered = True
            case "decision_recorded":
                self.decisions += 1
                if agent is not None:
                    agent.decisions += 1
            case "artifact_written":
                self.paths.add(str(data.get("path")))
                if agent is not None:
                    agent.artifacts += 1
            case "check_finished":
                self.checks[int(data.get("task_id") or 0)] = _counts(data)
            case "budget_exhausted" if agent is not None:
                agent.turn(TaskStatus.PENDING, "waits for budget")
            case "budget_changed":
                self.budget_usd = None if data.get("budget_usd") is None else Decimal(data["budget_usd"])


def cost_of(call: Mapping[str, Any]) -> Cost:
    """Return what a call cost, from the data of its event."""
    usd = Decimal(call.get("cost_usd") or 0)
    if call.get("model") == SIMULATOR:
        return Cost(usd, simulated_usd=usd)
    return Cost(usd, estimated_usd=usd if call.get("estimated") else Decimal(0))


def _counts(data: Mapping[str, Any]) -> shapes.CheckCounts:
    return shapes.CheckCounts(**{name: int(data.get(name) or 0) for name in ("passed", "warnings", "failed")})
