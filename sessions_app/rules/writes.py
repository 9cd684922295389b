"""What a transition writes: rows to add, rows to change, events, and wake-ups for workers.

A rule fills a `Writes` and touches nothing else; the writer commits all of it in one transaction, or none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents.roles import ROLES
from sessions_app.events import check_event
from sessions_app.models import SessionStatus, StageStatus, TaskStatus
from sessions_app.rules.state import SessionState, StageRow, TaskRow
from sessions_app.rules.transitions import NOUNS, events_of, require_legal


@dataclass(frozen=True)
class Event:
    """Something that happened, not yet numbered and sealed."""

    type: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A wake-up for a worker, one per agent task; `due` lies in the future for a retry."""

    id: int
    task_id: int
    group: str
    due: datetime


class Writes:
    """The effects of one transition on one session."""

    def __init__(self, state: SessionState) -> None:
        self.state = state
        self.added: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.changed: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self.guards: dict[int, int] = {}  # task id -> fence under which its row may be changed
        self.events: list[Event] = []
        self.messages: list[Message] = []
        self.steps: list[tuple[str, str, str]] = []  # table, status before, status after
        self.keep_head = False
        self.outcome: Any = None

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.events or self.messages)

    def add(self, table: str, **values: Any) -> int:
        """Add a row and return its id."""
        row_id = self.state.new_id(table)
        self.added[table].append({"id": row_id, "created_at": self.state.now, **values})
        return row_id

    def change(self, row: Any, **values: Any) -> None:
        """Change columns of a row. Raises IllegalTransition when the new status may not follow the old one."""
        if "status" in values and values["status"] != row.status and row.table in NOUNS:
            require_legal(row.table, row.status, values["status"])
            self.steps.append((row.table, row.status, values["status"]))
        if isinstance(row, TaskRow):
            self.guards.setdefault(row.id, row.fence)
        for name, value in values.items():
            setattr(row, name, value)
        self.changed[row.table].setdefault(row.id, {"id": row.id}).update(values)

    def event(self, type: str, **data: Any) -> None:
        """Note what happened. Raises ValueError when the event table does not know it so."""
        check_event(type, data)
        self.events.append(Event(type, data))

    def unsaid(self) -> list[str]:
        """Return the changes of status that no event of this transition tells; a record with one could not be read."""
        said = {event.type for event in self.events}
        return [
            f"{NOUNS[table]} {before} to {after}"
            for table, before, after in self.steps
            if not events_of(table, before, after) & said
        ]

    def wake(self, task: TaskRow, *, due: datetime | None = None) -> None:
        """Make a task ready at `due` (now when absent) and send the wake-up that goes with it."""
        self.change(task, ready_at=due or self.state.now)
        self.announce(task)

    def announce(self, task: TaskRow) -> None:
        """Send a wake-up for a task that is ready, or will be; its place in the row of waiting ones stays."""
        message_id = self.state.new_id("django_q_ormq")
        self.change(task, queue_task_id=message_id)
        self.messages.append(Message(message_id, task.id, self.group_of(task), task.ready_at or self.state.now))

    def group_of(self, task: TaskRow) -> str:
        """Return the queue group of a task's stage."""
        return f"{self.state.session.chain_id}:{task.stage}"

    def task_event(self, type: str, task: TaskRow, **more: Any) -> None:
        """Note what happened to a task."""
        role = ROLES.get(task.agent_role)
        self.event(
            type,
            agent=task.agent_role,
            agent_name=role.name if role else task.agent_role,
            task_id=task.id,
            stage=task.stage,
            attempt=task.attempt,
            **more,
        )

    def end_task(self, task: TaskRow, status: TaskStatus, *, error: str = "", **more: Any) -> float:
        """Set a task's last status, take it out of its worker's hands, and return how many seconds it took."""
        seconds = seconds_between(task.started_at or self.state.now, self.state.now)
        self.change(
            task,
            status=status,
            completed_at=self.state.now,
            duration_seconds=seconds,
            error_message=error,
            **NOT_HELD,
            **more,
        )
        return seconds

    def give_back(self, task: TaskRow, *, due: datetime | None = None, **more: Any) -> None:
        """Make a running task pending again, ready at `due` (now when absent), with a new wake-up."""
        self.change(task, status=TaskStatus.PENDING, **NOT_HELD, **more)
        self.wake(task, due=due)

    def end_session(self, status: SessionStatus, *, reason: str = "", **facts: Any) -> None:
        """Set a terminal status with its times, say so, and keep the head of the chain."""
        session, now = self.state.session, self.state.now
        seconds = seconds_between(session.started_at or now, now)
        self.change(session, status=status, status_reason=reason, ended_at=now, duration_seconds=seconds)
        if reason:
            facts["reason"] = reason
        self.event(f"session_{status}", status=str(status), duration_seconds=decimal_text(seconds), **facts)
        self.keep_head = True

    def end_stage(self, stage: StageRow, status: str) -> None:
        """Set a stage's last status and say so; what it left is the session's checkpoint from here on."""
        self.change(stage, status=status, ended_at=self.state.now)
        scores = scores_told(stage.scores) if status == StageStatus.COMPLETED else {}
        self.event(f"stage_{status}", stage=stage.number, round=stage.round, **scores)
        self.change(stage, checkpoint_seq=self.state.session.last_seq + len(self.events))


# What a task forgets when it is to be done once more.
FRESH: dict[str, Any] = {
    "retry_count": 0,
    "lost_count": 0,
    "lost_alone": 0,
    "alone": False,
    "ready_at": None,
    "started_at": None,
    "completed_at": None,
    "duration_seconds": None,
    "error_message": "",
}
NOT_HELD: dict[str, Any] = {"lease_owner": "", "lease_until": None, "deadline": None, "progress": None}


def scores_told(scores: dict[str, int] | None) -> dict[str, Any]:
    """Return what an event says of scores: nothing where there was no review."""
    return {} if scores is None else {"scores": scores}


def seconds_between(start: datetime, end: datetime) -> float:
    """Return the time from start to end in seconds, never negative, to the millisecond."""
    return round(max((end - start).total_seconds(), 0.0), 3)


def decimal_text(value: float) -> str:
    """Return a number with a fraction as event data carries it: a decimal string."""
    return f"{value:.3f}"
