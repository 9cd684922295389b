"""Whether the journal proves itself: the hash chain, and what its events vouch for.

    data_sha256 = sha256(salt + canonical JSON of data)
    hash        = sha256(previous hash + canonical JSON of {at, chain_id, data_sha256, seq, type})

Canonical JSON: sorted keys, `,` and `:` without blanks, UTF-8, no floats. 64 zeros stand before the first event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tests.chaos.checking.reading import Facts, Row
from tests.chaos.checking.violation import CHAIN, Violation

BEFORE_THE_FIRST = "0" * 64


def canonical(value: Any) -> str:
    """Return the canonical JSON of a value. Raises ValueError for a float."""
    for each in _leaves(value):
        if isinstance(each, float):
            raise ValueError("a float")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Return the sha256 of a text in UTF-8, in lower-case hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def rfc3339(at: datetime) -> str:
    """Return a moment as the chain writes it: UTC, six digits, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def check_chain(facts: Facts) -> Iterator[Violation]:
    """Yield what is broken in the chain of a session, only the first link of it, and heads that it does not lead to."""
    session, head = facts.session, BEFORE_THE_FIRST
    heads = {0: head}
    for event in facts.events:
        wrong = _wrong_with(event, head, session["chain_id"])
        if wrong:
            yield Violation(CHAIN, facts.id, f"event {event['seq']} ({event['type']}): {wrong}")
            return
        head = event["hash"]
        heads[event["seq"]] = head
    if session["chain_head"] != head:
        yield Violation(CHAIN, facts.id, f"the session's head is not the hash of its last event, {len(facts.events)}")
    for checkpoint in facts.checkpoints:
        if heads.get(checkpoint["seq"]) != checkpoint["head"]:
            yield Violation(CHAIN, facts.id, f"the kept head at {checkpoint['seq']} is not on the chain")


def check_vouched(facts: Facts) -> Iterator[Violation]:
    """Yield rows that say something else than the event that announced them, and rows or events that stand alone."""
    decisions = {row["id"]: row for row in [*facts.decisions, *facts.human_decisions]}
    for event in facts.events_of("decision_recorded"):
        data = event["data"]
        row = decisions.pop(data["decision_id"], None)
        if row is None:
            yield Violation(CHAIN, facts.id, f"decision {data['number']} is in the journal and in no table")
        elif (row["decision_text"], row["number"]) != (data["text"], int(data["number"].split("-")[1])):
            yield Violation(CHAIN, facts.id, f"decision {data['number']} reads otherwise than its event")
    versions = {(row["artifact_id"], row["version"]): row for row in facts.versions}
    for event in facts.events_of("artifact_written"):
        data = event["data"]
        row = versions.pop((data["artifact_id"], data["version"]), None)
        if row is None:
            yield Violation(CHAIN, facts.id, f"{data['path']} v{data['version']} is in the journal and in no table")
        elif not row["content_sha256"] == row["sha256"] == data["sha256"]:
            yield Violation(CHAIN, facts.id, f"{data['path']} v{data['version']} has another content than its event")
    calls = {row["id"]: row for row in facts.calls if row["status"] != "reserved"}
    for event in facts.events_of("llm_call_finished"):
        data = event["data"]
        row = calls.pop(data["call_id"], None)
        names = ("status", "input_tokens", "output_tokens")
        if row is None:
            yield Violation(CHAIN, facts.id, f"call {data['call_id']} is in the journal and not settled in the ledger")
        elif [row[name] for name in names] != [data[name] for name in names] or _text(row) != data["cost_usd"]:
            yield Violation(CHAIN, facts.id, f"call {data['call_id']} reads otherwise than its event")
    if any(event["data"] is None for event in facts.events):
        return
    written = [row for row in versions.values() if row["agent_task_id"] is not None]
    for rows, what in ((decisions.values(), "decision"), (written, "artifact version"), (calls.values(), "call")):
        for row in rows:
            yield Violation(CHAIN, facts.id, f"{what} {row['id']} has no event")


def _wrong_with(event: Row, previous: str, chain_id: str) -> str:
    if event["data"] is not None:
        try:
            written = canonical(event["data"])
        except ValueError:
            return "its data holds a float"
        if digest((event["data_salt"] or "") + written) != event["data_sha256"]:
            return "its data is not what was sealed"
    link = {
        "at": rfc3339(event["at"]),
        "chain_id": chain_id,
        "data_sha256": event["data_sha256"],
        "seq": event["seq"],
        "type": event["type"],
    }
    return "" if digest(previous + canonical(link)) == event["hash"] else "its hash does not follow from the one before"


def _text(row: Row) -> str | None:
    return None if row["cost_usd"] is None else f"{row['cost_usd']:.6f}"


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
