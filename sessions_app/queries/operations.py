"""How Sage Mode itself is: who works, what waits, and how the model providers answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from accounts.models import User
from agents.health import ProviderState, all_states, operator_states
from sessions_app.models import AgentTask, SessionStatus, TaskStatus, WorkerHeartbeat
from sessions_app.queries.workers import ALIVE_SECONDS, queue_length

LOOKED_AT = 5_000  # of the newest calls, so that the page costs the same on a busy day

LAST_HOUR = """
SELECT provider, count(*), count(*) FILTER (WHERE newest.status IN ('failed', 'unconfirmed')),
  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE newest.status = 'succeeded')
FROM (
  SELECT session_id, provider, status, latency_ms, reserved_usd, created_at FROM llm_calls ORDER BY id DESC LIMIT %s
) AS newest
JOIN execution_sessions s ON s.id = newest.session_id
WHERE newest.created_at > statement_timestamp() - interval '1 hour' AND newest.status <> 'reserved'
  AND (s.replay_of IS NULL OR newest.reserved_usd > 0)  -- for what is replayed no model was asked
GROUP BY provider
"""


@dataclass(frozen=True)
class Process:
    """A worker or reconciler as it last reported."""

    row: WorkerHeartbeat
    silent_seconds: float

    @property
    def is_lost(self) -> bool:
        return self.silent_seconds > ALIVE_SECONDS

    @property
    def mark(self) -> str:
        """Its state in the words that marks of tasks have."""
        if self.is_lost:
            return "failed"
        return "running" if self.row.running else "completed"

    @property
    def number(self) -> str:
        """Its process id, which is the third part of an owner's name."""
        parts = self.row.owner.split(":")
        return parts[2] if len(parts) > 2 else self.row.owner


@dataclass(frozen=True)
class Traffic:
    """The calls of the last hour that have ended."""

    calls: int = 0
    errors: int = 0
    p50_ms: int | None = None
    p95_ms: int | None = None


@dataclass(frozen=True)
class ProviderRow:
    state: ProviderState
    traffic: Traffic | None  # of the provider over all teams; told once, beside the operator's endpoint
    team: str  # whose key it is; empty: the operator's


@dataclass(frozen=True)
class Operations:
    workers: Sequence[Process]
    reconcilers: Sequence[Process]
    providers: Sequence[ProviderRow]
    messages: int
    ready: int  # tasks that could start now

    @property
    def living(self) -> list[Process]:
        return [worker for worker in self.workers if not worker.is_lost]

    @property
    def lost(self) -> list[Process]:
        return [worker for worker in self.workers if worker.is_lost]

    @property
    def slots(self) -> int:
        return sum(worker.row.slots for worker in self.living)

    @property
    def running(self) -> int:
        return sum(worker.row.running for worker in self.living)

    @property
    def is_looked_after(self) -> bool:
        """Whether a reconciler lives."""
        return any(not each.is_lost for each in self.reconcilers)

    @property
    def down(self) -> list[ProviderState]:
        return [row.state for row in self.providers if row.state.is_down]

    @property
    def sentence(self) -> str:
        """The state of it all, as a heading."""
        if not self.living:
            return "Work stands still: no worker is running"
        troubles = []
        if not self.is_looked_after:
            troubles.append("no reconciler is running")
        if self.lost:
            troubles.append("one worker is lost" if len(self.lost) == 1 else f"{len(self.lost)} workers are lost")
        if self.down:
            troubles.append(f"{_listed([state.title for state in self.down])} cannot be used")
        return f"Work flows, {_listed(troubles)}" if troubles else "Work flows"


def operations_for(user: User) -> Operations:
    """What this person may know: staff everything, others the operator's providers and counts. At most six queries."""
    beats = WorkerHeartbeat.objects.annotate(now=Now()).order_by("cluster", "host", "owner")
    processes = [Process(row, (row.now - row.seen_at).total_seconds()) for row in beats]
    traffic = _traffic()
    states = all_states() if user.is_staff else [(state, "") for state in operator_states()]
    told: set[str] = set()
    providers = []
    for state, team in states:
        providers.append(ProviderRow(state, None if state.provider in told else _of(traffic, state.provider), team))
        told.add(state.provider)
    return Operations(
        workers=[each for each in processes if each.row.cluster != "reconciler"],
        reconcilers=[each for each in processes if each.row.cluster == "reconciler"],
        providers=providers,
        messages=queue_length(),
        ready=_ready_tasks(),
    )


def _ready_tasks() -> int:
    ready = AgentTask.objects.filter(status=TaskStatus.PENDING, ready_at__lte=Now())
    return ready.filter(session__status=SessionStatus.ACTIVE).count()


def _traffic() -> Mapping[str, Traffic]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_HOUR, [LOOKED_AT])
        return {provider: Traffic(calls, errors, *_whole(ends)) for provider, calls, errors, ends in cursor.fetchall()}


def _of(traffic: Mapping[str, Traffic], provider: str) -> Traffic:
    return traffic.get(provider, Traffic())


def _whole(ends: Any) -> tuple[int | None, int | None]:
    return (round(ends[0]), round(ends[1])) if ends and None not in ends else (None, None)


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
