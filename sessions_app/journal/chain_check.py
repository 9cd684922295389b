"""Recomputing one chain, event by event, with nothing kept but the last hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sessions_app.journal.chain import data_digest, link
from sessions_app.journal.verdict import Bad
from sessions_app.models.session import NO_HASH


@dataclass(frozen=True)
class Head:
    """A head that was kept elsewhere: after event `seq` the chain's hash was `head`."""

    seq: int
    head: str
    kept_in: str


class ChainCheck:
    """Takes the events of a chain in order; `bad` is the first thing that does not hold."""

    def __init__(self, chain_id: str, heads: Iterable[Head] = ()) -> None:
        self.chain_id = chain_id
        self.count = 0
        self.hash = NO_HASH
        self.bad: Bad | None = None
        self._heads: dict[int, list[Head]] = {}
        for head in heads:
            self._heads.setdefault(head.seq, []).append(head)

    def take(
        self, seq: int, type: str, at: str, data: Any, data_salt: str | None, data_sha256: str, hash_: str
    ) -> bool:
        """Say whether the event holds; after one that does not, nothing more is looked at."""
        problem = self._problem_of(seq, type, at, data, data_salt, data_sha256, hash_)
        if problem:
            self.bad = self.bad or problem
            return False
        self.count, self.hash = seq, hash_
        return True

    def finish(self, *, last_seq: int, chain_head: str) -> None:
        """Compare the end of the chain with what the session's row and the kept heads say."""
        if self.bad:
            return
        kept = max(self._heads, default=0)
        if kept > max(self.count, last_seq):
            self.bad = self._cut(kept, f"{self._heads[kept][0].kept_in} holds the head of event {kept}")
        elif last_seq > self.count:
            self.bad = self._cut(last_seq, f"the session has written {last_seq}")
        elif last_seq < self.count:
            self.bad = Bad(
                last_seq + 1, f"event {last_seq + 1}", f"is more than the {last_seq} the session has written"
            )
        elif chain_head != self.hash:
            self.bad = Bad(None, "session", "has another chain head than its last event")

    def _problem_of(
        self, seq: int, type: str, at: str, data: Any, data_salt: str | None, data_sha256: str, hash_: str
    ) -> Bad | None:
        due = self.count + 1
        if seq != due:
            return Bad(due, f"event {due}", "is missing")
        name = f"event {seq}"
        if (data is None) != (data_salt is None):
            return Bad(seq, name, "has lost its data or its salt, which go together")
        if data_salt is not None and not _is_sealed_by(data_salt, data, data_sha256):
            return Bad(seq, name, "carries other data than was sealed")
        expected = link(self.hash, at=at, chain_id=self.chain_id, data_sha256=data_sha256, seq=seq, type=type)
        if expected != hash_:
            return Bad(seq, name, "does not follow from the one before: its type, time, digest or place was changed")
        for kept in self._heads.get(seq, ()):
            if kept.head != hash_:
                return Bad(seq, name, f"or one before it was rewritten: {kept.kept_in} holds another head")
        return None

    def _cut(self, last: int, because: str) -> Bad:
        first = self.count + 1
        if first == last:
            return Bad(first, f"event {first}", f"is missing: {because}")
        return Bad(first, f"events {first} to {last}", f"are missing: {because}")


def _is_sealed_by(salt: str, data: Any, digest: str) -> bool:
    try:
        return data_digest(salt, data) == digest
    except ValueError:  # a float: nothing of ours was ever sealed with one
        return False
