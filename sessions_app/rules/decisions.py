"""Decisions of agents (D-n) and of people (H-n): each a row, and an event that vouches for it."""

from __future__ import annotations

from typing import Any

from agents.cleaning import clean_line, clean_text
from sessions_app.errors import InvalidInput
from sessions_app.journal.canonical import sha256_of
from sessions_app.journal.facts import decision_facts
from sessions_app.rules.state import SessionState
from sessions_app.rules.writes import Writes

LONGEST_CATEGORY = 100  # also of letters that become two when they are normalised
REASONS = ("rationale", "category", "confidence", "alternatives", "consequences", "requirements")


def record_decision(
    state: SessionState,
    *,
    user_id: int,
    by: str,
    text: str,
    category: str = "",
    confidence: str = "high",
    rationale: str = "",
) -> Writes:
    """Write a person's decision as H-n; it binds every task that starts later. The outcome is its id.

    Raises InvalidInput when nothing can be read in it, IllegalTransition when the session has ended.
    """
    writes = Writes(state)
    text = clean_text(text).strip()
    if not text:
        raise InvalidInput({"decision_text": ["A decision needs a text."]})
    state.require_open()
    writes.outcome = add_human_decision(
        writes,
        by=by,
        user_id=user_id,
        decision_text=text,
        category=clean_line(category, limit=LONGEST_CATEGORY),
        confidence=confidence,
        rationale=clean_text(rationale).strip(),
    )
    return writes


def add_human_decision(writes: Writes, *, by: str, **row: Any) -> int:
    """Add the next decision of a person from the columns of its row; return its id."""
    session = writes.state.session
    number = session.last_human_decision + 1
    told = {name: row[name] for name in ("category", "confidence")}
    facts = decision_facts(
        number=f"H-{number}", author=by, text=row["decision_text"], rationale=row["rationale"], **told
    )
    decision_id = writes.add("session_decisions", session_id=session.id, number=number, **row)
    writes.change(session, last_human_decision=number)
    writes.event(
        "decision_recorded",
        decision_id=decision_id,
        number=f"H-{number}",
        by=by,
        text=row["decision_text"],
        **told,
        sha256=sha256_of(facts),
    )
    return decision_id


def add_agent_decision(writes: Writes, *, agent: str, stage: int, **row: Any) -> int:
    """Add a decision of an agent from the columns of its row, its number among them; return its id."""
    session, number = writes.state.session, f"D-{row['number']}"
    facts = decision_facts(
        number=number, author=agent, text=row["decision_text"], **{name: row[name] for name in REASONS}
    )
    decision_id = writes.add("task_decisions", session_id=session.id, **row)
    writes.change(session, last_decision=max(session.last_decision, row["number"]))
    writes.event(
        "decision_recorded",
        decision_id=decision_id,
        number=number,
        agent=agent,
        stage=stage,
        text=row["decision_text"],
        confidence=row["confidence"],
        category=row["category"],
        sha256=sha256_of(facts),
    )
    return decision_id
