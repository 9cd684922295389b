"""Settings that say how models are called: what cannot work is told at the start, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution

from agents.calling.limiter import parse_limits
from agents.model_choice import HOTTEST, MOST_FALLBACKS, MOST_TOKENS
from agents.providers.extra import PREFIXES
from agents.providers.names import OURS, SIMULATOR
from agents.roles import ROLES

LONG_ENOUGH_TOKENS = 8192  # for most deliverables
MOST_DAYS = 36_500  # the database knows no time far before our own


@register()
def check_calls(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with fallbacks, limits, ranges and played faults of model calls."""
    return [*_fallbacks(), *_limits(), *_ranges(), *_faults(), *_short_answers()]


def _fallbacks() -> Iterator[CheckMessage]:
    named = settings.FALLBACK_MODELS
    if len(named) > MOST_FALLBACKS or len({settings.SAGE_MODEL, *named}) < len(named) + 1:
        hint = f"Name at most {MOST_FALLBACKS} models, each once, and another than SAGE_MODEL."
        yield Error("SAGE_FALLBACK_MODELS cannot be asked in turn.", hint=hint, id="sagemode.E050")


def _limits() -> Iterator[CheckMessage]:
    for name in ("PROVIDER_CONCURRENCY", "PROVIDER_TOKENS_PER_MINUTE"):
        try:
            named = parse_limits(getattr(settings, name)).by_provider
            strangers = sorted(set(named) - {*OURS, *PREFIXES} | {SIMULATOR} & set(named))
            fault = f"There is nothing to limit at {', '.join(strangers)}." if strangers else ""
        except ValueError as error:
            fault = str(error)
        if fault:
            hint = f"{fault} Several stand in a comma list: anthropic:50,openai:100."
            yield Error(f"SAGE_{name} cannot be read.", hint=hint, id="sagemode.E051")


def _ranges() -> Iterator[CheckMessage]:
    if settings.CALL_RETRIES < 0 or not 0 <= settings.RETENTION_DAYS <= MOST_DAYS:
        yield Error(
            f"SAGE_CALL_RETRIES must not be negative, and SAGE_RETENTION_DAYS goes from 0 to {MOST_DAYS}.",
            hint="0 asks the next model at once, and keeps what was asked for ever; the defaults are 3 and 180.",
            id="sagemode.E052",
        )
    if min(settings.CONNECT_SECONDS, settings.CALL_TOTAL_SECONDS, *settings.IDLE_SECONDS.values()) <= 0:
        yield Error(
            "A time limit of model calls (SAGE_TIMEOUT_…) must be above 0 seconds.",
            hint="Leave CONNECT, SMALL, LARGE, LOCAL and TOTAL out for 10, 30, 60, 120 and 300 seconds.",
            id="sagemode.E053",
        )
    if not (0 <= settings.DEFAULT_TEMPERATURE <= HOTTEST and 1 <= settings.DEFAULT_MAX_TOKENS <= MOST_TOKENS):
        yield Error(
            f"DEFAULT_TEMPERATURE={settings.DEFAULT_TEMPERATURE:g} or "
            f"DEFAULT_MAX_TOKENS={settings.DEFAULT_MAX_TOKENS} is out of range.",
            hint=f"A temperature goes from 0 to {HOTTEST:g}, the longest answer from 1 to {MOST_TOKENS:,} tokens.",
            id="sagemode.E054",
        )


def _faults() -> Iterator[CheckMessage]:
    if not settings.SIMULATOR_FAULTS:
        return
    from agents.providers.simulator import parse_faults

    try:
        parse_faults(settings.SIMULATOR_FAULTS)
    except ValueError as fault:
        yield Error("SIMULATOR_FAULTS cannot be read.", hint=str(fault), id="sagemode.E056")


def _short_answers() -> Iterator[CheckMessage]:
    cut = [role.key for role in ROLES.values() if not role.max_tokens]
    if cut and settings.SAGE_MODEL != SIMULATOR and settings.DEFAULT_MAX_TOKENS < LONG_ENOUGH_TOKENS:
        yield Caution(
            f"DEFAULT_MAX_TOKENS={settings.DEFAULT_MAX_TOKENS} may cut what is handed in by {', '.join(cut)}.",
            hint=f"Use at least {LONG_ENOUGH_TOKENS}, or give the role a max_tokens of its own.",
            id="sagemode.W055",
        )
