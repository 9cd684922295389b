"""What a person decides for a session; it binds every task that starts later."""

from __future__ import annotations

from sessions_app.journal.canonical import sha256_of
from sessions_app.journal.facts import decision_facts
from sessions_app.rules.state import SessionState
from sessions_app.rules.writes import Writes


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
    """Write a person's decision as H-n; the outcome is its id. Raises IllegalTransition when the session has ended."""
    writes = Writes(state)
    state.require_open()
    session = state.session
    number = session.last_human_decision + 1
    writes.outcome = writes.add(
        "session_decisions",
        session_id=session.id,
        user_id=user_id,
        number=number,
        decision_text=text,
        category=category,
        confidence=confidence,
        rationale=rationale,
    )
    facts = decision_facts(
        number=f"H-{number}", author=by, text=text, rationale=rationale, category=category, confidence=confidence
    )
    writes.change(session, last_human_decision=number)
    writes.event(
        "decision_recorded",
        decision_id=writes.outcome,
        number=f"H-{number}",
        by=by,
        text=text,
        confidence=confidence,
        category=category,
        sha256=sha256_of(facts),
    )
    return writes
