"""The state machines of session, stage and task, replayed from the events alone.

The table is written from the design's text, not taken from the application: an event that its state does not allow is
told, and in the end what the events say must be what the rows say. Attempts and fences are counted on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.checking.reading import Facts, Row
from tests.chaos.checking.violation import AFTER_END, ATTEMPT, FENCE, ILLEGAL, Violation

ACTIVE, PAUSED, AWAITING = "active", "paused", "awaiting_approval"
PENDING, RUNNING, WAITING = "pending", "running", "waiting"
COMPLETED, FAILED, ERROR, CANCELLED = "completed", "failed", "error", "cancelled"
ENDED = frozenset({COMPLETED, FAILED, CANCELLED})
TASK_ENDED = frozenset({COMPLETED, ERROR, CANCELLED})
OPEN = frozenset({ACTIVE, PAUSED, AWAITING})

# event: (from these, to this); a task that fails goes to `pending` when it will be tried again.
OF_SESSION: dict[str, tuple[frozenset[str], str]] = {
    "session_paused": (frozenset({ACTIVE}), PAUSED),
    "session_completed": (OPEN, COMPLETED),
    "session_failed": (OPEN, FAILED),
    "session_cancelled": (OPEN, CANCELLED),
}
OF_STAGE: dict[str, tuple[frozenset[str], str]] = {
    "stage_started": (frozenset({PENDING, FAILED}), RUNNING),
    "stage_completed": (frozenset({RUNNING, AWAITING}), COMPLETED),
    "stage_failed": (frozenset({RUNNING}), FAILED),
    "stage_cancelled": (frozenset({PENDING, RUNNING, AWAITING}), CANCELLED),
    "gate_opened": (frozenset({RUNNING}), AWAITING),
    "gate_approved": (frozenset({AWAITING}), AWAITING),
    "gate_rejected": (frozenset({AWAITING}), RUNNING),
}
OF_TASK: dict[str, tuple[frozenset[str], str]] = {
    "agent_task_started": (frozenset({PENDING}), RUNNING),
    "agent_task_released": (frozenset({RUNNING}), PENDING),
    "agent_task_completed": (frozenset({RUNNING}), COMPLETED),
    "agent_task_cancelled": (frozenset({PENDING, RUNNING, WAITING}), CANCELLED),
    "agent_task_retried": (frozenset({ERROR, CANCELLED}), PENDING),
    "budget_exhausted": (frozenset({RUNNING}), PENDING),
}
# What people may still do to a session that has ended, and a fork's entry; none of it is work.
AFTER_THE_END = frozenset(
    {
        *("session_resumed", "session_forked", "session_changed", "budget_changed", "artifact_edited"),
        *("decision_challenged", "agent_task_retried", "stage_started"),
    }
)
LOST_REASON = "worker lost"  # any other reason means given back, which counts as no attempt


@dataclass
class StageNow:
    """A stage as the events have left it."""

    number: int
    status: str = PENDING
    round: int = 1
    last_seq: int = 0  # of the event that last moved it


@dataclass
class TaskNow:
    """A task as the events have left it."""

    id: int
    role: str
    stage: int
    status: str = PENDING
    round: int = 1
    attempt: int = 0
    claims: int = 0
    lost_at: int = 0  # number of the event, when it has just been lost
    questions: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)  # the questions that were open when it was cancelled


class Replay:
    """Replays one session's events; `violations` holds what they did that they may not."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.status = ""
        self.violations: list[Violation] = []
        numbers = {row["id"]: row["number"] for row in facts.stages}
        self.stages = {row["number"]: StageNow(row["number"]) for row in facts.stages}
        self.tasks = {row["id"]: TaskNow(row["id"], row["agent_role"], numbers[row["stage_id"]]) for row in facts.tasks}
        self._is_at_start = True
        if facts.is_fork:
            self._copy_from_parent()

    def run(self) -> list[Violation]:
        """Replay everything, compare the end with the rows, and return what is wrong."""
        if any(event["data"] is None for event in self.facts.events):
            return []  # erased under a retention rule: there is nothing to replay
        last_at = None
        for event in self.facts.events:
            if last_at is not None and event["at"] != last_at:
                self._end_of_transaction()
            last_at = event["at"]
            self._step(event)
        self._end_of_transaction()
        self._compare()
        return self.violations

    # --- one event -----------------------------------------------------------------------------------------------

    def _step(self, event: Row) -> None:
        type, data = event["type"], event["data"]
        if self.status in ENDED and type not in AFTER_THE_END:
            self._wrong(AFTER_END, event, f"the session is {self.status}")
        if special := SPECIAL.get(type):
            special(self, event, data)
        elif type in OF_SESSION:
            self._move_session(event, *OF_SESSION[type])
            if data.get("status") != self.status:
                self._wrong(ILLEGAL, event, f"it says {data.get('status')} and means {self.status}")
        elif type in OF_STAGE:
            self._move_stage(event, data)
        elif type in OF_TASK:
            self._move_task(event, data)
        if type not in ("session_started", "session_forked"):
            self._is_at_start = self._is_at_start and not type.startswith("stage_")

    def _begin(self, event: Row, data: Any) -> None:
        if self.status:
            self._wrong(ILLEGAL, event, f"the session is {self.status} already")
        self.status = ACTIVE

    def _fork(self, event: Row, data: Any) -> None:
        if not self.status:  # the first event of the new session; in the parent's journal it changes nothing
            self.status = ACTIVE

    def _resume(self, event: Row, data: Any) -> None:
        after = AWAITING if self._open_gate() else ACTIVE
        before = {FAILED: ACTIVE, PAUSED: after}
        if self.status not in before:
            self._wrong(ILLEGAL, event, f"the session is {self.status}")
        self.status = before.get(self.status, after)
        if data.get("status") != self.status:
            self._wrong(ILLEGAL, event, f"it says {data.get('status')} and means {self.status}")

    def _fail(self, event: Row, data: Any) -> None:
        task = self._task(event, data["task_id"])
        if task is None:
            return
        just_lost = task.status == PENDING and task.lost_at and not data["will_retry"]  # one death too many
        if task.status != RUNNING and not just_lost:
            self._wrong(ILLEGAL, event, f"{task.role} is {task.status}")
        task.status = PENDING if data["will_retry"] else ERROR

    def _ask(self, event: Row, data: Any) -> None:
        task = self._task(event, data["task_id"])
        if task is not None:
            if task.status != RUNNING:
                self._wrong(ILLEGAL, event, f"{task.role} is {task.status}")
            task.questions.add(data["question_id"])

    def _answer(self, event: Row, data: Any) -> None:
        task = self._task(event, data["task_id"])
        if task is None:
            return
        if data["question_id"] not in task.questions:
            self._wrong(ILLEGAL, event, f"question {data['question_id']} is not open")
        task.questions.discard(data["question_id"])
        if task.status == WAITING and not task.questions:
            task.status = PENDING

    def _hand_in(self, event: Row, data: Any) -> None:
        """Decisions and files come from a role whose task is running; a fork may begin with its parent's."""
        role = data.get("agent")
        if role is None or (self.facts.is_fork and self._is_at_start):
            return
        if not any(task.role == role and task.status == RUNNING for task in self.tasks.values()):
            self._wrong(ILLEGAL, event, f"no task of {role} is running")

    # --- the three machines --------------------------------------------------------------------------------------

    def _move_session(self, event: Row, before: frozenset[str], after: str) -> None:
        if self.status not in before:
            self._wrong(ILLEGAL, event, f"the session is {self.status or 'not started'}")
        if after == COMPLETED and any(task.status not in TASK_ENDED for task in self.tasks.values()):
            self._wrong(ILLEGAL, event, "tasks are still open")
        if after in ENDED and any(task.status in (RUNNING, WAITING) for task in self.tasks.values()):
            self._wrong(ILLEGAL, event, "tasks are still running")
        self.status = after

    def _move_stage(self, event: Row, data: Any) -> None:
        stage, type = self.stages.get(data["stage"]), event["type"]
        if stage is None:
            self._wrong(ILLEGAL, event, f"there is no stage {data['stage']}")
            return
        before, after = OF_STAGE[type]
        # A stage that a gate sent back, or that is done once more, may say so again with its new round.
        says_it_again = type == "stage_started" and stage.status == RUNNING and stage.last_seq == event["seq"] - 1
        # A gate with a rule passes by itself, without ever having been open.
        passes_by_itself = type == "gate_approved" and stage.status == RUNNING and not data.get("by")
        if passes_by_itself:
            before, after = before | {RUNNING}, RUNNING
        if stage.status not in before and not says_it_again:
            self._wrong(ILLEGAL, event, f"stage {stage.number} is {stage.status}")
        if data.get("round", stage.round) != stage.round:
            self._wrong(ILLEGAL, event, f"it says round {data['round']} in round {stage.round}")
        tasks = [task for task in self.tasks.values() if task.stage == stage.number]
        if type in ("gate_opened", "gate_approved", "stage_completed") and any(
            task.status != COMPLETED for task in tasks
        ):
            self._wrong(ILLEGAL, event, "its tasks have not all completed")
        if type == "stage_failed" and any(task.status not in TASK_ENDED for task in tasks):
            self._wrong(ILLEGAL, event, "its tasks have not all ended")
        former = self.stages.get(stage.number - 1)
        if type == "stage_started" and former is not None and former.status != COMPLETED:
            self._wrong(ILLEGAL, event, f"stage {former.number} is {former.status}")
        stage.status, stage.last_seq = after, event["seq"]
        if type == "gate_opened" and self.status == ACTIVE:
            self.status = AWAITING
        elif type in ("gate_approved", "gate_rejected") and self.status == AWAITING:
            self.status = ACTIVE
        if type == "gate_rejected":
            self._next_round(stage, tasks, self._sent_back(data))

    def _next_round(self, stage: StageNow, tasks: list[TaskNow], roles: list[str]) -> None:
        stage.round += 1
        for task in tasks:
            if not roles or task.role in roles:
                task.status, task.round, task.attempt = PENDING, stage.round, 0

    def _move_task(self, event: Row, data: Any) -> None:
        task, type = self._task(event, data["task_id"]), event["type"]
        if task is None:
            return
        before, after = OF_TASK[type]
        if task.status not in before:
            self._wrong(ILLEGAL, event, f"{task.role} is {task.status}")
        if type == "agent_task_started":
            self._claim(event, task, data["attempt"])
        elif type == "agent_task_released":
            is_lost = data["reason"] == LOST_REASON
            task.attempt, task.lost_at = task.attempt - (not is_lost), event["seq"] if is_lost else 0
        elif type == "budget_exhausted":
            task.attempt -= 1
        elif type == "agent_task_cancelled":
            task.left, task.questions = task.questions, set()
        task.status = after
        if type == "agent_task_retried" and task.left:  # it waits again for what nobody answered
            task.status, task.questions, task.left = WAITING, task.left, set()

    def _claim(self, event: Row, task: TaskNow, attempt: int) -> None:
        stage = self.stages[task.stage]
        if self.status != ACTIVE or stage.status != RUNNING:
            self._wrong(ILLEGAL, event, f"the session is {self.status} and stage {stage.number} {stage.status}")
        task.attempt, task.claims, task.lost_at = task.attempt + 1, task.claims + 1, 0
        if attempt != task.attempt:
            self._wrong(ATTEMPT, event, f"{task.role} says attempt {attempt}, and it is number {task.attempt}")
            task.attempt = attempt

    # --- the end -------------------------------------------------------------------------------------------------

    def _end_of_transaction(self) -> None:
        for task in self.tasks.values():
            if task.questions and task.status == RUNNING:
                task.status = WAITING

    def _compare(self) -> None:
        def differ(what: str, row: object, replayed: object) -> None:
            if row != replayed:
                text = f"{what} is {row} in its row and {replayed} after its events"
                self.violations.append(Violation(ILLEGAL, self.facts.id, text))

        differ("the session", self.facts.session["status"], self.status)
        for row in self.facts.stages:
            differ(f"stage {row['number']}", row["status"], self.stages[row["number"]].status)
        for row in self.facts.tasks:
            task = self.tasks[row["id"]]
            differ(f"task {task.role}", row["status"], task.status)
            differ(f"the round of {task.role}", row["round"], task.round)
            if row["attempt"] != task.attempt:
                text = f"{task.role} has attempt {row['attempt']}; its claims make {task.attempt}"
                self.violations.append(Violation(ATTEMPT, self.facts.id, text))
            if row["fence"] < task.claims:
                text = f"{task.role} was claimed {task.claims} times, and its fence is {row['fence']}"
                self.violations.append(Violation(FENCE, self.facts.id, text))

    # --- helpers -------------------------------------------------------------------------------------------------

    def _copy_from_parent(self) -> None:
        for stage in self.stages.values():
            if stage.number <= self.facts.session["parent_stage"]:
                stage.status = COMPLETED
                row = next(row for row in self.facts.stages if row["number"] == stage.number)
                stage.round = row["round"]
        for row in self.facts.tasks:
            task = self.tasks[row["id"]]
            if task.stage <= self.facts.session["parent_stage"]:
                task.status, task.round, task.attempt = COMPLETED, row["round"], row["attempt"]

    def _open_gate(self) -> bool:
        return any(stage.status == AWAITING for stage in self.stages.values())

    def _sent_back(self, data: Any) -> list[str]:
        gate = next((row for row in self.facts.gates if row["id"] == data["gate_id"]), None)
        return list(data.get("roles") or (gate["roles"] if gate else None) or [])

    def _task(self, event: Row, task_id: int) -> TaskNow | None:
        task = self.tasks.get(task_id)
        if task is None:
            self._wrong(ILLEGAL, event, f"there is no task {task_id}")
        return task

    def _wrong(self, kind: str, event: Row, why: str) -> None:
        self.violations.append(Violation(kind, self.facts.id, f"event {event['seq']}, {event['type']}: {why}"))


SPECIAL: dict[str, Callable[[Replay, Row, Any], None]] = {
    "session_started": Replay._begin,
    "session_forked": Replay._fork,
    "session_resumed": Replay._resume,
    "agent_task_failed": Replay._fail,
    "question_asked": Replay._ask,
    "question_answered": Replay._answer,
    "question_defaulted": Replay._answer,
    "decision_recorded": Replay._hand_in,
    "artifact_written": Replay._hand_in,
}


def check_machines(facts: Facts) -> Iterator[Violation]:
    """Yield illegal steps, effects after the end, attempts and fences that were not counted."""
    yield from Replay(facts).run()
