"""A task that kills whatever runs it, in a real house: it ends, and nobody else pays for it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

import psutil
import pytest

from tests.services import eventually, is_running, running_app
from tests.test_kills import Observer, assert_whole, start_session

POISONED = {"DJANGO_SETTINGS_MODULE": "tests.poison.settings"}


@pytest.fixture(scope="module")
def app():
    with running_app(SIMULATOR_LATENCY="1.5", SAGE_LEASE_SECONDS="3", **POISONED) as running:
        yield running


def task_of(look: Observer, session_id: int, role: str) -> tuple:
    sql = (
        "SELECT status, lost_count, lost_alone, retry_count FROM agent_tasks WHERE session_id = %s AND agent_role = %s"
    )
    return look.rows(sql, session_id, role)[0]


def deaths(look: Observer, session_id: int, role: str) -> int:
    sql = (
        "SELECT count(*) FROM session_events WHERE session_id = %s AND type = 'agent_task_released'"
        " AND data->>'agent' = %s AND data->>'reason' = 'worker lost'"
    )
    return int(look.rows(sql, session_id, role)[0][0])


@pytest.mark.parametrize("order", ["kill", pytest.param("block", marks=pytest.mark.nightly)])
def test_a_task_that_kills_its_worker_ends_after_six_deaths_alone_and_its_neighbours_complete(app, order):
    look = Observer(app)
    neighbours = [start_session(app, "Sign-in by link.") for _ in range(3)]

    began = time.monotonic()
    poisoned = start_session(app, f"Sign-in by link. [{order} architect]")
    eventually(lambda: look.status(poisoned) != "active", seconds=120, what="the end of the poisoned session")
    print(f"{order}: ended after {time.monotonic() - began:.1f} s")

    assert look.status(poisoned) == "failed"
    assert task_of(look, poisoned, "architect") == ("error", 8, 6, 0)
    assert deaths(look, poisoned, "architect") == 8
    for session_id in neighbours:
        eventually(lambda of=session_id: look.status(of) != "active", seconds=60, what="the end of a neighbour")
        assert look.status(session_id) == "completed"
        assert_whole(look, session_id)
        [(alone, retries)] = look.rows(
            "SELECT sum(lost_alone), sum(retry_count) FROM agent_tasks WHERE session_id = %s", session_id
        )
        assert (alone, retries) == (0, 0)


@pytest.mark.nightly
def test_five_kills_of_everything_in_a_row_cost_an_innocent_task_no_retry(app):
    look = Observer(app)
    session_id = start_session(app, "Sign-in by link.")
    killed: set[int] = set()

    def who_holds() -> set[int]:
        return look.holders(session_id) - killed

    for _ in range(5):
        eventually(who_holds, seconds=30, what="somebody who runs the task")
        everybody = {process.pid for process in psutil.Process(app.process.pid).children(recursive=True)}
        workers = (look.worker_pids() | who_holds()) & everybody
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        killed |= workers

    eventually(lambda: look.status(session_id) != "active", seconds=60, what="the end of the session")
    assert look.status(session_id) == "completed"
    assert_whole(look, session_id)
    [(retries,)] = look.rows("SELECT sum(retry_count) FROM agent_tasks WHERE session_id = %s", session_id)
    assert retries == 0
    assert deaths(look, session_id, "architect") == 5


@pytest.mark.nightly
def test_workers_whose_database_hangs_end_before_their_leases_do(app):
    look = Observer(app)
    session_id = start_session(app, "Sign-in by link.")
    eventually(lambda: look.holders(session_id), seconds=30, what="somebody who runs the task")
    holders = look.holders(session_id)
    house = psutil.Process(app.process.pid).children(recursive=True)
    servers = [process for process in house if process.name() == "postgres"]

    hung_at = time.monotonic()
    for server in servers:
        server.suspend()
    try:
        eventually(lambda: not any(is_running(pid) for pid in holders), seconds=3, what="the end of who ran the task")
        print(f"ended {time.monotonic() - hung_at:.1f} s after the database had hung")
    finally:
        for server in servers:
            with suppress(psutil.NoSuchProcess):
                server.resume()

    eventually(lambda: look.status(session_id) != "active", seconds=60, what="the end of the session")
    assert look.status(session_id) == "completed"
    assert_whole(look, session_id)
