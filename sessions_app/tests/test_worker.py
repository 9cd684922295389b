"""A worker in this process, on a real database: what it survives, and what it must not hold up."""

import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from agents import providers
from agents.providers import CompletionResponse, Usage
from sessions_app.engine import agent
from sessions_app.engine import worker as worker_module
from sessions_app.engine.apply import apply
from sessions_app.engine.worker import Worker
from sessions_app.models import CallStatus, ExecutionSession, Gate, SessionEvent, TaskDecision
from sessions_app.queries.checks import checks_of
from sessions_app.rules.claims import claim_tasks
from sessions_app.rules.gates import reject_gate
from sessions_app.tests.connections import end_other_clients
from sessions_app.tests.factories import make_session

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
CALLS = 14  # one for each role, and one for the repair of the files it owes and has not handed in


@pytest.fixture
def worker(settings):
    settings.LEASE_SECONDS = 3
    working = Worker()
    yield working
    working.drain()


@pytest.fixture(autouse=True)
def _connections_of_threads_are_ended():
    yield
    with connection.cursor() as cursor:  # they would hold up the end of the tests
        end_other_clients(cursor)


class Answering:
    """A provider on the simulator's place that answers as told."""

    name = "simulator"

    def __init__(self, text: str, words: str = "") -> None:
        self.text, self.words, self.calls = text, words, 0

    async def complete(self, request, **call):
        self.calls += 1
        call["on_progress"](3, self.words)
        return CompletionResponse(
            self.text, request.model, self.name, Usage(10, 10), Decimal("0.001"), True, latency_ms=1, first_token_ms=1
        )


def status_after(session: ExecutionSession, *, seconds: float = 20) -> str:
    """Wait until the session has ended, and say how."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        session.refresh_from_db()
        if session.is_terminal:
            break
        time.sleep(0.02)
    return str(session.status)


def gate_after(session: ExecutionSession, *, round: int, seconds: float = 20) -> Gate:
    """Wait until the first stage's gate of a round is there, and return it."""
    ends = time.monotonic() + seconds
    while (gate := session.gates.filter(round=round).first()) is None and time.monotonic() < ends:
        time.sleep(0.02)
    assert gate is not None
    return gate


def hold(session: ExecutionSession) -> psycopg.Connection:
    """Lock a session's row from outside, as a stuck process would."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    holder = psycopg.connect(**parameters)
    holder.execute("SELECT FROM execution_sessions WHERE id = %s FOR UPDATE", [session.pk])
    return holder


def test_a_worker_finds_work_by_itself_when_every_message_was_lost(worker):
    session = make_session()

    assert status_after(session) == "completed"
    assert session.llm_calls.filter(status=CallStatus.SUCCEEDED).count() == 7


def test_an_announced_task_is_claimed_when_its_announcement_has_been_taken(settings, monkeypatch):
    settings.LEASE_SECONDS = 600
    monkeypatch.setattr(worker_module, "TICK_SECONDS", 60)  # so that no other look finds it
    worker = Worker()
    try:
        time.sleep(0.5)  # its first look is over
        architect = make_session().tasks.get(agent_role="architect")

        worker.take(architect.pk)

        architect.refresh_from_db()
        assert architect.attempt == 1
    finally:
        worker.drain()


def test_what_people_say_at_a_gate_may_be_quoted_by_whoever_works_again(worker):
    session = make_session(gates=[1], brief="Members borrow books for 30 days. A book is lent once.")
    first = gate_after(session, round=1)
    answer = {"by": "member", "feedback": "Keep the old passwords of service accounts."}
    apply(session.pk, reject_gate, first.pk, user_id=session.user_id, **answer)

    second = gate_after(session, round=2)

    decisions = TaskDecision.objects.filter(session=session, round=2).values_list("rationale", flat=True)
    assert any("old passwords of service accounts" in rationale for rationale in decisions)
    assert second.scores["decisions"] == first.scores["decisions"]
    assert [check.message for check in checks_of(session) if check.status != "passed"] == []


def test_a_session_that_others_hold_holds_up_neither_leases_nor_neighbours(worker):
    stuck = make_session()
    with hold(stuck):
        neighbour = make_session()
        assert status_after(neighbour) == "completed"
        time.sleep(worker_patience := 3.0)
        assert worker._guard.silent_seconds() < worker_patience

    assert status_after(stuck) == "completed"


def test_text_that_cannot_be_stored_ends_neither_task_nor_worker(worker, monkeypatch):
    answering = Answering('{"summary": "Done\\u0000\\ud800", "artifacts": []}\x00', words="half\x00 \ud800 done")
    monkeypatch.setitem(providers._PROVIDERS, "simulator", answering)
    session = make_session()

    assert status_after(session) == "completed"
    assert session.tasks.filter(output_data__summary="Done").count() == 7


def test_an_answer_that_is_no_deliverable_is_tried_again_and_paid_again(worker, monkeypatch):
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)
    answering = Answering("I cannot help with this request.")
    monkeypatch.setitem(providers._PROVIDERS, "simulator", answering)
    session = make_session()

    assert status_after(session) == "failed"
    assert answering.calls == 8  # each attempt asks for a repair before it gives up
    assert "no JSON" in session.tasks.get(agent_role="architect").error_message
    assert session.spent_usd == Decimal("0.008")


def test_what_cannot_be_kept_fails_with_its_reason_and_not_as_a_lost_worker(worker, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("a rule of ours is wrong")

    monkeypatch.setattr(agent, "complete_task", broken)
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)
    session = make_session()

    assert status_after(session) == "failed"
    assert "could not be kept" in session.tasks.get(agent_role="architect").error_message
    assert session.llm_calls.count() == 1  # tried four times, paid once
    assert not SessionEvent.objects.filter(session=session, type="agent_task_released").exists()


def test_a_claim_whose_answer_was_lost_is_given_back_and_done(worker, settings):
    settings.LEASE_SECONDS = 600
    worker.draining = True  # so that the claim is ours to make
    session = make_session()
    architect = session.tasks.get(agent_role="architect")
    claimant = replace(worker._claimant(1), slots=1)
    assert apply(session.pk, claim_tasks, [architect.pk], claimant, max_lost=6)
    worker.draining = False

    assert status_after(session) == "completed"
    architect.refresh_from_db()
    assert (architect.lost_count, architect.retry_count, architect.attempt) == (0, 0, 1)


def test_draining_gives_back_what_is_not_finished(settings):
    settings.SHUTDOWN_SECONDS = 1
    settings.SIMULATOR_LATENCY = 30
    working = Worker()
    session = make_session()
    while not session.tasks.filter(status="running").exists():
        time.sleep(0.02)

    working.drain()

    architect = session.tasks.get(agent_role="architect")
    assert (architect.status, architect.attempt, architect.lost_count) == ("pending", 0, 0)


def test_an_answer_that_comes_in_while_time_runs_out_is_paid_once(worker, settings, monkeypatch):
    """The call's time is up while its answer is being written, and the write has to wait for somebody else."""
    settings.CALL_TOTAL_SECONDS = 1
    monkeypatch.setattr("sessions_app.engine.paid_calls.OVERTIME_SECONDS", 0)
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)
    session = make_session()
    held: list[psycopg.Connection] = []

    class HoldingUp(Answering):
        async def complete(self, request, **call):
            if not held:
                held.append(hold(session))
            return await super().complete(request, **call)

    answering = HoldingUp('{"summary": "Done", "artifacts": []}')
    monkeypatch.setitem(providers._PROVIDERS, "simulator", answering)
    while not held:
        time.sleep(0.02)
    time.sleep(2)
    held[0].close()

    assert status_after(session) == "completed"
    assert answering.calls == CALLS
    architect = session.tasks.get(agent_role="architect")
    assert architect.retry_count == 1
    assert SessionEvent.objects.get(session=session, type="agent_task_failed").data["error"] == "Timeout after 1 s"


def test_after_its_soft_limit_a_task_begins_no_call_and_says_so(worker, settings, monkeypatch, caplog):
    settings.TASK_SOFT_SECONDS = 1
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)
    answering = Answering('{"summary": "Done", "artifacts": []}')
    monkeypatch.setitem(providers._PROVIDERS, "simulator", answering)
    read, told = agent.assignment_of, []

    def slow_at_first(task_id):
        if not told:
            told.append(task_id)
            time.sleep(2)
        return read(task_id)

    monkeypatch.setattr(agent, "assignment_of", slow_at_first)
    session = make_session()

    assert status_after(session) == "completed"
    assert answering.calls == CALLS
    failed = SessionEvent.objects.get(session=session, type="agent_task_failed")
    assert failed.data["error"] == "After 1 s no further call is begun"
    assert "begins no further call" in caplog.text


def test_a_process_that_does_not_renew_whatever_it_does_ends_before_its_leases_do():
    holding = (
        "import time; from sessions_app.engine.leases import LeaseGuard; LeaseGuard(lambda: {}, lease_seconds=2); "
    )
    started = {
        holds: subprocess.Popen([sys.executable, "-c", holding.format(holds) + f"time.sleep({seconds})"], cwd=ROOT)
        for holds, seconds in ((True, 60), (False, 3))
    }

    assert started[True].wait(30) == 1
    assert started[False].wait(30) == 0
