"""Decisions as Markdown architectural decision records (MADR)."""

from agents.brief.identifiers import slug
from agents.deliverable import Artifact, Decision
from agents.simulator.material import Material
from agents.simulator.text import md

MOST_QUOTED = 5


def record_path(number: int, decision: Decision) -> str:
    return f"docs/adr/{number:04d}-{slug(decision.text, most=50)}.md"


def record(material: Material, number: int, decision: Decision) -> Artifact:
    """Return one decision as a record: context from the brief, options weighed, consequences of both kinds."""
    quotes = [f"- {key}: {md(material.said(key), most=300)}" for key in decision.satisfies[:MOST_QUOTED]]
    if len(decision.satisfies) > MOST_QUOTED:
        quotes.append(f"- also {', '.join(decision.satisfies[MOST_QUOTED:])}")
    options = [md(decision.text), *(md(alternative.option) for alternative in decision.alternatives)]
    weighed = [
        "\n".join(
            [
                f"### {md(alternative.option)}",
                "",
                *(f"- Good, because {md(pro)}" for pro in alternative.pros),
                *(f"- Bad, because {md(con)}" for con in alternative.cons),
            ]
        )
        for alternative in decision.alternatives
    ]
    parts = [
        f"# {md(decision.text)}",
        f"Status: accepted ({decision.key}, {decision.category}, {decision.confidence} of 100 sure).",
        "## Context and Problem Statement\n\n" + ("\n".join(quotes) or "No single sentence of the brief."),
        "## Considered Options\n\n" + "\n".join(f"{place}. {option}" for place, option in enumerate(options, start=1)),
        f"## Decision Outcome\n\nChosen: the first. {md(decision.rationale, most=8000)}",
        "### Consequences\n\n" + "\n".join(f"- {md(text)}" for text in decision.consequences),
        "## Pros and Cons of the Options\n\n" + "\n\n".join(weighed),
    ]
    return Artifact(
        path=record_path(number, decision),
        media_type="text/markdown",
        content="\n\n".join(parts) + "\n",
        implements=[decision.key],
    )
