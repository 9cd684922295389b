"""The canonical form of the rows that events vouch for: an event carries the sha256 of what these functions return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


def decision_facts(
    *,
    number: str,
    author: str,
    text: str,
    rationale: str,
    category: str,
    confidence: int | str,
    alternatives: Sequence[Any] = (),
    consequences: Sequence[Any] = (),
    requirements: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what can never change of a decision; `number` is D-n or H-n, `author` a role key or a username."""
    return {
        "alternatives": list(alternatives),
        "author": author,
        "category": category,
        "confidence": confidence,
        "consequences": list(consequences),
        "number": number,
        "rationale": rationale,
        "requirements": list(requirements),
        "text": text,
    }


def call_facts(
    *,
    call_id: int,
    task_id: int,
    call_key: str,
    attempt: int,
    provider: str,
    model: str,
    status: str,
    input_tokens: int,
    output_tokens: int,
    cost_usd: Decimal | None,
) -> dict[str, Any]:
    """Return what can never change of a settled call; request and answer may be erased under a retention rule."""
    return {
        "attempt": attempt,
        "call_id": call_id,
        "call_key": call_key,
        "cost_usd": None if cost_usd is None else f"{cost_usd:.6f}",
        "input_tokens": input_tokens,
        "model": model,
        "output_tokens": output_tokens,
        "provider": provider,
        "status": str(status),
        "task_id": task_id,
    }


def gate_facts(
    *,
    gate_id: int,
    stage: int,
    round: int,
    status: str,
    decided_by: str | None = None,
    feedback: str = "",
    roles: Sequence[str] = (),
    scores: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Return what a gate says at an event: `stage` is its number, `decided_by` a username, None while it is open.

    A gate that a rule passed has no person either. `roles` work again after a rejection. Scores are told where the
    stage has been reviewed: gates of former versions have none.
    """
    return {
        **({} if scores is None else {"scores": dict(scores)}),
        "decided_by": decided_by,
        "feedback": feedback,
        "gate_id": gate_id,
        "roles": list(roles),
        "round": round,
        "stage": stage,
        "status": str(status),
    }
