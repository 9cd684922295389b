"""The SQL that finds work without any lock, renews leases and gives signs of life."""

READY_TASKS = """
SELECT t.id, t.session_id
FROM agent_tasks t
JOIN execution_sessions s ON s.id = t.session_id
WHERE s.status = 'active'
  AND ((t.status = 'pending' AND t.ready_at <= clock_timestamp())
    OR (t.status = 'running' AND t.lease_until < clock_timestamp()))
ORDER BY t.ready_at, t.id
LIMIT %s
"""

EXPIRED_SESSIONS = """
SELECT DISTINCT session_id FROM agent_tasks WHERE status = 'running' AND lease_until < clock_timestamp()
"""

OWNERS = """
SELECT DISTINCT lease_owner FROM agent_tasks WHERE status = 'running'
"""

TASKS_OF_OWNER = """
SELECT id, session_id, fence FROM agent_tasks WHERE status = 'running' AND lease_owner = %s
"""

SESSIONS_OF_OWNER = """
SELECT DISTINCT session_id FROM agent_tasks WHERE status = 'running' AND lease_owner = %s
"""

UNANNOUNCED_TASKS = """
SELECT t.id, t.session_id
FROM agent_tasks t
JOIN execution_sessions s ON s.id = t.session_id
WHERE s.status = 'active' AND t.status = 'pending'
  AND t.ready_at < clock_timestamp() - make_interval(secs => %s)
  AND NOT EXISTS (SELECT FROM django_q_ormq q WHERE q.id = t.queue_task_id)
ORDER BY t.ready_at, t.id
LIMIT %s
"""

STALLED_SESSIONS = """
SELECT g.session_id
FROM stages g
JOIN execution_sessions s ON s.id = g.session_id
WHERE g.status = 'running' AND s.status IN ('active', 'paused')
  AND NOT EXISTS (
    SELECT FROM agent_tasks t
    WHERE t.stage_id = g.id AND t.status NOT IN ('completed', 'error', 'cancelled'))
"""

ORPHANED_CALLS = """
SELECT DISTINCT c.session_id
FROM llm_calls c
JOIN agent_tasks t ON t.id = c.agent_task_id
WHERE c.status = 'reserved' AND t.status <> 'running'
"""

# --- leases and signs of life ----------------------------------------------------------------------------------------

RENEW_LEASES = """
WITH held AS (
  SELECT id, fence, progress
  FROM jsonb_to_recordset(%s::jsonb) AS r(id bigint, fence bigint, progress jsonb)
), locked AS (
  SELECT t.id, held.progress
  FROM agent_tasks t JOIN held ON held.id = t.id AND held.fence = t.fence
  WHERE t.status = 'running'
  ORDER BY t.id
  FOR UPDATE OF t
), renewed AS (
  UPDATE agent_tasks t
  SET lease_until = clock_timestamp() + make_interval(secs => %s), progress = locked.progress
  FROM locked WHERE t.id = locked.id
  RETURNING t.id, t.session_id
)
SELECT id, pg_notify('sage_progress', session_id::text) FROM renewed
"""

BEAT = """
INSERT INTO worker_heartbeats (owner, host, cluster, slots, running, version, created_at, seen_at)
VALUES (%(owner)s, %(host)s, %(cluster)s, %(slots)s, %(running)s, %(version)s, clock_timestamp(), clock_timestamp())
ON CONFLICT (owner) DO UPDATE
SET slots = EXCLUDED.slots, running = EXCLUDED.running, seen_at = clock_timestamp()
"""

FORGET_OLD_BEATS = "DELETE FROM worker_heartbeats WHERE seen_at < clock_timestamp() - interval '1 hour'"
FORGET_BEAT = "DELETE FROM worker_heartbeats WHERE owner = %s"
