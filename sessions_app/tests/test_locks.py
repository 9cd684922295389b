"""Everything that changes sessions, at once and on few of them: one winner of each claim, no deadlock, no long wait."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from django.db import connection

from sessions_app.engine import statements, work
from sessions_app.engine.apply import apply
from sessions_app.engine.connections import rows
from sessions_app.engine.group_commit import GroupWriter
from sessions_app.engine.lost_processes import release_lost_processes
from sessions_app.engine.reconciler import look_once
from sessions_app.engine.review import material_for, review_with
from sessions_app.errors import Refusal
from sessions_app.models import AgentTask, ExecutionSession, SessionEvent
from sessions_app.rules.agent_tasks import Handover, complete_task
from sessions_app.rules.claims import Claimed, claim_tasks, release_task
from sessions_app.rules.control import cancel_task, pause_session, resume_session, retry_session
from sessions_app.rules.ledger import reserve_call
from sessions_app.rules.limits import Limits
from sessions_app.rules.sessions import cancel_session
from sessions_app.tests.connections import end_other_clients
from sessions_app.tests.factories import WORKER, make_deliverable, make_session, role_of
from sessions_app.tests.states import call_plan
from teams.tests.factories import make_team

pytestmark = pytest.mark.django_db(transaction=True)
LIMITS = Limits(tasks_per_user=6, tasks_per_team=5)
LONGEST_WAIT = """
SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - query_start)), 0)
FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@pytest.fixture(autouse=True)
def _connections_of_threads_are_ended():
    yield
    with connection.cursor() as cursor:  # they would hold up the end of the tests
        end_other_clients(cursor)


@contextmanager
def in_the_background(*acts: Callable[[], object]) -> Iterator[list[BaseException]]:
    """Do each again and again in a thread of its own until the block ends; collect what goes wrong."""
    stop, errors = threading.Event(), []

    def again(act: Callable[[], object]) -> None:
        while not stop.is_set():
            try:
                act()
            except Refusal:
                pass
            except BaseException as error:
                errors.append(error)
        connection.close()

    threads = [threading.Thread(target=again, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield errors
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def reconcile() -> None:
    release_lost_processes()
    look_once()
    time.sleep(0.05)


@pytest.mark.parametrize("rounds", [50, pytest.param(1000, marks=pytest.mark.nightly)])
def test_of_eight_claimers_in_three_clusters_beside_two_reconcilers_one_wins(rounds):
    session = make_session()
    architect = session.tasks.get(agent_role="architect")
    clusters = [GroupWriter() for _ in range(3)]
    claimers = [replace(WORKER, owner=f"elsewhere:1:{number}:1", limits=LIMITS) for number in range(8)]

    began = time.monotonic()
    wins: Counter[int] = Counter()
    with in_the_background(reconcile, reconcile) as errors:
        for _ in range(rounds):
            futures = [
                clusters[number % 3].submit(session.pk, claim_tasks, [architect.pk], claimer, max_lost=6)
                for number, claimer in enumerate(claimers)
            ]
            winners = [(number, taken) for number, future in enumerate(futures) for taken in future.result(20)]
            assert len(winners) == 1
            [(number, taken)] = winners
            wins[number] += 1
            clusters[number % 3].submit(session.pk, release_task, taken.held, reason="the next round").result(20)
    print(f"{rounds} rounds of 8 claimers: {time.monotonic() - began:.1f} s, wins {dict(sorted(wins.items()))}")
    for cluster in clusters:
        cluster.close()

    assert errors == []
    architect.refresh_from_db()
    assert (architect.fence, architect.lost_count, architect.attempt) == (rounds, 0, 0)
    started = SessionEvent.objects.filter(session=session, type="agent_task_started").count()
    assert started == rounds


@pytest.mark.parametrize("seconds", [5, pytest.param(60, marks=pytest.mark.nightly)])
def test_claims_transitions_batches_and_cancels_against_each_other_neither_deadlock_nor_wait_long(seconds):
    owner = make_team()
    teams = [owner, make_team(owner.owner)]
    for team in teams * 3:
        make_session(team, by=owner.owner)
    dice, done = random.Random(7), Counter()
    waits: list[float] = []
    [(deadlocks_before,)] = rows(DEADLOCKS)

    def some_session() -> ExecutionSession:
        return dice.choice(list(ExecutionSession.objects.order_by("-id")[:6]))

    numbers = itertools.count(1)

    def cluster() -> Callable[[], None]:
        writer = GroupWriter()
        claimant = replace(WORKER, owner=f"elsewhere:2:{next(numbers)}:1", limits=LIMITS)

        def work_on_all() -> None:
            """Claim in every session at once, and take what was won through a call to its end, in batches."""
            sessions = list(ExecutionSession.objects.order_by("-id")[:6])
            claims = [
                writer.submit(
                    session.pk, claim_tasks, list(session.tasks.values_list("pk", flat=True)), claimant, max_lost=6
                )
                for session in sessions
            ]
            wait(claims, 20)
            won = [taken for claim in claims if claim.exception() is None for taken in claim.result()]
            done["claims"] += len(won)
            ends = [writer.submit(*step) for taken in won for step in steps_of(taken)]
            wait(ends, 20)
            done["transitions"] += sum(end.exception() is None for end in ends)

        return work_on_all

    def steps_of(taken: Claimed) -> Iterator[tuple]:
        yield taken.session_id, reserve_call, taken.held, replace(call_plan("0.01"), call_key=taken.call_key)
        handover = Handover(make_deliverable(role_of(taken)), [], {"brief": "…"}, {"provider": "simulator"})
        material = material_for(taken.task_id)
        handover = replace(handover, review=review_with(material, handover) if material else None)
        yield taken.session_id, complete_task, taken.held, handover

    def people() -> None:
        session = some_session()
        task = dice.choice(list(session.tasks.all()))
        act = dice.choice(
            [
                lambda: apply(session.pk, pause_session, by="a person"),
                lambda: apply(session.pk, resume_session, by="a person"),
                lambda: apply(session.pk, cancel_task, task.pk, by="a person"),
                lambda: apply(session.pk, retry_session, by="a person"),
                lambda: (apply(session.pk, cancel_session, by="a person"), make_session(session.team, by=owner.owner)),
            ]
        )
        began = time.monotonic()
        with suppress(Refusal):
            act()
            done["acts of people"] += 1
        done["longest act, ms"] = max(done["longest act, ms"], round((time.monotonic() - began) * 1000))

    def renew() -> None:
        held = AgentTask.objects.filter(status="running").order_by("id").values_list("pk", "fence")
        document = statements.json_text([{"id": pk, "fence": fence, "progress": {}} for pk, fence in held])
        done["renewals"] += len(rows(work.RENEW_LEASES, [document, 20]))

    def watch() -> None:
        waits.append(float(rows(LONGEST_WAIT)[0][0]))
        time.sleep(0.02)

    acts = [cluster(), cluster(), cluster(), people, people, renew, reconcile, reconcile, watch]
    with in_the_background(*acts) as errors:
        time.sleep(seconds)

    print(f"{seconds} s: {dict(done)}, longest wait for a lock {max(waits) * 1000:.0f} ms of {len(waits)} looks")
    assert errors == []
    assert rows(DEADLOCKS) == [(deadlocks_before,)]
    assert max(waits) < 1.0
    assert all(done[what] > 0 for what in ("claims", "transitions", "acts of people", "renewals"))
