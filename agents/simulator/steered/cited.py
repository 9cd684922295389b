"""Sees to it that whatever people said shows in a deliverable, whether a writer acted on it or not."""

import re

from agents.deliverable import Artifact, Decision, Deliverable
from agents.simulator.steering import Steering
from agents.simulator.text import md, sql_comment

_QUOTED_CHARS = 600


def with_people_cited(deliverable: Deliverable, steering: Steering) -> Deliverable:
    """Return the deliverable with each decision of people, and the feedback, cited in a decision and in an artifact.

    What the writer cited itself stays as it is. A deliverable without decisions or artifacts gets none.
    """
    if not steering:
        return deliverable
    decisions, artifacts = list(deliverable.decisions), list(deliverable.artifacts)
    told = _told(steering)
    missing = [text for sign, text in told if not any(_holds(decision.rationale, sign) for decision in decisions)]
    if missing and decisions:
        decisions[0] = _with_rationale(decisions[0], missing)
    missing = [text for sign, text in told if not any(_holds(artifact.content, sign) for artifact in artifacts)]
    place = _place(artifacts)
    if missing and place is not None:
        artifacts[place] = _with_lines(artifacts[place], missing)
    return deliverable.model_copy(update={"decisions": decisions, "artifacts": artifacts})


def _told(steering: Steering) -> list[tuple[str, str]]:
    """Return (what must be found, what to write otherwise) for everything people said."""
    numbered = [f"H-{decision.number}" for decision in steering.decisions]
    first_words = " ".join(steering.feedback.split())[:60]
    return list(zip([*numbered, *([first_words] if first_words else [])], steering.lines(), strict=True))


def _holds(text: str, sign: str) -> bool:
    flat = " ".join(text.split())
    if sign.startswith("H-"):
        return re.search(rf"\b{sign}\b", flat) is not None
    return sign in flat or md(sign) in flat


def _with_rationale(decision: Decision, lines: list[str]) -> Decision:
    added = " ".join(line[:_QUOTED_CHARS] for line in lines)
    return decision.model_copy(update={"rationale": f"{decision.rationale} {added}".strip()[:19_000]})


def _place(artifacts: list[Artifact]) -> int | None:
    for endings in ((".md",), (".sql",), (".yaml", ".yml")):
        for number, artifact in enumerate(artifacts):
            if artifact.path.endswith(endings) and not artifact.path.startswith("docs/adr/"):
                return number
    return None


def _with_lines(artifact: Artifact, lines: list[str]) -> Artifact:
    if artifact.path.endswith(".md"):
        rows = "\n".join(f"- {md(line, most=_QUOTED_CHARS)}" for line in lines)
        content = f"{artifact.content.rstrip()}\n\n## What people said\n\n{rows}\n"
    else:
        mark = "--" if artifact.path.endswith(".sql") else "#"
        content = "".join(f"{mark} {sql_comment(line, most=_QUOTED_CHARS)}\n" for line in lines) + artifact.content
    return artifact.model_copy(update={"content": content})
