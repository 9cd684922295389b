import multiprocessing
import os
import signal
from queue import Empty

import pytest

from sagemode.packet_queue import PacketQueue

fork = multiprocessing.get_context("fork")


def forward(source, target):
    for item in iter(source.get, "STOP"):
        target.put(item)


def test_items_come_out_in_order_and_whole():
    queue = PacketQueue()

    for number in range(10):
        queue.put({"id": number})

    assert [queue.get()["id"] for _ in range(10)] == list(range(10))
    assert queue.empty()
    with pytest.raises(Empty):
        queue.get(timeout=0.01)


def test_killing_a_reader_that_waits_freezes_nobody():
    tasks, results = PacketQueue(), PacketQueue()
    readers = [fork.Process(target=forward, args=[tasks, results]) for _ in range(3)]
    for reader in readers:
        reader.start()
    tasks.put("warm")
    assert results.get(timeout=5) == "warm"

    os.kill(readers[0].pid, signal.SIGKILL)
    os.kill(readers[1].pid, signal.SIGKILL)
    for reader in readers[:2]:
        reader.join()
    for number in range(20):
        tasks.put(number)

    assert sorted(results.get(timeout=5) for _ in range(20)) == list(range(20))
    tasks.put("STOP")
    readers[2].join(5)
    assert readers[2].exitcode == 0


def test_a_result_that_no_packet_can_hold_is_cut_instead_of_lost():
    queue = PacketQueue()

    queue.put({"id": 1, "result": "x" * 1_000_000})

    assert len(queue.get(timeout=1)["result"]) == 2000
