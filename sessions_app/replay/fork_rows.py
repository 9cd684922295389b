"""What a fork took over when it began, by the columns that `ForkSource` has.

A row names its task by the id it had in the recording, and people by their names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from agents.cleaning import safe_path
from agents.deliverable import MAX_ARTIFACT_CHARS
from sessions_app.rules.gate_rules import check_rule

MOST_ROWS = 20_000
Name = Annotated[str, Field(max_length=100)]
Text = Annotated[str, Field(max_length=1024 * 1024)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
TaskId = Annotated[int, Field(ge=1, le=2**62)]


def _rule_of_a_gate(gate: bool | str) -> bool | str:
    if isinstance(gate, str):
        check_rule(gate)
    return gate


GateSetting = Annotated[bool | str, AfterValidator(_rule_of_a_gate)]
"""False, True for a person's decision, or the rule by which a gate passes."""


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StageRow(Row):
    number: Annotated[int, Field(ge=1, le=50)]
    name: Name
    title: Annotated[str, Field(max_length=255)]
    gate: GateSetting
    round: Number
    scores: dict[str, int] | None
    quality: list[dict[str, Any]] | None
    started_at: datetime | None
    ended_at: datetime | None


class TaskRow(Row):
    id: TaskId
    agent_role: Name
    task_description: Annotated[str, Field(max_length=500)]
    round: Number
    attempt: Number
    fence: Number
    retry_count: Number
    call_number: Number
    input_data: dict[str, Any] | None
    output_data: dict[str, Any] | None
    started_at: datetime | None
    completed_at: datetime | None
    duration_seconds: float | None
    stage: Number


class RequirementRow(Row):
    key: Annotated[str, Field(max_length=20)]
    text: Text
    kind: Annotated[str, Field(max_length=20)]
    source: Literal["brief", "person"]
    source_text: Text


class DecisionRow(Row):
    id: TaskId
    agent_task_id: TaskId
    round: Number
    key: Name
    number: Number
    decision_text: Text
    rationale: Text
    category: Name
    confidence: Annotated[int, Field(ge=0, le=100)]
    alternatives: list[Any]
    consequences: list[Any]
    requirements: list[str]
    status: Literal["accepted", "challenged", "superseded"]
    superseded_by_id: int | None


class HumanDecisionRow(Row):
    by: Annotated[str, Field(max_length=255)]
    decision_text: Text
    category: Name
    confidence: Literal["high", "medium", "low"]
    rationale: Text


class CheckRow(Row):
    agent_task_id: TaskId
    round: Number
    name: Name
    severity: Literal["error", "warning", "info"]
    status: Literal["passed", "warning", "failed"]
    line: int | None
    message: Text
    remedy: Text
    reviewed: int | None  # number of the stage at whose review it was found


class ArtifactRow(Row):
    path: Annotated[str, AfterValidator(safe_path)]
    agent_task_id: TaskId
    round: Number
    content: Annotated[str, Field(max_length=MAX_ARTIFACT_CHARS)]
    size: Number
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    media_type: Name
    implements: list[int]
    checks: Annotated[list[CheckRow], Field(max_length=MOST_ROWS)]


class QuestionRow(Row):
    agent_task_id: TaskId
    round: Number
    text: Text
    options: list[str]
    default: Text
    deadline: datetime
    answer: Text | None
    answered_by: str | None
    answered_at: datetime | None


class SnapshotRow(Row):
    agent_task_id: TaskId
    round: Number
    agent_role: Name
    context_state: dict[str, Any]
    capabilities: list[str]
    decisions: list[dict[str, Any]]
    execution_metadata: dict[str, Any]


class ForkRows(Row):
    """The stages that were done when the fork began, and all that had been made in them."""

    stages: Annotated[list[StageRow], Field(max_length=50)]
    tasks: Annotated[list[TaskRow], Field(max_length=500)]
    requirements: Annotated[list[RequirementRow], Field(max_length=MOST_ROWS)]
    decisions: Annotated[list[DecisionRow], Field(max_length=MOST_ROWS)]
    human_decisions: Annotated[list[HumanDecisionRow], Field(max_length=MOST_ROWS)]  # that stood in its parent
    own_decisions: Annotated[list[HumanDecisionRow], Field(max_length=MOST_ROWS)]  # that it was begun with
    artifacts: Annotated[list[ArtifactRow], Field(max_length=MOST_ROWS)]
    checks: Annotated[list[CheckRow], Field(max_length=MOST_ROWS)]
    questions: Annotated[list[QuestionRow], Field(max_length=MOST_ROWS)]
    snapshots: Annotated[list[SnapshotRow], Field(max_length=MOST_ROWS)]
