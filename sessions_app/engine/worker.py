"""A worker process: takes ready agent tasks and runs them side by side on one event loop.

Everything it knows is a hint, the database decides: a task is claimed under the session's lock, every write names the
claim's fence, and what a crash leaves behind is brought back by the reconciler. The loop lives as long as the process;
the queue's own thread only wakes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import util
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from sessions_app.engine import statements
from sessions_app.engine.agent import AgentRun
from sessions_app.engine.connections import drop_broken_connection
from sessions_app.engine.group_commit import GroupWriter
from sessions_app.engine.owner import current_owner, host
from sessions_app.errors import LeaseLost
from sessions_app.rules.agent_tasks import Claimant, Claimed, claim_tasks, release_task

log = logging.getLogger(__name__)
Result = TypeVar("Result")

TICK_SECONDS = 1.0
BEAT_EVERY_TICKS = 3
READERS = 4


@dataclass
class Running:
    """A task that this process holds."""

    claimed: Claimed
    run: AgentRun
    work: asyncio.Task[None] = field(init=False)


class Worker:
    """Holds up to SAGE_WORKER_CONCURRENCY tasks of this process, renews their leases and runs them."""

    def __init__(self) -> None:
        self.owner = current_owner()
        self.slots = settings.WORKER_CONCURRENCY
        self.running: dict[int, Running] = {}
        self.draining = False
        self._claiming = 0  # slots promised to a claim that is under way
        self._writer = GroupWriter()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._loop = asyncio.new_event_loop()
        self._renewed_at = time.monotonic()
        threading.Thread(target=self._serve, name="agents", daemon=True).start()

    # --- called from the queue's thread ---

    def take(self, task_id: int) -> None:
        """Claim ready tasks, this one among them, as far as slots are free. Returns once the claim is committed."""
        asyncio.run_coroutine_threadsafe(self._claim_ready(), self._loop).result(timeout=60)

    def drain(self) -> None:
        """Take nothing new, let running tasks finish for SAGE_SHUTDOWN_SECONDS, give back what is left, stop."""
        # Whoever supervises us ends us when the time is up; what is given back must be written before.
        patience = max(settings.SHUTDOWN_SECONDS - 2.0, 0.5)
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._drain(patience), self._loop).result(timeout=patience + 10)
        self._writer.close()

    # --- the loop ---

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        ticking, guarding = self._loop.create_task(self._tick_for_ever()), self._loop.create_task(self._guard_leases())
        self._loop.run_until_complete(asyncio.gather(ticking, guarding))

    async def _tick_for_ever(self) -> None:
        tick = 0
        while True:
            began = time.monotonic()
            try:
                await self._renew()
                if tick % BEAT_EVERY_TICKS == 0:
                    await self._read(self._beat)
                await self._claim_ready()
            except DatabaseError as error:
                log.warning("The worker could not reach the database: %s", type(error).__name__)
            except Exception:
                log.exception("The worker met an error of its own")
            tick += 1
            await asyncio.sleep(max(0.05, self._tick_seconds() - (time.monotonic() - began)))

    def _tick_seconds(self) -> float:
        return min(TICK_SECONDS, settings.LEASE_SECONDS / 4)

    async def _claim_ready(self) -> None:
        """Claim as many ready tasks as there are free slots."""
        free = self._free_slots()
        if self.draining or free <= 0:
            return
        self._claiming += free
        try:
            by_session: dict[int, list[int]] = {}
            for task_id, session_id in await self._read(functools.partial(_rows, statements.READY_TASKS, [free])):
                by_session.setdefault(session_id, []).append(task_id)
            claims = [
                self._write(session_id, claim_tasks, task_ids, self._claimant(free), max_lost=settings.MAX_LOST)
                for session_id, task_ids in by_session.items()
            ]
            for taken in await asyncio.gather(*claims, return_exceptions=True):
                if isinstance(taken, BaseException):
                    log.warning("A claim was not written: %s", taken)
                else:
                    self._start(taken)
        finally:
            self._claiming -= free

    def _start(self, taken: list[Claimed]) -> None:
        if not self.running:
            self._renewed_at = time.monotonic()  # the claim itself gave the first lease
        for claimed in taken:
            running = Running(claimed, AgentRun(claimed, self._write, self._read))
            self.running[claimed.task_id] = running
            running.work = self._loop.create_task(self._run(running))

    async def _run(self, running: Running) -> None:
        """Run a task to its end; whoever finishes a stage starts the next one's tasks at once."""
        claimed = running.claimed
        try:
            next_tasks = await running.run.to_the_end(next_for=lambda: self._claimant(self._free_slots() + 1))
            self._start(next_tasks)
        except asyncio.CancelledError:
            pass
        except LeaseLost:
            log.info("Task %s is no longer ours", claimed.task_id)
        except Exception:
            log.exception("Task %s was dropped; its lease will run out", claimed.task_id)
        finally:
            if self.running.get(claimed.task_id) is running:
                del self.running[claimed.task_id]
        with contextlib.suppress(Exception):
            await self._claim_ready()

    async def _renew(self) -> None:
        """Renew the leases of tasks whose step is inside its deadline; end those that are no longer ours."""
        began = time.monotonic()
        held = {}
        for task_id, running in list(self.running.items()):
            if running.run.is_late():
                running.run.time_out()
            else:
                held[task_id] = running
        if held:
            document = statements.json_text(
                [
                    {"id": task_id, "fence": running.claimed.fence, "progress": running.run.progress()}
                    for task_id, running in held.items()
                ]
            )
            kept = await self._read(
                functools.partial(_rows, statements.RENEW_LEASES, [document, settings.LEASE_SECONDS])
            )
            for task_id in held.keys() - {row[0] for row in kept}:
                # Cancelled, ended by a person, or held by another worker: whatever we did would be thrown away.
                if self.running.get(task_id) is held[task_id]:
                    held[task_id].run.give_up()
        self._renewed_at = began

    async def _guard_leases(self) -> None:
        """End this process before its leases do: a database that hangs must not leave two workers on one task."""
        while True:
            if self.running and time.monotonic() - self._renewed_at > settings.LEASE_SECONDS * 0.8:
                log.critical("Leases could not be renewed; this process ends so that another can take over")
                os._exit(1)
            await asyncio.sleep(self._tick_seconds())

    def _beat(self) -> None:
        _rows(
            statements.BEAT,
            {
                "owner": self.owner,
                "host": host(),
                "cluster": "agents",
                "slots": self.slots,
                "running": len(self.running),
                "version": settings.VERSION,
            },
        )

    async def _drain(self, patience_seconds: float) -> None:
        self.draining = True
        ends = time.monotonic() + patience_seconds
        while self.running and time.monotonic() < ends:
            await asyncio.sleep(0.05)
        left = list(self.running.values())
        for running in left:
            running.work.cancel()
        given_back = [
            self._write(
                running.claimed.session_id, release_task, running.claimed.held, reason="the worker is shutting down"
            )
            for running in left
        ]
        await asyncio.gather(*given_back, return_exceptions=True)
        await self._read(functools.partial(_rows, statements.FORGET_BEAT, [self.owner]))

    # --- the database, off the loop ---

    async def _write(self, session_id: int, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await asyncio.wrap_future(self._writer.submit(session_id, rule, *args, **kwargs))

    async def _read(self, query: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._readers, _with_connection, query)

    def _claimant(self, slots: int) -> Claimant:
        return Claimant(self.owner, settings.LEASE_SECONDS, settings.TASK_HARD_SECONDS, 0 if self.draining else slots)

    def _free_slots(self) -> int:
        return self.slots - len(self.running) - self._claiming


_worker: Worker | None = None
_worker_pid = 0


def current_worker() -> Worker:
    """Return the worker of this process; made on first use, so that it belongs to this side of a fork."""
    global _worker, _worker_pid
    if _worker is None or _worker_pid != os.getpid():
        _worker, _worker_pid = Worker(), os.getpid()
        # Runs when a Django-Q worker leaves its loop after SIGTERM; without it all work on our loop would be lost.
        util.Finalize(_worker, _worker.drain, exitpriority=100)
    return _worker


def _rows(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def _with_connection(query: Callable[[], Result]) -> Result:
    drop_broken_connection()
    return query()
