import pytest

from sessions_app.errors import IllegalTransition, LeaseLost
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.sessions import cancel_session, delete_session, end_session
from sessions_app.rules.transitions import TRANSITIONS
from sessions_app.tests.states import claimed, event_types, hand_in, handover, started_session


@pytest.mark.parametrize(("rule", "status"), [(end_session, "completed"), (cancel_session, "cancelled")])
def test_ending_cancels_every_open_task_and_stage_and_doing_it_again_changes_nothing(rule, status):
    state = started_session()
    taken = claimed(state, "architect")

    writes = rule(state, by="member")

    assert event_types(writes) == [
        *["agent_task_cancelled"] * 7,
        *["stage_cancelled"] * 4,
        f"session_{status}",
    ]
    assert state.session.status == status
    assert all(task.duration_seconds is not None for task in state.tasks)
    assert not rule(state, by="member")
    with pytest.raises(LeaseLost):
        hand_in(state, taken.held, handover())


def test_a_cancelled_session_cannot_be_ended_nor_a_completed_one_cancelled():
    cancelled, completed = started_session(), started_session()
    cancel_session(cancelled, by="member")
    end_session(completed, by="member")

    with pytest.raises(IllegalTransition, match="cancelled"):
        end_session(cancelled, by="member")
    with pytest.raises(IllegalTransition, match="completed"):
        cancel_session(completed, by="member")


def test_deleting_a_running_session_cancels_it_and_hides_it():
    state = started_session()

    writes = delete_session(state, by="member")

    assert state.session.status == "cancelled"
    assert state.session.deleted_at == state.now
    assert event_types(writes)[-1] == "session_cancelled"


def test_a_person_decides_only_while_the_session_is_open():
    state = started_session()

    writes = record_decision(state, user_id=1, by="member", text="Use MySQL instead")
    assert writes.events[0].data["number"] == "H-1"

    end_session(state, by="member")
    with pytest.raises(IllegalTransition):
        record_decision(state, user_id=1, by="member", text="Too late")


def test_every_transition_names_an_event_that_exists():
    from sessions_app.events import EVENTS

    assert {row.event for row in TRANSITIONS} <= set(EVENTS)
