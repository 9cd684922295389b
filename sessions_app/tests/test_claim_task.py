from dataclasses import replace
from decimal import Decimal

import pytest

from agents.model_choice import Answering
from agents.workflows import get_workflow
from sessions_app.errors import LeaseLost
from sessions_app.models import CallStatus
from sessions_app.rules.claims import claim_tasks, lose_tasks, release_task
from sessions_app.rules.ledger import CallResult, reserve_call, settle_call
from sessions_app.rules.limits import Limits, Load
from sessions_app.rules.state import Held
from sessions_app.tests.states import (
    ALICE,
    BOB,
    call_plan,
    claimed,
    event_types,
    hand_in,
    handover,
    keep_calls,
    later,
    started_session,
    task_of,
)

ALONE = replace(BOB, owner="alone", alone=True)


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
        hand_in(state, first.held, handover())

    assert (second.fence, second.attempt) == (first.fence + 1, 2)
    assert hand_in(state, second.held, handover())


def test_a_second_try_after_a_loss_makes_the_same_call_and_sees_the_same_context():
    state = started_session()
    first = claimed(state, "architect")
    frozen = task_of(state, "architect").input_data
    lose_tasks(state, "alice", max_lost=6)
    state.session.last_human_decision = 3

    second = claimed(state, "architect", by=BOB)

    assert second.call_key == first.call_key
    assert task_of(state, "architect").input_data == frozen


def test_a_task_that_kills_its_worker_again_and_again_ends_in_error_after_six_deaths_alone():
    state = started_session()
    architect = task_of(state, "architect")
    for _ in range(2):
        claimed(state, "architect")
        lose_tasks(state, "alice", max_lost=6)
    for _ in range(6):
        assert architect.status == "pending"
        claimed(state, "architect", by=ALONE)
        last = lose_tasks(state, "alone", max_lost=6)

    assert (architect.status, architect.lost_count, architect.lost_alone) == ("error", 8, 6)
    assert event_types(last)[-3:] == ["agent_task_failed", "stage_failed", "session_failed"]


def test_a_task_lost_twice_is_taken_by_nobody_who_runs_others_and_a_fresh_one_by_nobody_alone():
    state = started_session()
    architect = task_of(state, "architect")

    assert claim_tasks(state, [architect.id], ALONE, max_lost=6).outcome == []
    for _ in range(2):
        claimed(state, "architect")
        lose_tasks(state, "alice", max_lost=6)
    assert claim_tasks(state, [architect.id], BOB, max_lost=6).outcome == []
    claimed(state, "architect", by=ALONE)

    assert architect.alone


def test_an_answer_clears_a_suspect():
    state = started_session()
    architect = task_of(state, "architect")
    for by in (ALICE, ALICE, ALONE):
        claimed(state, "architect", by=by)
        lose_tasks(state, by.owner, max_lost=6)
    taken = claimed(state, "architect", by=ALONE)
    reserved = reserve_call(state, taken.held, call_plan())
    keep_calls(reserved)

    settle_call(state, taken.held, reserved.outcome, CallResult(CallStatus.SUCCEEDED, cost_usd=Decimal("0.1")))

    assert (architect.lost_count, architect.lost_alone, architect.alone) == (0, 0, False)


@pytest.mark.parametrize(
    ("limits", "load", "taken"),
    [
        (Limits(), Load(user_tasks=99, user_stages=99, team_tasks=99), 2),
        (Limits(tasks_per_user=50), Load(user_tasks=48), 2),
        (Limits(tasks_per_user=50), Load(user_tasks=49), 1),
        (Limits(tasks_per_user=50), Load(user_tasks=50), 0),
        (Limits(tasks_per_team=3), Load(team_tasks=2), 1),
        (Limits(stages_per_user=3), Load(user_stages=2), 2),
        (Limits(stages_per_user=3), Load(user_stages=3), 0),
    ],
)
def test_no_more_is_claimed_than_the_limits_leave_room_for(limits, load, taken):
    state = started_session()
    claimed(state, "architect")
    hand_in(state, Held(task_of(state, "architect").id, 1), handover())
    stage_two = [task_of(state, "backend_dev"), task_of(state, "dba")]

    def with_ours():
        ours = sum(task.status == "running" for task in stage_two)
        return Load(load.user_tasks + ours, load.user_stages + bool(ours), load.team_tasks + ours)

    state.load = with_ours
    writes = claim_tasks(state, [task.id for task in stage_two], replace(ALICE, limits=limits), max_lost=6)

    assert len(writes.outcome) == taken


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


def test_a_role_with_a_model_of_its_own_is_claimed_with_it_and_the_journal_says_so():
    models = {
        "model": "anthropic:large",
        "fallback_models": ["openai:other"],
        "temperature": 0.7,
        "max_tokens": 4096,
        "roles": {"architect": {"model": "openai:other", "temperature": 0.1}},
    }
    workflow = {**get_workflow("feature").frozen(), "models": models}
    state = started_session(workflow=workflow, model="anthropic:large")

    writes = claim_tasks(state, [task_of(state, "architect").id], ALICE, max_lost=6)

    [taken] = writes.outcome
    assert taken.answering == Answering("openai:other", (), 0.1, 4096)
    assert (taken.model, taken.team_id) == ("openai:other", state.session.team_id)
    assert writes.events[0].data["model"] == "openai:other"
