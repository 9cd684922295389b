from datetime import timedelta

from sessions_app.rules.agent_tasks import fail_task
from sessions_app.rules.claims import claim_tasks
from sessions_app.tests.states import ALICE, claimed, event_types, hand_in, handover, later, started_session, task_of


def fail(state, role, *, passing=True):
    return fail_task(state, claimed(state, role).held, error="529 overloaded", passing=passing)


def test_a_passing_failure_is_tried_again_later_each_time_with_a_longer_wait():
    state = started_session()

    waits = []
    for _ in range(3):
        writes = fail(state, "architect")
        waits.append(writes.messages[0].due - state.now)
        assert writes.events[0].data["will_retry"] is True
        later(state, 60)

    assert waits == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=15)]


def test_the_fourth_failure_ends_the_task_its_stage_and_the_session():
    state = started_session()
    for _ in range(3):
        fail(state, "architect")
        later(state, 60)

    writes = fail(state, "architect")

    assert event_types(writes) == ["agent_task_failed", "stage_failed", "session_failed"]
    assert state.session.status_reason == "architect: 529 overloaded"


def test_bad_configuration_fails_at_once():
    state = started_session()

    writes = fail(state, "architect", passing=False)

    assert writes.events[0].data["will_retry"] is False
    assert task_of(state, "architect").status == "error"


def test_the_neighbour_of_a_failed_task_finishes_its_work_before_the_session_fails():
    state = started_session()
    hand_in(state, claimed(state, "architect").held, handover())
    neighbour = claimed(state, "dba")

    fail(state, "backend_dev", passing=False)
    assert state.session.status == "active"

    writes = hand_in(state, neighbour.held, handover(path="db/schema.sql"))
    assert event_types(writes)[-2:] == ["stage_failed", "session_failed"]


def test_a_failed_task_is_not_claimed_before_its_time():
    state = started_session()
    fail(state, "architect")

    assert claim_tasks(state, [task_of(state, "architect").id], ALICE, max_lost=6).outcome == []
    later(state, 6)
    assert len(claim_tasks(state, [task_of(state, "architect").id], ALICE, max_lost=6).outcome) == 1
