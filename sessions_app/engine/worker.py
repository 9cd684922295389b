"""A worker process: takes ready agent tasks and runs them side by side on one event loop.

Everything it knows is a hint, the database decides: a task is claimed under the session's lock, every write names the
claim's fence, and what a crash leaves behind is brought back by the reconciler. The loop lives as long as the process;
the queue's own thread only wakes it. A worker that is `alone` is a quarantine: one suspect after the other.
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
from sessions_app.engine.leases import LeaseGuard
from sessions_app.engine.lost_processes import release_lost_processes
from sessions_app.engine.owner import current_owner
from sessions_app.engine.paid_calls import Calling
from sessions_app.errors import Busy, LeaseLost, Refusal
from sessions_app.queries.waiting import current_limits
from sessions_app.rules.claims import SUSPECT_AFTER, Claimant, Claimed, claim_tasks, release_task
from sessions_app.rules.state import Held

log = logging.getLogger(__name__)
Result = TypeVar("Result")

SHUTTING_DOWN = "the worker is shutting down"
TICK_SECONDS = 1.0
TAKE_SECONDS = 30  # less than the queue's own time limit, which would end this process
BEAT_SECONDS = 3.0
PACE_SECONDS = 0.02  # between looks for work that nobody has announced to us
LARGEST_STAGE = 8  # slots that a task which ends may keep for the next stage
READERS = 4
CHECKERS = 2


@dataclass
class Running:
    """A task that this process holds."""

    claimed: Claimed
    run: AgentRun
    promised: int = 0  # slots kept for the tasks of the next stage that it may bring
    told_overdue: bool = False
    work: asyncio.Task[None] = field(init=False)


class Worker:
    """Holds up to SAGE_WORKER_CONCURRENCY tasks of this process, renews their leases and runs them.

    With `alone` it holds one, and only such as are suspected of killing their process.
    """

    def __init__(self, *, alone: bool = False) -> None:
        self.owner = current_owner()
        self.alone = alone
        self.slots = 1 if alone else settings.WORKER_CONCURRENCY
        self.running: dict[int, Running] = {}
        self.draining = False
        self.busy_at = time.monotonic()  # when it last held or took something
        self._promised = 0  # slots kept for claims that are under way
        self._is_claiming = False
        self._woken = False  # whether somebody asked for a claim since the last one began
        self._look: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._writer = GroupWriter()
        self._calling = Calling()
        self._readers = ThreadPoolExecutor(1 if alone else READERS, thread_name_prefix="reader")
        self._checkers = ThreadPoolExecutor(CHECKERS, thread_name_prefix="checker")
        self._renewer = ThreadPoolExecutor(1, thread_name_prefix="renewer")  # nothing else may hold up a lease
        self._beats = ThreadPoolExecutor(1, thread_name_prefix="beat")  # a sign of life must not wait for readers
        self._unknown: set[tuple[int, int]] = set()
        self._loop = asyncio.new_event_loop()
        self._guard = LeaseGuard(lambda: bool(self.running), lease_seconds=settings.LEASE_SECONDS)
        self._living: asyncio.Task[None]
        threading.Thread(target=self._serve, name="agents", daemon=True).start()

    # --- called from the queue's thread ---

    def take(self, task_id: int) -> None:
        """Claim what is ready, if this task still is, as far as slots are free and limits leave room.

        Returns once the claim is committed, or is left to the one that is under way.
        """
        failpoint("worker.woken", task_id=task_id)
        asyncio.run_coroutine_threadsafe(self._wake(task_id), self._loop).result(timeout=TAKE_SECONDS)

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
            self._take_over(),
            self._again(tick_seconds, self._renew),
            self._again(tick_seconds, self._claim_ready),
            self._again(BEAT_SECONDS, self._look_after_ourselves),
        )

    async def _take_over(self) -> None:
        """Bring back what dead processes held, such as our predecessor; the reconciler looks as well."""
        try:
            if await self._read(release_lost_processes):
                await self._claim_ready()
        except Exception as error:
            log.warning("What dead processes held could not be brought back: %s", type(error).__name__)

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

    async def _wake(self, task_id: int) -> None:
        """Look for work if the announced task is still to be had: mostly whoever made it ready has taken it."""
        if task_id in self.running or self._free_slots() <= 0:
            return
        try:
            if await self._read(functools.partial(rows, work.IS_READY, [task_id])):
                await self._claim_ready()
        except DatabaseError as error:
            log.warning("Task %s is looked at later, the database was away: %s", task_id, type(error).__name__)

    async def _claim_ready(self) -> None:
        """Claim as many ready tasks as there are free slots: one claim at a time, once more if asked meanwhile."""
        self._woken = True
        if self._is_claiming:
            return
        self._is_claiming = True
        try:
            while self._woken and not self.draining and (free := self._free_slots()) > 0:
                self._woken = False
                await self._claim(free)
        finally:
            self._is_claiming = False

    async def _claim(self, free: int) -> None:
        self._promised += free
        kept = free
        try:
            by_session: dict[int, list[int]] = {}
            for task_id, session_id, _ in await self._candidates(free):
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
            for claim in asyncio.as_completed(claims):  # a large claim takes several batches: none waits for the last
                try:
                    taken = await claim
                except Busy:
                    continue
                except Exception as error:
                    log.warning("A claim was not written: %s", error)
                    continue
                kept -= len(taken)
                self._promised -= len(taken)
                self._start(taken)
        finally:
            self._promised -= kept

    async def _candidates(self, slots: int) -> list[tuple[int, int, int]]:
        """Return tasks to take in the order of fairness: id, session, what would then run for its person."""
        parameters = {"slots": slots, "suspect_after": SUSPECT_AFTER, **vars(current_limits())}
        sql = work.SUSPECTS if self.alone else work.READY_TASKS
        found: list[tuple[int, int, int]] = await self._read(functools.partial(rows, sql, parameters))
        return found

    def _start(self, taken: list[Claimed]) -> None:
        if taken and not self.running:
            # The claim gave the first lease. If it took long to come back, the next renewal tells whose the task is.
            self._guard.renewed(time.monotonic())
        for claimed in taken:
            self.busy_at = time.monotonic()
            if self.draining:
                self._writer.submit(claimed.session_id, release_task, claimed.held, reason=SHUTTING_DOWN)
                continue
            failpoint("worker.claimed", session_id=claimed.session_id, task_id=claimed.task_id)
            run = AgentRun(claimed, self._calling, write=self._write, read=self._read, examine=self._check)
            running = Running(claimed, run)
            self.running[claimed.task_id] = running
            running.work = self._loop.create_task(self._run(running))

    async def _run(self, running: Running) -> None:
        """Run a task to its end; whoever finishes a stage starts the next one's tasks at once."""
        claimed = running.claimed
        try:
            next_tasks = await running.run.to_the_end(next_for=functools.partial(self._next_claimant, running))
            self._start(next_tasks)
        except asyncio.CancelledError:
            pass
        except LeaseLost:
            log.info("Task %s is no longer ours", claimed.task_id)
        except Exception:
            log.exception("Task %s was dropped; it goes back in a moment", claimed.task_id)
        finally:
            was_full = self._free_slots() <= 0
            self._promised -= running.promised
            if self.running.get(claimed.task_id) is running:
                del self.running[claimed.task_id]
            self.busy_at = time.monotonic()
            self._look_soon(0 if was_full else PACE_SECONDS)

    async def _next_claimant(self, running: Running) -> Claimant:
        """Say how many tasks of the next stage fit: the ending task's own slot, and free ones kept for them.

        None while a task waits whose person would then have less running than this one's.
        """
        if self.alone or (self._free_slots() <= 0 and await self._others_come_first(running.claimed.session_id)):
            return self._claimant(0)
        running.promised = max(min(self._free_slots(), LARGEST_STAGE), 0)
        self._promised += running.promised
        return self._claimant(running.promised + 1)

    async def _others_come_first(self, session_id: int) -> bool:
        try:
            candidates = await self._candidates(1)
            if not candidates or candidates[0][1] == session_id:
                return False
            [(ours,)] = await self._read(functools.partial(rows, work.LOAD_OF_SESSION, [session_id]))
        except DatabaseError:
            return True  # what cannot be asked cannot be claimed
        return candidates[0][2] < int(ours)

    def _look_soon(self, seconds: float) -> None:
        """Look for work in a moment: a slot has become free, or room under a limit that nobody announces."""
        if self._look is None and not self.draining:
            self._look = self._loop.call_later(seconds, self._look_now)

    def _look_now(self) -> None:
        self._look = None
        self._looking = self._loop.create_task(self._claim_quietly())

    async def _claim_quietly(self) -> None:
        with contextlib.suppress(DatabaseError):  # the next look comes within a second
            await self._claim_ready()

    async def _renew(self) -> None:
        """Renew the leases of tasks whose step is inside its deadline; end those that are no longer ours."""
        asked_at = time.monotonic()
        held = {}
        for task_id, running in list(self.running.items()):
            if running.run.standing.is_overdue() and not running.told_overdue:
                running.told_overdue = True
                seconds = running.claimed.soft_seconds
                log.warning("Task %s has run for %s s; it begins no further call", task_id, seconds)
            if running.run.is_late():
                running.run.time_out()
            else:
                held[task_id] = running
        if held:
            document = statements.json_text(
                [
                    {"id": task_id, "fence": running.claimed.fence, "progress": running.run.standing.progress()}
                    for task_id, running in sorted(held.items())
                ]
            )
            renewal = functools.partial(rows, work.RENEW_LEASES, [document, settings.LEASE_SECONDS])
            kept = await self._loop.run_in_executor(self._renewer, _with_connection, renewal)
            for task_id in held.keys() - {row[0] for row in kept}:
                # Cancelled, ended by a person, or held by another worker: whatever we did would be thrown away.
                if self.running.get(task_id) is held[task_id]:
                    held[task_id].run.give_up()
        self._guard.renewed(asked_at)

    async def _look_after_ourselves(self) -> None:
        """Give a sign of life, and give back tasks that are ours in the database and unknown here.

        The answer to a commit can be lost: then a claim was written and nobody runs it. Two looks tell such a task
        from one that is just being started.
        """
        await self._ask(lambda: beat(self.owner, self._cluster, slots=self.slots, running=len(self.running)))
        if self._calling.limiter:
            [(workers,)] = await self._ask(functools.partial(rows, work.COUNT_WORKERS))
            self._calling.limiter.share(workers)
        held = await self._ask(functools.partial(rows, work.TASKS_OF_OWNER, [self.owner]))
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
            # Who waits between two tries has nothing to finish that would be worth waiting for.
            await self._give_back([held for held in self.running.values() if held.run.standing.is_waiting])
            await asyncio.sleep(0.05)
        await self._give_back(list(self.running.values()))
        await self._read(functools.partial(rows, work.FORGET_BEAT, [self.owner]))

    async def _give_back(self, left: list[Running]) -> None:
        for running in left:
            running.work.cancel()
        given_back = [
            self._write(running.claimed.session_id, release_task, running.claimed.held, reason=SHUTTING_DOWN)
            for running in left
        ]
        await asyncio.gather(*given_back, return_exceptions=True)

    # --- the database, off the loop ---

    async def _write(self, session_id: int, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await asyncio.wrap_future(self._writer.submit(session_id, rule, *args, **kwargs))

    async def _read(self, query: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._readers, _with_connection, query)

    async def _ask(self, query: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._beats, _with_connection, query)

    async def _check(self, work: Callable[[], Result]) -> Result:
        return await self._loop.run_in_executor(self._checkers, work)

    def _claimant(self, slots: int) -> Claimant:
        return Claimant(
            self.owner,
            lease_seconds=settings.LEASE_SECONDS,
            hard_seconds=settings.TASK_HARD_SECONDS,
            soft_seconds=settings.TASK_SOFT_SECONDS,
            slots=0 if self.draining else slots,
            alone=self.alone,
            limits=current_limits(),
        )

    def _free_slots(self) -> int:
        return self.slots - len(self.running) - self._promised

    @property
    def _cluster(self) -> str:
        return "quarantine" if self.alone else "agents"


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
