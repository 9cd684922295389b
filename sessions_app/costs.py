"""What calls came to, and how sure that is, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Cost:
    """US dollars as budgets count them. The two parts are contained in the whole and do not overlap."""

    usd: Decimal = Decimal(0)
    estimated_usd: Decimal = Decimal(0)  # nobody knows what these calls cost: what was set aside for them counts
    simulated_usd: Decimal = Decimal(0)  # nominal: nobody is charged

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.usd + other.usd,
            self.estimated_usd + other.estimated_usd,
            self.simulated_usd + other.simulated_usd,
        )

    @property
    def is_unknown(self) -> bool:
        """Whether all of it is estimated."""
        return 0 < self.usd <= self.estimated_usd

    @property
    def is_simulated(self) -> bool:
        """Whether all of it is the simulator's."""
        return 0 < self.usd <= self.simulated_usd

    def words(self, money: Callable[[Decimal], str], *, cap_usd: Decimal | None = None) -> str:
        """Return "$1.60 of $2.00, of it $0.40 estimated" or the like, with amounts as `money` writes them."""
        of_cap = "" if cap_usd is None else f" of {money(cap_usd)}"
        if self.is_unknown:
            return f"unknown (counted as {money(self.usd)}{of_cap})"
        if self.is_simulated:
            return f"{money(self.usd)} simulated{of_cap}"
        parts = [f"{money(self.simulated_usd)} simulated"] if self.simulated_usd else []
        parts += [f"{money(self.estimated_usd)} estimated"] if self.estimated_usd else []
        return f"{money(self.usd)}{of_cap}{', of it ' if parts else ''}{' and '.join(parts)}"


NO_COST = Cost()
