"""What a score is: a number, the parts it is made of, and the findings that cost points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

MOST_TOLD = 6  # findings that are kept of each score, the dearest first


@dataclass(frozen=True)
class Part:
    """One thing that a score counts: `got` of `of` units. A part with nothing to count is not judged."""

    name: str
    says: str  # what is counted, for a reader: "requirements that a decision and a file answer"
    got: int
    of: int


@dataclass(frozen=True)
class Lost:
    """Units of a part that were not got, and what to do about them."""

    part: str
    units: int
    message: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """What costs points, with how many of the score's 100 (rounded up), and what to do."""

    message: str
    remedy: str
    points: int


@dataclass(frozen=True)
class Score:
    """A number from 0 to 100 with its reasons; `value` is None while nothing has been handed in that it could judge."""

    name: str
    value: int | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]

    def part(self, name: str) -> Part:
        """Return the part called `name`."""
        return next(part for part in self.parts if part.name == name)

    def as_json(self) -> dict[str, Any]:
        """Return the score as JSON values without a fraction; of many findings the dearest, and how many more."""
        told = self.findings[:MOST_TOLD]
        return {
            "name": self.name,
            "value": self.value,
            "parts": [vars(part).copy() for part in self.parts],
            "findings": [vars(finding).copy() for finding in told],
            "more_findings": len(self.findings) - len(told),
        }


def weighed(name: str, weights: Mapping[str, int], parts: Sequence[Part], lost: Sequence[Lost]) -> Score:
    """Return the score of these parts: the weighted mean of their shares, rounded down, over the parts with a count.

    So 100 means that nothing at all is missing, and what a workflow does not have costs nothing.
    """
    judged = {part.name: part for part in parts if part.of > 0}
    whole = sum(weights[part] for part in judged)
    if not whole:
        return Score(name, None, tuple(parts), ())
    total = sum(Fraction(100 * weights[part.name] * part.got, whole * part.of) for part in judged.values())
    findings = [
        Finding(each.message, each.remedy, -(-100 * weights[each.part] * each.units // (whole * judged[each.part].of)))
        for each in lost
        if each.part in judged and each.units > 0
    ]
    findings.sort(key=lambda finding: (-finding.points, finding.message))
    return Score(name, int(total), tuple(parts), tuple(findings))
