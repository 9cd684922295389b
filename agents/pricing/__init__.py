"""What model calls cost. `None` stands for a cost that nobody knows: docs/costs.md says how it is counted and told."""

from agents.pricing.costs import NOMINAL, cost_usd, estimate_usd, price_of, unknown_price
from agents.pricing.price import CENT_OF_A_CENT, Price, flat

__all__ = [
    "CENT_OF_A_CENT",
    "NOMINAL",
    "Price",
    "cost_usd",
    "estimate_usd",
    "flat",
    "price_of",
    "unknown_price",
]
