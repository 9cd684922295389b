"""What the reconciler brings back, each from the state that a crash leaves."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django_q.models import OrmQ

from sessions_app.engine import reconciler
from sessions_app.engine.apply import apply
from sessions_app.engine.lost_processes import release_lost_processes
from sessions_app.engine.owner import current_owner, is_gone
from sessions_app.engine.reconciler import look_once
from sessions_app.models import CallStatus, SessionEvent
from sessions_app.rules.claims import Claimant, lose_tasks
from sessions_app.rules.ledger import reserve_call
from sessions_app.tests.factories import claim, make_session, run_stage
from sessions_app.tests.states import call_plan

pytestmark = pytest.mark.django_db
OWN_IDENTITY = (
    "import os, sys; sys.path.insert(0, os.getcwd()); "
    "from sessions_app.engine.owner import current_owner; print(current_owner(), flush=True); sys.stdin.read()"
)


def architect_of(session):
    return session.tasks.get(agent_role="architect")


def test_an_expired_lease_is_brought_back_with_a_new_wake_up():
    session = make_session()
    claim(session)
    session.tasks.filter(agent_role="architect").update(lease_until=F("lease_until") - timedelta(minutes=1))
    OrmQ.objects.all().delete()

    look_once()
    look_once()

    task = architect_of(session)
    assert (task.status, task.lost_count, task.lease_owner) == ("pending", 1, "")
    assert OrmQ.objects.filter(pk=task.queue_task_id).exists()
    assert SessionEvent.objects.filter(session=session, type="agent_task_released").count() == 1


def test_a_live_lease_is_left_alone():
    session = make_session()
    claim(session)

    look_once()

    assert architect_of(session).status == "running"


def test_a_ready_task_whose_wake_up_was_lost_gets_a_new_one():
    session = make_session()
    OrmQ.objects.all().delete()
    session.tasks.filter(agent_role="architect").update(ready_at=F("ready_at") - timedelta(minutes=1))

    look_once()

    assert OrmQ.objects.filter(pk=architect_of(session).queue_task_id).count() == 1
    look_once()
    assert OrmQ.objects.count() == 1


def test_a_stage_whose_tasks_have_ended_is_moved_on():
    session = make_session()
    run_stage(session)
    session.stages.filter(number=2).update(status="pending")
    session.stages.filter(number=1).update(status="running")
    session.tasks.filter(stage__number=2).update(ready_at=None)

    look_once()

    assert session.stages.get(number=2).status == "running"


def test_a_reservation_that_nobody_waits_for_is_settled_as_spent():
    session = make_session()
    [taken] = claim(session)
    apply(session.pk, reserve_call, taken.held, call_plan("0.50"))
    session.tasks.filter(agent_role="architect").update(status="pending")

    look_once()

    session.refresh_from_db()
    assert session.llm_calls.get().status == CallStatus.UNCONFIRMED
    assert (str(session.spent_usd), session.reserved_usd) == ("0.500000", 0)


def test_the_tasks_of_a_process_that_is_gone_come_back_at_once():
    session = make_session()
    process = subprocess.Popen(
        [sys.executable, "-c", OWN_IDENTITY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    owner = process.stdout.readline().strip()
    claim(session, worker=Claimant(owner, lease_seconds=600, hard_seconds=1800, slots=8))
    release_lost_processes()
    assert architect_of(session).status == "running"

    process.kill()
    process.wait()
    release_lost_processes()

    assert architect_of(session).status == "pending"


def test_a_zombie_counts_as_gone_and_a_stranger_from_another_machine_does_not():
    process = subprocess.Popen(
        [sys.executable, "-c", OWN_IDENTITY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    owner = process.stdout.readline().strip()
    assert not is_gone(owner)

    process.kill()
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        pass
    assert is_gone(owner)
    process.wait()

    assert not is_gone("another-boot:1:2:3")
    assert not is_gone(current_owner())
    assert not is_gone("nonsense")


def test_one_session_that_breaks_a_rule_of_ours_does_not_keep_the_others_waiting(monkeypatch):
    poisoned, fine = make_session(), make_session()
    for session in (poisoned, fine):
        claim(session)
        session.tasks.filter(agent_role="architect").update(lease_until=F("lease_until") - timedelta(minutes=1))

    def breaks_on_one(state, *args, **kwargs):
        if state.session.id == poisoned.pk:
            raise KeyError("broken")
        return lose_tasks(state, *args, **kwargs)

    monkeypatch.setattr(reconciler, "lose_tasks", breaks_on_one)
    look_once()

    assert architect_of(fine).status == "pending"
    assert architect_of(poisoned).status == "running"


def test_waiting_tasks_keep_their_place_when_they_are_announced_again():
    session = make_session()
    session.tasks.filter(agent_role="architect").update(ready_at=F("ready_at") - timedelta(minutes=1))
    before = architect_of(session).ready_at
    OrmQ.objects.all().delete()

    look_once()

    assert architect_of(session).ready_at == before
