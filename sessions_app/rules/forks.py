"""A fork: a new session that takes over what another one had reached at the end of a stage, and goes on differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.artifacts import add_version
from sessions_app.rules.decisions import add_agent_decision, add_human_decision
from sessions_app.rules.sessions import NewSession, add_pending_stage, begin_session
from sessions_app.rules.stages import start_stage
from sessions_app.rules.state import NewId, StageRow, TaskRow
from sessions_app.rules.writes import Writes

Row = dict[str, Any]


@dataclass(frozen=True)
class ForkSource:
    """What a session had reached when its stage `after_stage` ended, as rows by column.

    Rows name their task by its former id (`agent_task_id`), tasks their stage by number. Nothing of it changes any
    more.
    """

    session_id: int
    chain_id: UUID
    after_stage: int
    stages: Sequence[Row]
    tasks: Sequence[Row]
    requirements: Sequence[Row]
    decisions: Sequence[Row]
    human_decisions: Sequence[Row]  # with `by`, a username
    artifacts: Sequence[Row]  # the version that was valid then, with its `path` and its `checks`
    checks: Sequence[Row]  # of the session as a whole; each check says at whose stage's review, if at one
    questions: Sequence[Row]
    snapshots: Sequence[Row]


@dataclass(frozen=True)
class ForkWish:
    """What a person wants to be different, already checked (`rules/drafts.py`)."""

    new: NewSession  # its workflow holds the stages that are done and those that are left
    decisions: Sequence[Row]  # decision_text, category, confidence, rationale
    told: Row  # what differs, as `session_forked` says it


def fork_session(source: ForkSource, wish: ForkWish, *, now: datetime, new_id: NewId) -> Writes:
    """Write the new session: copies of the stages that are done, and the rest to do. The outcome is its id.

    No call is repeated: calls and their cost stay with the session that made them. Decisions and artifacts are
    recorded anew, so that the new journal vouches for all it holds.
    """
    writes = begin_session(wish.new, now=now, new_id=new_id, parent_id=source.session_id, stage=source.after_stage)
    writes.event(
        "session_forked",
        status=SessionStatus.ACTIVE.value,
        by=wish.new.username,
        parent_id=source.session_id,
        parent_chain_id=str(source.chain_id),
        after_stage=source.after_stage,
        **wish.told,
    )
    _Copy(writes, source).all()
    for row in wish.decisions:
        add_human_decision(writes, by=wish.new.username, user_id=wish.new.user_id, **row)
    for stage in writes.state.stages:
        writes.change(stage, checkpoint_seq=len(writes.events))
    for planned in wish.new.workflow["stages"][source.after_stage :]:
        add_pending_stage(writes, planned)
    start_stage(writes, writes.state.stage(source.after_stage + 1))
    return writes


class _Copy:
    """Copies the rows of a source into a new session, under new ids."""

    def __init__(self, writes: Writes, source: ForkSource) -> None:
        self.writes, self.source = writes, source
        self.session_id = writes.state.session.id
        self.stages: dict[int, StageRow] = {}  # by number
        self.tasks: dict[int, TaskRow] = {}  # by former id

    def all(self) -> None:
        self.stages = {row["number"]: self._stage(row) for row in self.source.stages}
        for row in self.source.tasks:
            self._task(row, self.stages[row["stage"]])
        for row in self.source.requirements:
            self.writes.add("requirements", session_id=self.session_id, **row)
        self._decisions()
        for row in self.source.human_decisions:
            add_human_decision(self.writes, **row)
        for row in self.source.artifacts:
            self._artifact(row)
        for row in self.source.checks:
            self._check(row)
        for row in self.source.questions:
            self.writes.add("questions", session_id=self.session_id, **self._led(row))
        for row in self.source.snapshots:
            self.writes.add("agent_snapshots", **self._led(row))

    def _stage(self, row: Row) -> StageRow:
        facts = {**row, "status": StageStatus.COMPLETED}
        stage = StageRow(id=self.writes.add("stages", session_id=self.session_id, **facts), **facts)
        self.writes.state.stages.append(stage)
        return stage

    def _task(self, row: Row, stage: StageRow) -> None:
        facts = {name: value for name, value in row.items() if name not in ("id", "stage", "task_description")}
        facts |= {"status": TaskStatus.COMPLETED, "lost_count": 0, "lost_alone": 0, "alone": False, "lease_owner": ""}
        task_id = self.writes.add(
            "agent_tasks",
            session_id=self.session_id,
            stage_id=stage.id,
            task_description=row["task_description"],
            error_message="",
            **facts,
        )
        free: dict[str, Any] = {"ready_at": None, "lease_until": None, "has_input": True}
        self.tasks[row["id"]] = TaskRow(id=task_id, stage_id=stage.id, stage=stage.number, **facts, **free)
        self.writes.state.tasks.append(self.tasks[row["id"]])

    def _decisions(self) -> None:
        copies: dict[int, Row] = {}  # by former id
        for row in self.source.decisions:
            task = self.tasks[row["agent_task_id"]]
            facts = {name: value for name, value in self._led(row).items() if name not in ("id", "superseded_by_id")}
            add_agent_decision(self.writes, agent=task.agent_role, stage=task.stage, **facts)
            copies[row["id"]] = self.writes.added["task_decisions"][-1]
        for row in self.source.decisions:
            if row["superseded_by_id"] in copies:
                copies[row["id"]]["superseded_by_id"] = copies[row["superseded_by_id"]]["id"]

    def _artifact(self, row: Row) -> None:
        facts = {name: value for name, value in row.items() if name not in ("path", "agent_task_id", "checks")}
        version_id = add_version(self.writes, self.tasks[row["agent_task_id"]], row["path"], **facts)
        for check in row["checks"]:
            self._check(check, artifact_version_id=version_id)

    def _check(self, row: Row, **more: Any) -> None:
        facts = self._led(row) | more
        number = facts.pop("reviewed")
        reviewed = None if number is None else self.stages[number].id
        self.writes.add("artifact_checks", session_id=self.session_id, reviewed_stage_id=reviewed, **facts)

    def _led(self, row: Row) -> Row:
        """Return the row with its task's new id."""
        return {**row, "agent_task_id": self.tasks[row["agent_task_id"]].id}
