"""How calls behave among themselves: waits, circuits and limits, on clocks that the test moves."""

import asyncio
from contextlib import suppress

import pytest

from agents.calling.breaker import OPENS_AFTER, RESTS_SECONDS, Breaker
from agents.calling.limiter import Limiter, Limits, parse_limits
from agents.calling.patience import wait_seconds
from agents.providers import Endpoint, ProviderError

HERE = Endpoint("anthropic", "https://api.example.com")
OF_A_TEAM = Endpoint("anthropic", "https://api.example.com", team_id=3)
NO_LIMITS = Limits()


def error(*, passing: bool = True, retry_after: float | None = None, code: str = "overloaded") -> ProviderError:
    return ProviderError("It answers 529", code=code, passing=passing, billed=False, retry_after_seconds=retry_after)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# --- patience --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("failures", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (50, 8)])
def test_waits_double_up_to_eight_seconds(failures: int, seconds: float) -> None:
    assert wait_seconds(error(), failures=failures, dice=lambda: 0.5) == seconds


def test_those_who_failed_together_do_not_come_back_together() -> None:
    assert wait_seconds(error(), failures=3, dice=lambda: 0.0) == 3
    assert wait_seconds(error(), failures=3, dice=lambda: 1.0) == 5


@pytest.mark.parametrize(("asked", "granted"), [(0, 1), (0.5, 1), (7, 7), (60, 60), (61, 60), (86400, 60)])
def test_what_a_provider_asks_for_is_granted_up_to_a_minute(asked: float, granted: float) -> None:
    assert wait_seconds(error(retry_after=asked), failures=1, dice=lambda: 0.5) == granted


def test_a_refusal_is_not_waited_for() -> None:
    assert wait_seconds(error(passing=False, retry_after=5), failures=1) is None


# --- circuits --------------------------------------------------------------------------------------------------------


def fail(
    breaker: Breaker, endpoint: Endpoint = HERE, *, times: int = 1, passing: bool = True, code: str = "overloaded"
) -> None:
    for _ in range(times):
        with suppress(ProviderError), breaker.watching(endpoint):
            raise error(passing=passing, code=code)


def test_a_circuit_opens_after_five_failures_in_a_row_and_lets_one_call_through_after_a_rest(clock: Clock) -> None:
    breaker = Breaker(clock=clock)
    fail(breaker, times=OPENS_AFTER - 1)
    assert breaker.rest_seconds(HERE) == 0

    fail(breaker)

    assert breaker.rest_seconds(HERE) == RESTS_SECONDS
    clock.now += RESTS_SECONDS
    assert breaker.rest_seconds(HERE) == 0
    with breaker.watching(HERE):
        assert breaker.rest_seconds(HERE) > 0  # for all others
    assert breaker.rest_seconds(HERE) == 0


def test_a_call_that_finds_nothing_better_opens_the_circuit_anew(clock: Clock) -> None:
    breaker = Breaker(clock=clock)
    fail(breaker, times=OPENS_AFTER)
    clock.now += RESTS_SECONDS

    fail(breaker)

    assert breaker.rest_seconds(HERE) == RESTS_SECONDS


@pytest.mark.parametrize("ends", ["answered", "refused", "told to come later"])
def test_whoever_answers_is_there_also_when_he_refuses(clock: Clock, ends: str) -> None:
    breaker = Breaker(clock=clock)
    fail(breaker, times=OPENS_AFTER - 1)

    if ends == "refused":
        fail(breaker, passing=False)
    elif ends == "told to come later":
        fail(breaker, code="rate_limited")
    else:
        with breaker.watching(HERE):
            pass

    fail(breaker, times=OPENS_AFTER - 1)
    assert breaker.rest_seconds(HERE) == 0


def test_a_trial_that_was_stopped_leaves_the_next_one_to_try(clock: Clock) -> None:
    breaker = Breaker(clock=clock)
    fail(breaker, times=OPENS_AFTER)
    clock.now += RESTS_SECONDS

    with suppress(asyncio.CancelledError), breaker.watching(HERE):
        raise asyncio.CancelledError

    assert breaker.rest_seconds(HERE) == 0
    with breaker.watching(HERE):
        assert breaker.rest_seconds(HERE) > 0


def test_each_team_key_and_address_has_a_circuit_of_its_own_and_the_simulator_none(clock: Clock) -> None:
    breaker = Breaker(clock=clock)
    fail(breaker, times=OPENS_AFTER)
    fail(breaker, Endpoint("simulator"), times=OPENS_AFTER * 2)

    assert breaker.rest_seconds(HERE) > 0
    assert breaker.rest_seconds(OF_A_TEAM) == 0
    assert breaker.rest_seconds(Endpoint("anthropic", "https://other.example.com")) == 0
    assert breaker.rest_seconds(Endpoint("simulator")) == 0


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "anthropic", "openai"),
    [
        ("", None, None),
        ("50", 50, 50),
        ("anthropic:50", 50, None),
        ("anthropic:50, openai:100,", 50, 100),
        ("20,anthropic:5", 5, 20),
    ],
)
def test_a_limit_is_read_for_one_provider_or_for_each(text: str, anthropic: int | None, openai: int | None) -> None:
    limits = parse_limits(text)

    assert (limits.of("anthropic"), limits.of("openai"), limits.of("simulator")) == (anthropic, openai, None)
    assert bool(limits) == bool(text)


@pytest.mark.parametrize("text", ["anthropic", "anthropic:", ":5", "anthropic:0", "anthropic:-1", "0", "5.5", "a:b"])
def test_what_is_no_limit_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is no limit"):
        parse_limits(text)


class Crowd:
    """Calls that want a place, each held until it is told to end."""

    def __init__(self, limiter: Limiter) -> None:
        self.limiter = limiter
        self.inside: list[str] = []
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def comes(self, name: str, *, tokens: int = 0, used: int | None = None, provider: str = "anthropic") -> None:
        self.ends[name] = asyncio.Event()

        async def call() -> None:
            async with self.limiter.place(provider, tokens=tokens) as place:
                self.inside.append(name)
                await self.ends[name].wait()
                place.used_tokens = used

        self.tasks.append(asyncio.create_task(call(), name=name))
        await self.settled()

    async def leaves(self, name: str) -> None:
        self.ends[name].set()
        self.inside.remove(name)
        await self.settled()

    async def settled(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def go_home(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def test_only_so_many_calls_run_at_once_and_who_came_first_goes_first(clock: Clock) -> None:
    async def story() -> None:
        crowd = Crowd(Limiter(calls=Limits({"anthropic": 2}), tokens_per_minute=NO_LIMITS, clock=clock))
        for name in "abcd":
            await crowd.comes(name)
        await crowd.comes("of another provider", provider="openai")
        assert crowd.inside == ["a", "b", "of another provider"]
        assert crowd.limiter.is_full("anthropic", tokens=0)
        assert not crowd.limiter.is_full("openai", tokens=0)

        await crowd.leaves("b")

        assert crowd.inside == ["a", "of another provider", "c"]
        await crowd.go_home()

    asyncio.run(story())


def test_a_team_with_a_key_of_its_own_takes_no_place_of_the_operators_account(clock: Clock) -> None:
    async def story() -> None:
        limiter = Limiter(calls=Limits({"anthropic": 1}), tokens_per_minute=Limits({"anthropic": 600}), clock=clock)
        async with limiter.place("anthropic", tokens=500, team_id=7):
            assert limiter.is_full("anthropic", tokens=1, team_id=7)
            assert not limiter.is_full("anthropic", tokens=500)
            assert not limiter.is_full("anthropic", tokens=500, team_id=8)

    asyncio.run(story())


def test_who_comes_while_others_are_in_line_is_told_to_wait_although_a_place_is_free(clock: Clock) -> None:
    async def story() -> None:
        crowd = Crowd(Limiter(calls=Limits({"anthropic": 2}), tokens_per_minute=NO_LIMITS, clock=clock))
        await crowd.comes("a")
        await crowd.comes("b")
        told = []

        async def looks_about() -> None:
            async with crowd.limiter.place("anthropic", tokens=0):
                told.append(crowd.limiter.is_full("anthropic", tokens=0))

        crowd.tasks.append(asyncio.create_task(looks_about()))
        await crowd.comes("in line behind")
        for name in "ab":
            crowd.ends[name].set()  # both places become free in one turn of the loop
        await crowd.settled()

        assert told == [True]
        await crowd.go_home()

    asyncio.run(story())


def test_who_stops_waiting_leaves_his_place_to_the_next(clock: Clock) -> None:
    async def story() -> None:
        crowd = Crowd(Limiter(calls=Limits({"anthropic": 1}), tokens_per_minute=NO_LIMITS, clock=clock))
        for name in "abc":
            await crowd.comes(name)
        crowd.tasks[1].cancel()
        await crowd.settled()

        await crowd.leaves("a")

        assert crowd.inside == ["c"]
        await crowd.go_home()

    asyncio.run(story())


def test_a_process_takes_its_share_of_a_limit_and_never_less_than_one(clock: Clock) -> None:
    async def story() -> None:
        crowd = Crowd(Limiter(calls=Limits({"anthropic": 4}), tokens_per_minute=NO_LIMITS, clock=clock))
        crowd.limiter.share(3)
        for name in "abc":
            await crowd.comes(name)
        assert crowd.inside == ["a"]

        crowd.limiter.share(2)  # a process has ended
        await crowd.settled()

        assert crowd.inside == ["a", "b"]
        crowd.limiter.share(100)
        await crowd.leaves("a")
        await crowd.leaves("b")
        assert crowd.inside == ["c"]
        await crowd.go_home()

    asyncio.run(story())


def test_tokens_of_a_minute_are_given_out_as_time_goes_by(clock: Clock) -> None:
    limiter = Limiter(calls=NO_LIMITS, tokens_per_minute=Limits({"anthropic": 600}), clock=clock)

    async def story() -> None:
        crowd = Crowd(limiter)
        await crowd.comes("a", tokens=500, used=100)
        assert limiter.is_full("anthropic", tokens=200)
        clock.now += 10  # a hundred more

        await crowd.comes("b", tokens=200)

        assert crowd.inside == ["a", "b"]
        assert limiter.is_full("anthropic", tokens=300)
        await crowd.leaves("a")  # it used a hundred of its five
        assert not limiter.is_full("anthropic", tokens=300)
        await crowd.go_home()

    asyncio.run(story())


def test_a_call_larger_than_a_minutes_share_goes_when_all_of_it_is_there(clock: Clock) -> None:
    limiter = Limiter(calls=NO_LIMITS, tokens_per_minute=Limits(others=600), clock=clock)

    async def story() -> None:
        crowd = Crowd(limiter)
        await crowd.comes("large", tokens=5000)
        assert crowd.inside == ["large"]
        await crowd.leaves("large")
        assert limiter.is_full("anthropic", tokens=1)
        await crowd.go_home()

    asyncio.run(story())


@pytest.fixture
def quick_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.calling.limiter.MINUTE_SECONDS", 0.2)


@pytest.mark.usefixtures("quick_minute")
def test_who_waits_for_tokens_is_woken_by_time_alone() -> None:
    async def story() -> None:
        limiter = Limiter(calls=NO_LIMITS, tokens_per_minute=Limits(others=100))
        async with asyncio.timeout(10):
            for _ in range(3):
                async with limiter.place("anthropic", tokens=100):
                    pass

    asyncio.run(story())
