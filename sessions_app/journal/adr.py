"""Decision records in the form of MADR, one file per decision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from agents.roles import ROLES
from sessions_app.shapes import Artifact, Decision

FOLDER = "docs/adr"
OWN_RECORD = re.compile(rf"{FOLDER}/(\d{{1,8}})-[^/]+\.md")
LONGEST_SLUG = 60
TAG = re.compile("<(?=[A-Za-z/!?])")


@dataclass(frozen=True)
class Records:
    """The decision records of a bundle."""

    paths: Mapping[str, str]
    """Where each decision's record stands, by the decision's number (D-1, H-1)."""
    written: Mapping[str, str]
    """Those that no agent wrote: the text by path."""


def records_of(decisions: Iterable[Decision], kept: Iterable[str]) -> Records:
    """Return the decisions' records, numbered on from those that agents wrote themselves (`kept`, paths).

    A decision that one of those files carries out has its record already.
    """
    own = {path: match for path in kept if (match := OWN_RECORD.fullmatch(path))}
    number = max((int(match[1]) for match in own.values()), default=0)
    paths, written = {}, {}
    for decision in decisions:
        path = next((path for path in decision.artifacts if path in own), None)
        if path is None:
            number += 1
            path = f"{FOLDER}/{number:04}-{slug_of(decision.text)}.md"
            written[path] = record_of(decision)
        paths[decision.number] = path
    return Records(paths, written)


def is_record(path: str) -> bool:
    return OWN_RECORD.fullmatch(path) is not None


def slug_of(text: str, otherwise: str = "decision") -> str:
    """Return a text as a piece of a file name: whole words of ASCII letters, digits and hyphens.

    `otherwise` is the name of a text that holds none of these.
    """
    slug = slugify(text)
    if len(slug) > LONGEST_SLUG:
        slug = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return slug.strip("-") or otherwise


def record_of(decision: Decision) -> str:
    """Return one decision as a MADR page."""
    lines = [
        "---",
        f"status: {decision.status}",
        f"date: {decision.created_at:%Y-%m-%d}",
        f"decision-makers: {author_of(decision)}",
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
    lines += ["", "## Decision Outcome", "", f"Chosen option: “{one_line(decision.text)}”"]
    if decision.rationale:
        lines += ["", without_tags(decision.rationale.strip())]
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


def author_of(entry: Decision | Artifact) -> str:
    """Return who it is from: the agent's name, or the person's username."""
    if entry.agent:
        return ROLES[entry.agent].name if entry.agent in ROLES else entry.agent
    return entry.user or ""


def confidence_of(decision: Decision) -> str:
    return f"{decision.confidence}%" if isinstance(decision.confidence, int) else decision.confidence


def one_line(text: Any) -> str:
    """Return a text without line breaks and tags, so that it cannot become a heading, a list or a script of its own."""
    return without_tags(" ".join(str(text).split()))


def without_tags(text: str) -> str:
    """Keep HTML in a text as text: not every reader of Markdown takes scripts out of it."""
    return TAG.sub("&lt;", text)


def _single_gaps(lines: list[str]) -> Iterable[str]:
    before = "start"
    for line in lines:
        if line or before:
            yield line
        before = line
