"""From a model's answer to what is handed in: is it a deliverable, what do its checks say, and is the repair better?

Pure and CPU-bound: called off the event loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.assignment import Assignment
from agents.checks import CheckResult, check_deliverable
from agents.cleaning import clean_text
from agents.deliverable import Deliverable, parse_deliverable
from agents.errors import MalformedDeliverable
from agents.providers import CompletionRequest, CompletionResponse
from agents.repair import build_repair_request, fault_of
from sessions_app.engine.context import context_state
from sessions_app.rules.agent_tasks import Handover

REPAIR = "repair"  # the name of the check that says how a repair went


@dataclass(frozen=True)
class Answer:
    """What a model said, paid for now or replayed from the ledger."""

    response: CompletionResponse
    replayed: bool


@dataclass(frozen=True)
class Examined:
    """An answer with its deliverable and what its checks say; `reason` is why it is none."""

    answer: Answer
    deliverable: Deliverable | None
    checks: tuple[CheckResult, ...] = ()
    reason: str = ""

    @property
    def faults(self) -> list[str]:
        """What its author has to mend, a sentence each; none when nothing has failed."""
        return [self.reason] if self.deliverable is None else [fault_of(check) for check in _failed(self.checks)]

    @property
    def has_questions(self) -> bool:
        """Whether its author wants to know something before the work goes on."""
        return self.deliverable is not None and bool(self.deliverable.questions)

    @property
    def was_cut(self) -> bool:
        """Whether the model had to stop at the longest answer it was allowed."""
        return self.answer.response.finish == "length"

    def repair_of(self, request: CompletionRequest) -> CompletionRequest:
        """Return the call that has this answer to `request` mended."""
        return build_repair_request(request, self.answer.response.text, self.faults, was_cut=self.was_cut)

    def is_not_worse_than(self, other: Examined) -> bool:
        """Whether this one may take the other's place: a deliverable with no more failed checks, then warnings."""
        if self.deliverable is None or other.deliverable is None:
            return self.deliverable is not None
        return _badness(self.checks) <= _badness(other.checks)


def examine(assignment: Assignment, answer: Answer) -> Examined:
    """Turn an answer into a deliverable and check it."""
    try:
        deliverable = parse_deliverable(answer.response.text, assignment.role)
    except MalformedDeliverable as error:
        return Examined(answer, None, reason=_reason(answer.response, error.reason))
    checks = check_deliverable(assignment.role, deliverable, assignment.artifacts)
    return Examined(answer, deliverable, tuple(map(cleaned, checks)))


def kept_of(first: Examined, second: Examined | None, *, skipped: str) -> tuple[Examined, CheckResult]:
    """Return which of two answers is handed in, and what a check says of the repair; `skipped` is why there was none.

    Raises MalformedDeliverable when neither is a deliverable.
    """
    kept = second if second is not None and second.is_not_worse_than(first) else first
    if kept.deliverable is None:
        raise MalformedDeliverable(kept.reason)
    return kept, _told(first, second, kept, skipped)


def handed_over(request: CompletionRequest, kept: Examined, told: CheckResult | None = None) -> Handover:
    """Return what is handed in of an answer to `request`; `told` is what is said of its repair.

    The answer holds a deliverable.
    """
    assert kept.deliverable is not None
    response = kept.answer.response
    checks = [*kept.checks, *([cleaned(told)] if told else [])]
    facts: dict[str, Any] = {
        "model": response.model,
        "provider": response.provider,
        "simulated": response.simulated,
        **({} if response.usage is None else vars(response.usage)),
        "latency_ms": response.latency_ms,
        "finish": response.finish,
        "replayed": kept.answer.replayed,
    }
    if told:
        facts["repair"] = told.message
    known = context_state(request.assignment, request.packing)
    return Handover(kept.deliverable, checks, context_state=known, execution_metadata=facts, model=response.model)


def cleaned(check: CheckResult) -> CheckResult:
    """A check may quote what it found, and what it found may hold what cannot be stored."""
    return replace(check, message=clean_text(check.message), remedy=clean_text(check.remedy))


def _reason(response: CompletionResponse, found: str) -> str:
    """Return why an answer is no deliverable, in words its author can act on: how it ended tells most."""
    if response.finish == "refusal":
        return "The model refused to answer"
    if response.finish == "length":
        return f"The answer was cut at its longest (max_tokens): write more briefly. {found}"
    if not response.text.strip():
        return "The answer was empty"
    return found


def _told(first: Examined, second: Examined | None, kept: Examined, skipped: str) -> CheckResult:
    before = len(first.faults)
    found = f"{before} fault{'s' if before != 1 else ''}"
    if second is None:
        remedy = "Send the stage back at its gate, or mend the files yourself."
        return CheckResult(
            REPAIR, "warning", "warning", None, None, f"Nothing was mended of {found}: {skipped}", remedy
        )
    left = len(kept.faults)
    if not left:
        was = "was no deliverable" if first.deliverable is None else f"had {found}"
        said = f"The first answer {was}; its author mended that when told"
        return CheckResult(REPAIR, "info", "passed", None, None, said)
    whose = "the first answer stands" if kept is first else f"{left} stay"
    said = f"{found[0].upper()}{found[1:]} went back to the author once; {whose}"
    return CheckResult(REPAIR, "warning", "warning", None, None, said, "Say at the gate what has to become different.")


def _failed(checks: Sequence[CheckResult]) -> list[CheckResult]:
    return [check for check in checks if check.status == "failed"]


def _badness(checks: Sequence[CheckResult]) -> tuple[int, int]:
    found = Counter(check.status for check in checks)
    return found["failed"], found["warning"]
