"""One run of one agent task: its context, its model call through the ledger, its checks and repair, its handover.

Each step declares how long it may take. The worker renews the lease while the step is inside that time; a step past
its deadline is cancelled and counts as a failure.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from django.db import InterfaceError, OperationalError

from agents.assignment import Assignment
from agents.errors import MalformedDeliverable
from agents.providers import CompletionRequest, CompletionResponse
from sessions_app.engine.context import assignment_of, may_ask, request_of, tries_of
from sessions_app.engine.examination import Answer, Examined, examine, handed_over, kept_of
from sessions_app.engine.failpoints import async_failpoint
from sessions_app.engine.paid_calls import Calling, PaidCalls, Read
from sessions_app.engine.review import material_for, review_with
from sessions_app.engine.standing import BudgetRefused, Failed, Interrupted, NotDone, Standing
from sessions_app.errors import Busy, InDoubt, Refusal, ReviewNeeded
from sessions_app.rules.agent_tasks import Handover, complete_task, fail_task
from sessions_app.rules.claims import Claimant, Claimed, release_task

log = logging.getLogger(__name__)
MOST_REVIEWS = 20  # of one handover: people do not decide faster than that
Result = TypeVar("Result")


class Write(Protocol):
    """Hands a transition to the writer and returns its outcome."""

    async def __call__(self, session_id: int, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any: ...


class AgentRun:
    """Runs one claimed task to its end; the worker asks its standing."""

    def __init__(self, claimed: Claimed, calling: Calling, *, write: Write, read: Read, examine: Read) -> None:
        self.claimed = claimed
        self.standing = Standing(soft_seconds=claimed.soft_seconds, hard_seconds=claimed.hard_seconds)
        self._write, self._read, self._examine_off_loop = write, read, examine
        self._calls = PaidCalls(
            claimed, self.standing, calling, transition=self._transition, read=read, passes=self._pass
        )
        self._doing: asyncio.Task[Any] | None = None
        self._timed_out = False

    def is_late(self) -> bool:
        """Whether the step, or the task as a whole, is past its deadline."""
        return self.standing.is_late()

    def time_out(self) -> None:
        """End the work that is past its deadline; the task then fails with `Timeout after N s`."""
        self._timed_out = True
        self._stop_step()

    def give_up(self) -> None:
        """Stop without a trace: the task is no longer ours."""
        self._stop_step()

    async def to_the_end(self, *, next_for: Callable[[], Awaitable[Claimant]]) -> list[Claimed]:
        """Do the task and hand in the result; return the tasks of the next stage that were claimed with it.

        Raises LeaseLost when the task is held by somebody else by now.
        """
        try:
            handover = await self._in_time(self._work())
            next_claimant = await next_for()
            for _ in range(MOST_REVIEWS):
                try:
                    return await self._hand_in(handover, next_claimant)
                except ReviewNeeded:  # a neighbour ended just now, or a person decided something
                    handover = await self._in_time(self._reviewed(handover))
            raise Failed("The session changed faster than it could be reviewed", passing=True, new_call=False)
        except BudgetRefused:
            pass
        except Interrupted:
            await self._transition(release_task, reason="the database did not answer")
        except Failed as failure:
            await self._fail(failure)
        return []

    async def _hand_in(self, handover: Handover, next_for: Claimant) -> list[Claimed]:
        self.standing.begin("handing in", 60)
        try:
            return await self._transition(complete_task, handover, next_for=next_for)
        except (Refusal, OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Left alone, the task would look lost again and again.
            log.exception("What task %s handed in could not be kept", self.claimed.task_id)
            said = f"Its work could not be kept ({type(error).__name__})"
            await self._fail(Failed(said, passing=True, new_call=False))
            return []

    async def _work(self) -> Handover:
        with _interruptible():
            self.standing.begin("reading", 30)
            assignment = await self._read(lambda: assignment_of(self.claimed.task_id))
            await self._pass("agent.read")
            request = await self._read(lambda: request_of(self.claimed, assignment))
            answer = await self._answer(request, self.claimed.call_key)
            await self._pass("agent.settled")
            self.standing.begin("checking", 120)
            first = await self._examine_off_loop(lambda: examine(assignment, answer))
            if first.faults and not await self._asks_first(first):
                handover = await self._repaired(assignment, request, first)
            else:
                handover = handed_over(request, first)
            await self._pass("agent.checked")
        return await self._reviewed(handover)

    async def _asks_first(self, first: Examined) -> bool:
        """Whether questions of an answer go to a person: to mend it would cost a call, and perhaps the questions."""
        return first.has_questions and await self._read(lambda: may_ask(self.claimed.task_id))

    async def _repaired(self, assignment: Assignment, request: CompletionRequest, first: Examined) -> Handover:
        """Let the author mend what its checks found, once, by a second call, and return the better of both.

        A repair that cannot be paid for or gives no answer is left out, and a check says so: the first answer is paid
        for, and pausing the session over an improvement would hold up work that can go on as it is. Where the first
        answer is no deliverable at all, the attempt fails as it would have without a repair.
        """
        await self._pass("agent.repairing")
        second, skipped = None, ""
        try:
            answer = await self._answer(first.repair_of(request), self.claimed.repair_key)
        except (BudgetRefused, Failed) as error:
            skipped = str(error)
        else:
            self.standing.begin("checking", 120)
            second = await self._examine_off_loop(lambda: examine(assignment, answer))
        try:
            kept, told = kept_of(first, second, skipped=skipped)
        except MalformedDeliverable as error:
            raise Failed(error.reason, passing=True) from error
        return handed_over(request, kept, told)

    async def _reviewed(self, handover: Handover) -> Handover:
        """Add the review of all files when the stage ends with this task; without one the handover goes as it is."""
        with _interruptible():
            self.standing.begin("reviewing", 120)
            material = await self._read(lambda: material_for(self.claimed.task_id))
            if material is None:
                return replace(handover, review=None)
            review = await self._examine_off_loop(lambda: review_with(material, handover))
            await self._pass("agent.reviewed")
            return replace(handover, review=review)

    async def _answer(self, request: CompletionRequest, call_key: str) -> Answer:
        """Return the model's answer: from the ledger if it was paid for, else by a reserved and settled call."""
        tries, kept = await self._read(lambda: tries_of(self.claimed.task_id, call_key))
        if kept is not None:
            return Answer(CompletionResponse.from_json(kept), replayed=True)
        return Answer(await self._calls.answer_to(request, call_key, tries=tries), replayed=False)

    async def _transition(self, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._write(self.claimed.session_id, rule, self.claimed.held, *args, **kwargs)

    async def _fail(self, failure: Failed) -> None:
        self.standing.begin("failing", 60)
        facts = {"error": failure.error, "passing": failure.passing, "new_call": failure.new_call}
        await self._transition(fail_task, **facts)

    async def _in_time(self, work: Awaitable[Result]) -> Result:
        """Await the work so that a late step can be ended from outside and told from a cancelled task."""
        self._doing = asyncio.ensure_future(work)
        try:
            return await self._doing
        except asyncio.CancelledError:
            if self._timed_out:
                raise self.standing.timed_out() from None
            raise
        except (NotDone, Refusal):
            raise
        except Exception as error:
            log.exception("Task %s met an error of our own", self.claimed.task_id)
            # It says nothing against the answer, which is in the ledger by now or was never given.
            said = f"Unexpected {type(error).__name__}; the log has the details"
            raise Failed(said, passing=True, new_call=False) from error

    def _stop_step(self) -> None:
        if self._doing is not None:
            self._doing.cancel()

    async def _pass(self, name: str) -> None:
        await async_failpoint(name, session_id=self.claimed.session_id, task_id=self.claimed.task_id)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn a database that went away into Interrupted."""
    try:
        yield
    except (OperationalError, InterfaceError, Busy, InDoubt) as error:
        raise Interrupted from error
