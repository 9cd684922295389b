"""The hash chain over a session's events.

    data_sha256 = sha256(salt + canonical JSON of data)
    hash        = sha256(previous hash + canonical JSON of {at, chain_id, data_sha256, seq, type})

`+` joins UTF-8 texts; the salt is 32 hexadecimal digits; 64 zeros stand before the first event. Data and salt may be
erased later, the chain stays whole.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sessions_app.journal.canonical import canonical_json, sha256_text


@dataclass(frozen=True)
class SealedEvent:
    """An event with its number and its place in the chain."""

    seq: int
    type: str
    at: str
    data: dict[str, Any]
    data_salt: str
    data_sha256: str
    hash: str


def timestamp(moment: datetime) -> str:
    """Return a moment as RFC 3339 in UTC with six digits, as the chain and the API write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def data_digest(salt: str, data: dict[str, Any]) -> str:
    """Return the digest of an event's data."""
    return sha256_text(salt + canonical_json(data))


def link(previous: str, *, at: str, chain_id: str, data_sha256: str, seq: int, type: str) -> str:
    """Return the hash of the event that follows `previous`."""
    facts = {"at": at, "chain_id": chain_id, "data_sha256": data_sha256, "seq": seq, "type": type}
    return sha256_text(previous + canonical_json(facts))


def seal(previous: str, *, at: datetime, chain_id: str, seq: int, type: str, data: dict[str, Any]) -> SealedEvent:
    """Number an event and chain it to the one before."""
    salt = secrets.token_hex(16)
    moment = timestamp(at)
    digest = data_digest(salt, data)
    hash_ = link(previous, at=moment, chain_id=chain_id, data_sha256=digest, seq=seq, type=type)
    return SealedEvent(seq, type, moment, data, salt, digest, hash_)
