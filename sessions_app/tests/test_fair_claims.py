"""Who gets the next slot: fewest running first, and never more than the limits allow."""

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from sessions_app.engine import work
from sessions_app.engine.connections import rows
from sessions_app.engine.group_commit import GroupWriter
from sessions_app.engine.worker import Worker
from sessions_app.models import AgentTask, ExecutionSession
from sessions_app.queries.waiting import load_of, waiting_in
from sessions_app.rules.claims import claim_tasks
from sessions_app.rules.limits import Limits, Load
from sessions_app.tests.connections import end_other_clients
from sessions_app.tests.factories import WORKER, claim, make_session
from teams.tests.factories import make_team

LIMITS = {"tasks_per_user": 0, "stages_per_user": 0, "tasks_per_team": 0}
IN_LOOP_SECONDS = 60


@pytest.fixture
def _connections_of_threads_are_ended():
    yield
    with connection.cursor() as cursor:  # they would hold up the end of the tests
        end_other_clients(cursor)


def candidates(slots: int, sql: str = work.READY_TASKS, **limits: int) -> list[int]:
    """Sessions whose task a worker with so many free slots would take, in that order."""
    found = rows(sql, {"slots": slots, "suspect_after": 2, **LIMITS, **limits})
    return [session_id for _, session_id, _ in found]


def architect_of(session: ExecutionSession) -> AgentTask:
    return session.tasks.get(agent_role="architect")


def age(session: ExecutionSession, seconds: float) -> None:
    session.tasks.filter(ready_at__isnull=False).update(ready_at=F("ready_at") - timedelta(seconds=seconds))


@pytest.mark.django_db
def test_who_has_least_running_comes_first_then_everybody_in_turn_then_who_waits_longest():
    busy, idle, patient = make_team(), make_team(), make_team()
    claim(make_session(busy))
    of_busy = [make_session(busy) for _ in range(2)]
    of_idle = [make_session(idle) for _ in range(3)]
    of_patient = [make_session(patient)]
    age(of_busy[0], 60)
    age(of_patient[0], 30)

    order = candidates(6)

    assert order == [
        of_patient[0].pk,  # nothing of theirs runs; this one waits longest
        of_idle[0].pk,
        of_busy[0].pk,  # each would then have two
        of_idle[1].pk,
        of_busy[1].pk,
        of_idle[2].pk,
    ]
    assert candidates(1) == [of_patient[0].pk]


@pytest.mark.django_db
def test_who_is_at_a_limit_is_passed_over():
    full, other = make_team(), make_team()
    claim(make_session(full))
    make_session(full)
    theirs = make_session(other)

    assert candidates(5, tasks_per_user=1) == [theirs.pk]
    assert candidates(5, stages_per_user=1) == [theirs.pk]
    assert candidates(5, tasks_per_team=1) == [theirs.pk]
    assert len(candidates(5)) == 2


@pytest.mark.django_db
def test_a_suspect_is_seen_only_by_those_who_run_nothing_else():
    suspect, fresh = make_session(), make_session()
    suspect.tasks.filter(agent_role="architect").update(lost_count=2)

    assert candidates(5) == [fresh.pk]
    assert candidates(5, work.SUSPECTS) == [suspect.pk]
    assert candidates(5, work.SUSPECTS, tasks_per_user=1) == [suspect.pk]


@pytest.mark.django_db
def test_work_of_paused_sessions_and_retries_that_are_not_due_are_not_offered():
    paused, retried = make_session(), make_session()
    ExecutionSession.objects.filter(pk=paused.pk).update(status="paused")
    age(retried, -60)

    assert candidates(5) == []


# Copies of a session with its first stage and task, `from` to `to` of them, each of the next person's.
COPIES = """
WITH numbers AS (SELECT n FROM generate_series(%(from)s, %(to)s) n), copies AS (
  INSERT INTO execution_sessions
  SELECT copy.* FROM numbers, execution_sessions s, jsonb_populate_record(s, jsonb_build_object(
    'id', s.id + n, 'chain_id', gen_random_uuid(), 'user_id', (%(users)s::bigint[])[1 + n %% %(people)s])) copy
  WHERE s.id = %(session)s
), copied_stages AS (
  INSERT INTO stages
  SELECT copy.* FROM numbers, stages g, jsonb_populate_record(g, jsonb_build_object(
    'id', g.id + n * 10, 'session_id', g.session_id + n)) copy
  WHERE g.session_id = %(session)s AND g.number = 1
)
INSERT INTO agent_tasks
SELECT copy.* FROM numbers, agent_tasks t, jsonb_populate_record(t, jsonb_build_object(
  'id', t.id + n * 10, 'session_id', t.session_id + n, 'stage_id', t.stage_id + n * 10)) copy
WHERE t.session_id = %(session)s AND t.agent_role = 'architect'
"""


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.parametrize(("people", "pages"), [(1, 3_000), (20, 5_000), (200, 20_000)])
def test_finding_work_stays_cheap_with_ten_thousand_tasks_that_are_ready(people, pages):
    first = make_session()
    users = [User.objects.create(username=f"of-many-{n}", email=f"{n}@many.example").pk for n in range(people)]
    parameters = {"session": first.pk, "users": users, "people": people}
    with connection.cursor() as cursor:
        for first_copy in range(1, 10_000, 1_000):
            cursor.execute(COPIES, parameters | {"from": first_copy, "to": first_copy + 999})
        cursor.execute("ANALYZE execution_sessions, stages, agent_tasks")
        limits = {"slots": 64, "suspect_after": 2, **LIMITS, "tasks_per_user": 50}
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {work.READY_TASKS}", limits)
        [(found,)] = cursor.fetchall()

    plan = (json.loads(found) if isinstance(found, str) else found)[0]
    print(f"{people} people: {plan['Plan']['Shared Hit Blocks']} pages, {plan['Execution Time']:.1f} ms")
    assert len(candidates(64, tasks_per_user=50)) == (51 if people == 1 else 64)  # 50 of theirs, and the first
    assert plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] < pages


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_connections_of_threads_are_ended")
@pytest.mark.parametrize("limit", ["tasks_per_user", "stages_per_user"])
def test_a_limit_holds_however_many_claim_at_the_same_time(limit):
    team = make_team()
    teams = [team, make_team(team.owner)]
    sessions = [make_session(team, by=team.owner) for team in teams * 10]
    limits = replace(Limits(), **{limit: 5})
    writers = [GroupWriter() for _ in range(4)]
    together = threading.Barrier(len(writers))
    taken: list[list[int]] = []

    def claim_all(number: int) -> None:
        together.wait()
        claimant = replace(WORKER, owner=f"boot:1:{number}:1", limits=limits)
        futures = [
            writers[number].submit(
                session.pk, claim_tasks, list(session.tasks.values_list("pk", flat=True)), claimant, max_lost=6
            )
            for session in sessions
        ]
        taken.append([claimed.task_id for future in futures for claimed in future.result(20)])

    threads = [threading.Thread(target=claim_all, args=[number]) for number in range(len(writers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for writer in writers:
        writer.close()

    all_taken = [task_id for tasks in taken for task_id in tasks]
    assert len(all_taken) == len(set(all_taken)) == 5
    assert AgentTask.objects.filter(status="running").count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_connections_of_threads_are_ended")
def test_with_one_persons_sessions_waiting_anothers_first_task_starts_at_the_next_free_slot(settings):
    settings.SIMULATOR_LATENCY, settings.WORKER_CONCURRENCY, settings.LEASE_SECONDS = 0.6, 2, 5
    crowd, newcomer = make_team(), make_team()
    for _ in range(20):
        make_session(crowd)
    worker = Worker()
    while AgentTask.objects.filter(status="completed").count() < 4:
        time.sleep(0.02)

    first = make_session(newcomer)
    while architect_of(first).started_at is None:
        time.sleep(0.01)
    worker.drain()

    meanwhile = AgentTask.objects.filter(
        session__team=crowd, started_at__range=(first.started_at, architect_of(first).started_at)
    )
    assert meanwhile.count() <= settings.WORKER_CONCURRENCY  # whom the slots were promised to as it came


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_connections_of_threads_are_ended")
def test_a_worker_never_holds_more_than_its_slots(settings):
    settings.SIMULATOR_LATENCY, settings.WORKER_CONCURRENCY, settings.LEASE_SECONDS = 0.05, 3, 5
    for _ in range(8):
        make_session()
    held: list[int] = []
    worker = Worker()
    ends = time.monotonic() + IN_LOOP_SECONDS
    while ExecutionSession.objects.filter(status="active").exists() and time.monotonic() < ends:
        held.append(AgentTask.objects.filter(status="running").count())
    worker.drain()

    assert ExecutionSession.objects.filter(status="completed").count() == 8
    assert max(held) == 3


@pytest.mark.django_db
def test_a_waiting_task_says_what_it_waits_for(settings):
    team = make_team()
    running, waiting = make_session(team), make_session(team)
    claim(running)

    def said(session: ExecutionSession, role: str = "architect") -> str:
        session.refresh_from_db()
        tasks = list(session.tasks.order_by("id"))
        waits = waiting_in(session, tasks, now=timezone.now())
        return next((waits[task.pk].code for task in tasks if task.agent_role == role and task.pk in waits), "")

    assert said(running) == ""
    assert said(running, "dba") == "stage"
    assert said(waiting) == "slot"
    assert load_of(waiting) == Load(user_tasks=1, user_stages=1, team_tasks=1)
    for name in ("TASKS_PER_USER", "STAGES_PER_USER", "TASKS_PER_TEAM"):
        setattr(settings, f"MAX_RUNNING_{name}", 1)
        assert said(waiting) == name.lower()
        setattr(settings, f"MAX_RUNNING_{name}", 0)
    waiting.tasks.filter(agent_role="architect").update(lost_count=2)
    assert said(waiting) == "quarantine"
    age(waiting, -60)
    assert said(waiting) == "retry"
    ExecutionSession.objects.filter(pk=waiting.pk).update(status="paused")
    assert said(waiting) == "paused"
