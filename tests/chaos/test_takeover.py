"""How soon the next model call of a session starts after its process was killed, by the provider's own clock."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.chaos.house import House, Starter, running_house
from tests.services import eventually

LATENCY_SECONDS = 1.0
WORKER_KILLS = 3
WORST_SECONDS = 3.0


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running_house(SAGE_WORKERS="2") as running:
        running.provide(latency=LATENCY_SECONDS)
        yield running


@pytest.fixture(scope="module")
def starter(house: House) -> Iterator[Starter]:
    child = Starter(house)
    yield child
    child.close()


def holder_of(house: House, session_id: int) -> int:
    """The pid that holds a running task of the session, once its call has reached the provider."""
    sql = "SELECT lease_owner FROM agent_tasks WHERE session_id = %s AND status = 'running' LIMIT 1"
    eventually(lambda: house.calls(session_id=session_id) and house.rows(sql, session_id), what="a running task")
    [(owner,)] = house.rows(sql, session_id)
    return int(owner.split(":")[2])


def next_call_after(house: House, session_id: int, moment: float) -> float:
    """Seconds from `moment` to the next request of the session."""
    eventually(
        lambda: any(line["at"] > moment for line in house.calls(session_id=session_id)),
        what="the next call",
        seconds=30,
    )
    return float(min(line["at"] for line in house.calls(session_id=session_id) if line["at"] > moment) - moment)


def kill_workers_of(house: House, starter: Starter, times: int) -> list[float]:
    waits = []
    for _ in range(times):
        eventually(lambda: len(house.processes().get("worker", ())) == 2, seconds=30, what="two workers")
        session_id, _ = starter.start()
        victim = holder_of(house, session_id)
        killed_at = time.time()
        os.kill(victim, signal.SIGKILL)
        waits.append(next_call_after(house, session_id, killed_at))
        time.sleep(1)
    return sorted(waits)


@pytest.mark.nightly
def test_a_surviving_worker_takes_over(house, starter):
    waits = kill_workers_of(house, starter, WORKER_KILLS)

    print(f"killed worker to next call, s: {[round(wait, 2) for wait in waits]}")
    assert waits[-1] < WORST_SECONDS  # the median is for `tests/test_takeover.py`


@pytest.mark.nightly
def test_after_everything_was_killed_a_session_goes_on_as_soon_as_workers_are_up(house, starter):
    session_id, _ = starter.start()
    holder_of(house, session_id)
    before = {pid for pids in house.processes().values() for pid in pids}
    killed_at = time.time()
    assert house.app is not None
    os.kill(house.app.pid, signal.SIGKILL)
    house.app.wait()
    for pid in before:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    house.start_app()
    eventually(lambda: len(house.processes().get("worker", ())) == 2, seconds=60, what="two workers")
    up_at = time.time()
    wait = killed_at + next_call_after(house, session_id, killed_at) - up_at

    print(f"workers up {up_at - killed_at:.1f} s after the kill; next call {wait:.2f} s after that")
    assert wait < WORST_SECONDS
