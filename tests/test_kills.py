"""Kill what works, and look whether a session cares: read from the database alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from sagemode.postgres import embedded_url
from tests.services import ROOT, RunningApp, eventually, running_app

START_A_SESSION = """
import django; django.setup()
import os
from pathlib import Path
from accounts.tests.factories import make_user
from sessions_app.engine.apply import create
from sessions_app.rules.drafts import draft_session
from sessions_app.rules.sessions import start_session
from teams.tests.factories import make_team
team = make_team(make_user(f"person-{os.getpid()}-{os.urandom(4).hex()}"))
brief = os.environ.get("BRIEF") or Path("tests/briefs/passwordless-sign-in.md").read_text()
print(create(start_session, draft_session(team.owner, team_id=team.pk, feature_name="Sign-in", brief=brief)))
"""


class Observer:
    """Reads the application's database from outside."""

    def __init__(self, app: RunningApp) -> None:
        self._url = embedded_url(app.data_dir)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(sql, parameters).fetchall()

    def status(self, session_id: int) -> str:
        return str(self.rows("SELECT status FROM execution_sessions WHERE id = %s", session_id)[0][0])

    def running_roles(self, session_id: int) -> set[str]:
        sql = "SELECT agent_role FROM agent_tasks WHERE session_id = %s AND status = 'running'"
        return {role for (role,) in self.rows(sql, session_id)}

    def holders(self, session_id: int) -> set[int]:
        """Pids of the processes that hold the session's running tasks."""
        sql = "SELECT lease_owner FROM agent_tasks WHERE session_id = %s AND status = 'running'"
        return {int(owner.split(":")[2]) for (owner,) in self.rows(sql, session_id)}

    def worker_pids(self) -> set[int]:
        """Pids of the worker processes that are alive now."""
        owners = self.rows("SELECT owner FROM worker_heartbeats WHERE cluster IN ('agents', 'quarantine')")
        pids = {int(owner.split(":")[2]) for (owner,) in owners}
        return {pid for pid in pids if os.path.exists(f"/proc/{pid}")}


def start_session(app: RunningApp, brief: str = "") -> int:
    command = [sys.executable, "-c", START_A_SESSION]
    environment = app.environment() | {"DJANGO_SETTINGS_MODULE": "sagemode.settings", "BRIEF": brief}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def assert_whole(look: Observer, session_id: int) -> None:
    """Every event once and without a gap; every decision, artifact and successful call once."""
    seqs = [
        seq for (seq,) in look.rows("SELECT seq FROM session_events WHERE session_id = %s ORDER BY seq", session_id)
    ]
    assert seqs == list(range(1, len(seqs) + 1))
    numbers = [
        n for (n,) in look.rows("SELECT number FROM task_decisions WHERE session_id = %s ORDER BY 1", session_id)
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
    versions = look.rows(
        "SELECT a.path, v.version FROM artifact_versions v JOIN artifacts a ON a.id = v.artifact_id"
        " WHERE a.session_id = %s",
        session_id,
    )
    assert versions
    assert max(Counter(versions).values()) == 1
    assert {version for _, version in versions} == {1}
    completed = look.rows(
        "SELECT data->>'agent' FROM session_events WHERE session_id = %s AND type = 'agent_task_completed'", session_id
    )
    assert sorted(Counter(role for (role,) in completed).values()) == [1] * 7
    paid = look.rows(
        "SELECT agent_task_id, count(*) FROM llm_calls WHERE session_id = %s AND status = 'succeeded' GROUP BY 1",
        session_id,
    )
    assert [count for _, count in paid] == [1] * 7
    spent, reserved, charged = look.rows(
        "SELECT s.spent_usd, s.reserved_usd, (SELECT sum(cost_usd) FROM llm_calls c WHERE c.session_id = s.id)"
        " FROM execution_sessions s WHERE id = %s",
        session_id,
    )[0]
    assert (spent, reserved) == (charged, 0)


@pytest.fixture(scope="module")
def app():
    with running_app(SIMULATOR_LATENCY="1") as running:
        yield running


def test_killing_every_worker_in_stage_two_five_times_in_a_row_loses_and_doubles_nothing(app):
    look = Observer(app)
    session_id = start_session(app)
    killed: set[int] = set()

    fresh: set[int] = set()

    def stage_two_in_new_hands() -> bool:
        nonlocal fresh
        fresh = look.worker_pids() - killed
        holders = look.holders(session_id)
        if len(fresh) < 2 or not holders or not holders <= fresh:
            return False
        return look.running_roles(session_id) == {"backend_dev", "dba"}  # the killed hold nothing any more by now

    for _ in range(5):
        eventually(stage_two_in_new_hands, seconds=30, what="stage 2 with two new workers")
        for pid in fresh:
            with suppress(ProcessLookupError):  # a quarantine that found nothing has just ended
                os.kill(pid, signal.SIGKILL)
        killed |= fresh

    eventually(lambda: look.status(session_id) != "active", seconds=60, what="the end of the session")
    assert look.status(session_id) == "completed"
    assert len(killed) >= 10
    assert_whole(look, session_id)
    released = look.rows(
        "SELECT count(*) FROM session_events WHERE session_id = %s AND type = 'agent_task_released'", session_id
    )[0][0]
    assert released == 10  # both tasks, five times: the last three in processes of their own
    [(retries,)] = look.rows("SELECT sum(retry_count) FROM agent_tasks WHERE session_id = %s", session_id)
    assert retries == 0


def test_a_deploy_in_the_middle_of_a_stage_gives_work_back_without_counting_it(app):
    look = Observer(app)
    session_id = start_session(app)
    eventually(lambda: "backend_dev" in look.running_roles(session_id), seconds=30, what="stage 2")
    supervisor = app.process.pid
    children = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(supervisor)], capture_output=True, text=True, check=True
    ).stdout
    [cluster] = [int(line.split()[0]) for line in children.splitlines() if " worker" in line]

    os.kill(cluster, signal.SIGTERM)

    eventually(lambda: look.status(session_id) != "active", seconds=60, what="the end of the session")
    assert look.status(session_id) == "completed"
    assert_whole(look, session_id)
    lost = look.rows("SELECT max(lost_count) FROM agent_tasks WHERE session_id = %s", session_id)[0][0]
    assert lost == 0
