from decimal import Decimal

import pytest

from sessions_app.engine.apply import apply
from sessions_app.engine.fork_source import fork_source
from sessions_app.errors import IllegalTransition, InvalidInput, NotReachable
from sessions_app.models import CallStatus, ExecutionSession
from sessions_app.rules.control import (
    cancel_task,
    change_session,
    pause_overlong,
    pause_session,
    resume_session,
    retry_session,
)
from sessions_app.rules.drafts import checked_changes
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.ledger import CallPlan, CallResult, Refused, reserve_call, settle_call
from sessions_app.rules.sessions import cancel_session, delete_session, end_session
from sessions_app.tests.factories import claim, event_types, fail, hand_in, make_call, make_session, run_stage

pytestmark = pytest.mark.django_db


def failed_session(*, tasks: int = 1) -> ExecutionSession:
    session = make_session()
    run_stage(session)
    backend, dba = claim(session)
    fail(backend)
    if tasks == 1:
        hand_in(dba)
    else:
        fail(dba)
    session.refresh_from_db()
    return session


def test_pause_lets_running_work_finish_and_starts_nothing_new():
    session = make_session()
    [taken] = claim(session)

    apply(session.pk, pause_session, by="member")

    make_call(taken)
    hand_in(taken)
    session.refresh_from_db()
    assert session.status == "paused"
    assert session.stages.get(number=1).status == "completed"
    assert claim(session) == []


def test_pausing_again_changes_nothing_and_resuming_wakes_what_is_ready():
    session = make_session()
    apply(session.pk, pause_session, by="member")
    session.refresh_from_db()
    seq = session.last_seq
    apply(session.pk, pause_session, by="member")

    apply(session.pk, resume_session, by="member")

    session.refresh_from_db()
    assert (session.status, session.last_seq) == ("active", seq + 1)
    assert len(claim(session)) == 1


@pytest.mark.parametrize("rule", [pause_session, resume_session])
def test_a_session_that_has_ended_can_be_neither_paused_nor_resumed(rule):
    session = make_session()
    apply(session.pk, end_session, by="member")

    with pytest.raises(IllegalTransition):
        apply(session.pk, rule, by="member")


def test_a_session_that_runs_cannot_be_resumed():
    with pytest.raises(IllegalTransition):
        apply(make_session().pk, resume_session, by="member")


def test_a_refusal_says_in_words_that_a_session_waits_at_a_gate_or_has_failed():
    waiting = make_session(gates={"1": True})
    run_stage(waiting)

    with pytest.raises(IllegalTransition, match="The session waits at a gate; only a paused"):
        apply(waiting.pk, resume_session, by="member")
    with pytest.raises(IllegalTransition, match="Stage 1 waits at a gate; fork after"):
        fork_source(waiting, 1)
    with pytest.raises(IllegalTransition, match="The session has failed; retry it"):
        apply(failed_session().pk, end_session, by="member")


def test_a_failed_session_is_retried_from_the_stage_that_failed():
    session = failed_session()

    apply(session.pk, retry_session, by="member")

    session.refresh_from_db()
    assert (session.status, session.ended_at, session.duration_seconds) == ("active", None, None)
    assert event_types(session)[-3:] == ["session_resumed", "stage_started", "agent_task_retried"]
    [taken] = claim(session)
    assert (taken.attempt, taken.call_key) == (2, "r1:deliver:2")
    hand_in(taken)
    run_stage(session)
    run_stage(session)
    assert session.status == "completed"


def test_one_failed_task_alone_is_retried_and_the_other_keeps_the_stage_failed():
    session = failed_session(tasks=2)
    backend = session.tasks.get(agent_role="backend_dev")

    apply(session.pk, retry_session, by="member", task_id=backend.pk)

    [taken] = claim(session)
    assert taken.task_id == backend.pk
    hand_in(taken)
    session.refresh_from_db()
    assert session.status == "failed"
    apply(session.pk, retry_session, by="member")
    assert len(claim(session)) == 1


def test_a_failed_session_does_not_go_on_with_a_task_that_lies_behind_the_failed_stage():
    session = make_session()
    run_stage(session)
    later = session.tasks.get(agent_role="security_specialist")
    apply(session.pk, cancel_task, later.pk, by="member")
    for taken in claim(session):
        fail(taken)

    with pytest.raises(IllegalTransition, match="Stage 2 failed"):
        apply(session.pk, retry_session, by="member", task_id=later.pk)

    session.refresh_from_db()
    assert session.status == "failed"
    apply(session.pk, retry_session, by="member")
    apply(session.pk, retry_session, by="member", task_id=later.pk)
    for _ in range(3):
        run_stage(session)
    assert session.status == "completed"


def test_a_session_that_was_deleted_meanwhile_is_not_set_going_again():
    session = failed_session()
    apply(session.pk, delete_session, by="owner")

    with pytest.raises(NotReachable):
        apply(session.pk, retry_session, by="member")

    session.refresh_from_db()
    assert session.status == "failed"


def test_a_task_that_failed_is_retried_while_its_neighbour_still_runs():
    session = make_session()
    run_stage(session)
    backend, dba = claim(session)
    fail(backend)

    apply(session.pk, retry_session, by="member", task_id=backend.task_id)

    [again] = claim(session)
    hand_in(again)
    hand_in(dba)
    session.refresh_from_db()
    assert session.stages.get(number=2).status == "completed"


@pytest.mark.parametrize("rule", [end_session, cancel_session])
def test_what_was_ended_or_cancelled_cannot_be_retried(rule):
    session = make_session()
    apply(session.pk, rule, by="member")

    with pytest.raises(IllegalTransition):
        apply(session.pk, retry_session, by="member")


def test_a_running_session_and_a_running_task_cannot_be_retried():
    session = make_session()
    [taken] = claim(session)

    for asked in ({}, {"task_id": taken.task_id}):
        with pytest.raises(IllegalTransition):
            apply(session.pk, retry_session, by="member", **asked)


def test_a_cancelled_task_fails_its_session_once_the_others_have_ended_and_a_retry_brings_it_back():
    session = make_session()
    run_stage(session)
    backend, dba = claim(session)

    apply(session.pk, cancel_task, backend.task_id, by="member")

    session.refresh_from_db()
    assert session.status == "active"
    hand_in(dba)
    session.refresh_from_db()
    assert (session.status, session.status_reason) == ("failed", "backend_dev: Cancelled")
    apply(session.pk, retry_session, by="member")
    assert [taken.task_id for taken in claim(session)] == [backend.task_id]


def test_cancelling_a_task_that_has_ended_is_refused_and_a_cancelled_one_stays_so():
    session = make_session()
    [taken] = claim(session)
    hand_in(taken)
    backend, _ = claim(session)
    apply(session.pk, cancel_task, backend.task_id, by="member")

    apply(session.pk, cancel_task, backend.task_id, by="member")

    with pytest.raises(IllegalTransition):
        apply(session.pk, cancel_task, taken.task_id, by="member")


def test_the_money_of_a_cancelled_tasks_call_stays_spent():
    session = make_session()
    [taken] = claim(session)
    plan = CallPlan(taken.call_key, 1, "simulator", "simulator", {}, Decimal("0.5"))
    apply(session.pk, reserve_call, taken.held, plan)

    apply(session.pk, cancel_task, taken.task_id, by="member")

    session.refresh_from_db()
    assert (session.spent_usd, session.reserved_usd) == (Decimal("0.5"), 0)


def test_a_raised_cap_lets_a_session_go_on_that_had_used_up_its_budget():
    session = make_session(budget_usd="0.10")
    [taken] = claim(session)
    plan = CallPlan(taken.call_key, 1, "simulator", "simulator", {}, Decimal("0.5"))
    assert isinstance(apply(session.pk, reserve_call, taken.held, plan), Refused)

    apply(session.pk, change_session, by="member", budget_usd=Decimal(1))
    apply(session.pk, resume_session, by="member")

    [again] = claim(session)
    assert again.attempt == 1  # the refusal used up none
    assert isinstance(apply(session.pk, reserve_call, again.held, plan), int)
    assert {"budget_changed", "budget_exhausted", "session_resumed"} <= set(event_types(session))


def test_four_fifths_of_a_cap_are_told_once():
    session = make_session(budget_usd="1")
    [taken] = claim(session)

    for number, cost in enumerate(("0.5", "0.4", "0.05")):
        taken_call = CallPlan(f"r1:deliver:{number}", 1, "simulator", "simulator", {}, Decimal("0.05"))
        call = apply(session.pk, reserve_call, taken.held, taken_call)
        apply(session.pk, settle_call, taken.held, call, CallResult(CallStatus.SUCCEEDED, cost_usd=Decimal(cost)))

    assert event_types(session).count("budget_warned") == 1


def test_name_gates_and_brief_are_changed_and_told():
    session = make_session()
    changes = checked_changes(session, {"feature_name": " Notes ", "gates": [1], "brief": "People keep notes."})

    apply(session.pk, change_session, by="member", **changes)

    session.refresh_from_db()
    assert (session.feature_name, session.brief) == ("Notes", "People keep notes.")
    assert session.stages.get(number=1).gate is True
    assert event_types(session)[-1] == "session_changed"


def test_a_brief_stays_as_it_is_between_two_rounds_of_the_first_stage():
    session = make_session(gates=[1])
    run_stage(session)
    apply(session.pk, reject_gate, session.gates.get().pk, user_id=session.user_id, by="member", feedback="Shorter")

    with pytest.raises(IllegalTransition):
        apply(session.pk, change_session, by="member", brief="Something else")


def test_a_brief_that_agents_work_from_stays_as_it_is():
    session = make_session()
    claim(session)

    with pytest.raises(IllegalTransition):
        apply(session.pk, change_session, by="member", brief="Something else")


def test_a_gate_of_a_stage_that_is_over_cannot_be_changed():
    session = make_session()
    run_stage(session)

    with pytest.raises(InvalidInput):
        apply(session.pk, change_session, by="member", gates={1: True})


def test_gates_ahead_are_chosen_anew_without_naming_those_that_were_passed():
    session = make_session(gates=[1, 2])
    run_stage(session)
    apply(session.pk, approve_gate, session.gates.get().pk, user_id=session.user_id, by="member")

    apply(session.pk, change_session, by="member", gates={3: True})

    assert dict(session.stages.values_list("number", "gate")) == {1: True, 2: False, 3: True, 4: False}


def test_a_session_that_goes_on_for_too_long_is_paused_for_a_person():
    session = make_session()
    apply(session.pk, pause_overlong, longest_seconds=3600)
    session.refresh_from_db()
    assert session.status == "active"

    apply(session.pk, pause_overlong, longest_seconds=0)

    session.refresh_from_db()
    assert (session.status, session.status_reason) == ("paused", "longest_run")
