"""Formal validity: is every owed file there, and does every file pass the checks of its kind?"""

from __future__ import annotations

from collections.abc import Iterable

from agents.checks.result import CheckResult
from agents.quality.result import Lost, Part, Score, weighed
from agents.quality.weights import WEIGHTS

CONTRACT = "contract."  # the checks across files, which consistency counts
ABOUT_THE_WORK = frozenset({"repair", "review"})  # results that tell how the checking went, not how the work is
UNITS = {"passed": 2, "warning": 1, "failed": 0}  # of 2, by the worst that one check said of one file


def validity(checks: Iterable[CheckResult]) -> Score:
    """Return how many of the formal checks, each on one file, found nothing wrong."""
    worst: dict[tuple[str, str], CheckResult] = {}
    more: dict[tuple[str, str], int] = {}
    for check in checks:
        if check.name.startswith(CONTRACT) or check.name in ABOUT_THE_WORK:
            continue
        key = (check.name, check.path or "")
        more[key] = more.get(key, -1) + 1
        if key not in worst or UNITS[check.status] < UNITS[worst[key].status]:
            worst[key] = check
    lost = []
    for key, check in sorted(worst.items()):
        if check.status != "passed":
            place = f"{check.path}{f', line {check.line}' if check.line else ''}: " if check.path else ""
            others = f" (and {more[key]} more)" if more[key] else ""
            units = UNITS["passed"] - UNITS[check.status]
            lost.append(Lost(_part_of(check), units, f"{place}{check.message}{others}", check.remedy))

    def part(name: str, says: str) -> Part:
        mine = [check for check in worst.values() if _part_of(check) == name]
        return Part(name, says, sum(UNITS[check.status] for check in mine), UNITS["passed"] * len(mine))

    parts = (
        part("owed", "points for owed files that are there, 2 each"),
        part("files", "points for checks on a file: 2 passed, 1 with a warning, 0 failed"),
    )
    return weighed("validity", WEIGHTS["validity"], parts, lost)


def _part_of(check: CheckResult) -> str:
    return "owed" if check.name == "owed" else "files"
