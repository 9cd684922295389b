"""How far a session is, how long it will still take, and what work usually takes and costs in a team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.db import connection

from agents.model_choice import answering
from agents.pricing import CENT_OF_A_CENT, price_of
from agents.providers.contract import Usage
from sessions_app.models import SessionStatus, TaskStatus

SAMPLE_SESSIONS = 30  # of each team, the newest: enough for a median, and an index probe however many there are
DEFAULT_SECONDS = 60.0  # of a real model
SHORTEST_SECONDS = 0.1
LEAST_LEFT = 0.1  # of its estimate: a task that takes longer than usual is not about to end at any moment
SHARES = [0.1, 0.5, 0.9]  # of the sample that stay below the low end, the middle and the high end of a range
SPREAD = (0.5, 1, 2)  # of a default: half to twice as long
DEFAULT_TOKENS = ((2_000, 1_500), (5_000, 3_000), (12_000, 6_000))  # in and out, low to high, of a task nobody tried

USUAL = """
SELECT wanted.team_id, coalesce(paid.model, latest.model) AS model, t.agent_role, count(*),
  percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY t.duration_seconds),
  percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY paid.usd)
FROM unnest(%s::bigint[]) AS wanted(team_id)
CROSS JOIN LATERAL (
  SELECT s.id, s.model FROM execution_sessions s
  WHERE s.team_id = wanted.team_id AND s.replay_of IS NULL  -- a replay takes no time and costs nothing
  ORDER BY s.created_at DESC, s.id DESC
  LIMIT %s
) latest
JOIN agent_tasks t ON t.session_id = latest.id AND t.status = 'completed'
CROSS JOIN LATERAL (
  SELECT CASE WHEN NOT bool_or(c.estimated) THEN sum(c.cost_usd)::float8 END AS usd,
    (array_agg(c.model ORDER BY c.id DESC) FILTER (WHERE c.status = 'succeeded'))[1] AS model
  FROM llm_calls c WHERE c.agent_task_id = t.id
) paid
GROUP BY 1, 2, 3
"""


class Seconds(NamedTuple):
    low: float
    likely: float
    high: float


class Dollars(NamedTuple):
    low: Decimal
    likely: Decimal
    high: Decimal


@dataclass(frozen=True)
class Usual:
    """What a piece of work takes and costs: low end, middle and high end of a range, from `based_on` earlier tasks.

    `usd` is None when nobody knows what its model costs.
    """

    seconds: Seconds
    usd: Dollars | None
    based_on: int

    @property
    def usd_ends(self) -> list[Decimal] | None:
        """The low and the high end of what it costs."""
        return None if self.usd is None else [self.usd.low, self.usd.high]


class HasModels(Protocol):
    """A session that is there, or one that is about to be."""

    @property
    def team_id(self) -> int: ...

    @property
    def model(self) -> str: ...

    @property
    def workflow(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Estimates:
    """What tasks of some teams usually take and cost, by (team, model, role)."""

    known: Mapping[tuple[int, str, str], Usual]

    def usual(self, team_id: int, model: str, role: str) -> Usual:
        """Return what the team's own tasks took, else a default that is based on none."""
        return self.known.get((team_id, model, role)) or default_usual(model)

    def usual_in(self, session: HasModels, role: str) -> Usual:
        """Return what a session's tasks of a role take and cost with the model that answers for it."""
        model = answering(session.workflow.get("models"), model=session.model, role=role).model
        return self.usual(session.team_id, model, role)


@dataclass(frozen=True)
class TaskTiming:
    """What an estimate asks of a task."""

    stage: int
    status: str
    started_at: datetime | None
    estimate_seconds: float


def load_estimates(team_ids: Iterable[int]) -> Estimates:
    """Read what these teams' latest sessions took and cost: one query."""
    with connection.cursor() as cursor:
        cursor.execute(USUAL, [SHARES, SHARES, sorted(set(team_ids)), SAMPLE_SESSIONS])
        return Estimates(
            {
                (team, model, role): Usual(
                    Seconds(*map(_seconds, seconds)),
                    # A fork's copied tasks have no calls, and of some calls nobody knows the cost: such tasks say what
                    # the work takes and not what it costs.
                    Dollars(*map(_dollars, usd)) if usd is not None and None not in usd else default_dollars(model),
                    number,
                )
                for team, model, role, number, seconds, usd in cursor.fetchall()
            }
        )


def together(stages: Iterable[Sequence[Usual]]) -> Usual:
    """Add up work: the tasks of a stage run side by side, stages one after the other; all of them are paid.

    It is based on as many earlier tasks as the part that is known least. What it costs is not known when that is not
    known of one part.
    """
    parts = [list(stage) for stage in stages if stage]
    tasks = [task for stage in parts for task in stage]
    longest = [[max(ends) for ends in zip(*(task.seconds for task in stage), strict=True)] for stage in parts]
    return Usual(
        Seconds(*(round(sum(ends), 3) for ends in zip(*longest, strict=True))) if longest else Seconds(0.0, 0.0, 0.0),
        _added_up([task.usd for task in tasks]),
        min((task.based_on for task in tasks), default=0),
    )


def default_usual(model: str) -> Usual:
    """Return what a task takes and costs as far as nobody has tried."""
    return Usual(Seconds(*(_seconds(default_seconds(model) * part) for part in SPREAD)), default_dollars(model), 0)


def default_seconds(model: str) -> float:
    """Return how long a task takes as far as nobody has tried."""
    return settings.SIMULATOR_LATENCY if model == "simulator" else DEFAULT_SECONDS


def default_dollars(model: str) -> Dollars | None:
    """Return what a task costs as far as nobody has paid for one; None for a model whose price nobody knows."""
    price = price_of(model)
    return None if price is None else Dollars(*(price.cost_usd(Usage(*tokens)) for tokens in DEFAULT_TOKENS))


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


def _added_up(parts: Sequence[Dollars | None]) -> Dollars | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Dollars(*(sum((part[end] for part in known), Decimal(0)) for end in range(3)))


def _left(task: TaskTiming, now: datetime) -> float:
    if task.status in TaskStatus.terminal():
        return 0.0
    if task.status != TaskStatus.RUNNING or task.started_at is None:
        return task.estimate_seconds
    return time_left(task.estimate_seconds, (now - task.started_at).total_seconds())


def _seconds(value: float) -> float:
    return round(max(value, SHORTEST_SECONDS), 3)


def _dollars(value: float) -> Decimal:
    return Decimal(value).quantize(CENT_OF_A_CENT)
