"""What is needed to run a session again: how it began, what happened, what models answered and what people gave.

The same shape is read from the database and from a file that somebody brings, so every field is bounded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from agents.cleaning import MAX_BRIEF_BYTES, MAX_DELIVERABLE_BYTES
from agents.model_choice import HOTTEST, MOST_TOKENS
from agents.providers import CompletionResponse, Usage
from agents.providers.names import LONGEST_NAME
from agents.roles import ROLES
from sessions_app.events import check_event
from sessions_app.replay.fork_rows import MOST_ROWS, ForkRows, GateSetting

MOST_EVENTS = 200_000
MOST_CALLS = 20_000
MOST_STAGES = 50

Short = Annotated[str, Field(max_length=255)]
Long = Annotated[str, Field(max_length=MAX_DELIVERABLE_BYTES)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    """Base: nothing that is not known here is taken along."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordedEvent(Part):
    """One event as the journal tells it; its number is its place in the list."""

    type: Short
    data: dict[str, Any]

    @model_validator(mode="after")
    def _is_known(self) -> RecordedEvent:
        check_event(self.type, self.data)
        for name, value in self.data.items():
            if name.endswith("_id") and not isinstance(value, str if name.endswith("chain_id") else int):
                raise ValueError(f"{name} is no id")
        return self


class RecordedUsage(Part):
    input_tokens: Count
    output_tokens: Count
    cached_tokens: Count = 0
    cache_write_tokens: Count = 0
    reasoning_tokens: Count = 0


class RecordedAnswer(Part):
    """What a model said."""

    text: Long
    model: Short
    provider: Annotated[str, Field(max_length=50)]
    usage: RecordedUsage | None
    simulated: bool
    latency_ms: Count
    first_token_ms: Count
    finish: Literal["stop", "length", "refusal"]

    @classmethod
    def of(cls, response: CompletionResponse) -> RecordedAnswer:
        """Return the answer without what it cost."""
        facts = {name: getattr(response, name) for name in cls.model_fields if name != "usage"}
        return cls(usage=RecordedUsage(**vars(response.usage)) if response.usage else None, **facts)

    def as_response(self) -> CompletionResponse:
        """Return the answer as one that costs nothing."""
        facts = {name: getattr(self, name) for name in type(self).model_fields if name != "usage"}
        usage = Usage(**self.usage.model_dump()) if self.usage else None
        return CompletionResponse(usage=usage, cost_usd=Decimal(0), **facts)


class RecordedCall(Part):
    """One try of a model call, as the ledger keeps it once it is settled."""

    id: int  # by which events name it
    task_id: int
    agent: Annotated[str, Field(max_length=100)]
    stage: int
    call_key: Annotated[str, Field(pattern=r"^r[0-9]{1,6}:[a-z]{1,20}:[0-9]{1,6}$")]
    attempt: Annotated[int, Field(ge=1, le=100_000)]
    status: Literal["succeeded", "failed", "unconfirmed"]
    provider: Annotated[str, Field(max_length=50)]
    model: Annotated[str, Field(max_length=200)]
    input_tokens: Count
    output_tokens: Count
    cached_tokens: Count = 0
    cache_write_tokens: Count = 0
    reasoning_tokens: Count = 0
    simulated: bool
    answer: RecordedAnswer | None
    latency_ms: Count | None
    first_token_ms: Count | None
    error: Annotated[str, Field(max_length=10_000)]
    request_sha256: Digest | None  # of what was asked, by `request_digest`; the request itself is made anew

    @model_validator(mode="after")
    def _has_what_its_status_says(self) -> RecordedCall:
        if (self.status == "succeeded") != (self.answer is not None):
            raise ValueError("a call has an answer when it succeeded, and only then")
        return self

    @property
    def round(self) -> int:
        return int(self.call_key.split(":")[0][1:])

    @property
    def step(self) -> str:
        """`deliver`, or `repair`."""
        return self.call_key.split(":")[1]

    @property
    def number(self) -> int:
        return int(self.call_key.split(":")[2])


class _PlannedTask(BaseModel):
    role: Annotated[str, Field(max_length=100)]
    description: Annotated[str, Field(max_length=500)]


class _PlannedStage(BaseModel):
    number: Annotated[int, Field(ge=1, le=MOST_STAGES)]
    name: Annotated[str, Field(max_length=100)]
    title: Short
    gate: GateSetting
    tasks: Annotated[list[_PlannedTask], Field(min_length=1, max_length=50)]


class _OfARole(BaseModel):
    model: Annotated[str, Field(max_length=LONGEST_NAME)] | None = None
    temperature: Annotated[float, Field(ge=0, le=HOTTEST)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)] | None = None


class _Models(BaseModel):
    """Who answers, as `agents.model_choice` froze it: asked at each claim, and once a fork begins."""

    model: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    fallback_models: Annotated[list[Annotated[str, Field(max_length=LONGEST_NAME)]], Field(max_length=50)]
    temperature: Annotated[float, Field(ge=0, le=HOTTEST)]
    max_tokens: Annotated[int, Field(ge=1, le=MOST_TOKENS)]
    roles: dict[str, _OfARole]
    said: dict[str, Any]


class _Plan(BaseModel):
    """What the rules ask of a frozen workflow; what else it says goes along as it is."""

    key: Short
    name: Short
    question_seconds: Annotated[int, Field(ge=0, le=10**9)] = 0
    models: _Models | None = None  # None: from before models were frozen
    stages: Annotated[list[_PlannedStage], Field(min_length=1, max_length=MOST_STAGES)]


def _frozen_workflow(workflow: dict[str, Any]) -> dict[str, Any]:
    plan = _Plan.model_validate(workflow)
    if [stage.number for stage in plan.stages] != list(range(1, len(plan.stages) + 1)):
        raise ValueError("the stages of a workflow are numbered from 1")
    roles = {task.role for stage in plan.stages for task in stage.tasks}
    if unknown := sorted(roles - set(ROLES)):
        raise ValueError(f"this version has no role {', '.join(unknown)}")
    return workflow


class RecordedStart(Part):
    """What the session was when it began."""

    by: Short
    feature_name: Annotated[str, Field(min_length=1, max_length=255)]
    brief: Annotated[str, Field(max_length=MAX_BRIEF_BYTES)]
    workflow: Annotated[dict[str, Any], AfterValidator(_frozen_workflow)]
    model: Annotated[str, Field(min_length=1, max_length=200)]
    budget_usd: Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)] | None


class Unmended(Part):
    """Why the faults of an answer did not go back to its author."""

    task_id: int
    round: int
    reason: Annotated[str, Field(max_length=2000)]


class Recording(Part):
    """A session that can be played."""

    format: Literal[1] = 1  # of this shape; another one is refused
    chain_id: UUID
    start: RecordedStart
    fork: ForkRows | None = None
    events: Annotated[list[RecordedEvent], Field(min_length=1, max_length=MOST_EVENTS)]
    calls: Annotated[list[RecordedCall], Field(max_length=MOST_CALLS)]
    gates: Annotated[dict[int, GateSetting], Field(max_length=MOST_STAGES)]  # by stage, as they were in the end
    unmended: Annotated[list[Unmended], Field(max_length=MOST_ROWS)] = []
    # What stands in journal.json beside the events: what a replay has to come to.
    session: dict[str, Any]
    requirements: Annotated[list[dict[str, Any]], Field(max_length=MOST_ROWS)]
    decisions: Annotated[list[dict[str, Any]], Field(max_length=MOST_ROWS)]
    session_decisions: Annotated[list[dict[str, Any]], Field(max_length=MOST_ROWS)]
    artifacts: Annotated[list[dict[str, Any]], Field(max_length=MOST_ROWS)]
    is_moving: bool = False  # whether the session went on after it was recorded
    redacted: Count = 0  # texts out of which secrets were taken

    @model_validator(mode="after")
    def _is_whole(self) -> Recording:
        if self.events[0].type != "session_started":
            raise ValueError("a recording begins with session_started")
        is_fork = any(event.type == "session_forked" for event in self.events[1:2])
        if is_fork != (self.fork is not None):
            raise ValueError("a fork is recorded with what it took over, and nothing else is")
        known = {call.id for call in self.calls}
        finished = {event.data["call_id"] for event in self.events if event.type == "llm_call_finished"}
        if missing := finished - known:
            raise ValueError(f"model call {min(missing)} is missing")
        return self


def request_digest(request: Mapping[str, Any]) -> str:
    """Return the digest of what a model was asked, as `CompletionRequest.as_json` gives it."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
