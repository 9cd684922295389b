from decimal import Decimal

import pytest

from sessions_app.errors import LeaseLost
from sessions_app.models import CallStatus
from sessions_app.rules.claims import lose_tasks
from sessions_app.rules.ledger import (
    CallResult,
    Refused,
    reserve_call,
    settle_call,
    settle_orphans,
)
from sessions_app.rules.sessions import cancel_session
from sessions_app.tests.states import call_plan, claimed, event_types, keep_calls, started_session, task_of

ANSWERED = CallResult(
    CallStatus.SUCCEEDED, input_tokens=100, output_tokens=50, cost_usd=Decimal("0.01"), simulated=True, response={}
)


def reserved(state, role="architect", estimate="0.50"):
    taken = claimed(state, role)
    writes = reserve_call(state, taken.held, call_plan(estimate))
    keep_calls(writes)
    return taken, writes.outcome


def test_a_reservation_counts_against_session_and_month_until_it_is_settled():
    state = started_session(budget_usd=Decimal(1))
    taken, call_id = reserved(state)
    [month] = state.months.values()
    assert (state.session.reserved_usd, month.reserved_usd) == (Decimal("0.50"), Decimal("0.50"))

    writes = settle_call(state, taken.held, call_id, ANSWERED)

    assert (state.session.reserved_usd, state.session.spent_usd) == (0, Decimal("0.01"))
    assert (month.reserved_usd, month.spent_usd) == (0, Decimal("0.01"))
    assert (state.session.input_tokens, state.session.output_tokens) == (100, 50)
    assert event_types(writes) == ["llm_call_finished"]


@pytest.mark.parametrize(
    ("caps", "cap"),
    [
        ({"budget_usd": Decimal("0.40")}, "session"),
        ({"team_budget_usd": Decimal("0.40")}, "team month"),
    ],
)
def test_a_call_over_a_cap_is_refused_and_the_session_waits_for_a_person(caps, cap):
    state = started_session(**caps)
    taken = claimed(state, "architect")

    writes = reserve_call(state, taken.held, call_plan("0.50"))

    architect = task_of(state, "architect")
    assert writes.outcome == Refused(cap)
    assert (state.session.status, state.session.status_reason) == ("paused", "budget_exhausted")
    assert (architect.status, architect.attempt) == ("pending", 0)  # a refusal uses up no attempt
    assert event_types(writes) == ["budget_exhausted", "session_paused"]
    assert state.session.reserved_usd == 0


def test_a_cap_is_exact_to_the_last_millionth():
    state = started_session(budget_usd=Decimal("0.500000"))
    taken = claimed(state, "architect")

    assert not isinstance(reserve_call(state, taken.held, call_plan("0.500000")).outcome, Refused)


def test_a_call_that_may_have_been_billed_stays_spent():
    state = started_session()
    taken, call_id = reserved(state)

    settle_call(state, taken.held, call_id, CallResult(CallStatus.UNCONFIRMED, error="cut"))

    assert (state.session.spent_usd, state.session.reserved_usd) == (Decimal("0.50"), 0)


def test_a_call_that_was_not_billed_costs_nothing():
    state = started_session()
    taken, call_id = reserved(state)

    settle_call(state, taken.held, call_id, CallResult(CallStatus.FAILED, error="429"))

    assert (state.session.spent_usd, state.session.reserved_usd) == (0, 0)


def test_an_answer_of_unknown_cost_is_charged_as_estimated():
    state = started_session()
    taken, call_id = reserved(state)

    settle_call(state, taken.held, call_id, CallResult(CallStatus.SUCCEEDED, cost_usd=None, response={}))

    assert state.session.spent_usd == Decimal("0.50")


def test_a_call_in_flight_when_its_worker_dies_is_charged_once_and_cannot_be_settled_again():
    state = started_session()
    taken, call_id = reserved(state)

    lose_tasks(state, "alice", max_lost=6)

    assert state.session.spent_usd == Decimal("0.50")
    with pytest.raises(LeaseLost):
        settle_call(state, taken.held, call_id, ANSWERED)
    assert not settle_orphans(state)


def test_cancelling_leaves_running_calls_unconfirmed():
    state = started_session()
    reserved(state)

    writes = cancel_session(state, by="member")

    assert writes.events[0].data["status"] == "unconfirmed"
    assert (state.session.spent_usd, state.session.reserved_usd) == (Decimal("0.50"), 0)


def test_an_answer_resets_the_count_of_losses():
    state = started_session()
    claimed(state, "architect")
    lose_tasks(state, "alice", max_lost=6)
    taken, call_id = reserved(state)
    assert task_of(state, "architect").lost_count == 1

    settle_call(state, taken.held, call_id, ANSWERED)

    assert task_of(state, "architect").lost_count == 0


def test_a_reservation_whose_answer_was_lost_is_not_made_twice():
    state = started_session()
    taken, call_id = reserved(state)

    again = reserve_call(state, taken.held, call_plan("0.50"))

    assert again.outcome == call_id
    assert not again
    assert state.session.reserved_usd == Decimal("0.50")


@pytest.mark.parametrize(
    ("result", "is_estimated"),
    [
        (ANSWERED, False),
        (CallResult(CallStatus.SUCCEEDED, cost_usd=None, response={}), True),
        (CallResult(CallStatus.UNCONFIRMED, error="cut"), True),
        (CallResult(CallStatus.FAILED, error="429"), False),
    ],
)
def test_the_journal_says_when_a_cost_is_only_estimated(result, is_estimated):
    state = started_session()
    taken, call_id = reserved(state)

    [event] = settle_call(state, taken.held, call_id, result).events

    assert event.data.get("estimated", False) is is_estimated
