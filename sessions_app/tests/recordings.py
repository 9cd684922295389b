"""Sessions worth recording: a worker of this process runs each, and somebody gets in its way."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction

from agents.calling import breaker
from agents.deliverable import Question
from agents.providers import simulator
from sessions_app.engine import paid_calls
from sessions_app.engine.apply import apply, create
from sessions_app.engine.fork_source import fork_source
from sessions_app.models import ExecutionSession, Gate
from sessions_app.replay.desk import Desk
from sessions_app.rules.claims import Claimant, claim_tasks, lose_tasks, release_task
from sessions_app.rules.control import cancel_task, change_session, pause_session, resume_session, retry_session
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.drafts import draft_fork
from sessions_app.rules.forks import fork_session
from sessions_app.rules.gates import approve_gate, reject_gate
from sessions_app.rules.ledger import CallPlan, reserve_call
from sessions_app.rules.questions import answer_question, default_overdue
from sessions_app.rules.sessions import cancel_session, end_session
from sessions_app.tests.factories import make_session
from teams.models import Team
from teams.tests.factories import make_team

BRIEF = "Members borrow books for 30 days. A book is lent once. Librarians see who is late."
SOME_OF_ALL = "429:0.2,500:0.15,529:0.1,timeout:0.1,cut:0.1,empty:0.1,bad_json:0.15"
DEAD = Claimant(owner="boot:1:2:3", lease_seconds=20, hard_seconds=1800, slots=1)
Recorded = Callable[[Any, Any], ExecutionSession]  # from pytest's settings and monkeypatch


def wait_for(session: ExecutionSession, condition: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until the condition holds of the session, which is read anew."""
    ends = time.monotonic() + seconds
    while True:
        session.refresh_from_db()
        if condition():
            return
        assert time.monotonic() < ends, f"session {session.pk} is {session.status} ({session.status_reason})"
        time.sleep(0.02)


def ended(session: ExecutionSession) -> ExecutionSession:
    wait_for(session, lambda: session.is_terminal)
    return session


def gate_of(session: ExecutionSession, *, stage: int, round: int = 1) -> Gate:
    """Wait for a gate that is open."""
    gates = Gate.objects.filter(session=session, stage__number=stage, round=round, status="open")
    wait_for(session, gates.exists)
    return gates.get()


def act(session: ExecutionSession, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do something in the name of the session's owner."""
    return apply(session.pk, rule, *args, by=session.user.username, **kwargs)


def decide(session: ExecutionSession, text: str) -> None:
    act(session, record_decision, user_id=session.user_id, text=text, category="data", rationale="Because we must.")


def plain(settings: Any, monkeypatch: Any) -> ExecutionSession:
    return ended(make_session(brief=BRIEF))


def with_other_models(settings: Any, monkeypatch: Any) -> ExecutionSession:
    chosen = {"temperature": 0.9, "role_settings": {"qa": {"max_tokens": 9000}}}
    return ended(make_session(brief=BRIEF, workflow="agile", **chosen))


def seeded(seed: int, workflow: str, **fields: Any) -> Recorded:
    def run(settings: Any, monkeypatch: Any) -> ExecutionSession:
        settings.SIMULATOR_SEED = seed
        return ended(make_session(brief=BRIEF, workflow=workflow, question_seconds=0, **fields))

    return run


def faulty(faults: str, seed: int) -> Recorded:
    def run(settings: Any, monkeypatch: Any) -> ExecutionSession:
        settings.SIMULATOR_FAULTS, settings.SIMULATOR_SEED = faults, seed
        settings.CALL_RETRIES = 1
        monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)
        monkeypatch.setattr(paid_calls, "wait_seconds", lambda error, **_: 0 if error.passing else None)
        monkeypatch.setattr(breaker, "OPENS_AFTER", 10_000)
        return ended(make_session(brief=BRIEF))

    return run


def rejected_twice(settings: Any, monkeypatch: Any) -> ExecutionSession:
    session = make_session(brief=BRIEF, gates=[1, 2])
    first = gate_of(session, stage=1)
    act(session, reject_gate, first.pk, user_id=session.user_id, feedback="Keep old loans for audits.")
    second = gate_of(session, stage=1, round=2)
    decide(session, "Loans are never deleted.")
    act(session, approve_gate, second.pk, user_id=session.user_id, feedback="Good now.")
    third = gate_of(session, stage=2)
    act(session, reject_gate, third.pk, user_id=session.user_id, feedback="Name the indexes.", roles=["dba"])
    act(session, approve_gate, gate_of(session, stage=2, round=2).pk, user_id=session.user_id)
    return ended(session)


def passed_by_rules(settings: Any, monkeypatch: Any) -> ExecutionSession:
    session = make_session(brief=BRIEF, gates={"1": "all checks pass", "2": "scores >= 100 and no warnings"})
    act(session, approve_gate, gate_of(session, stage=2).pk, user_id=session.user_id)
    return ended(session)


def steered(settings: Any, monkeypatch: Any) -> ExecutionSession:
    """Somebody decides, pauses, renames, moves gates and changes the cap while agents work."""
    settings.SIMULATOR_LATENCY = 0.3
    session = make_session(brief=BRIEF, budget_usd="50", gates=[3])
    act(session, change_session, feature_name="Lending", budget_usd=Decimal(60), gates={2: True})
    decide(session, "Only librarians extend a loan.")
    gate = gate_of(session, stage=2)
    decide(session, "Reminders go out by letter.")
    act(session, change_session, budget_usd=None)
    act(session, approve_gate, gate.pk, user_id=session.user_id, feedback="Go on.")
    wait_for(session, session.tasks.filter(stage__number=3, status="running").exists)
    act(session, pause_session)
    wait_for(session, lambda: not session.tasks.filter(status="running").exists())
    act(session, resume_session)
    return ended(session)


def brief_changed(settings: Any, monkeypatch: Any) -> ExecutionSession:
    """The brief is another one before anybody has read it."""
    with transaction.atomic():  # so that no worker gets hold of it before it is paused
        session = make_session(brief="Lend books.")
        act(session, pause_session)
    act(session, change_session, brief=BRIEF)
    act(session, resume_session)
    return ended(session)


def asked(seconds: int) -> Recorded:
    """Agents ask; a person answers a part of it and lets the time of the rest be up."""

    def run(settings: Any, monkeypatch: Any) -> ExecutionSession:
        write = simulator.write_deliverable

        def asking(assignment: Any) -> Any:
            deliverable = write(assignment)
            if assignment.role.key not in ("architect", "dba") or assignment.answers:
                return deliverable.model_copy(update={"questions": []})
            names = ("First", "Second")
            questions = [Question(text=f"{name}?", options=["yes", "no"], default="yes") for name in names]
            return deliverable.model_copy(update={"questions": questions})

        monkeypatch.setattr(simulator, "write_deliverable", asking)
        session = make_session(brief=BRIEF, question_seconds=seconds)
        for role, answers in (("architect", 2), ("dba", 1)) if seconds else ():
            waiting = session.questions.filter(agent_task__agent_role=role, agent_task__status="waiting", answer=None)
            wait_for(session, lambda waiting=waiting: waiting.count() == 2)
            for question in waiting.order_by("id")[:answers]:
                act(session, answer_question, question.pk, user_id=session.user_id, answer=f"No: {question.text}")
        session.questions.filter(answer=None).update(deadline=session.created_at)
        apply(session.pk, default_overdue)
        return ended(session)

    return run


def lost(times: int) -> Recorded:
    """Processes die with a task in their hands, the first of them after it had asked its model."""

    def run(settings: Any, monkeypatch: Any) -> ExecutionSession:
        with transaction.atomic():
            session = make_session(brief=BRIEF)
            task = session.tasks.get(agent_role="architect")
            for time_ in range(times):
                suspect = time_ >= 2
                claimant = Claimant(**{**vars(DEAD), "alone": suspect, "owner": f"boot:1:{time_}:3"})
                [claimed] = apply(session.pk, claim_tasks, [task.pk], claimant, max_lost=9)
                request = Desk.of(claimed, {}).request.as_json()
                plan = CallPlan(claimed.call_key, time_ + 1, "simulator", "simulator", request, Decimal("0.1"))
                apply(session.pk, reserve_call, claimed.held, plan)
                apply(session.pk, lose_tasks, claimant.owner, max_lost=2)
        return ended(session)

    return run


def given_back(settings: Any, monkeypatch: Any) -> ExecutionSession:
    with transaction.atomic():
        session = make_session(brief=BRIEF)
        task = session.tasks.get(agent_role="architect")
        [claimed] = apply(session.pk, claim_tasks, [task.pk], DEAD, max_lost=9)
        apply(session.pk, release_task, claimed.held, reason="the worker is shutting down")
    return ended(session)


def out_of_money(settings: Any, monkeypatch: Any) -> ExecutionSession:
    """Calls that may have been billed bring a cap near, which then refuses one; somebody raises it."""
    session = make_session(brief=BRIEF, budget_usd="1.20")  # a call of the architect is estimated at half a dollar
    _until_refused(session, settings, monkeypatch)
    act(session, change_session, budget_usd=Decimal(90))
    act(session, resume_session)
    return ended(session)


def out_of_the_teams_money(settings: Any, monkeypatch: Any) -> ExecutionSession:
    team = make_team(monthly_budget_usd=Decimal("1.20"))
    session = make_session(team, brief=BRIEF)
    _until_refused(session, settings, monkeypatch)
    Team.objects.filter(pk=team.pk).update(monthly_budget_usd=None)
    act(session, resume_session)
    return ended(session)


def _until_refused(session: ExecutionSession, settings: Any, monkeypatch: Any) -> None:
    settings.SIMULATOR_FAULTS = "timeout:1"
    monkeypatch.setattr(paid_calls, "wait_seconds", lambda error, **_: 0)
    wait_for(session, lambda: session.status_reason == "budget_exhausted")
    settings.SIMULATOR_FAULTS = ""


def cut_short(rule: Callable[..., Any]) -> Recorded:
    """Somebody ends the session while calls are under way."""

    def run(settings: Any, monkeypatch: Any) -> ExecutionSession:
        settings.SIMULATOR_LATENCY = 0.5
        session = make_session(brief=BRIEF)
        wait_for(session, lambda: session.llm_calls.filter(status="reserved").count() == 2)
        act(session, rule)
        return ended(session)

    return run


def one_cancelled_and_retried(settings: Any, monkeypatch: Any) -> ExecutionSession:
    settings.SIMULATOR_LATENCY = 0.5
    session = make_session(brief=BRIEF)
    wait_for(session, lambda: session.llm_calls.filter(status="reserved").count() == 2)
    act(session, cancel_task, session.tasks.get(agent_role="dba").pk)
    wait_for(session, lambda: session.status == "failed")
    act(session, retry_session)
    return ended(session)


def failed_and_retried(settings: Any, monkeypatch: Any) -> ExecutionSession:
    """Both tasks of a stage fail for good; a person has them done once more."""
    settings.SIMULATOR_FAULTS = "refusal:1"
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)
    session = make_session(brief=BRIEF)
    wait_for(session, lambda: session.status == "failed")
    settings.SIMULATOR_FAULTS = ""
    act(session, retry_session, task_id=session.tasks.get(agent_role="architect").pk)
    return ended(session)


def forked(settings: Any, monkeypatch: Any) -> ExecutionSession:
    parent = make_session(brief=BRIEF, gates=[1])
    decide(parent, "Loans are never deleted.")
    act(parent, reject_gate, gate_of(parent, stage=1).pk, user_id=parent.user_id, feedback="Once more.")
    act(parent, approve_gate, gate_of(parent, stage=1, round=2).pk, user_id=parent.user_id)
    parent = ended(parent)
    decisions = [{"decision_text": "Use one table for loans."}]
    wish = draft_fork(parent.user, parent, after_stage=2, brief=BRIEF + " Fines are 1 euro.", decisions=decisions)
    made = create(fork_session, fork_source(parent, 2), wish)
    return ended(ExecutionSession.objects.get(pk=made))


# What each is good for: events that have to be in its recording, and how it ends.
SCENARIOS: dict[str, tuple[Recorded, set[str], str]] = {
    "plain": (plain, {"stage_reviewed"}, "completed"),
    "with settings of its own": (with_other_models, set(), "completed"),
    "scoping": (seeded(3, "scoping"), set(), "completed"),
    "delivery": (seeded(5, "delivery"), set(), "completed"),
    "bad files that are mended": (faulty("bad_artifact:1", 0), set(), "completed"),
    "errors of all kinds": (faulty(SOME_OF_ALL, 1), {"agent_task_failed"}, "completed"),
    "other errors": (faulty("429:0.2,timeout:0.2,refusal:0.3,bad_artifact:0.5", 2), set(), "completed"),
    "nothing but refusals": (faulty("refusal:1", 0), {"agent_task_failed", "stage_failed"}, "failed"),
    "gates, rejected": (rejected_twice, {"gate_rejected", "decision_superseded"}, "completed"),
    "gates with rules": (passed_by_rules, {"gate_opened", "gate_approved"}, "completed"),
    "steered": (steered, {"session_paused", "session_changed", "budget_changed"}, "completed"),
    "another brief": (brief_changed, {"session_changed"}, "completed"),
    "questions with defaults": (asked(0), {"question_defaulted"}, "completed"),
    "questions to people": (asked(3600), {"question_answered", "question_defaulted"}, "completed"),
    "a process lost": (lost(1), {"agent_task_released"}, "completed"),
    "a process lost for good": (lost(4), {"agent_task_released", "agent_task_failed"}, "failed"),
    "given back": (given_back, {"agent_task_released"}, "completed"),
    "no money left": (out_of_money, {"budget_warned", "budget_exhausted", "session_resumed"}, "completed"),
    "no money left in the month": (out_of_the_teams_money, {"budget_warned", "budget_exhausted"}, "completed"),
    "cancelled": (cut_short(cancel_session), {"agent_task_cancelled", "stage_cancelled"}, "cancelled"),
    "ended by a person": (cut_short(end_session), {"agent_task_cancelled"}, "completed"),
    "a task cancelled and retried": (one_cancelled_and_retried, {"agent_task_retried"}, "completed"),
    "failed and retried": (failed_and_retried, {"agent_task_retried", "session_failed"}, "completed"),
    "a fork": (forked, {"session_forked"}, "completed"),
}
