"""From the kill of a worker to the next model call of the session it worked on, in a whole house of its own."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from typing import Any

from tests.services import ROOT, RunningApp, app_environment, eventually, running_app
from tests.test_kills import Observer, start_session

KILLS = 32
RESTARTS = 5
LATENCY_SECONDS = 2.0

# Who makes a task's first call, and which; a task that was lost twice would have to run alone.
ASKING = """
SELECT t.lease_owner, c.id
FROM agent_tasks t JOIN llm_calls c ON c.agent_task_id = t.id AND c.status = 'reserved'
WHERE t.session_id = %s AND t.status = 'running' AND t.lost_count < %s
ORDER BY t.id
"""
# Ids are drawn by each process in blocks, so they tell nothing of the order.
NEXT_CALL = """
SELECT extract(epoch FROM min(later.created_at)), max(call.id) FILTER (WHERE call.status = 'succeeded')
FROM llm_calls call
LEFT JOIN llm_calls later ON later.agent_task_id = call.agent_task_id AND later.created_at > call.created_at
WHERE call.id = %s
"""
FIRST_BEAT = """
SELECT extract(epoch FROM min(created_at)) FROM worker_heartbeats
WHERE cluster = 'agents' AND created_at > to_timestamp(%s)
"""


def main() -> None:
    """Print median, 99th percentile and longest of both."""
    with running_app(SIMULATOR_LATENCY=str(LATENCY_SECONDS)) as app:
        rows = [("a worker, another beside it", takeovers(app, KILLS)), ("everything, then a start", restarts(app))]
    print("\nKill -9 to the next model call, s     kills  median     p99     max")
    for name, times in rows:
        p99 = statistics.quantiles(times, n=100, method="inclusive")[98]
        print(f"{name:36} {len(times):6} {statistics.median(times):7.2f} {p99:7.2f} {max(times):7.2f}")
    print("(after a start: from the first sign of life of a worker)")


def takeovers(app: RunningApp, kills: int) -> list[float]:
    """Kill the process that runs a task, while another is there, and return the seconds until somebody asks again."""
    look = Observer(app)
    times: list[float] = []
    session_id = start_session(app)
    while len(times) < kills:
        asking = look.rows(ASKING, session_id, 1)
        if look.status(session_id) != "active":
            session_id = start_session(app)
        elif asking and len(look.worker_pids()) >= 2:
            time.sleep(0.2)
            owner, call_id = asking[0]
            killed_at = time.time()
            os.kill(int(owner.split(":")[2]), signal.SIGKILL)
            if (asked_at := _next_call(look, call_id)) is not None:
                times.append(asked_at - killed_at)
        time.sleep(0.05)
    return times


def restarts(app: RunningApp, times: int = RESTARTS) -> list[float]:
    """Kill everything, start again, and return the seconds from a worker's first sign of life to the next call."""
    look = Observer(app)
    taken: list[float] = []
    for _ in range(times):
        session_id = start_session(app)
        _, call_id = _asking(look, session_id)
        app.process.kill()
        app.process.wait()
        killed_at = time.time()
        with app.log.open("ab") as output:
            app.process = subprocess.Popen(
                [sys.executable, "manage.py", "start", "--no-demo"],
                cwd=ROOT,
                env=app_environment(app.data_dir, app.port, SIMULATOR_LATENCY=str(LATENCY_SECONDS)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        app.wait_ready()
        if (asked_at := _next_call(look, call_id)) is not None:
            [(up_at,)] = look.rows(FIRST_BEAT, killed_at)
            taken.append(max(asked_at - float(up_at), 0.0))
        _wait_for_the_end(look, session_id)
    return taken


def _asking(look: Observer, session_id: int) -> tuple[str, int]:
    """Return who makes a call of the session, and which, as soon as somebody does."""
    found: list[tuple[Any, ...]] = []

    def somebody_asks() -> bool:
        found[:] = look.rows(ASKING, session_id, 1)
        return bool(found)

    eventually(somebody_asks, seconds=30, what="a task that asks")
    return found[0][0], found[0][1]


def _wait_for_the_end(look: Observer, session_id: int) -> None:
    eventually(lambda: look.status(session_id) != "active", seconds=60, what="the end of the session")


def _next_call(look: Observer, call_id: int) -> float | None:
    """Return when the task's next call was made; None when the one before had come to its end after all."""
    found: list[tuple[Any, ...]] = []

    def is_known() -> bool:
        found[:] = look.rows(NEXT_CALL, call_id)
        return any(fact is not None for fact in found[0])

    eventually(is_known, seconds=60, what="the next call")
    asked_at = found[0][0]
    return None if asked_at is None else float(asked_at)


if __name__ == "__main__":
    main()
