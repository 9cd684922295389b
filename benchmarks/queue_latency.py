"""From enqueue to take: our broker, woken by NOTIFY, beside Django-Q2's own ORM broker, which polls."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from typing import Any

from django.db import connections
from django_q.brokers.orm import ORM
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from sagemode.broker import Broker

MESSAGES = 60
PAUSE_SECONDS = 0.13  # no multiple of the polling interval


def main() -> None:
    """Print the median and the 95th percentile of both, and how often ours is faster."""
    peer = _measure(ORM("peer"), lambda broker, n: broker.enqueue(SignedPackage.dumps({"id": n})))
    ours = _measure(Broker("agents"), lambda broker, n: broker.enqueue_many([{"func": "f", "args": [n], "group": ""}]))
    print("\nEnqueue to take, ms          median     p95")
    for name, times in (("Django-Q2 ORM, poll 0.2 s", peer), ("Sage Mode, NOTIFY", ours)):
        print(f"{name:26} {statistics.median(times):8.1f} {statistics.quantiles(times, n=20)[-1]:7.1f}")
    print(f"{'ratio of medians':26} {statistics.median(peer) / statistics.median(ours):8.1f}")


def _measure(broker: Any, enqueue: Any) -> list[float]:
    """Return milliseconds from enqueue, in this process, to take, in another."""
    OrmQ.objects.all().delete()
    connections.close_all()
    taken: multiprocessing.Queue[float] = multiprocessing.Queue()
    reader = multiprocessing.get_context("fork").Process(target=_read, args=[broker, taken], daemon=True)
    reader.start()
    time.sleep(1)
    times = []
    for number in range(MESSAGES):
        began = time.monotonic()
        enqueue(broker, number)
        times.append((taken.get(timeout=10) - began) * 1000)
        time.sleep(PAUSE_SECONDS)
    reader.terminate()
    reader.join()
    return times


def _read(broker: Any, taken: Any) -> None:
    for _ in range(MESSAGES):
        rows: Any = None
        while not rows:
            rows = broker.dequeue()
        taken.put(time.monotonic())
        for row_id, _package in rows:
            broker.delete(row_id)
