"""How long to wait before a call that gave no answer is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from agents.providers.contract import ProviderError

WAITS_SECONDS: tuple[float, ...] = (1, 2, 4, 8)  # after the first failure, the second, ...; the last one for all later
JITTER: Final = 0.25  # of a wait, to either side, so that those who failed together do not come back together
LONGEST_RETRY_AFTER_SECONDS: Final = 60.0


def wait_seconds(error: ProviderError, *, failures: int, dice: Callable[[], float] = random.random) -> float | None:
    """Return how long to wait after so many failures in a row, of which `error` is the last; None: not at all.

    What a provider asks for (`Retry-After`) is granted up to a minute. `dice` gives a number from 0 to 1.
    """
    if not error.passing:
        return None
    own = WAITS_SECONDS[min(failures, len(WAITS_SECONDS)) - 1] * (1 + JITTER * (2 * dice() - 1))
    return max(own, min(error.retry_after_seconds or 0, LONGEST_RETRY_AFTER_SECONDS))
