"""What the checker found wrong."""

from __future__ import annotations

from dataclasses import dataclass

LOST = "lost"  # what a client was told exists is gone
STUCK = "stuck"  # neither ended nor waiting for a person
TWICE = "twice"  # an effect that happened more than once
GAP = "gap"  # a number that is missing, or out of its order
ILLEGAL = "illegal"  # a step that no table of states allows
ATTEMPT = "attempt"  # attempts that were not counted when the task was claimed
FENCE = "fence"  # claims that the row's fence did not count
CHAIN = "chain"  # a journal that does not prove what stands in it
MONEY = "money"  # sums that do not agree
CAP = "cap"  # more spent or promised than was allowed
PROVIDER = "provider"  # the provider saw something else than the ledger
AFTER_END = "after end"  # an effect on a session that had ended
TEXT = "text"  # characters that were to be cleaned away
TIME = "time"  # times that are not the database's
MESSAGE = "message"  # work without its wake-up, or a wake-up without its work


@dataclass(frozen=True)
class Violation:
    """One thing that must never be; `session_id` is None when it belongs to no single session."""

    kind: str
    session_id: int | None
    what: str

    def __str__(self) -> str:
        where = "-" if self.session_id is None else str(self.session_id)
        return f"{self.kind:<10} {where:>8}  {self.what}"
