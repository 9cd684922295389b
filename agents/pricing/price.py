"""A price of a model, and what some usage costs at it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from agents.providers.contract import Usage

MILLION = Decimal(1_000_000)
CENT_OF_A_CENT = Decimal("0.000001")


@dataclass(frozen=True)
class Rates:
    """USD per million tokens of each kind."""

    input: Decimal
    output: Decimal
    cached_input: Decimal
    cache_write: Decimal
    reasoning: Decimal

    def usd(self, usage: Usage) -> Decimal:
        """Return what `usage` costs, each part at its own rate. A part larger than its total is cut to it."""
        total_in, total_out = max(usage.input_tokens, 0), max(usage.output_tokens, 0)
        cached = min(max(usage.cached_tokens, 0), total_in)
        written = min(max(usage.cache_write_tokens, 0), total_in - cached)
        reasoning = min(max(usage.reasoning_tokens, 0), total_out)
        return (
            (total_in - cached - written) * self.input
            + cached * self.cached_input
            + written * self.cache_write
            + (total_out - reasoning) * self.output
            + reasoning * self.reasoning
        ) / MILLION

    def most_usd(self, input_tokens: Decimal, output_tokens: Decimal) -> Decimal:
        """Return what so many tokens cost when each is of the dearest kind."""
        dearest_in = max(self.input, self.cached_input, self.cache_write)
        return (input_tokens * dearest_in + output_tokens * max(self.output, self.reasoning)) / MILLION


@dataclass(frozen=True)
class Tier:
    """Rates of all tokens of a call that reads more than `above` of them."""

    above: int
    rates: Rates


@dataclass(frozen=True)
class Price:
    """What calls of a model cost."""

    rates: Rates
    tiers: tuple[Tier, ...] = ()  # ascending
    call_usd: Decimal = Decimal(0)  # of every call, however long

    def cost_usd(self, usage: Usage) -> Decimal:
        """Return the cost of a call, to the millionth of a dollar, rounded up."""
        rates = next((tier.rates for tier in reversed(self.tiers) if usage.input_tokens > tier.above), self.rates)
        return rounded_up(self.call_usd + rates.usd(usage))

    def most_usd(self, input_tokens: Decimal, output_tokens: Decimal) -> Decimal:
        """Return the most that a call with no more tokens than these can cost, whatever of them is cached."""
        # A call that turns out smaller may fall into a lower tier, which need not be the cheaper one.
        possible = [self.rates, *(tier.rates for tier in self.tiers if input_tokens > tier.above)]
        return rounded_up(self.call_usd + max(rates.most_usd(input_tokens, output_tokens) for rates in possible))


def flat(
    input: Decimal | int,
    output: Decimal | int,
    *,
    cached_input: Decimal | int | None = None,
    cache_write: Decimal | int | None = None,
    reasoning: Decimal | int | None = None,
) -> Price:
    """Return the price of these USD per million tokens; what is not named costs as much as the total it belongs to."""
    return Price(
        Rates(
            input=Decimal(input),
            output=Decimal(output),
            cached_input=Decimal(input if cached_input is None else cached_input),
            cache_write=Decimal(input if cache_write is None else cache_write),
            reasoning=Decimal(output if reasoning is None else reasoning),
        )
    )


def rounded_up(usd: Decimal) -> Decimal:
    return usd.quantize(CENT_OF_A_CENT, rounding=ROUND_UP)
