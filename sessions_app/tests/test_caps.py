"""Whatever happens to calls, and in whatever order: what is spent and reserved never exceeds a cap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sessions_app.models import CallStatus, SessionStatus, TaskStatus
from sessions_app.rules.claims import claim_tasks, is_suspect, lose_tasks
from sessions_app.rules.ledger import CallResult, Refused, month_of, reserve_call, settle_call, settle_orphans
from sessions_app.rules.sessions import cancel_session
from sessions_app.rules.state import MonthRow
from sessions_app.tests.states import ALICE, call_plan, commit, keep_calls, started_session, task_of

CENT = Decimal("0.01")
OUTCOMES = {
    "known": CallStatus.SUCCEEDED,
    "unknown": CallStatus.SUCCEEDED,
    "failed": CallStatus.FAILED,
    "failed and billed": CallStatus.FAILED,
    "unconfirmed": CallStatus.UNCONFIRMED,
}
CAP = some.none() | some.integers(0, 300).map(lambda cents: cents * CENT)
STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("reserve"), some.integers(0, 150)),
        some.tuples(some.sampled_from(list(OUTCOMES)), some.integers(0, 100)),
        some.tuples(some.sampled_from(["lose the worker", "tidy", "next month", "cancel"]), some.just(0)),
    ),
    max_size=40,
)


class Runs:
    """One agent's calls, begun and ended in any order, as the engine would."""

    def __init__(self, cap, team_cap):
        self.state = started_session(budget_usd=cap, team_budget_usd=team_cap)
        self.team_cap = team_cap
        self.made = 0
        self.charged = Decimal(0)
        self.held = None

    def do(self, step, figure):
        match step:
            case "reserve":
                self.reserve(figure * CENT)
            case "lose the worker":
                self.expect_all_charged()
                lose_tasks(self.state, ALICE.owner, max_lost=1_000)
            case "tidy":
                settle_orphans(self.state)
            case "next month":
                self.state.now += timedelta(days=31)
                month = month_of(self.state.now)
                self.state.months.setdefault(month, MonthRow(1, month, Decimal(0), Decimal(0), self.team_cap))
            case "cancel":
                if self.state.session.status not in SessionStatus.terminal():
                    self.expect_all_charged()
                    cancel_session(self.state, by="ada")
            case _:
                self.settle(step, figure)

    def reserve(self, estimate):
        if not self.hold():
            return
        self.made += 1
        plan = replace(call_plan(str(estimate)), call_key=f"r1:deliver:{self.made}")
        writes = reserve_call(self.state, self.held, plan)
        if isinstance(writes.outcome, Refused):
            # Its other calls go on; whoever lost the task settles them as unconfirmed.
            self.expect_all_charged()
            settle_orphans(self.state)
        keep_calls(writes)

    def hold(self):
        """Claim the task anew when nobody has it, also after a person let a paused session go on."""
        session, task = self.state.session, task_of(self.state, "architect")
        if session.status == SessionStatus.PAUSED:
            session.status = SessionStatus.ACTIVE
        if session.status != SessionStatus.ACTIVE:
            return False
        if task.status != TaskStatus.RUNNING:
            claimant = replace(ALICE, alone=is_suspect(task))
            [taken] = claim_tasks(self.state, [task.id], claimant, max_lost=1_000).outcome
            commit(self.state)
            self.held = taken.held
        return True

    def settle(self, outcome, percent):
        if not self.state.calls or task_of(self.state, "architect").status != TaskStatus.RUNNING:
            return
        call = self.state.calls[percent % len(self.state.calls)]
        cost = None
        if outcome in ("known", "failed and billed"):
            cost = (call.reserved_usd * percent / 100).quantize(Decimal("0.000001"))
        if outcome != "failed":
            self.charged += call.reserved_usd if cost is None else cost
        settle_call(self.state, self.held, call.id, CallResult(OUTCOMES[outcome], cost_usd=cost))

    def expect_all_charged(self):
        self.charged += sum(call.reserved_usd for call in self.state.calls)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(cap=CAP, team_cap=CAP, steps=STEPS)
def test_spent_and_reserved_stay_under_both_caps_and_add_up(cap, team_cap, steps):
    runs = Runs(cap, team_cap)

    for step, figure in steps:
        runs.do(step, figure)

        session, months = runs.state.session, runs.state.months.values()
        assert cap is None or session.spent_usd + session.reserved_usd <= cap
        assert team_cap is None or all(month.spent_usd + month.reserved_usd <= team_cap for month in months)
        assert session.spent_usd == sum(month.spent_usd for month in months) == runs.charged
        open_usd = sum(call.reserved_usd for call in runs.state.calls)
        assert session.reserved_usd == sum(month.reserved_usd for month in months) == open_usd
