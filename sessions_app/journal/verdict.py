"""What a verification says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bad:
    """The first thing that does not hold. `seq` is the number of its event, None when no event tells of it."""

    seq: int | None
    what: str  # "event 5", "decision D-3", "docs/architecture.md v2", "gate 7", "model call 12", "session"
    problem: str  # completes "<what> ..." to a sentence

    def __str__(self) -> str:
        told = f" (event {self.seq})" if self.seq is not None and not self.what.startswith("event") else ""
        return f"{self.what}{told} {self.problem}"

    def as_json(self) -> dict[str, Any]:
        return {"seq": self.seq, "what": self.what, "problem": self.problem}


@dataclass(frozen=True)
class Verdict:
    """What was found of one chain. `session_id` is None when the session is gone, or in a bundle."""

    session_id: int | None
    chain_id: str
    events: int  # as many as were read and found in order
    head: str  # as the session's row has it
    at: str  # the moment that was looked at, by the database's clock
    first_bad: Bad | None = None

    @property
    def valid(self) -> bool:
        return self.first_bad is None

    def as_json(self) -> dict[str, Any]:
        return {
            "session_id": self.session_id,
            "chain_id": self.chain_id,
            "valid": self.valid,
            "events": self.events,
            "head": self.head,
            "first_bad": self.first_bad and self.first_bad.as_json(),
        }
