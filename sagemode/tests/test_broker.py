"""The queue: what goes in comes out once, due in its time, and nothing is ever unpickled from the table."""

import os
import pickle
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from sagemode.broker import Broker

pytestmark = pytest.mark.django_db
FUNC = "sessions_app.tasks.run_agent_task"


def message(number=1, **more):
    return {"func": FUNC, "args": [number], "group": "chain:1", **more}


def args_of(taken):
    return [SignedPackage.loads(package)["args"] for _, package in taken]


def test_a_message_is_plain_signed_json_in_the_table_and_a_package_for_the_pusher():
    broker = Broker("agents")

    broker.enqueue_many([message(7)])

    [row] = OrmQ.objects.all()
    assert b"\x80" not in row.payload.encode()
    [(row_id, package)] = broker.dequeue()
    assert row_id == row.pk
    told = SignedPackage.loads(package)
    assert (told["func"], told["args"], told["group"], told["ack_failure"]) == (FUNC, (7,), "chain:1", True)


def test_a_message_that_is_taken_is_hidden_until_its_time_is_up_and_gone_when_acknowledged():
    broker = Broker("agents")
    broker.enqueue_many([message()])

    [(row_id, _)] = broker.dequeue()

    assert broker.dequeue() == []
    OrmQ.objects.update(lock=timezone.now() - timedelta(seconds=1))
    assert len(broker.dequeue()) == 1
    broker.acknowledge(row_id)
    assert not OrmQ.objects.exists()


def test_a_message_is_not_taken_before_it_is_due():
    broker = Broker("agents")
    broker.enqueue_many([message(due=timezone.now() + timedelta(hours=1))])

    assert broker.dequeue() == []


class Exploit:
    def __reduce__(self):
        return os.system, ("touch /tmp/sage-mode-was-unpickled",)


@pytest.mark.parametrize(
    "payload",
    [
        "gASVexploit",
        SignedPackage.dumps(Exploit()),
        pickle.dumps(Exploit()).hex(),
        "",
    ],
)
def test_a_forged_row_is_dropped_and_never_unpickled(payload, caplog):
    broker = Broker("agents")
    OrmQ.objects.create(key="agents", payload=payload, lock=timezone.now() - timedelta(seconds=1))
    broker.enqueue_many([message(3)])

    taken = broker.dequeue()

    assert args_of(taken) == [(3,)]
    assert OrmQ.objects.count() == 1
    assert not os.path.exists("/tmp/sage-mode-was-unpickled")
    assert "Dropped queue message" in caplog.text


def test_only_ids_may_travel():
    broker = Broker("agents")

    with pytest.raises(TypeError, match="ids only"):
        broker.enqueue_many([message({"a": "dict"})])


def test_django_q_jobs_go_the_same_way():
    async_task(FUNC, 5, group="jobs", broker=Broker("agents"))

    assert args_of(Broker("agents").dequeue()) == [(5,)]
    with pytest.raises(TypeError, match="no kwargs"):
        async_task(FUNC, task_id=5, broker=Broker("agents"))


@pytest.mark.django_db(transaction=True)
def test_a_message_is_seen_when_its_transaction_commits_and_never_when_it_does_not():
    broker = Broker("agents")
    with transaction.atomic():
        broker.enqueue_many([message(1)])
        transaction.set_rollback(True)
    with transaction.atomic():
        broker.enqueue_many([message(2)])

    assert args_of(broker.dequeue()) == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_a_waiting_reader_is_woken_by_the_message():
    taken = []

    def wait_for_it():
        broker = Broker("agents")
        try:
            ends = time.monotonic() + 10
            while not taken and time.monotonic() < ends:
                taken.extend(broker.dequeue())
        finally:
            broker.close()
            connection.close()

    reader = threading.Thread(target=wait_for_it)
    reader.start()
    Broker("agents").enqueue_many([message(9)])
    reader.join()

    assert args_of(taken) == [(9,)]
