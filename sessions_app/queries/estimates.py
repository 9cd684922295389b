"""How far a session is, and how long it will still take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from sessions_app.models import SessionStatus, TaskStatus

SAMPLE_SESSIONS = 30  # of each team, the newest: enough for a median, and an index probe however many there are
DEFAULT_SECONDS = 60.0  # of a real model
SHORTEST_SECONDS = 0.1
LEAST_LEFT = 0.1  # of its estimate: a task that takes longer than usual is not about to end at any moment

MEDIANS = """
SELECT wanted.team_id, latest.model, t.agent_role, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.duration_seconds)
FROM unnest(%s::bigint[]) AS wanted(team_id)
CROSS JOIN LATERAL (
  SELECT s.id, s.model FROM execution_sessions s
  WHERE s.team_id = wanted.team_id
  ORDER BY s.created_at DESC, s.id DESC
  LIMIT %s
) latest
JOIN agent_tasks t ON t.session_id = latest.id AND t.status = 'completed'
GROUP BY wanted.team_id, latest.model, t.agent_role
"""


@dataclass(frozen=True)
class Estimates:
    """What tasks of some teams usually take, in seconds, by (team, model, role)."""

    medians: Mapping[tuple[int, str, str], float]

    def seconds(self, team_id: int, model: str, role: str) -> float:
        """Return the team's own median, else a default."""
        usual = self.medians.get((team_id, model, role), default_seconds(model))
        return round(max(usual, SHORTEST_SECONDS), 3)


@dataclass(frozen=True)
class TaskTiming:
    """What an estimate asks of a task."""

    stage: int
    status: str
    started_at: datetime | None
    estimate_seconds: float


def load_estimates(team_ids: Iterable[int]) -> Estimates:
    """Read the medians of these teams' latest sessions: one query."""
    with connection.cursor() as cursor:
        cursor.execute(MEDIANS, [sorted(set(team_ids)), SAMPLE_SESSIONS])
        return Estimates({(team, model, role): seconds for team, model, role, seconds in cursor.fetchall()})


def default_seconds(model: str) -> float:
    """Return how long a task takes as far as nobody has tried."""
    return settings.SIMULATOR_LATENCY if model == "simulator" else DEFAULT_SECONDS


def progress(session_status: str, task_statuses: Sequence[str]) -> float:
    """Return the share of tasks that are done, 0 to 1; a completed session is done, whatever was cut short."""
    if session_status == SessionStatus.COMPLETED:
        return 1.0
    done = sum(status == TaskStatus.COMPLETED for status in task_statuses)
    return round(done / len(task_statuses), 4) if task_statuses else 0.0


def seconds_left(session_status: str, tasks: Iterable[TaskTiming], *, now: datetime) -> float | None:
    """Return the seconds until the last stage ends: tasks of a stage run side by side, stages one after the other.

    None when the session does not move: then no time is the right one.
    """
    if session_status != SessionStatus.ACTIVE:
        return None
    stages: dict[int, float] = defaultdict(float)
    for task in tasks:
        stages[task.stage] = max(stages[task.stage], _left(task, now))
    return round(sum(stages.values()), 1)


def time_left(estimate_seconds: float, elapsed_seconds: float) -> float:
    """Return the seconds that a running task still needs."""
    return max(estimate_seconds - elapsed_seconds, estimate_seconds * LEAST_LEFT)


def _left(task: TaskTiming, now: datetime) -> float:
    if task.status in TaskStatus.terminal():
        return 0.0
    if task.status != TaskStatus.RUNNING or task.started_at is None:
        return task.estimate_seconds
    return time_left(task.estimate_seconds, (now - task.started_at).total_seconds())
