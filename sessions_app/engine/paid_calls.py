"""A model call made out of tries: at each model of the list in turn, with waits between, and every try in the ledger.

A try is reserved before it is made and settled after, so that the budgets hold whatever happens between. What a try
failed of decides what follows: what may pass is tried again, a refusal goes to the next model at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.conf import settings

from agents.calling.breaker import OPENS_AFTER, Breaker
from agents.calling.limiter import Limiter, Place, parse_limits
from agents.calling.patience import wait_seconds
from agents.cleaning import MAX_DELIVERABLE_BYTES, clean_json, clean_line
from agents.endpoints import endpoint_for
from agents.errors import UnknownModel
from agents.packing import tokens
from agents.pricing import estimate_usd
from agents.providers import (
    CompletionRequest,
    CompletionResponse,
    Endpoint,
    Provider,
    ProviderError,
    check_model,
    get_provider,
)
from agents.providers.names import SIMULATOR, provider_of, title_of
from agents.secrets import redact
from sessions_app.engine.call_log import CallLog
from sessions_app.engine.failpoints import FailpointError, failpoint
from sessions_app.engine.standing import BudgetRefused, Failed, Standing
from sessions_app.models import CallStatus
from sessions_app.rules.claims import Claimed
from sessions_app.rules.ledger import CallPlan, CallResult, Refused, reserve_call, settle_call

log = logging.getLogger(__name__)
OVERTIME_SECONDS = 15.0  # a provider ends its tries itself; one that does not is stopped so much later
ANOTHER_RUN = 1000  # tries of one claim are told apart from those of the next by steps of this size


class Read(Protocol):
    """Runs a query, or other work that must not hold up the loop, in a thread."""

    async def __call__(self, query: Callable[[], Any], /) -> Any: ...


class Calling:
    """What the calls of one process know of each other: which endpoints fail, and how many places are taken."""

    def __init__(self) -> None:
        self.breaker = Breaker()
        self.limiter = Limiter(
            calls=parse_limits(settings.PROVIDER_CONCURRENCY),
            tokens_per_minute=parse_limits(settings.PROVIDER_TOKENS_PER_MINUTE),
            fewest=settings.WORKERS,  # they begin at the same moment, and nobody has given a sign of life yet
        )


class GivenUp(Exception):
    """A model that is not asked any further, and why."""

    def __init__(self, model: str, *, tries: int, error: ProviderError, is_used_up: bool) -> None:
        said = clean_line(str(error)).rstrip(".")
        super().__init__(f"{said} ({tries} tries)" if tries > 1 else said)
        self.model, self.passing = model, error.passing
        self.is_used_up = is_used_up  # all tries that a round may have were made


@dataclass
class _Try:
    """What differs from one try of a call to the next."""

    call_key: str
    attempt: int  # under this key in the ledger, over all models
    count: int = 0  # tries that were made before, under this claim


class PaidCalls:
    """Makes the model calls of one task."""

    def __init__(
        self,
        claimed: Claimed,
        standing: Standing,
        calling: Calling,
        *,
        transition: Callable[..., Awaitable[Any]],
        read: Read,
        passes: Callable[[str], Awaitable[None]],
    ) -> None:
        self._claimed, self._standing, self._calling = claimed, standing, calling
        self._transition, self._read, self._pass = transition, read, passes
        self._tired: set[str | None] = set()  # providers whose tries were used up under this claim

    async def answer_to(self, request: CompletionRequest, call_key: str, *, tries: int) -> CompletionResponse:
        """Return the answer of the first model that gives one; `tries` were made under this key before.

        Raises Failed when none does, naming each with its reason, and BudgetRefused.
        """
        models = self._claimed.answering.models
        this = _Try(call_key, attempt=tries + 1)
        given_up: list[GivenUp] = []
        for model in models:
            is_last = model == models[-1]
            # Who has had all tries gets no second round: for another model of his, or for the repair.
            most = 1 if provider_of(model) in self._tired else 1 + settings.CALL_RETRIES
            try:
                return await self._round(replace(request, model=model), this, most=most, is_last=is_last)
            except GivenUp as reason:
                given_up.append(reason)
                if reason.passing and reason.is_used_up:
                    self._tired.add(provider_of(model))
                then = "no other model is left" if is_last else "the next model is asked"
                log.warning("Task %s: %s: %s; %s", self._claimed.task_id, model, reason, then)
        raise Failed(_told(given_up), passing=any(each.passing for each in given_up))

    async def _round(self, request: CompletionRequest, this: _Try, *, most: int, is_last: bool) -> CompletionResponse:
        """Try one model as often as makes sense. Raises GivenUp, Failed and BudgetRefused."""
        failures = 0
        while True:
            try:
                return await self._try(request, this)
            except ProviderError as error:
                failures += 1
                seconds = wait_seconds(error, failures=failures)
                # An endpoint that is left in peace is not waited for while somebody else can be asked.
                if seconds is None or failures >= most or (error.code == "resting" and not is_last):
                    raise GivenUp(request.model, tries=failures, error=error, is_used_up=failures >= most) from error
                why = clean_line(str(error), limit=100)
            with self._standing.waiting(f"waiting {seconds:.0f} s: {why}", seconds + 2 * OVERTIME_SECONDS):
                await asyncio.sleep(seconds)

    async def _try(self, request: CompletionRequest, this: _Try) -> CompletionResponse:
        """Make one try. Raises ProviderError, Failed, BudgetRefused."""
        try:
            name, provider = check_model(request.model), get_provider(request.model)
        except UnknownModel as error:  # it could be asked when the session began
            raise ProviderError(error.detail, code="unknown_model", passing=False, billed=False) from error
        endpoint = await self._read(lambda: endpoint_for(name, team_id=self._claimed.team_id))
        async with self._place(request, endpoint) as place:
            if self._standing.is_overdue():
                raise self._standing.overdue()
            if rest := self._calling.breaker.rest_seconds(endpoint):
                raise _resting(name, rest)
            with self._calling.breaker.watching(endpoint):
                response = await self._made(request, provider, endpoint, this, place)
        return response

    async def _made(
        self, request: CompletionRequest, provider: Provider, endpoint: Endpoint, this: _Try, place: Place
    ) -> CompletionResponse:
        """Reserve, call and settle. Raises ProviderError and BudgetRefused."""
        is_repair = request.step == "repair"
        self._standing.write(0, "")
        self._standing.begin("asking for a repair" if is_repair else "asking", _longest() + OVERTIME_SECONDS)
        call = await self._transition(
            reserve_call,
            CallPlan(
                call_key=this.call_key,
                attempt=this.attempt,
                provider=endpoint.provider,
                model=request.model,
                request=request.as_json(),
                estimate_usd=estimate_usd(request),
                can_be_left_out=is_repair,
            ),
        )
        if isinstance(call, Refused):
            raise BudgetRefused(call.cap)
        facts = {**request.metadata, "call_key": this.call_key, "attempt": str(this.attempt)}
        request = replace(request, metadata=facts, attempt=request.attempt + ANOTHER_RUN * this.count)
        told = CallLog(request, session_id=self._claimed.session_id, retry_count=this.count)
        this.attempt, this.count = this.attempt + 1, this.count + 1
        await self._pass("agent.reserved")
        place.used_tokens = place.tokens
        try:
            response = await self._given(request, provider, endpoint)
        except ProviderError as error:
            if not error.billed:
                place.used_tokens = 0
            latency_ms = told.failed(str(error))
            status = CallStatus.UNCONFIRMED if error.billed else CallStatus.FAILED
            result = CallResult(status, error=clean_line(str(error)), latency_ms=latency_ms)
            await self._transition(settle_call, call, result)
            raise
        except BaseException:  # the task was stopped, or the fault is ours: whoever ends the task settles the call
            told.failed("Nobody waits for this call any more")
            raise
        await self._pass("agent.answered")
        if response.usage is not None:
            place.used_tokens = response.usage.input_tokens + response.usage.output_tokens
        # In this order: neither an escape nor an invisible mark hides a key that the provider repeats.
        text = redact(clean_json(response.text, limit=MAX_DELIVERABLE_BYTES))
        response = replace(response, text=text, model=request.model, provider=endpoint.provider)
        told.succeeded(response)
        await self._transition(settle_call, call, _succeeded(response))
        return response

    async def _given(self, request: CompletionRequest, provider: Provider, endpoint: Endpoint) -> CompletionResponse:
        """Ask once. Raises ProviderError, also for an error of our own: the next model may be read without it."""
        try:
            async with asyncio.timeout(_longest()):
                return await provider.complete(request, endpoint=endpoint, on_progress=self._on_progress)
        except TimeoutError as error:
            said = f"Timeout after {settings.CALL_TOTAL_SECONDS:g} s"
            raise ProviderError(said, code="timeout", passing=True, billed=True) from error
        except (ProviderError, FailpointError):
            raise
        except Exception as error:
            log.exception("Task %s: the client of %s met an error of our own", self._claimed.task_id, endpoint.provider)
            said = f"The answer of {title_of(endpoint.provider)} met an unexpected {type(error).__name__}"
            raise ProviderError(said, code="malformed", passing=False, billed=True) from error

    @asynccontextmanager
    async def _place(self, request: CompletionRequest, endpoint: Endpoint) -> AsyncIterator[Place]:
        """Wait for a place among the calls of an account, as long as a call may begin at all."""
        limiter, provider = self._calling.limiter, endpoint.provider
        most = tokens(request.input_bytes) + request.max_tokens
        async with AsyncExitStack() as kept:
            entering = limiter.place(provider, tokens=most, team_id=endpoint.team_id)
            if not limiter.is_full(provider, tokens=most, team_id=endpoint.team_id):
                place = await kept.enter_async_context(entering)
            else:
                seconds = self._standing.seconds_to_begin
                with self._standing.waiting(f"waiting for {title_of(provider)}", seconds + 2 * OVERTIME_SECONDS):
                    try:
                        async with asyncio.timeout(seconds):
                            place = await kept.enter_async_context(entering)
                    except TimeoutError:
                        raise self._standing.overdue() from None
            place.used_tokens = 0  # until the call is made
            yield place

    def _on_progress(self, tokens: int, words: str) -> None:
        failpoint("agent.streaming", session_id=self._claimed.session_id, task_id=self._claimed.task_id)
        self._standing.write(tokens, words)


def _longest() -> float:
    return settings.CALL_TOTAL_SECONDS + OVERTIME_SECONDS


def _resting(provider: str, seconds: float) -> ProviderError:
    return ProviderError(
        f"{title_of(provider)} failed {OPENS_AFTER} times in a row and is left in peace for {seconds:.0f} s",
        code="resting",
        passing=True,
        billed=False,
        retry_after_seconds=seconds,
    )


def _told(given_up: Sequence[GivenUp]) -> str:
    """Name each model that was tried, with its reason; a single one is the task's own, which needs no name."""
    if len(given_up) == 1 and given_up[0].model == SIMULATOR:
        return str(given_up[0])
    return "; ".join(f"{each.model}: {each}" for each in given_up)


def _succeeded(response: CompletionResponse) -> CallResult:
    return CallResult(
        CallStatus.SUCCEEDED,
        **(vars(response.usage) if response.usage else {}),
        cost_usd=response.cost_usd,
        simulated=response.simulated,
        response=response.as_json(),
        latency_ms=response.latency_ms,
        first_token_ms=response.first_token_ms,
    )
