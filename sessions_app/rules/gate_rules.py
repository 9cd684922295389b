"""The rule by which a gate passes without a person: sentences joined by "and".

all checks pass                 no check of what is valid now has failed
no warnings                     and none warns either
scores >= 85                    every score is at least that much (also written ≥)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sessions_app.models import CheckStatus

LONGEST_RULE = 200
HIGHEST_SCORE = 100
_SCORES = re.compile(r"scores (?:>=|≥) ?(\d{1,3})")


@dataclass(frozen=True)
class Findings:
    """What a rule may ask: how many checks came out how, and the session's scores (0 to 100) by name."""

    checks: Counter[str]
    scores: Mapping[str, int]


def why_not(rule: str, findings: Findings) -> str:
    """Return what keeps the rule from holding, an empty text when it holds. Raises ValueError for an unknown rule."""
    return "; ".join(filter(None, (condition(findings) for condition in _conditions(rule))))


def check_rule(rule: str) -> None:
    """Raise ValueError, with a sentence for the reader, when the rule cannot be understood."""
    if len(rule) > LONGEST_RULE:
        raise ValueError(f"A gate's rule has at most {LONGEST_RULE} characters.")
    _conditions(rule)


def _conditions(rule: str) -> list[Callable[[Findings], str]]:
    return [_condition(" ".join(part.split())) for part in re.split(r"\s+and\s+", rule.strip().lower())]


def _condition(sentence: str) -> Callable[[Findings], str]:
    if sentence == "all checks pass":
        return lambda findings: _some(findings.checks[CheckStatus.FAILED], "check failed", "checks failed")
    if sentence == "no warnings":
        return lambda findings: _some(findings.checks[CheckStatus.WARNING], "warning", "warnings")
    if found := _SCORES.fullmatch(sentence):
        least = int(found[1])
        if least > HIGHEST_SCORE:
            raise ValueError(f"Scores go from 0 to {HIGHEST_SCORE}: a gate that asks for {least} would never pass.")
        return lambda findings: _lowest(findings.scores, least)
    raise ValueError(f"“{sentence}” is no rule of a gate: use “all checks pass”, “no warnings” or “scores >= 85”.")


def _some(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}" if number else ""


def _lowest(scores: Mapping[str, int], least: int) -> str:
    if not scores:
        return "there are no scores yet"
    name = min(scores, key=lambda key: scores[key])
    return f"the score of {name} is {scores[name]}, not {least}" if scores[name] < least else ""
