"""Runs cases on one house, several at a time: a session each, with one failpoint armed on one of its tasks."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.deliverables import ARTIFACTS
from tests.chaos.house import House, Starter

ROLES = ("architect", "backend_dev", "dba", "frontend_dev", "ui_ux_designer", "security_specialist", "it_admin")
POINTS = (
    "worker.woken",
    "claim_tasks.before_commit",
    "claim_tasks.after_commit",
    "worker.claimed",
    "agent.read",
    "reserve_call.before_commit",
    "reserve_call.after_commit",
    "agent.reserved",
    "agent.streaming",
    "agent.answered",
    "settle_call.before_commit",
    "settle_call.after_commit",
    "agent.settled",
    "agent.repairing",
    "agent.checked",
    "agent.reviewed",
    "complete_task.before_commit",
    "complete_task.after_commit",
    "queue.before_ack",
    "queue.after_ack",
)
ARTIFACTS_OF_A_SESSION = sum(len(artifacts) for artifacts in ARTIFACTS.values())
LAST_OF_A_STAGE = ("architect",)  # who surely comes by where a stage ends: of two that run side by side, either may
LONGEST_SECONDS = 60.0
KILLS_AT_ONCE = 3  # a kill takes its neighbours with it, and they must not die of it too often
CASES_AT_ONCE = 10


@dataclass
class Case:
    """One session, with one failpoint on the task of one role."""

    point: str
    action: str
    role: str
    only: dict[str, Any] = field(default_factory=dict)
    session_id: int = 0
    tasks: dict[str, int] = field(default_factory=dict)
    key: str = ""
    began: float = 0.0
    status: str = ""

    def __str__(self) -> str:
        return f"{self.point}:{self.action} on {self.role} (session {self.session_id})"

    def start(self, starter: Starter) -> None:
        wish = {"brief": f"People lend things. [lab: spoil {self.role}]"} if self.point == "agent.repairing" else {}
        case = f"{self.role}-{time.monotonic_ns()}"
        entry = {"name": self.point, "action": self.action, "role": self.role, "case": case, **self.only}
        self.session_id, self.tasks = starter.start(arm=[entry], **wish)
        self.key, self.began = f"{self.point}:{self.action}:{case}", time.monotonic()


def passes(point: str, role: str) -> bool:
    """Whether a task of the role surely comes by this place."""
    return point != "agent.reviewed" or role in LAST_OF_A_STAGE


def role_for(point: str, number: int) -> str:
    """Return a role that comes by this place: another one for each number, as far as there are any."""
    roles = [role for role in ROLES if passes(point, role)]
    return roles[number % len(roles)]


def run_cases(house: House, starter: Starter, cases: list[Case]) -> None:
    """Run them to their ends, or for a minute each; then each knows its status.

    A batch whose commit ends in a neighbour's fault does not pass what comes after the commit: such a case is run
    again by itself.
    """
    _run_together(house, starter, cases)
    for case in cases:
        if case.status == "completed" and case.key not in house.fired():
            _run_together(house, starter, [case])


def _run_together(house: House, starter: Starter, cases: list[Case]) -> None:
    # Kills are spread among the others, so that every wave has some of each.
    kills = [case for case in cases if case.action == "kill"]
    others = [case for case in cases if case.action != "kill"]
    going: list[Case] = []
    with house.connect() as connection:
        while kills or others or going:
            while kills and sum(case.action == "kill" for case in going) < KILLS_AT_ONCE:
                going.append(kills.pop(0))
                going[-1].start(starter)
            while others and len(going) < CASES_AT_ONCE:
                going.append(others.pop(0))
                going[-1].start(starter)
            time.sleep(0.1)
            sql = "SELECT id, status FROM execution_sessions WHERE id = ANY(%s)"
            statuses = dict(connection.execute(sql, [[case.session_id for case in going]]).fetchall())
            for case in going:
                case.status = statuses[case.session_id]
            going = [
                case for case in going if case.status == "active" and time.monotonic() - case.began < LONGEST_SECONDS
            ]


def judge(house: House, cases: list[Case]) -> list[str]:
    """Return what is wrong, a sentence each: read from the database and the provider's own log alone."""
    fired = house.fired()
    wrong = [f"{case}: is {case.status}{_why(house, case)}" for case in cases if case.status != "completed"]
    wrong += [f"{case}: did not fire" for case in cases if case.key not in fired]
    asked = Counter((line["task_id"], line["call_key"]) for line in house.calls())
    for case in cases:
        wrong += [f"{case}: {fault}" for fault in _faults(house, case.session_id, asked)]
    return wrong


def _faults(house: House, session_id: int, asked: Counter[tuple[int, str]]) -> list[str]:
    """What a completed session of the laboratory's deliverables must show: each thing once, and nothing missing."""
    events = house.rows("SELECT seq, type, data FROM session_events WHERE session_id = %s ORDER BY seq", session_id)
    numbers = house.rows("SELECT number FROM task_decisions WHERE session_id = %s ORDER BY 1", session_id)
    sql = "SELECT a.path, v.version FROM artifact_versions v JOIN artifacts a ON a.id = v.artifact_id"
    versions = house.rows(f"{sql} WHERE a.session_id = %s", session_id)
    calls = house.rows(
        "SELECT agent_task_id, call_key, status, cost_usd FROM llm_calls WHERE session_id = %s", session_id
    )
    [(spent, reserved)] = house.rows("SELECT spent_usd, reserved_usd FROM execution_sessions WHERE id = %s", session_id)
    completed = Counter(data["agent"] for _, type, data in events if type == "agent_task_completed")
    faults = []
    if [seq for seq, _, _ in events] != list(range(1, len(events) + 1)):
        faults.append("gap in the events")
    if completed != Counter(ROLES):
        faults.append(f"completed {dict(completed)}")
    if [number for (number,) in numbers] != list(range(1, 15)):
        faults.append(f"decisions {[number for (number,) in numbers]}")
    if len(versions) != ARTIFACTS_OF_A_SESSION or {version for _, version in versions} != {1}:
        faults.append(f"{len(versions)} artifact versions")
    paid = Counter((task_id, key.split(":")[1]) for task_id, key, status, _ in calls if status == "succeeded")
    costs = [cost for *_, cost in calls]
    if reserved != 0 or spent != sum(costs):
        faults.append(f"spent {spent}, reserved {reserved}, calls {[str(cost) for cost in costs]}")
    interrupted = Counter(
        data["task_id"] for _, type, data in events if type in ("agent_task_released", "agent_task_failed")
    )
    for task_id, role in house.rows("SELECT id, agent_role FROM agent_tasks WHERE session_id = %s", session_id):
        # At most one repeated call for each time that the task was interrupted, and one that succeeded for each try.
        for (of_task, key), times in asked.items():
            if of_task == task_id and times > 1 + interrupted[task_id]:
                faults.append(f"the {role} was asked {times} times for {key}, interrupted {interrupted[task_id]} times")
        failed = sum(type == "agent_task_failed" and data["task_id"] == task_id for _, type, data in events)
        if not 1 <= paid[task_id, "deliver"] <= 1 + failed or paid[task_id, "repair"] > 1 + failed:
            faults.append(f"the {role} has paid calls {dict(paid)} and failed {failed} times")
    return faults


def _why(house: House, case: Case) -> str:
    sql = "SELECT agent_role, status, error_message FROM agent_tasks WHERE session_id = %s AND status <> 'completed'"
    tasks = house.rows(f"{sql} ORDER BY id", case.session_id)
    return ": " + json.dumps(tasks)
