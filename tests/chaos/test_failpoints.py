"""At every named place of a task's life: its process dies, an error is raised, the answer to a commit is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.checker import check
from tests.chaos.failpoint_cases import POINTS, ROLES, Case, judge, passes, role_for, run_cases
from tests.chaos.house import House, Starter, running_house
from tests.services import eventually

ACTIONS = ("kill", "raise", "lose")
SLEEP_SECONDS = 1.2  # less than 0.8 leases: a process that cannot renew for longer ends itself
CANCEL_SECONDS = 10.0


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running_house(SAGE_LEASE_SECONDS="2", SAGE_WORKERS="2") as running:
        running.provide(latency=0.3)
        yield running


@pytest.fixture(scope="module")
def starter(house: House) -> Iterator[Starter]:
    child = Starter(house)
    yield child
    child.close()


def assert_nothing_is_wrong(house: House, cases: list[Case]) -> None:
    wrong = judge(house, cases)
    assert not wrong, "\n".join(wrong)
    violations = check(house.database_url, provider_log=house.provider_log)
    assert not violations, "\n".join(map(str, violations))


def test_a_session_survives_a_fault_at_every_failpoint(house, starter):
    cases = [
        Case(point, action, role_for(point, number + ACTIONS.index(action)))
        for number, point in enumerate(POINTS)
        for action in ACTIONS
    ]

    began = time.monotonic()
    run_cases(house, starter, cases)

    print(f"{len(cases)} cases at {len(POINTS)} failpoints in {time.monotonic() - began:.0f} s")
    assert len(POINTS) >= 14
    assert house.order("postgres")["lost"] >= len(POINTS) * 0.7  # the rest had nothing left to commit
    assert_nothing_is_wrong(house, cases)


@pytest.mark.nightly
def test_every_task_survives_a_fault_at_every_failpoint(house, starter):
    cases = [
        Case(point, action, role) for role in ROLES for point in POINTS for action in ACTIONS if passes(point, role)
    ]

    run_cases(house, starter, cases)

    assert_nothing_is_wrong(house, cases)


@pytest.mark.nightly
def test_a_cancelled_session_ends_in_time_wherever_its_task_is_and_nothing_follows(house, starter):
    house.provide(latency=1.0)
    slow = []
    cases = [Case(point, "sleep", "architect", {"seconds": SLEEP_SECONDS}) for point in POINTS]

    cancelled_at = {}
    for case in cases:
        case.start(starter)
        eventually(lambda case=case: case.key in house.fired(), seconds=20, what=f"{case}")
        began = time.monotonic()
        starter.cancel(case.session_id)
        cancelled_at[case.session_id] = time.time()
        took = time.monotonic() - began
        if took > CANCEL_SECONDS:
            slow.append(f"{case}: {took:.1f} s")
        time.sleep(SLEEP_SECONDS)  # a place that sleeps with rows locked would hold up the next case's renewal
    time.sleep(2)

    ids = [case.session_id for case in cases]
    ended = dict(house.rows("SELECT id, status FROM execution_sessions WHERE id = ANY(%s)", ids))
    last = dict(
        house.rows(
            "SELECT DISTINCT ON (session_id) session_id, type FROM session_events WHERE session_id = ANY(%s)"
            " ORDER BY session_id, seq DESC",
            ids,
        )
    )
    late_calls = [line for line in house.calls() if line["at"] > cancelled_at.get(line["session_id"], line["at"]) + 1]
    house.provide(latency=0.3)
    assert slow == []
    assert set(ended.values()) == {"cancelled"}
    assert set(last.values()) == {"session_cancelled"}
    assert late_calls == []


def test_a_failpoint_fires_once_and_says_so(house, starter):
    case = Case("agent.read", "sleep", "architect", {"seconds": 0.01})

    run_cases(house, starter, [case])

    lines = (Path(house.failpoints) / "fired.jsonl").read_text().splitlines()
    assert sum(case.key in line for line in lines) == 1
    assert house.fired()[case.key]["task_id"] == case.tasks["architect"]
