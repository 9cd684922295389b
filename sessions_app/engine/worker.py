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
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import util
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error as DatabaseError

from sessions_app.engine import statements, work
from sessions_app.engine.agent import AgentRun
from sessions_app.engine.connections import drop_broken_connection, rows
from sessions_app.engine.failpoints import failpoint
from sessions_app.engine.group_commit import GroupWriter
from sessions_app.engine.heartbeat import beat
from sessions_app.engine.owner import current_owner
from sessions_app.errors import Busy, LeaseLost, Refusal
from sessions_app.rules.claims import Claimant, Claimed, claim_tasks, release_task
from sessions_app.rules.state import Held

log = logging.getLogger(__name__)
Result = TypeVar("Result")

SHUTTING_DOWN = "the worker is shutting down"
TICK_SECONDS = 1.0
TAKE_SECONDS = 30  # less than the queue's own time limit, which would end this process
BEAT_SECONDS = 3.0
READERS = 4
CHECKERS = 2


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
        self._checkers = ThreadPoolExecutor(CHECKERS, thread_name_prefix="checker")
        self._renewer = ThreadPoolExecutor(1, thread_name_prefix="renewer")  # nothing else may hold up a lease
        self._unknown: set[tuple[int, int]] = set()
        self._loop = asyncio.new_event_loop()
        self._renewed_at = time.monotonic()
        self._living: asyncio.Task[None]
        threading.Thread(target=self._serve, name="agents", daemon=True).start()

    # --- called from the queue's thread ---

    def take(self, task_id: int) -> None:
        """Claim ready tasks, this one among them, as far as slots are free. Returns once the claim is committed."""
        failpoint("worker.woken", task_id=task_id)
        asyncio.run_coroutine_threadsafe(self._claim_ready(), self._loop).result(timeout=TAKE_SECONDS)

    def drain(self) -> None:
        """Take nothing new, let running tasks finish for SAGE_SHUTDOWN_SECONDS, give back what is left, stop."""
        # Whoever supervises us ends us when the time is up; what is given back must be written before.
        patience = max(settings.SHUTDOWN_SECONDS - 2.0, 0.5)
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._drain(patience), self._loop).result(timeout=patience + 10)
        self._loop.call_soon_threadsafe(self._living.cancel)
        self._writer.close()

    # --- the loop ---

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._living = self._loop.create_task(self._live())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._living)

    async def _live(self) -> None:
        tick_seconds = min(TICK_SECONDS, settings.LEASE_SECONDS / 4)
        await asyncio.gather(
            self._again(tick_seconds, self._renew),
            self._again(tick_seconds, self._claim_ready),
            self._again(BEAT_SECONDS, self._look_after_ourselves),
            self._again(tick_seconds, self._guard_leases),
        )

    async def _again(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        """Do something for ever, every so many seconds, each by itself: none holds up another."""
        while True:
            began = time.monotonic()
            try:
                await act()
            except DatabaseError as error:
                log.warning("The worker could not reach the database: %s", type(error).__name__)
            except Exception:
                log.exception("The worker met an error of its own")
            await asyncio.sleep(max(0.05, seconds - (time.monotonic() - began)))

    async def _claim_ready(self) -> None:
        """Claim as many ready tasks as there are free slots."""
        free = self._free_slots()
        if self.draining or free <= 0:
            return
        self._claiming += free
        try:
            by_session: dict[int, list[int]] = {}
            for task_id, session_id in await self._read(functools.partial(rows, work.READY_TASKS, [free])):
                by_session.setdefault(session_id, []).append(task_id)
            claims = [
                self._write(
                    session_id,
                    claim_tasks,
                    task_ids,
                    self._claimant(free),
                    max_lost=settings.MAX_LOST,
                    patience_seconds=0,  # a session that others hold now is looked at again in a second
                )
                for session_id, task_ids in by_session.items()
            ]
            for taken in await asyncio.gather(*claims, return_exceptions=True):
                if isinstance(taken, Busy):
                    continue
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
            if self.draining:
                self._writer.submit(claimed.session_id, release_task, claimed.held, reason=SHUTTING_DOWN)
                continue
            failpoint("worker.claimed", session_id=claimed.session_id, task_id=claimed.task_id)
            run = AgentRun(claimed, write=self._write, read=self._read, examine=self._check)
            running = Running(claimed, run)
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
            log.exception("Task %s was dropped; it goes back in a moment", claimed.task_id)
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
                    for task_id, running in sorted(held.items())
                ]
            )
            renewal = functools.partial(rows, work.RENEW_LEASES, [document, settings.LEASE_SECONDS])
            kept = await self._loop.run_in_executor(self._renewer, _with_connection, renewal)
            for task_id in held.keys() - {row[0] for row in kept}:
                # Cancelled, ended by a person, or held by another worker: whatever we did would be thrown away.
                if self.running.get(task_id) is held[task_id]:
                    held[task_id].run.give_up()
        self._renewed_at = began

    async def _guard_leases(self) -> None:
        """End this process before its leases do: a database that hangs must not leave two workers on one task."""
        if self.running and time.monotonic() - self._renewed_at > settings.LEASE_SECONDS * 0.8:
            log.critical("Leases could not be renewed; this process ends so that another can take over")
            os._exit(1)

    async def _look_after_ourselves(self) -> None:
        """Give a sign of life, and give back tasks that are ours in the database and unknown here.

        The answer to a commit can be lost: then a claim was written and nobody runs it. Two looks tell such a task
        from one that is just being started.
        """
        await self._read(lambda: beat(self.owner, "agents", slots=self.slots, running=len(self.running)))
        held = await self._read(functools.partial(rows, work.TASKS_OF_OWNER, [self.owner]))
        unknown = {(task_id, fence) for task_id, _, fence in held if task_id not in self.running}
        for task_id, session_id, fence in held:
            if (task_id, fence) in unknown & self._unknown:
                log.warning("Task %s is ours and nobody runs it; it goes back", task_id)
                with contextlib.suppress(Refusal):
                    await self._write(session_id, release_task, Held(task_id, fence), reason="nobody ran it")
        self._unknown = unknown

    async def _drain(self, patience_seconds: float) -> None:
        self.draining = True
        ends = time.monotonic() + patience_seconds
        while self.running and time.monotonic() < ends:
            await asyncio.sleep(0.05)
        left = list(self.running.values())
        for running in left:
            running.work.cancel()
        given_back = [
            self._write(running.claimed.session_id, release_task, running.claimed.held, reason=SHUTTING_DOWN)
            for running in left
        ]
        await asyncio.gather(*given_back, return_exceptions=True)
        await self._read(functools.partial(rows, work.FORGET_BEAT, [self.owner]))

    # --- the database, off the loop ---

    async def _write(self, session_id: int, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await asyncio.wrap_future(self._writer.submit(session_id, rule, *args, **kwargs))

    async def _read(self, query: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._readers, _with_connection, query)

    async def _check(self, work: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._checkers, work)

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


def _with_connection(query: Callable[[], Result]) -> Result:
    drop_broken_connection()
    return query()
