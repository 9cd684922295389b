"""The proof of the proof: twelve planted bugs, and the checker finds each of them by what it leaves behind.

Every scenario runs twice on a database of its own, with real transactions, threads and workers: without the bug the
checker has nothing to say; with it, it has. The verdict reads the database and the logs, never the patch.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.signals import request_finished
from django.db import connection

from accounts.tests.factories import browser_of, send
from agents import providers
from agents.providers import CompletionResponse, Usage
from sessions_app.engine import failpoints, paid_calls, reconciler
from sessions_app.engine.apply import apply
from sessions_app.engine.reconciler import Reconciler
from sessions_app.engine.worker import Worker
from sessions_app.errors import Refusal
from sessions_app.live.feed import close_feed
from sessions_app.models import CallStatus, ExecutionSession
from sessions_app.rules.claims import Claimed, lose_tasks
from sessions_app.rules.decisions import record_decision
from sessions_app.rules.ledger import CallPlan, CallResult, Refused, reserve_call, settle_call
from sessions_app.rules.sessions import end_session
from sessions_app.tests.connections import end_other_clients
from sessions_app.tests.factories import WORKER, claim, fail, hand_in, make_call, make_session, run_stage
from sessions_app.tests.test_session_socket import frame, socket
from teams.tests.factories import make_team
from tests.chaos import bugs
from tests.chaos.bugs import application_clock
from tests.chaos.checker import Limits, check
from tests.chaos.checking import violation as kinds
from tests.chaos.checking.violation import Violation
from tests.chaos.house import Starter, running_house
from tests.chaos.scratch import database, working_on
from tests.services import ROOT, app_environment

pytestmark = pytest.mark.django_db(transaction=True)

SILENCE_SECONDS = 8.0  # more than anything sound takes, also on a busy machine
ESTIMATE_USD = Decimal("0.1")


class Lab:
    """A database of its own, and the logs that a scenario writes."""

    def __init__(self, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        self.url, self.folder, self.patch, self.settings = url, folder, monkeypatch, settings
        self.limits = Limits(stuck_seconds=0, message_seconds=0)
        self.cuts_connections_after_answers = False
        self._logs: dict[str, Path] = {}
        self._seen: list[Violation] | None = None

    def log(self, name: str, **facts: Any) -> None:
        """Add a line to one of the logs that the checker reads: `client_log`, `ws_log`."""
        path = self._logs.setdefault(name, self.folder / f"{name}.jsonl")
        with path.open("a") as lines:
            lines.write(json.dumps(facts, default=str) + "\n")

    def look(self) -> None:
        """Let the checker look now, while whatever runs still runs; a test that fails prints all it said."""
        self._seen = check(self.url, limits=self.limits, **self._logs)
        print(*self._seen, sep="\n")

    def found(self) -> set[str]:
        """The kinds of what the checker has found wrong, or finds now."""
        if self._seen is None:
            self.look()
        return {violation.kind for violation in self._seen or ()}

    def cut_connections(self, **_: Any) -> None:
        """End every other connection to the database, as a server that falls over would."""
        if self.cuts_connections_after_answers:
            with psycopg.connect(self.url, autocommit=True) as raw:
                end_other_clients(raw.cursor())

    def answer_with(self, provider: Any) -> None:
        """Put a provider in the simulator's place."""
        self.patch.setitem(providers._PROVIDERS, "simulator", provider)

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        working = Worker()
        try:
            yield working
        finally:
            working.drain()


@pytest.fixture
def lab(tmp_path, monkeypatch, settings) -> Iterator[Lab]:
    settings.LEASE_SECONDS = 3
    settings.SHUTDOWN_SECONDS = 1
    monkeypatch.setattr("sessions_app.rules.agent_tasks.RETRY_STEP_SECONDS", 0)
    former = connection.settings_dict["NAME"]
    with database(f"{former}_lab", like=former) as url, working_on(f"{former}_lab"):
        laboratory = Lab(url, tmp_path, monkeypatch, settings)
        request_finished.connect(laboratory.cut_connections)
        try:
            yield laboratory
        finally:
            request_finished.disconnect(laboratory.cut_connections)
            bugs.uproot()


# --- hands -----------------------------------------------------------------------------------------------------------


def reserve(held: Claimed) -> int | Refused:
    plan = CallPlan(held.call_key, 1, "simulator", "simulator", {"messages": []}, ESTIMATE_USD)
    outcome: int | Refused = apply(held.session_id, reserve_call, held.held, plan)
    return outcome


def settle(held: Claimed, call_id: int, *, cost_usd: Decimal = ESTIMATE_USD, rule: Callable[..., Any] = settle_call):
    result = CallResult(
        CallStatus.SUCCEEDED,
        input_tokens=900,
        output_tokens=640,
        cost_usd=cost_usd,
        simulated=True,
        response={"text": "{}"},
        latency_ms=120,
        first_token_ms=15,
    )
    apply(held.session_id, rule, held.held, call_id, result)


def to_the_end(session: ExecutionSession) -> None:
    session.refresh_from_db()
    while session.status == "active":
        run_stage(session)


def wait_for_end(session: ExecutionSession) -> None:
    """Wait until the session has ended, or nothing was heard of it for SILENCE_SECONDS."""
    seq, heard_at = 0, time.monotonic()
    while session.status == "active" and time.monotonic() - heard_at < SILENCE_SECONDS:
        time.sleep(0.05)
        session.refresh_from_db()
        if session.last_seq > seq:
            seq, heard_at = session.last_seq, time.monotonic()


class Answering:
    """A provider that answers each role with a text."""

    name = "simulator"
    text = json.dumps({"summary": "Done", "artifacts": []})

    async def complete(self, request, **call):
        usage = Usage(10, 10)
        return CompletionResponse(
            self.text, request.model, self.name, usage, Decimal("0.001"), True, latency_ms=1, first_token_ms=1
        )


# --- scenarios -------------------------------------------------------------------------------------------------------


def a_worker_wakes_up_after_its_task_was_given_to_another(lab: Lab) -> None:
    session = make_session()
    run_stage(session)
    sleeper, _ = claim(session)
    apply(session.pk, lose_tasks, WORKER.owner, max_lost=6)
    # Its neighbour works on: what ends a stage is reviewed as well, and that would refuse a late answer too.
    other, neighbour = claim(session, worker=replace(WORKER, owner="boot:1:3:4"))
    make_call(other)
    hand_in(other)
    try:
        with suppress(Refusal):
            hand_in(sleeper)
    except Exception:  # as a worker does with what cannot be kept
        with suppress(Refusal):
            fail(sleeper)
    make_call(neighbour)
    hand_in(neighbour)
    to_the_end(session)


def a_worker_dies_and_another_takes_over(lab: Lab) -> None:
    session = make_session()
    claim(session)
    apply(session.pk, lose_tasks, WORKER.owner, max_lost=6)
    to_the_end(session)


def the_database_falls_over_right_after_an_answer(lab: Lab) -> None:
    team = make_team()
    client = browser_of(team.owner)
    lab.cuts_connections_after_answers = True
    wish = {"team_id": team.pk, "feature_name": "Sign-in"}
    answer = send(client, "POST", "/api/v1/sessions", wish)
    connection.close()
    assert answer.status_code == 201
    lab.log("client_log", at=0, method="POST", path="/api/v1/sessions", status=201, body=answer.json(), sent=wish)
    lab.limits = Limits(stuck_seconds=60)


def a_commit_fails_after_everything_was_written(lab: Lab) -> None:
    lab.settings.FAILPOINT = f"@{lab.folder}"
    lab.patch.setattr(failpoints, "ENABLED", True)
    (lab.folder / "start_session.before_commit:raise").touch()
    with suppress(failpoints.FailpointError):
        make_session()


def two_machines_disagree_about_the_time(lab: Lab) -> None:
    session = make_session()
    lab.patch.setattr(application_clock, "wrong_by_seconds", 120)
    run_stage(session)
    lab.patch.setattr(application_clock, "wrong_by_seconds", 0)
    apply(session.pk, end_session, by="person")


def a_provider_hangs_once(lab: Lab) -> None:
    class HangsOnce(Answering):
        hung = False

        async def complete(self, request, **call):
            if not self.hung:
                self.hung = True
                with suppress(asyncio.CancelledError):  # the call's own limit does not end it: the step's has to
                    await asyncio.Event().wait()
                await asyncio.Event().wait()
            return await super().complete(request, **call)

    lab.answer_with(HangsOnce())
    lab.settings.CALL_TOTAL_SECONDS = 1
    lab.patch.setattr(paid_calls, "OVERTIME_SECONDS", 0.5)
    with lab.worker():
        session = make_session()
        wait_for_end(session)
        lab.limits = Limits(stuck_seconds=3)
        lab.look()  # what is stuck is given back when its worker ends


def a_worker_far_away_dies_when_everybody_has_long_been_up(lab: Lab) -> None:
    lab.answer_with(Answering())
    lab.patch.setattr(reconciler, "LOOK_SECONDS", 0.5)
    looking = Reconciler()
    thread = threading.Thread(target=looking.run)
    thread.start()
    try:
        with lab.worker():
            time.sleep(1.5)
            session = make_session()
            apply_claim_of_a_dead_worker(session)
            wait_for_end(session)
    finally:
        looking.stop.set()
        thread.join()
    lab.limits = Limits(stuck_seconds=3)


def apply_claim_of_a_dead_worker(session: ExecutionSession) -> None:
    claim(session, worker=replace(WORKER, owner="elsewhere:1:2:3", lease_seconds=1))


def two_calls_are_settled_at_the_same_time(lab: Lab) -> None:
    session = make_session()
    run_stage(session)
    backend, dba = claim(session)
    calls = {held: reserve(held) for held in (backend, dba)}
    inside = threading.Event()

    def slowly(state: Any, *args: Any, **kwargs: Any) -> Any:
        inside.set()
        time.sleep(0.3)  # so that the other one comes meanwhile
        return settle_call(state, *args, **kwargs)

    def first() -> None:
        try:
            settle(backend, calls[backend], rule=slowly)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(5)
    settle(dba, calls[dba])
    thread.join()
    apply(session.pk, end_session, by="person")


def a_budget_is_nearly_used_up_while_two_calls_run(lab: Lab) -> None:
    session = make_session(budget_usd="0.25")
    [architect] = claim(session)
    make_call(architect, cost_usd="0.01")
    hand_in(architect)
    backend, dba = claim(session)
    backend_call, dba_call = reserve(backend), reserve(dba)
    settle(backend, backend_call)
    fail(backend, passing=True)
    [again] = claim(session)
    if not isinstance(call := reserve(again), Refused):
        settle(again, call)
    settle(dba, dba_call)
    hand_in(dba)
    apply(session.pk, end_session, by="person")


def somebody_comes_to_watch_in_the_middle(lab: Lab) -> None:
    session = make_session()
    run_stage(session)
    watcher = session.user

    async def watch() -> None:
        path = f"/ws/sessions/{session.pk}/?after=2"
        async with socket(watcher, path) as client:
            told = await frame(client)
            assert told["type"] == "hello"
            await asyncio.to_thread(decide)
            while told.get("seq") is None or told["seq"] < told_last:
                told = await frame(client)
                lab.log("ws_log", watcher="w", session_id=session.pk, after=2, frame=told)
        await close_feed()

    def decide() -> None:
        try:
            apply(session.pk, record_decision, user_id=session.user_id, by="person", text="No cookies.")
        finally:
            connection.close()

    told_last = session.last_seq + 1
    asyncio.run(watch())
    lab.limits = Limits(stuck_seconds=60)


def a_call_would_cost_more_than_is_left(lab: Lab) -> None:
    session = make_session(budget_usd="0.05")
    [architect] = claim(session)
    if not isinstance(call := reserve(architect), Refused):
        settle(architect, call)
        hand_in(architect)


def a_model_answers_with_text_that_nobody_sees(lab: Lab) -> None:
    foul = Answering()
    foul.text = json.dumps(
        {"summary": "Done\u202e\u200b", "artifacts": [{"path": "a.md", "content": "a\u2066b\x1b[31m"}]},
        ensure_ascii=False,
    )
    lab.answer_with(foul)
    with lab.worker():
        wait_for_end(make_session())


@dataclass(frozen=True)
class Case:
    """A planted bug, where it shows, and one kind of violation that it must lead to."""

    bug: str
    scenario: Callable[[Lab], None]
    kind: str


CASES = (
    Case("no_fence", a_worker_wakes_up_after_its_task_was_given_to_another, kinds.ILLEGAL),
    Case("attempt_counted_at_end", a_worker_dies_and_another_takes_over, kinds.ATTEMPT),
    Case("acknowledged_before_commit", the_database_falls_over_right_after_an_answer, kinds.LOST),
    Case("message_outside_transaction", a_commit_fails_after_everything_was_written, kinds.MESSAGE),
    Case("application_clock", two_machines_disagree_about_the_time, kinds.TIME),
    Case("renewal_without_deadline", a_provider_hangs_once, kinds.STUCK),
    Case("one_shot_recovery", a_worker_far_away_dies_when_everybody_has_long_been_up, kinds.STUCK),
    Case("no_unique_key", two_calls_are_settled_at_the_same_time, kinds.TWICE),
    Case("double_refund", a_budget_is_nearly_used_up_while_two_calls_run, kinds.CAP),
    Case("socket_without_sequence", somebody_comes_to_watch_in_the_middle, kinds.GAP),
    Case("budget_checked_after", a_call_would_cost_more_than_is_left, kinds.CAP),
    Case("missing_cleaning", a_model_answers_with_text_that_nobody_sees, kinds.TEXT),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.scenario.__name__)
def test_without_a_bug_the_checker_has_nothing_to_say(lab, case):
    case.scenario(lab)

    assert lab.found() == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.bug)
def test_the_checker_finds_each_planted_bug(lab, case):
    bugs.plant(case.bug)
    getattr(bugs.bug(case.bug), "change_database", lambda: None)()

    case.scenario(lab)

    assert case.kind in lab.found()


def test_there_are_twelve_bugs_and_each_says_what_it_does_also_in_the_docs():
    page = (ROOT / "docs" / "chaos.md").read_text()

    assert [case.bug for case in CASES] == list(bugs.NAMES)
    assert len(CASES) == 12
    for name in bugs.NAMES:
        assert name == bugs.bug(name).NAME
        assert f"| `{name}` | {bugs.bug(name).__doc__} |" in page


def test_every_bug_can_be_planted_in_a_process_of_the_house(tmp_path):
    environment = app_environment(
        tmp_path, 0, DJANGO_SETTINGS_MODULE="tests.chaos.settings", SAGE_LAB_BUGS=",".join(bugs.NAMES)
    )

    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_bug_whose_place_is_gone_cannot_be_planted():
    with pytest.raises(AssertionError, match="look where this bug belongs now"):
        bugs.replace(bugs, "not_there", None)
    with pytest.raises(AssertionError, match="look where this bug belongs now"):
        bugs.without("SELECT 1", "FOR UPDATE")


# --- the same, in a whole house --------------------------------------------------------------------------------------


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("bug", "kind"),
    [
        ("", None),
        ("attempt_counted_at_end", kinds.ATTEMPT),
        ("application_clock", kinds.TIME),
        ("budget_checked_after", kinds.CAP),
    ],
)
def test_a_house_whose_workers_die_is_sound_unless_a_bug_is_planted_in_its_processes(bug, kind):
    with running_house(SAGE_LEASE_SECONDS="2", SAGE_WORKERS="2", SAGE_LAB_BUGS=bug) as house:
        house.provide(latency=0.3, hostile=True)
        starter = Starter(house)
        for role in ("architect", "backend_dev", "dba", "frontend_dev"):
            starter.start(arm=[{"name": "reserve_call.after_commit", "action": "kill", "role": role}])
        starter.start(budget_usd="0.05")
        starter.close()
        heard_at, events = time.monotonic(), -1
        while time.monotonic() - heard_at < 2 * SILENCE_SECONDS:
            time.sleep(0.5)
            [(count,)] = house.rows("SELECT count(*) FROM session_events")
            if count > events:
                events, heard_at = count, time.monotonic()
        violations = check(house.database_url, provider_log=house.provider_log)

    print(*violations[:20], sep="\n")
    found = {violation.kind for violation in violations}
    assert found == set() if kind is None else kind in found
