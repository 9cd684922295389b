"""Whether the journal is whole: chains recomputed, and compared with every row that they vouch for.

Events are read in order and forgotten; what is kept of a session is its last hash, and eight bytes for each row that an
event tells of. Some sessions at a time are looked at as they are at one moment, so those that are being written to do
no harm, and no moment lasts long.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from sessions_app.errors import NotReachable
from sessions_app.journal.chain import timestamp
from sessions_app.journal.chain_check import ChainCheck, Head
from sessions_app.journal.moment import database_now, one_moment
from sessions_app.journal.verdict import Bad, Verdict
from sessions_app.journal.vouched import KINDS, Told, wrong_newest
from sessions_app.models import ChainCheckpoint, ExecutionSession, SessionEvent

SESSIONS_AT_ONCE = 100
EVENTS_AT_ONCE = 2_000
COLUMNS = ("session_id", "seq", "type", "at", "data", "data_salt", "data_sha256", "hash")
NO_TOMBSTONE = "is gone, and no tombstone says that it was purged"
Heads = Mapping[str, Sequence[Head]]
"""Heads that were kept elsewhere, by chain id."""


def verify_session(session_id: int, *, published: Heads | None = None) -> Verdict:
    """Verify one session. Raises NotReachable when there is none."""
    for verdict in _verify([session_id], published or {}):
        return verdict
    raise NotReachable(f"There is no session {session_id}.")


def verify_everything(*, published: Heads | None = None) -> Iterator[Verdict]:
    """Verify every session by id, deleted ones too, then the chains whose sessions are gone."""
    published = published or {}
    last = 0
    newer = ExecutionSession.objects.order_by("pk")
    while ids := list(newer.filter(pk__gt=last).values_list("pk", flat=True)[:SESSIONS_AT_ONCE]):
        yield from _verify(ids, published)
        last = ids[-1]
    yield from _gone_unaccounted()
    yield from _published_and_gone(published)


def _verify(session_ids: Sequence[int], published: Heads) -> list[Verdict]:
    with one_moment():
        sessions = list(
            ExecutionSession.objects.filter(pk__in=session_ids)
            .order_by("pk")
            .values_list("pk", "chain_id", "last_seq", "chain_head")
        )
        now = database_now()
        heads = _kept_heads([chain_id for _, chain_id, *_ in sessions])
        checks = {
            session_id: SessionCheck(str(chain_id), [*heads[chain_id], *published.get(str(chain_id), ())])
            for session_id, chain_id, *_ in sessions
        }
        _read_events(checks)
        for session_id, _, last_seq, chain_head in sessions:
            checks[session_id].chain.finish(last_seq=last_seq, chain_head=chain_head)
        _find_rows_without_event(checks)
    return [
        Verdict(pk, str(chain_id), checks[pk].chain.count, chain_head, now, checks[pk].first_bad)
        for pk, chain_id, _, chain_head in sessions
    ]


class SessionCheck:
    """What is known of one session while its events go by."""

    def __init__(self, chain_id: str, heads: Iterable[Head]) -> None:
        self.chain = ChainCheck(chain_id, heads)
        self.bad_row: Bad | None = None
        self.keys: list[array[int]] = [array("q") for _ in KINDS]  # of the rows that events tell of, kind by kind
        self.erased = [0 for _ in KINDS]  # events that no longer say which row they told of

    @property
    def first_bad(self) -> Bad | None:
        """The earlier of what is wrong with the chain and what is wrong with a row."""
        chain, row = self.chain.bad, self.bad_row
        if chain is None or row is None or chain.seq is None or row.seq is None:
            return chain or row
        return row if row.seq < chain.seq else chain

    def note(self, bad: Bad) -> None:
        """Keep what is wrong with a row unless an earlier one is known."""
        if self.bad_row is None or (bad.seq or 0) < (self.bad_row.seq or 0):
            self.bad_row = bad


def _kept_heads(chain_ids: Iterable[UUID]) -> dict[UUID, list[Head]]:
    heads: dict[UUID, list[Head]] = defaultdict(list)
    rows = ChainCheckpoint.objects.filter(chain_id__in=chain_ids).order_by("pk")
    for chain_id, seq, head in rows.values_list("chain_id", "seq", "head"):
        heads[chain_id].append(Head(seq, head, "chain_checkpoints"))
    return heads


def _read_events(checks: Mapping[int, SessionCheck]) -> None:
    """Follow the chains, and compare the rows that events tell of, some events at a time."""
    events = SessionEvent.objects.filter(session__in=list(checks)).order_by("session", "seq").values_list(*COLUMNS)
    stream = events.iterator(chunk_size=EVENTS_AT_ONCE)
    while some := list(islice(stream, EVENTS_AT_ONCE)):
        told: list[list[Told]] = [[] for _ in KINDS]
        for session_id, seq, type, at, data, *seals in some:
            check = checks[session_id]
            if check.chain.bad or not check.chain.take(seq, type, timestamp(at), data, *seals):
                continue
            for number, kind in enumerate(KINDS):
                if type in kind.types:
                    _sort_in(check, number, told[number], Told(session_id, seq, type, data))
        for number, kind in enumerate(KINDS):
            for finding in kind.compare(told[number]) if told[number] else ():
                check = checks[finding.told.session_id]
                check.keys[number].append(finding.key)
                if finding.problem:
                    check.note(Bad(finding.told.seq, finding.name, finding.problem))


def _sort_in(check: SessionCheck, number: int, told: list[Told], event: Told) -> None:
    data: Any = event.data
    if data is None:
        check.erased[number] += 1
    elif isinstance(data, dict):
        told.append(event)
    else:
        check.note(Bad(event.seq, f"event {event.seq}", "names no row"))


def _find_rows_without_event(checks: Mapping[int, SessionCheck]) -> None:
    """Name rows of sessions, fine so far, that no event tells of, or that two tell of."""
    for number, kind in enumerate(KINDS):
        fine = [session_id for session_id, check in checks.items() if check.first_bad is None]
        told = {session_id: array("q", sorted(checks[session_id].keys[number])) for session_id in fine}
        untold: dict[int, int] = defaultdict(int)
        first: dict[int, str] = {}
        for row in kind.rows(fine):
            keys = told[row.session_id]
            place = bisect_left(keys, row.key)
            times = bisect_right(keys, row.key, lo=place) - place
            if times > 1:
                checks[row.session_id].note(Bad(None, row.name, "is recorded more than once"))
            elif not times:
                untold[row.session_id] += 1
                first.setdefault(row.session_id, row.name)
        for session_id, name in first.items():
            if untold[session_id] > checks[session_id].erased[number]:
                checks[session_id].note(Bad(None, name, "has no event that tells of it"))
    for row in wrong_newest([session_id for session_id, check in checks.items() if check.first_bad is None]):
        checks[row.session_id].note(Bad(None, row.name, "shows another version than its newest"))


def _gone_unaccounted() -> Iterator[Verdict]:
    """Find chains that have checkpoints, no session and no tombstone."""
    same = ChainCheckpoint.objects.filter(chain_id=OuterRef("chain_id"), tombstone=True)
    there = ExecutionSession.objects.filter(chain_id=OuterRef("chain_id"))
    lost = ChainCheckpoint.objects.filter(~Exists(same), ~Exists(there)).order_by("chain_id", "-seq")
    now = database_now()
    for chain_id, head in lost.distinct("chain_id").values_list("chain_id", "head"):
        yield Verdict(None, str(chain_id), 0, head, now, Bad(None, "session", NO_TOMBSTONE))


def _published_and_gone(published: Heads) -> Iterator[Verdict]:
    """Find chains that were published and have neither a session nor a tombstone that agrees."""
    waiting = iter(published)
    while chains := list(islice(waiting, SESSIONS_AT_ONCE)):
        with one_moment():
            now = database_now()
            sessions = ExecutionSession.objects.filter(chain_id__in=chains).values_list("chain_id", flat=True)
            there = {str(chain_id) for chain_id in sessions}
            stones = {
                str(chain_id): (seq, head)
                for chain_id, seq, head in ChainCheckpoint.objects.filter(
                    chain_id__in=chains, tombstone=True
                ).values_list("chain_id", "seq", "head")
            }
        for chain_id in chains:
            if chain_id in there:
                continue
            kept = max(published[chain_id], key=lambda head: head.seq)
            seq, head = stones.get(chain_id, (0, ""))
            if not head:
                problem = NO_TOMBSTONE
            elif kept.seq > seq or (kept.seq == seq and kept.head != head):
                problem = f"was purged with another head than {kept.kept_in} holds"
            else:
                continue
            yield Verdict(None, chain_id, 0, kept.head, now, Bad(None, "session", problem))
