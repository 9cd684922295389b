from sessions_app.rules.sessions import start_session
from sessions_app.tests.states import NOON, event_types, new_session, started_session


def counting_ids():
    numbers = iter(range(1, 1000))
    return lambda table: next(numbers)


def test_a_new_session_has_all_stages_and_tasks_and_wakes_the_first_stage_only():
    writes = start_session(new_session(), now=NOON, new_id=counting_ids())

    state = writes.state
    assert [stage.status for stage in state.stages] == ["running", "pending", "pending", "pending"]
    assert [task.agent_role for task in state.tasks] == [
        "architect",
        "backend_dev",
        "dba",
        "frontend_dev",
        "ui_ux_designer",
        "security_specialist",
        "it_admin",
    ]
    assert {task.status for task in state.tasks} == {"pending"}
    assert event_types(writes) == ["session_started", "stage_started"]


def test_the_first_wake_up_goes_to_the_architect_in_the_group_of_its_stage():
    writes = start_session(new_session(), now=NOON, new_id=counting_ids())

    [message] = writes.messages
    architect = writes.state.tasks[0]
    assert (message.task_id, message.due) == (architect.id, NOON)
    assert message.group == f"{writes.state.session.chain_id}:1"
    assert architect.queue_task_id == message.id


def test_a_started_session_has_spent_nothing_and_is_active():
    session = started_session().session

    assert (session.status, session.spent_usd, session.reserved_usd) == ("active", 0, 0)
    assert session.started_at == NOON
