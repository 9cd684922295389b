"""Consistency: do the files of different roles say the same? By what the checks across files found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from agents.checks.result import CheckResult
from agents.quality.result import Lost, Part, Score, weighed
from agents.quality.validity import CONTRACT
from agents.quality.weights import WEIGHTS

POINTS = 10  # of each check that had something to judge
COSTS = {"failed": 5, "warning": 2, "passed": 0}  # what one finding takes of its check's points


def consistency(checks: Iterable[CheckResult]) -> Score:
    """Return the share of points that the checks across files leave; a check that judged nothing counts nothing."""
    by_name: dict[str, list[CheckResult]] = defaultdict(list)
    for check in checks:
        if check.name.startswith(CONTRACT):
            by_name[check.name].append(check)
    lost = []
    for name in sorted(by_name):
        left = POINTS
        for check in sorted(by_name[name], key=lambda each: (-COSTS[each.status], each.path or "", each.line or 0)):
            units = min(COSTS[check.status], left)
            left -= units
            if units:
                place = f"{check.path}{f', line {check.line}' if check.line else ''}: " if check.path else ""
                lost.append(Lost("checks", units, f"{place}{check.message}", check.remedy))
    of = POINTS * len(by_name)
    part = Part("checks", f"points of checks across files, {POINTS} each", of - sum(each.units for each in lost), of)
    return weighed("consistency", WEIGHTS["consistency"], (part,), lost)
