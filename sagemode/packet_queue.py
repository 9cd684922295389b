"""A queue between processes that no killed process can freeze.

Django-Q's own queues guard their pipes with locks: whoever is killed while it holds one (an idle worker always holds
the lock of the task queue) leaves the whole cluster waiting for ever. Here a message is one packet of a socket pair:
the kernel hands each packet to exactly one reader, whole, without any lock. A reader that dies loses at most the
packet it had just taken, and in Sage Mode the database sends such a message again.
"""

from __future__ import annotations

import math
import pickle
import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, Full
from typing import Any

from sagemode import pulse

BEAT_SECONDS = 1.0
LARGEST_PACKET = 200_000  # bytes; our messages carry ids, results are None or a traceback


class PacketQueue:
    """What a Django-Q cluster needs of `multiprocessing.Queue`, over an AF_UNIX socket pair of packets."""

    def __init__(self, maxsize: int = 0) -> None:
        self._reader, self._writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST_PACKET + 4096)
        self._maxsize = maxsize

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add an item; waits while the readers are behind. Raises Full when `timeout` seconds were not enough."""
        packet = pickle.dumps(item)
        if len(packet) > LARGEST_PACKET:
            packet = pickle.dumps(_shortened(item))
        for _ in self._ready_to(self._writer, select.POLLOUT, block, timeout):
            with suppress(BlockingIOError):  # another writer was faster
                self._writer.send(packet, socket.MSG_DONTWAIT)
                return
        raise Full

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item. Raises Empty when none came within `timeout` seconds, EOFError when no writer is left."""
        for _ in self._ready_to(self._reader, select.POLLIN, block, timeout):
            with suppress(BlockingIOError):  # another reader was faster
                packet = self._reader.recv(LARGEST_PACKET + 4096, socket.MSG_DONTWAIT)
                if not packet:
                    raise EOFError
                return pickle.loads(packet)  # noqa: S301  (made by a process of this cluster)
        raise Empty

    def _ready_to(self, end: socket.socket, event: int, block: bool, timeout: float | None) -> Iterator[None]:
        """Yield whenever the socket looks ready, until the time is up; waiting for work is a sign of life."""
        poll = select.poll()  # no select: it refuses descriptors over 1,023
        poll.register(end, event)
        ends = time.monotonic() + timeout if block and timeout is not None else math.inf
        while True:
            pulse.beat()
            left = min(max(ends - time.monotonic(), 0.0), BEAT_SECONDS) if block else 0.0
            if poll.poll(left * 1000):
                yield
            elif not block or time.monotonic() >= ends:
                return

    def empty(self) -> bool:
        """Whether nothing waits at this moment."""
        return not select.select([self._reader], [], [], 0)[0]

    def qsize(self) -> int:
        """How many items wait; a socket tells only whether any does."""
        return 0 if self.empty() else 1

    def close(self) -> None:
        """Nothing to do: the sockets go with the process."""

    def join_thread(self) -> None:
        """Nothing to do: there is no feeder thread; what was put is in the kernel."""


def _shortened(item: Any) -> Any:
    """Cut a result that no packet can hold; what is stored of a run is its outcome, not its output."""
    return {**item, "result": str(item.get("result"))[:2000]} if isinstance(item, dict) else item
