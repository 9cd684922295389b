"""Whatever people and workers do in whatever order: only legal steps happen, and an event tells of each."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from agents.deliverable import Question
from sessions_app.engine.apply import apply
from sessions_app.errors import Refusal
from sessions_app.events import EVENTS
from sessions_app.models import ExecutionSession
from sessions_app.rules.agent_tasks import fail_task
from sessions_app.rules.claims import Claimed, lose_tasks, release_task
from sessions_app.rules.control import cancel_task, change_session, pause_session, resume_session, retry_session
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.ledger import CallPlan, reserve_call
from sessions_app.rules.questions import answer_question, default_overdue
from sessions_app.rules.sessions import cancel_session, end_session
from sessions_app.rules.stages import mend_stages
from sessions_app.rules.transitions import TRANSITIONS, events_of
from sessions_app.tests.factories import WORKER, claim, hand_in, make_deliverable, make_session, role_of

ASKED = [Question(text="Which?", options=["a", "b"], default="a")]
Statuses = dict[tuple[str, int], str]


class Walk:
    """A session, and everything that may be done to it next."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        gates = {str(number): True for number in range(1, 5) if self.dice.random() < 0.5}
        self.session = make_session(gates=gates, question_seconds=self.dice.choice([0, 3600]), budget_usd="1000")
        self.held: list[Claimed] = []
        self.seen: set[tuple[str, str, str]] = set()

    def step(self) -> None:
        act = self.dice.choices(list(self.acts()), weights=list(self.acts().values()))[0]
        before, seq = self.statuses(), self.session.last_seq
        with suppress(Refusal):
            act()
        self.session.refresh_from_db()
        events = list(self.session.events.filter(seq__gt=seq).order_by("seq").values_list("type", flat=True))
        for (table, row_id), status in self.statuses().items():
            former = before.get((table, row_id), "open" if table == "gates" else status)
            if status != former:
                self.tell(table, former, status, set(events))

    def tell(self, table: str, former: str, status: str, events: set[str]) -> None:
        """Note a change that was seen from outside; two steps in one transition show as one change."""
        told = events_of(table, former, status)
        if not told:
            told = self.by_way_of_another(table, former, status)
        assert told & events, f"{table} {former} -> {status} with {events}"
        self.seen.update((table, former, event) for event in told & events)

    @staticmethod
    def by_way_of_another(table: str, former: str, status: str) -> frozenset[str]:
        first = {row.after for row in TRANSITIONS if (row.table, row.before) == (table, former)}
        return frozenset().union(*(events_of(table, middle, status) for middle in first))

    def statuses(self) -> Statuses:
        rows: dict[str, Any] = {
            "stages": self.session.stages,
            "agent_tasks": self.session.tasks,
            "gates": self.session.gates,
        }
        found = {(table, pk): status for table, set_ in rows.items() for pk, status in set_.values_list("pk", "status")}
        own = ExecutionSession.objects.values_list("status", flat=True).get(pk=self.session.pk)
        return {**found, ("execution_sessions", self.session.pk): own}

    def acts(self) -> dict[Callable[[], Any], int]:
        return {
            self.claim: 8,
            self.hand_in: 8,
            self.ask: 6,
            self.fail: 2,
            self.fail_for_good: 1,
            self.give_back: 1,
            self.lose: 1,
            self.run_out_of_budget: 1,
            self.answer: 4,
            self.take_defaults: 1,
            self.approve: 4,
            self.reject: 2,
            self.pause: 2,
            self.resume: 4,
            self.retry: 4,
            self.retry_one: 2,
            self.cancel_one: 3,
            self.mend: 1,
            self.finish: 1,
        }

    def one_held(self) -> Claimed:
        return self.held.pop(self.dice.randrange(len(self.held)))

    def claim(self) -> None:
        self.session.tasks.filter(status="pending", ready_at__isnull=False).update(ready_at=self.session.started_at)
        self.held += claim(self.session)

    def hand_in(self) -> None:
        if self.held:
            hand_in(self.one_held())

    def ask(self) -> None:
        if self.held:
            held = self.one_held()
            hand_in(held, make_deliverable(role_of(held), questions=ASKED))

    def on_held(self, rule: Callable[..., Any], **more: Any) -> None:
        if self.held:
            apply(self.session.pk, rule, self.one_held().held, **more)

    def fail(self) -> None:
        self.on_held(fail_task, error="529", passing=True)

    def fail_for_good(self) -> None:
        self.on_held(fail_task, error="401", passing=False)

    def give_back(self) -> None:
        self.on_held(release_task, reason="deploy")

    def lose(self) -> None:
        self.held.clear()
        apply(self.session.pk, lose_tasks, WORKER.owner, max_lost=3)

    def run_out_of_budget(self) -> None:
        if self.held:
            held = self.one_held()
            plan = CallPlan(held.call_key, 1, "simulator", "simulator", {}, Decimal(10_000_000))
            apply(self.session.pk, reserve_call, held.held, plan)

    def answer(self) -> None:
        for question in self.session.questions.filter(answer=None):
            who = {"user_id": self.session.user_id, "by": "member"}
            apply(self.session.pk, answer_question, question.pk, **who, answer="b")

    def take_defaults(self) -> None:
        self.session.questions.filter(answer=None).update(deadline=self.session.started_at)
        apply(self.session.pk, default_overdue)

    def decide(self, rule: Callable[..., Any], **more: Any) -> None:
        gate = self.session.gates.order_by("-id").first()
        if gate is not None:
            apply(self.session.pk, rule, gate.pk, user_id=self.session.user_id, by="member", **more)

    def approve(self) -> None:
        self.decide(approve_gate)

    def reject(self) -> None:
        self.decide(reject_gate, feedback="Again")

    def pause(self) -> None:
        apply(self.session.pk, pause_session, by="member")

    def resume(self) -> None:
        apply(self.session.pk, change_session, by="member", budget_usd=Decimal(1_000_000))
        apply(self.session.pk, resume_session, by="member")

    def retry(self) -> None:
        apply(self.session.pk, retry_session, by="member")

    def some_task(self) -> int:
        return self.dice.choice(list(self.session.tasks.values_list("pk", flat=True)))

    def retry_one(self) -> None:
        apply(self.session.pk, retry_session, by="member", task_id=self.some_task())

    def cancel_one(self) -> None:
        waiting = self.session.tasks.filter(status="waiting").first()
        apply(self.session.pk, cancel_task, waiting.pk if waiting else self.some_task(), by="member")

    def mend(self) -> None:
        apply(self.session.pk, mend_stages)

    def finish(self) -> None:
        if self.dice.random() < 0.2 or self.session.status == "awaiting_approval":
            apply(self.session.pk, self.dice.choice([end_session, cancel_session]), by="member")


# Walks that come to rows which few others come to, so that the first dozen is enough as long as rules stay as they are.
REACHING = (0, 1, 3, 6, 8, 9, 10, 11, 16, 24, 25, 26, 31, 37)


@pytest.mark.django_db
def test_every_step_is_legal_and_told_and_every_row_of_the_table_is_walked():
    table = {(row.table, str(row.before), row.event) for row in TRANSITIONS}
    seen: set[tuple[str, str, str]] = set()

    for seed in (*REACHING, *range(120)):
        walk = Walk(seed)
        for _ in range(60):
            walk.step()
            if walk.session.status in ("completed", "cancelled"):
                break
        seen |= walk.seen
        if seen >= table:
            break

    assert table - seen == set()


def test_every_row_of_the_table_names_an_event():
    assert {row.event for row in TRANSITIONS} <= set(EVENTS)
