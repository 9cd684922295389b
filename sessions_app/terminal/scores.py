"""The five scores as a terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.checks import CheckResult
from sessions_app.terminal.figures import count, one_line

MOST_FINDINGS = 5  # of each score
LONGEST = 160


def score_lines(quality: Sequence[Mapping[str, Any]], checks: Sequence[CheckResult]) -> Iterator[str]:
    """Yield each score with its parts and what costs most, then what failed."""
    for score in quality:
        value = "no value yet" if score["value"] is None else f"{score['value']:>3}"
        parts = ", ".join(f"{part['name']} {part['got']}/{part['of']}" for part in score["parts"] if part["of"])
        yield f"{score['name']:<13} {value}  {parts}".rstrip()
        for finding in score["findings"][:MOST_FINDINGS]:
            yield f"{'':13}  -{finding['points']:<3} {one_line(finding['message'], LONGEST)}"
        more = score["more_findings"] + max(len(score["findings"]) - MOST_FINDINGS, 0)
        if more:
            yield f"{'':13}       and {more} more"
    failed = [check for check in checks if check.status == "failed"]
    yield f"{count(len(checks), 'check')}, {f'{len(failed)} failed' if failed else 'none failed'}"
    for check in failed:
        place = f"{check.path}{f', line {check.line}' if check.line else ''}: " if check.path else ""
        yield f"  {check.name}: {one_line(place + check.message, LONGEST)}"
