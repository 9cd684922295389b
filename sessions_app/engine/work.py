"""The SQL that finds work without any lock, renews leases and gives signs of life."""

# Fewest running tasks first, then round robin, then who waits longest; of one person the oldest session first, so that
# what was begun is finished. The list is as long as there are slots. It stays cheap with ten thousand ready tasks:
# people with active sessions are read one by one off an index, and of each only as many sessions as can be taken.
# Of more than 64 people who wait with equally little running, chance chooses 64.
READY_TASKS = """
WITH RECURSIVE people AS (
  (SELECT user_id FROM execution_sessions WHERE status = 'active' ORDER BY user_id LIMIT 1)
  UNION ALL
  SELECT (
    SELECT s.user_id FROM execution_sessions s
    WHERE s.status = 'active' AND s.user_id > people.user_id
    ORDER BY s.user_id LIMIT 1)
  FROM people WHERE people.user_id IS NOT NULL
), running AS MATERIALIZED (
  SELECT s.user_id, s.team_id, t.stage_id
  FROM agent_tasks t JOIN execution_sessions s ON s.id = t.session_id
  WHERE t.status = 'running'
), full_teams AS (
  SELECT team_id FROM running GROUP BY team_id HAVING count(*) >= NULLIF(%(tasks_per_team)s, 0)
), loads AS (
  SELECT user_id, count(*) AS tasks, count(DISTINCT stage_id) AS stages FROM running GROUP BY user_id
), waiting AS MATERIALIZED (
  SELECT person.*, count(*) OVER () AS people
  FROM (
    SELECT user_id, COALESCE(loads.tasks, 0) AS tasks, COALESCE(loads.stages, 0) AS stages
    FROM people LEFT JOIN loads USING (user_id)
    WHERE user_id IS NOT NULL
      AND (%(tasks_per_user)s = 0 OR COALESCE(loads.tasks, 0) < %(tasks_per_user)s)
    ORDER BY tasks, random()
    OFFSET 0
  ) person
  CROSS JOIN LATERAL (
    SELECT FROM execution_sessions s JOIN agent_tasks t ON t.session_id = s.id
    WHERE s.user_id = person.user_id AND s.status = 'active'
      AND t.status = 'pending' AND t.ready_at <= clock_timestamp() AND t.lost_count < %(suspect_after)s
    LIMIT 1
  ) anything
  LIMIT GREATEST(%(slots)s, 64)
), ready AS (
  SELECT task.id, task.session_id, task.ready_at, waiting.tasks + task.place AS load
  FROM waiting
  CROSS JOIN LATERAL (
    SELECT oldest.*, row_number() OVER () AS place
    FROM (
      SELECT t.id, t.session_id, t.ready_at
      FROM execution_sessions s
      CROSS JOIN LATERAL (
        SELECT t.id, t.session_id, t.ready_at
        FROM agent_tasks t
        WHERE t.session_id = s.id
          AND t.status = 'pending' AND t.ready_at <= clock_timestamp() AND t.lost_count < %(suspect_after)s
          AND (%(stages_per_user)s = 0 OR waiting.stages < %(stages_per_user)s
            OR t.stage_id IN (SELECT stage_id FROM running))
        ORDER BY t.id
        OFFSET 0
      ) t
      WHERE s.user_id = waiting.user_id AND s.status = 'active'
        AND s.team_id NOT IN (SELECT team_id FROM full_teams)
      ORDER BY s.id
      LIMIT LEAST(
        CASE WHEN waiting.people <= 8 THEN %(slots)s ELSE 4 + 2 * %(slots)s / waiting.people END,
        NULLIF(%(tasks_per_user)s, 0) - waiting.tasks)
    ) oldest
  ) task
), expired AS (
  SELECT t.id, t.session_id, t.ready_at, 0::bigint AS load
  FROM agent_tasks t JOIN execution_sessions s ON s.id = t.session_id
  WHERE t.status = 'running' AND t.lease_until < clock_timestamp() AND s.status = 'active'
)
SELECT id, session_id, load
FROM (SELECT * FROM expired UNION ALL SELECT * FROM ready) tasks
ORDER BY load, ready_at, id
LIMIT %(slots)s
"""

# Tasks that have to run alone, for processes that run nothing else. They are few.
SUSPECTS = """
SELECT t.id, t.session_id, 0 AS load
FROM agent_tasks t
JOIN execution_sessions s ON s.id = t.session_id
WHERE t.status = 'pending' AND t.lost_count >= %(suspect_after)s AND t.ready_at <= clock_timestamp()
  AND s.status = 'active'
  AND (%(tasks_per_user)s = 0 OR %(tasks_per_user)s > (
    SELECT count(*) FROM agent_tasks r JOIN execution_sessions o ON o.id = r.session_id
    WHERE r.status = 'running' AND o.user_id = s.user_id))
ORDER BY t.ready_at, t.id
LIMIT %(slots)s
"""

# Suspects that wait, and those that run, as far as they have not been cleared.
COUNT_SUSPECTS = """
SELECT
  (SELECT count(*) FROM agent_tasks t JOIN execution_sessions s ON s.id = t.session_id
   WHERE t.status = 'pending' AND t.lost_count >= %s AND t.ready_at <= clock_timestamp() AND s.status = 'active'),
  (SELECT count(*) FROM agent_tasks WHERE status = 'running' AND alone)
"""

IS_READY = "SELECT id FROM agent_tasks WHERE id = %s AND status = 'pending' AND ready_at <= clock_timestamp()"

# How many tasks run for the person whose session this is.
LOAD_OF_SESSION = """
SELECT count(*)
FROM execution_sessions mine
JOIN execution_sessions s ON s.user_id = mine.user_id
JOIN agent_tasks t ON t.session_id = s.id AND t.status = 'running'
WHERE mine.id = %s
"""

EXPIRED_SESSIONS = """
SELECT DISTINCT session_id FROM agent_tasks WHERE status = 'running' AND lease_until < clock_timestamp()
"""

HOLDERS = """
SELECT DISTINCT lease_owner FROM agent_tasks WHERE status = 'running'
"""

# Who may hold something in a moment: seen before its first claim, its end is noticed at once.
WORKERS = """
SELECT owner FROM worker_heartbeats
WHERE cluster IN ('agents', 'quarantine') AND seen_at > clock_timestamp() - interval '1 minute'
"""

# Processes that make model calls, as their signs of life tell.
COUNT_WORKERS = """
SELECT count(*) FROM worker_heartbeats
WHERE cluster IN ('agents', 'quarantine') AND seen_at > clock_timestamp() - interval '15 seconds'
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
WHERE s.status = 'active' AND t.status = 'pending' AND t.lost_count < %s
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

OVERDUE_QUESTIONS = """
SELECT DISTINCT q.session_id
FROM questions q
JOIN agent_tasks t ON t.id = q.agent_task_id
JOIN execution_sessions s ON s.id = q.session_id
WHERE q.answer IS NULL AND q.deadline <= clock_timestamp() AND t.status = 'waiting' AND s.status = 'active'
"""

OVERLONG_SESSIONS = """
SELECT id FROM execution_sessions
WHERE status = 'active' AND active_since <= clock_timestamp() - make_interval(secs => %s)
"""

ORPHANED_CALLS = """
SELECT DISTINCT c.session_id
FROM llm_calls c
JOIN agent_tasks t ON t.id = c.agent_task_id
WHERE c.status = 'reserved' AND t.status <> 'running'
"""

# Their digests do not stand in the journal, so it stays whole. A session that goes on again asks anew.
ERASE_OLD_TEXTS = """
UPDATE llm_calls SET request = NULL, response = NULL
WHERE id IN (
  SELECT c.id
  FROM llm_calls c
  JOIN execution_sessions s ON s.id = c.session_id
  WHERE s.status IN ('completed', 'failed', 'cancelled')
    AND s.ended_at < clock_timestamp() - make_interval(days => %s)
    AND c.status <> 'reserved' AND (c.request IS NOT NULL OR c.response IS NOT NULL)
  ORDER BY c.id
  LIMIT %s
  FOR NO KEY UPDATE OF c SKIP LOCKED)
RETURNING id
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
  FOR NO KEY UPDATE OF t
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
