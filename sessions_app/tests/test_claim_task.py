import pytest

from sessions_app.errors import LeaseLost
from sessions_app.rules.agent_tasks import complete_task
from sessions_app.rules.claims import claim_tasks, lose_tasks, release_task
from sessions_app.tests.states import (
    ALICE,
    BOB,
    claimed,
    event_types,
    handover,
    later,
    started_session,
    task_of,
)


def test_a_claim_counts_attempt_and_fence_and_freezes_the_context():
    state = started_session()
    architect = task_of(state, "architect")

    writes = claim_tasks(state, [architect.id], ALICE, max_lost=6)

    [taken] = writes.outcome
    assert (taken.fence, taken.attempt, taken.call_key) == (1, 1, "r1:deliver:1")
    assert (architect.status, architect.lease_owner) == ("running", "alice")
    assert architect.input_data["last_human_decision"] == 0
    assert event_types(writes) == ["agent_task_started"]


def test_a_task_that_waits_for_an_earlier_stage_cannot_be_claimed():
    state = started_session()

    writes = claim_tasks(state, [task_of(state, "dba").id], ALICE, max_lost=6)

    assert writes.outcome == []
    assert not writes


def test_a_held_task_cannot_be_claimed_by_another_worker():
    state = started_session()
    claimed(state, "architect")

    writes = claim_tasks(state, [task_of(state, "architect").id], BOB, max_lost=6)

    assert writes.outcome == []


def test_a_worker_that_lost_its_lease_cannot_complete_the_task():
    state = started_session()
    first = claimed(state, "architect")
    later(state, ALICE.lease_seconds + 1)
    second = claimed(state, "architect", by=BOB)

    with pytest.raises(LeaseLost):
        complete_task(state, first.held, handover())

    assert (second.fence, second.attempt) == (first.fence + 1, 2)
    assert complete_task(state, second.held, handover())


def test_a_second_try_after_a_loss_makes_the_same_call_and_sees_the_same_context():
    state = started_session()
    first = claimed(state, "architect")
    frozen = task_of(state, "architect").input_data
    lose_tasks(state, "alice", max_lost=6)
    state.session.last_human_decision = 3

    second = claimed(state, "architect", by=BOB)

    assert second.call_key == first.call_key
    assert task_of(state, "architect").input_data == frozen


def test_a_task_that_kills_its_worker_again_and_again_ends_in_error():
    state = started_session()
    for _ in range(6):
        claimed(state, "architect")
        last = lose_tasks(state, "alice", max_lost=6)

    assert task_of(state, "architect").status == "error"
    assert event_types(last)[-3:] == ["agent_task_failed", "stage_failed", "session_failed"]


def test_work_given_back_on_shutdown_counts_as_nothing():
    state = started_session()
    taken = claimed(state, "architect")

    writes = release_task(state, taken.held, reason="the worker is shutting down")

    architect = task_of(state, "architect")
    assert (architect.status, architect.attempt, architect.lost_count, architect.retry_count) == ("pending", 0, 0, 0)
    assert event_types(writes) == ["agent_task_released"]
    assert len(writes.messages) == 1


def test_nothing_is_claimed_while_the_session_is_paused():
    state = started_session()
    state.session.status = "paused"

    assert claim_tasks(state, [task_of(state, "architect").id], ALICE, max_lost=6).outcome == []
