"""How many calls a provider gets at once and how many tokens a minute, as an account with it allows.

The operator's key is one account and a team's own key another, each with the limits of the provider: a team whose own
address drips holds up nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agents.providers.names import SIMULATOR

MINUTE_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """A number for each provider, and one for those that are not named; None is no limit."""

    by_provider: dict[str, int] = field(default_factory=dict)
    others: int | None = None

    def of(self, provider: str) -> int | None:
        """Return the limit of a provider; the simulator has none."""
        return None if provider == SIMULATOR else self.by_provider.get(provider, self.others)

    def __bool__(self) -> bool:
        return bool(self.by_provider) or self.others is not None


def parse_limits(text: str) -> Limits:
    """Return the limits of a setting: "anthropic:50,openai:100", or a bare number for each provider.

    Raises ValueError with a sentence.
    """
    by_provider: dict[str, int] = {}
    others = None
    for entry in filter(None, (part.strip() for part in text.split(","))):
        provider, colon, number = entry.rpartition(":")
        if not (number.isascii() and number.isdigit() and int(number) >= 1) or bool(provider) != bool(colon):
            raise ValueError(f"“{entry}” is no limit: write provider:number, or a number for each provider.")
        if provider:
            by_provider[provider.strip()] = int(number)
        else:
            others = int(number)
    return Limits(by_provider, others)


@dataclass
class _Lane:
    """The calls on one account: whoever comes first goes first."""

    provider: str
    tokens_left: float
    counted_at: float
    running: int = 0
    in_line: int = 0  # who has come and has no place yet
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Place:
    """One call's place: what it was counted with, and what it turned out to be, if anybody said."""

    tokens: int
    used_tokens: int | None = None


class Limiter:
    """The places of one process, for one event loop. A process takes its share of each limit."""

    def __init__(
        self,
        *,
        calls: Limits,
        tokens_per_minute: Limits,
        fewest: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._calls, self._tokens = calls, tokens_per_minute
        self._clock = clock
        self._sharers = self._fewest = max(fewest, 1)
        self._lanes: dict[tuple[str, int | None], _Lane] = {}

    def share(self, processes: int) -> None:
        """Say how many worker processes are seen to divide the limits; they count as `fewest` at least."""
        if max(processes, self._fewest) != self._sharers:
            self._sharers = max(processes, self._fewest)
            for lane in self._lanes.values():
                lane.changed.set()

    def __bool__(self) -> bool:
        return bool(self._calls or self._tokens)

    def is_full(self, provider: str, *, tokens: int, team_id: int | None = None) -> bool:
        """Say whether a call would have to wait now."""
        lane = self._lane(provider, team_id)
        return lane is not None and (lane.in_line > 0 or self._wait_seconds(lane, tokens) != 0)

    @asynccontextmanager
    async def place(self, provider: str, *, tokens: int, team_id: int | None = None) -> AsyncIterator[Place]:
        """Wait for a place, and keep it while the call is made. `tokens` is the most that the call can use.

        `team_id` says whose key it goes with, None the operator's. What is said in `used_tokens` of the place is
        counted instead once the call has ended.
        """
        place, lane = Place(tokens), self._lane(provider, team_id)
        if lane is None:
            yield place
            return
        lane.in_line += 1
        try:
            async with lane.turn:
                while (seconds := self._wait_seconds(lane, tokens)) != 0:
                    lane.changed.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(seconds):
                            await lane.changed.wait()
                lane.running += 1
                lane.tokens_left -= tokens
        finally:
            lane.in_line -= 1
        try:
            yield place
        finally:
            lane.running -= 1
            if place.used_tokens is not None:
                lane.tokens_left += place.tokens - place.used_tokens
            lane.changed.set()

    def _lane(self, provider: str, team_id: int | None) -> _Lane | None:
        if self._calls.of(provider) is None and self._tokens.of(provider) is None:
            return None
        account = provider, team_id
        if account not in self._lanes:
            self._lanes[account] = _Lane(provider, self._share_of(self._tokens, provider), self._clock())
        return self._lanes[account]

    def _wait_seconds(self, lane: _Lane, tokens: int) -> float | None:
        """Return how long until there is a place; 0: there is one, None: when another call has ended."""
        if lane.running >= self._share_of(self._calls, lane.provider):
            return None
        a_minute = self._share_of(self._tokens, lane.provider)
        now = self._clock()
        if a_minute == float("inf"):
            return 0
        lane.tokens_left = min(lane.tokens_left + (now - lane.counted_at) * a_minute / MINUTE_SECONDS, a_minute)
        lane.counted_at = now
        missing = min(tokens, a_minute) - lane.tokens_left  # one that is larger than a minute's share goes by itself
        return missing / a_minute * MINUTE_SECONDS if missing > 0 else 0

    def _share_of(self, limits: Limits, provider: str) -> float:
        limit = limits.of(provider)
        return float("inf") if limit is None else max(limit // self._sharers, 1)
