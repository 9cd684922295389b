"""Words and marks of the five scores."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from sessions_app import shapes

register = template.Library()
NAMES = {
    "traceability": "Traceability",
    "consistency": "Consistency",
    "validity": "Validity",
    "decisions": "Decisions",
    "requirements": "Requirements",
}
GOOD, FAIR = 85, 60  # from which a score needs no look, and from which it needs only one
WORST_SHOWN = 4
OF_CHECKS = ("consistency", "validity")


@register.filter
def score_name(name: str) -> str:
    return NAMES.get(name, name.capitalize())


@register.filter
def score_tone(value: int) -> str:
    """The colour of a score's bar; what it means stands beside it as a number."""
    return "" if value >= GOOD else "warn" if value >= FAIR else "bad"


@register.filter
def coverage(quality: Sequence[shapes.Score]) -> shapes.ScorePart | None:
    """How many requirements a decision and a file answer; None while no requirement is stated."""
    parts = [part for score in quality if score.name == "traceability" for part in score.parts]
    return next((part for part in parts if part.name == "covered" and part.of), None)


@register.filter
def worst(quality: Sequence[shapes.Score]) -> list[tuple[str, shapes.ScoreFinding]]:
    """The few findings that cost most, with the name of their score; what checks found stands in their own list."""
    found = [(score.name, finding) for score in quality if score.name not in OF_CHECKS for finding in score.findings]
    return sorted(found, key=lambda pair: -pair[1].points)[:WORST_SHOWN]
