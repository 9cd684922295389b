"""Decision records in the form of MADR, one file per decision."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify

from sessions_app.shapes import Decision

FOLDER = "docs/adr"
OWN_RECORD = re.compile(rf"{FOLDER}/(\d{{1,8}})-[^/]+\.md")
LONGEST_SLUG = 60


def records_of(decisions: Iterable[Decision], kept: Iterable[str]) -> dict[str, str]:
    """Return the missing records by path, numbered on from those that agents wrote themselves (`kept`, paths).

    A decision that one of those files carries out has its record already.
    """
    own = [match for path in kept if (match := OWN_RECORD.fullmatch(path))]
    written = {match[0] for match in own}
    number = max((int(match[1]) for match in own), default=0)
    records = {}
    for decision in decisions:
        if written.isdisjoint(decision.artifacts):
            number += 1
            records[f"{FOLDER}/{number:04}-{slug_of(decision.text)}.md"] = record_of(decision)
    return records


def slug_of(text: str) -> str:
    """Return a text as a piece of a file name: ASCII letters, digits and hyphens."""
    return slugify(text)[:LONGEST_SLUG].strip("-") or "decision"


def record_of(decision: Decision) -> str:
    """Return one decision as a MADR page."""
    author = decision.agent or decision.user
    lines = [
        "---",
        f"status: {decision.status}",
        f"date: {decision.created_at:%Y-%m-%d}",
        f"decision-makers: {author}",
        "---",
        "",
        f"# {decision.number} {one_line(decision.text)}",
        "",
        "## Context and Problem Statement",
        "",
        f"Category: {one_line(decision.category) or 'none'}. Confidence: {confidence_of(decision)}.",
    ]
    if decision.requirements:
        lines += ["", f"Answers {', '.join(decision.requirements)}."]
    if decision.alternatives:
        lines += ["", "## Considered Options", "", f"* {one_line(decision.text)}"]
        lines += [f"* {one_line(alternative.option)}" for alternative in decision.alternatives]
    lines += ["", "## Decision Outcome", "", f"Chosen: {one_line(decision.text)}"]
    if decision.rationale:
        lines += ["", decision.rationale.strip()]
    if decision.consequences:
        lines += ["", "### Consequences", "", *(f"* {one_line(text)}" for text in decision.consequences)]
    if decision.alternatives:
        lines += ["", "## Pros and Cons of the Options", ""]
        for alternative in decision.alternatives:
            lines += [f"### {one_line(alternative.option)}", ""]
            lines += [f"* Good, because {one_line(text)}" for text in alternative.pros]
            lines += [f"* Bad, because {one_line(text)}" for text in alternative.cons]
            lines.append("")
    if decision.artifacts:
        lines += ["", "## More Information", "", *(f"* `{path}`" for path in decision.artifacts)]
    return "\n".join(_single_gaps(lines)) + "\n"


def confidence_of(decision: Decision) -> str:
    return f"{decision.confidence}%" if isinstance(decision.confidence, int) else decision.confidence


def one_line(text: Any) -> str:
    """Return a text without line breaks, so that it cannot become a heading or a list of its own."""
    return " ".join(str(text).split())


def _single_gaps(lines: list[str]) -> Iterable[str]:
    before = "start"
    for line in lines:
        if line or before:
            yield line
        before = line
