"""The five scores of what a session's roles have handed in. Pure and CPU-bound; `docs/quality.md` gives the formulas.

They read the work by its form and its links, whoever wrote it, and say where each point was lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.checks.bundle import Bundle
from agents.checks.result import CheckResult
from agents.quality.consistency import consistency
from agents.quality.decisions import decision_quality
from agents.quality.requirements import requirement_quality
from agents.quality.result import Score
from agents.quality.traceability import traceability
from agents.quality.validity import validity

SCORES = ("traceability", "consistency", "validity", "decisions", "requirements")


def score(bundle: Bundle, checks: Sequence[CheckResult]) -> dict[str, Score]:
    """Return the five scores by name; `checks` are all that were made, on single files and across them."""
    found = (
        traceability(bundle),
        consistency(checks),
        validity(checks),
        decision_quality(bundle),
        requirement_quality(bundle),
    )
    return {each.name: each for each in found}


def values(scores: Mapping[str, Score]) -> dict[str, int]:
    """Return the numbers of those scores that have one."""
    return {name: each.value for name, each in scores.items() if each.value is not None}
