"""What runs for the people and teams of a batch, counted so that a limit holds whoever claims at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import psycopg

from sessions_app.models import TaskStatus
from sessions_app.rules.limits import Load
from sessions_app.rules.state import SessionState

# Advisory locks of this database, beside that of the migrations (`sagemode/tables.py`): one per person, one per team.
USER_LOCKS = 1 << 60
TEAM_LOCKS = 1 << 61

# Taken in one order, after the rows of sessions and months: whoever claims for the same person waits here.
LOCK = "SELECT pg_advisory_xact_lock(key) FROM (SELECT key FROM unnest(%s::bigint[]) AS key ORDER BY key) AS keys"

# A statement of its own after the lock: its snapshot shows what the others have committed.
COUNT = """
SELECT s.user_id, s.team_id, t.stage_id, count(*)
FROM agent_tasks t
JOIN execution_sessions s ON s.id = t.session_id
WHERE t.status = 'running' AND (s.user_id = ANY(%(users)s) OR s.team_id = ANY(%(teams)s)) AND s.id <> ALL(%(batch)s)
GROUP BY s.user_id, s.team_id, t.stage_id
"""


class Loads:
    """Answers every state of a batch what runs for its person and team; asks the database once, if at all."""

    def __init__(self, cursor: psycopg.Cursor[Any], states: Mapping[int, SessionState]) -> None:
        self._cursor, self._states = cursor, states
        self._elsewhere: list[tuple[int, int, int, int]] | None = None  # user, team, stage, running tasks

    def offer(self) -> None:
        """Let the rules ask through their states."""
        for state in self._states.values():
            state.load = partial(self._of, state)

    def _of(self, state: SessionState) -> Load:
        """Count what others run, and what the sessions of this batch run as their states stand now."""
        if self._elsewhere is None:
            self._elsewhere = self._count()
        user_id, team_id = state.session.user_id, state.session.team_id
        user_tasks, team_tasks, stages = 0, 0, set()
        for user, team, stage, tasks in [*self._elsewhere, *self._here()]:
            if user == user_id:
                user_tasks += tasks
                stages.add(stage)
            if team == team_id:
                team_tasks += tasks
        return Load(user_tasks, len(stages), team_tasks)

    def _here(self) -> list[tuple[int, int, int, int]]:
        return [
            (state.session.user_id, state.session.team_id, task.stage_id, 1)
            for state in self._states.values()
            for task in state.tasks
            if task.status == TaskStatus.RUNNING
        ]

    def _count(self) -> list[tuple[int, int, int, int]]:
        sessions = [state.session for state in self._states.values()]
        users, teams = {row.user_id for row in sessions}, {row.team_id for row in sessions}
        keys = [USER_LOCKS + user for user in users] + [TEAM_LOCKS + team for team in teams]
        self._cursor.execute(LOCK, [keys])
        parameters = {"users": list(users), "teams": list(teams), "batch": list(self._states)}
        return self._cursor.execute(COUNT, parameters).fetchall()
