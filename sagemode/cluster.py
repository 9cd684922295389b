"""Django-Q2's cluster with two of its parts replaced, so that no killed process can freeze it."""

from __future__ import annotations

import multiprocessing.sharedctypes
from contextlib import nullcontext
from typing import Any

import django_q.cluster
from django_q.cluster import Cluster

from sagemode.packet_queue import PacketQueue


class UnguardedValue:
    """A number that a worker shares with its guard, without the lock that a killed worker would leave taken.

    One process writes it at a time, and a float is written whole.
    """

    def __init__(self, typecode: str, value: float) -> None:
        self._shared: Any = multiprocessing.sharedctypes.RawValue(typecode, value)

    @property
    def value(self) -> float:
        return float(self._shared.value)

    @value.setter
    def value(self, value: float) -> None:
        self._shared.value = value

    def get_lock(self) -> nullcontext[None]:
        """Return what stands where Django-Q takes a lock."""
        return nullcontext()


def make_cluster() -> Cluster:
    """Return a cluster, not yet started, whose queues and timers hold no lock."""
    django_q.cluster.Queue = PacketQueue
    django_q.cluster.Value = UnguardedValue
    return Cluster()
