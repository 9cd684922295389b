"""Everything the checker reads: the database as one snapshot, and the logs that others wrote.

Plain SQL over the tables as the design names them, and lines of JSON; nothing of the application is asked.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

Row = dict[str, Any]

SESSIONS = """
SELECT id, team_id, user_id, status, status_reason, feature_name, chain_id::text AS chain_id, budget_usd, spent_usd,
       reserved_usd, input_tokens, output_tokens, last_seq, last_decision, last_human_decision, chain_head, parent_id,
       parent_stage, created_at, started_at, ended_at, deleted_at
FROM execution_sessions ORDER BY id
"""
STAGES = "SELECT id, session_id, number, status, round FROM stages ORDER BY session_id, number"
TASKS = """
SELECT id, session_id, stage_id, agent_role, status, round, attempt, fence, ready_at, lease_owner, lease_until,
       deadline, queue_task_id
FROM agent_tasks ORDER BY session_id, id
"""
# `xmin` is the transaction that wrote the row: transactions are numbered in the order in which they began to write.
EVENTS = """
SELECT session_id, seq, type, at, data, data_salt, data_sha256, hash, xmin::text::bigint AS written_by
FROM session_events ORDER BY session_id, seq, id
"""
CALLS = """
SELECT id, session_id, agent_task_id, call_key, attempt, status, month, input_tokens, output_tokens, cost_usd,
       reserved_usd, created_at, ended_at
FROM llm_calls ORDER BY session_id, id
"""
DECISIONS = """
SELECT id, session_id, agent_task_id, round, number, decision_text, category, confidence, status, created_at
FROM task_decisions ORDER BY session_id, number, id
"""
HUMAN_DECISIONS = """
SELECT id, session_id, number, decision_text, category, confidence, created_at
FROM session_decisions ORDER BY session_id, number, id
"""
ARTIFACTS = "SELECT id, session_id, path, version FROM artifacts ORDER BY session_id, id"
VERSIONS = """
SELECT v.id, a.session_id, v.artifact_id, a.path, v.version, v.round, v.sha256, v.agent_task_id, v.created_at,
       encode(sha256(convert_to(v.content, 'UTF8')), 'hex') AS content_sha256
FROM artifact_versions v JOIN artifacts a ON a.id = v.artifact_id ORDER BY a.session_id, v.artifact_id, v.version
"""
SNAPSHOTS = """
SELECT p.id, t.session_id, p.agent_task_id, p.round
FROM agent_snapshots p JOIN agent_tasks t ON t.id = p.agent_task_id ORDER BY t.session_id, p.id
"""
GATES = "SELECT id, session_id, stage_id, round, status, decided_by_id, roles FROM gates ORDER BY session_id, id"
QUESTIONS = """
SELECT id, session_id, agent_task_id, round, deadline, answer FROM questions ORDER BY session_id, id
"""
CHECKPOINTS = "SELECT session_id, seq, head, count, tombstone FROM chain_checkpoints ORDER BY session_id, seq"
MONTHS = """
SELECT m.team_id, m.month, m.spent_usd, m.reserved_usd, t.monthly_budget_usd AS budget_usd
FROM team_months m JOIN teams t ON t.id = m.team_id ORDER BY m.team_id, m.month
"""
MESSAGES = "SELECT id, payload FROM django_q_ormq ORDER BY id"

OF_SESSIONS = {
    "stages": STAGES,
    "tasks": TASKS,
    "events": EVENTS,
    "calls": CALLS,
    "decisions": DECISIONS,
    "human_decisions": HUMAN_DECISIONS,
    "artifacts": ARTIFACTS,
    "versions": VERSIONS,
    "snapshots": SNAPSHOTS,
    "gates": GATES,
    "questions": QUESTIONS,
    "checkpoints": CHECKPOINTS,
}


@dataclass
class Facts:
    """One session with all its rows, each kind in the order of its numbers."""

    session: Row
    stages: list[Row] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    human_decisions: list[Row] = field(default_factory=list)
    artifacts: list[Row] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)
    snapshots: list[Row] = field(default_factory=list)
    gates: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    checkpoints: list[Row] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.session["id"])

    @property
    def is_fork(self) -> bool:
        return self.session["parent_stage"] is not None

    def events_of(self, *types: str) -> Iterator[Row]:
        """Yield the events of these types whose data has not been erased."""
        return (event for event in self.events if event["type"] in types and event["data"] is not None)


@dataclass
class House:
    """The whole database at one moment (`now`, its own clock)."""

    now: datetime
    sessions: dict[int, Facts]
    months: list[Row]
    messages: list[Row]

    def tasks(self) -> Iterator[tuple[Facts, Row]]:
        return ((facts, task) for facts in self.sessions.values() for task in facts.tasks)


def read_house(connection: psycopg.Connection[Any]) -> House:
    """Read everything but the long texts, as of one snapshot; `connection` must be in REPEATABLE READ."""
    with connection.cursor(row_factory=dict_row) as cursor:
        sessions = {row["id"]: Facts(row) for row in cursor.execute(SESSIONS)}
        for name, sql in OF_SESSIONS.items():
            for row in cursor.execute(sql):
                if facts := sessions.get(row["session_id"]):
                    getattr(facts, name).append(row)
        months = cursor.execute(MONTHS).fetchall()
        messages = cursor.execute(MESSAGES).fetchall()
        now = cursor.execute("SELECT clock_timestamp() AS now").fetchall()[0]["now"]
    return House(now, sessions, months, messages)


def read_lines(path: Path | str | None) -> list[Row]:
    """Return the lines of a log of JSON objects; none without a path. A last line that was cut off is left out."""
    if path is None or not Path(path).exists():
        return []
    lines = []
    with Path(path).open(encoding="utf-8") as log:
        for line in log:
            if line.endswith("\n") and line.strip():
                lines.append(json.loads(line))
    return lines


def moment(value: Any) -> datetime:
    """Return a log's time, given in RFC 3339 or as seconds since 1970, as a moment in UTC."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def grouped(rows: list[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    """Return the rows by the values of these columns."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups
