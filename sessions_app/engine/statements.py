"""The SQL of transitions: locks, the state of sessions, and the one statement that writes.

Rows travel as one JSON parameter and become table rows through `jsonb_populate_record`, so that a batch of any size
is one statement, and a change names only the columns it touches.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson

# --- reading, under the session's lock -------------------------------------------------------------------------------

LOCK_SESSIONS = """
SELECT id, clock_timestamp()
FROM execution_sessions
WHERE id = ANY(%s)
ORDER BY id
FOR NO KEY UPDATE SKIP LOCKED
"""

LOCK_SESSION = """
SELECT id, clock_timestamp() FROM (
  SELECT id FROM execution_sessions WHERE id = %s FOR NO KEY UPDATE
) locked
"""

# A statement of its own after the lock: its snapshot is younger than every commit the lock waited for.
LOAD_STATES = """
SELECT s.id, jsonb_build_object(
  'session', jsonb_build_object(
    'id', s.id, 'team_id', s.team_id, 'user_id', s.user_id, 'status', s.status, 'status_reason', s.status_reason,
    'feature_name', s.feature_name, 'workflow', s.workflow, 'chain_id', s.chain_id, 'model', s.model,
    'budget_usd', s.budget_usd::text, 'spent_usd', s.spent_usd::text, 'reserved_usd', s.reserved_usd::text,
    'input_tokens', s.input_tokens, 'output_tokens', s.output_tokens, 'last_seq', s.last_seq,
    'last_decision', s.last_decision, 'last_human_decision', s.last_human_decision, 'chain_head', s.chain_head,
    'started_at', s.started_at, 'active_since', s.active_since, 'ended_at', s.ended_at,
    'deleted_at', s.deleted_at, 'duration_seconds', s.duration_seconds),
  'stages', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', g.id, 'number', g.number, 'name', g.name, 'title', g.title, 'status', g.status, 'gate', g.gate,
      'round', g.round, 'scores', g.scores, 'checkpoint_seq', g.checkpoint_seq, 'started_at', g.started_at,
      'ended_at', g.ended_at)
      ORDER BY g.number)
    FROM stages g WHERE g.session_id = s.id),
  'tasks', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', t.id, 'stage_id', t.stage_id, 'stage', g.number, 'agent_role', t.agent_role, 'status', t.status,
      'round', t.round, 'attempt', t.attempt, 'fence', t.fence, 'retry_count', t.retry_count,
      'lost_count', t.lost_count, 'lost_alone', t.lost_alone, 'alone', t.alone, 'call_number', t.call_number,
      'lease_owner', t.lease_owner, 'ready_at', t.ready_at, 'started_at', t.started_at,
      'lease_until', t.lease_until, 'has_input', COALESCE((t.input_data->>'round')::int = t.round, false),
      'error_message', t.error_message) ORDER BY t.id)
    FROM agent_tasks t JOIN stages g ON g.id = t.stage_id WHERE t.session_id = s.id),
  'calls', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', c.id, 'agent_task_id', c.agent_task_id, 'call_key', c.call_key, 'attempt', c.attempt,
      'status', c.status, 'month', c.month, 'provider', c.provider, 'model', c.model,
      'reserved_usd', c.reserved_usd::text) ORDER BY c.id)
    FROM llm_calls c WHERE c.session_id = s.id AND c.status = 'reserved'),
  'artifacts', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', a.id, 'path', a.path, 'version', a.version, 'stage', COALESCE(g.number, 0),
      'agent_task_id', v.agent_task_id))
    FROM artifacts a
    JOIN artifact_versions v ON v.artifact_id = a.id AND v.version = a.version
    LEFT JOIN agent_tasks t ON t.id = v.agent_task_id
    LEFT JOIN stages g ON g.id = t.stage_id
    WHERE a.session_id = s.id),
  'decisions', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', d.id, 'agent_task_id', d.agent_task_id, 'round', d.round, 'number', d.number, 'key', d.key,
      'status', d.status, 'superseded_by_id', d.superseded_by_id) ORDER BY d.number)
    FROM task_decisions d WHERE d.session_id = s.id),
  'requirements', CASE WHEN EXISTS (
    SELECT FROM agent_tasks t WHERE t.session_id = s.id AND t.round > 1
  ) THEN (
    SELECT jsonb_agg(jsonb_build_object('id', r.id, 'key', r.key))
    FROM requirements r WHERE r.session_id = s.id AND r.source = 'brief')
  END,
  'gates', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', k.id, 'stage_id', k.stage_id, 'stage', g.number, 'round', k.round, 'status', k.status,
      'feedback', k.feedback, 'roles', k.roles, 'scores', k.scores) ORDER BY k.id)
    FROM gates k JOIN stages g ON g.id = k.stage_id WHERE k.session_id = s.id),
  'questions', (
    SELECT jsonb_agg(jsonb_build_object(
      'id', q.id, 'agent_task_id', q.agent_task_id, 'round', q.round, 'text', q.text, 'default', q."default",
      'deadline', q.deadline, 'answer', q.answer) ORDER BY q.id)
    FROM questions q WHERE q.session_id = s.id),
  'checks', CASE WHEN EXISTS (
    SELECT FROM stages g WHERE g.session_id = s.id AND jsonb_typeof(g.gate) = 'string'
  ) THEN (
    SELECT jsonb_object_agg(status, many) FROM (
      SELECT c.status, count(*) AS many
      FROM artifact_checks c JOIN agent_tasks t ON t.id = c.agent_task_id AND t.round = c.round
      LEFT JOIN artifact_versions v ON v.id = c.artifact_version_id
      LEFT JOIN artifacts a ON a.id = v.artifact_id
      LEFT JOIN stages g ON g.id = c.reviewed_stage_id
      WHERE c.session_id = s.id AND v.version IS NOT DISTINCT FROM a.version
        AND (g.id IS NULL OR g.status = 'running' AND g.round = c.round AND g.scores IS NOT NULL)
      GROUP BY c.status) valid)
  END
)::text
FROM execution_sessions s
WHERE s.id = ANY(%s)
"""

ENSURE_MONTHS = """
INSERT INTO team_months (team_id, month, spent_usd, reserved_usd)
SELECT team_id, month, 0, 0
FROM jsonb_to_recordset(%s::jsonb) AS wanted(team_id bigint, month date)
ORDER BY team_id, month
ON CONFLICT (team_id, month) DO NOTHING
"""

LOCK_MONTHS = """
SELECT m.team_id, m.month, m.id, m.spent_usd, m.reserved_usd, t.monthly_budget_usd
FROM team_months m
JOIN teams t ON t.id = m.team_id
JOIN jsonb_to_recordset(%s::jsonb) AS wanted(team_id bigint, month date)
  ON wanted.team_id = m.team_id AND wanted.month = m.month
ORDER BY m.team_id, m.month
FOR NO KEY UPDATE OF m
"""

NEXT_IDS = "SELECT nextval(%s) FROM generate_series(1, %s)"

# --- writing transitions ---------------------------------------------------------------------------------------------

# What may be added: every column a rule sets when it makes the row. The order is the order of foreign keys.
INSERTS: dict[str, tuple[str, ...]] = {
    "execution_sessions": (
        *(
            "id",
            "created_at",
            "started_at",
            "active_since",
            "team_id",
            "user_id",
            "feature_name",
            "brief",
            "workflow",
            "status",
        ),
        *("status_reason", "chain_id", "model", "budget_usd", "spent_usd", "reserved_usd", "input_tokens"),
        *("output_tokens", "last_seq", "last_decision", "last_human_decision", "chain_head", "parent_id"),
        "parent_stage",
        "replay_of",
    ),
    "stages": (
        *("id", "created_at", "session_id", "number", "name", "title", "status", "gate", "round", "started_at"),
        *("ended_at", "checkpoint_seq", "scores", "quality"),
    ),
    "agent_tasks": (
        *("id", "created_at", "session_id", "stage_id", "agent_role", "task_description", "status", "round"),
        *("error_message", "retry_count", "lost_count", "lost_alone", "alone", "call_number", "attempt", "fence"),
        *("lease_owner", "ready_at", "queue_task_id", "input_data", "output_data", "started_at", "completed_at"),
        "duration_seconds",
    ),
    "gates": (
        *("id", "created_at", "session_id", "stage_id", "round", "status", "opened_at", "decided_by_id"),
        *("decided_at", "feedback", "roles", "scores", "quality"),
    ),
    "requirements": ("id", "created_at", "session_id", "key", "text", "kind", "source", "source_text"),
    "task_decisions": (
        *("id", "created_at", "session_id", "agent_task_id", "round", "key", "number", "decision_text", "rationale"),
        *("category", "confidence", "alternatives", "consequences", "requirements", "status", "superseded_by_id"),
    ),
    "session_decisions": (
        *("id", "created_at", "session_id", "user_id", "number", "decision_text", "category", "confidence"),
        "rationale",
    ),
    "artifacts": ("id", "created_at", "session_id", "path", "kind", "version"),
    "artifact_versions": (
        *("id", "created_at", "artifact_id", "version", "round", "content", "size", "sha256", "media_type"),
        *("implements", "agent_task_id"),
    ),
    "artifact_checks": (
        *("id", "created_at", "session_id", "artifact_version_id", "agent_task_id", "round", "name", "severity"),
        *("status", "line", "message", "remedy", "reviewed_stage_id"),
    ),
    "questions": (
        *("id", "created_at", "session_id", "agent_task_id", "round", "text", "options", "default", "deadline"),
        *("answer", "answered_by_id", "answered_at"),
    ),
    "agent_snapshots": (
        *("id", "created_at", "agent_task_id", "round", "agent_role", "context_state", "capabilities", "decisions"),
        "execution_metadata",
    ),
    "llm_calls": (
        *("id", "created_at", "session_id", "agent_task_id", "call_key", "attempt", "status", "month", "provider"),
        *("model", "request", "reserved_usd", "input_tokens", "output_tokens", "simulated", "error"),
    ),
    "chain_checkpoints": ("id", "created_at", "session_id", "chain_id", "seq", "head", "count", "tombstone"),
    "session_events": ("id", "session_id", "seq", "type", "at", "data", "data_salt", "data_sha256", "hash"),
}
CONFLICTS = {"requirements": "ON CONFLICT (session_id, key) DO NOTHING"}  # two roles may state the same one

# What may change afterwards.
UPDATES: dict[str, tuple[str, ...]] = {
    "execution_sessions": (
        *("status", "status_reason", "spent_usd", "reserved_usd", "input_tokens", "output_tokens", "last_seq"),
        *("last_decision", "last_human_decision", "chain_head", "active_since", "ended_at", "deleted_at"),
        *("duration_seconds", "feature_name", "brief", "budget_usd"),
    ),
    "stages": ("status", "gate", "round", "checkpoint_seq", "started_at", "ended_at", "scores", "quality"),
    "agent_tasks": (
        *("input_data", "output_data", "status", "round", "ready_at", "started_at", "completed_at"),
        *("duration_seconds", "error_message", "retry_count", "lost_count", "lost_alone", "alone", "call_number"),
        *("attempt", "fence", "lease_owner", "lease_until", "deadline", "progress", "queue_task_id"),
    ),
    "artifacts": ("version",),
    "task_decisions": ("status", "superseded_by_id"),
    "requirements": ("text", "kind", "source_text"),
    "gates": ("status", "decided_by_id", "decided_at", "feedback", "roles"),
    "questions": ("deadline", "answer", "answered_by_id", "answered_at"),
    "llm_calls": (
        *("status", "input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens"),
        *("cost_usd", "estimated", "simulated", "response", "latency_ms"),
        *("first_token_ms", "error", "ended_at"),
    ),
    "team_months": ("spent_usd", "reserved_usd"),
}

# Ids come from the sequence of the table; both kinds of decision share one.
SEQUENCES = {"task_decisions": "decision_ids", "session_decisions": "decision_ids"}


def sequence_of(table: str) -> str:
    """Return the sequence that gives the ids of a table."""
    return SEQUENCES.get(table, f"{table}_id_seq")


# Leases are renewed without the session's lock: both lock tasks in id order, whatever order an update would take.
LOCKED_TASKS = """locked_tasks AS MATERIALIZED (
  SELECT t.id FROM agent_tasks t
  WHERE t.id IN (SELECT (row->>'id')::bigint FROM doc, jsonb_array_elements(d->'change.agent_tasks') row)
  ORDER BY t.id
  FOR NO KEY UPDATE)"""


@lru_cache(maxsize=256)
def write_statement(added: tuple[str, ...], changed: tuple[str, ...]) -> str:
    """Return the statement that adds to and changes these tables, announces events, and counts the rows it changed.

    Its one parameter is an object with the arrays `add.<table>`, `change.<table>` and `announce`.
    """
    parts = ["doc AS MATERIALIZED (SELECT %s::jsonb AS d)"]
    parts += [_insert(table) for table in added]
    if "agent_tasks" in changed:
        parts.append(LOCKED_TASKS)
    parts += [_update(table) for table in changed]
    counts = [f"(SELECT count(*) FROM changed_{table}) AS {table}" for table in changed]
    announce = (
        "(SELECT count(pg_notify('sage_events', note)) FROM doc, jsonb_array_elements_text(d->'announce') note)"
        " AS announced"
    )
    return f"WITH {', '.join(parts)} SELECT {', '.join([*counts, announce])}"


def json_text(value: Any) -> str:
    """Return rows as the JSON parameter of a statement; times, dates, uuids and decimals become texts."""
    return orjson.dumps(value, default=str).decode()


def _insert(table: str) -> str:
    columns = _quoted(INSERTS[table])
    return (
        f"added_{table} AS (INSERT INTO {table} ({columns}) SELECT {columns} FROM doc, "
        f"jsonb_populate_recordset(NULL::{table}, d->'add.{table}') {CONFLICTS.get(table, '')} RETURNING 1)"
    )


def _update(table: str) -> str:
    columns = UPDATES[table]
    sources = ", ".join(f'n."{column}"' for column in columns)
    guard = ""
    if table == "agent_tasks":
        guard = "AND t.id IN (SELECT id FROM locked_tasks) AND t.fence = (r.row->>'_fence')::bigint"
    return (
        f"changed_{table} AS (UPDATE {table} t SET ({_quoted(columns)}) = "
        f"(SELECT {sources} FROM jsonb_populate_record(t, r.row) n) "
        f"FROM doc, jsonb_array_elements(d->'change.{table}') AS r(row) "
        f"WHERE t.id = (r.row->>'id')::bigint {guard} RETURNING 1)"
    )


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
