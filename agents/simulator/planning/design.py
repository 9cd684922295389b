"""`docs/design.md` and `domain.json`: the design on two pages, with what is hard to take back."""

import json

from agents.deliverable import DOMAIN_PATH, Artifact, Deliverable
from agents.simulator.bounds import bounds_of
from agents.simulator.choices import decide
from agents.simulator.components import components
from agents.simulator.material import Material
from agents.simulator.planning.implementation import GUARDS
from agents.simulator.planning.page import Section, bullets, left_out, page
from agents.simulator.planning.people import amount, doing, people_words
from agents.simulator.structure import CHOICES
from agents.simulator.text import counted, listing, md, mermaid, table
from agents.simulator.writer import Writer

MOST_STEPS = 6


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="DES", cover=True)
    keys = [decision.key for decision in decisions]
    parts = components(material)
    hard = "\n".join(
        f"- **{d.key}** {md(d.text)} Instead of: {md(listing([a.option for a in d.alternatives], most=3))}."
        for d in decisions
    )
    sections: list[Section] = [
        ("Parts", _parts(material)),
        ("The main way through", _flow(material)),
        ("Data", _data(material)),
        ("Where rules and numbers are kept", _kept(material)),
        ("Hard to take back", hard),
        ("Left out", bullets(left_out(material))),
    ]
    return Deliverable(
        summary=f"{counted(len(parts), 'part')}: {listing([part.name for part in parts], most=6)}; "
        f"{counted(len(decisions), 'decision')} that are hard to take back.",
        requirements=[] if material.assignment.requirements else list(material.understanding.requirements),
        domain=material.domain,
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/design.md",
                media_type="text/markdown",
                content=page(material, "the design in short", sections),
                implements=keys,
            ),
            Artifact(
                path=DOMAIN_PATH,
                media_type="application/json",
                content=json.dumps(material.domain.model_dump(mode="json"), ensure_ascii=False, indent=1),
                implements=keys[:1],
            ),
        ],
        handoff=f"domain.json is the vocabulary: {listing([entity.name for entity in material.entities], most=12)}.",
    )


def _parts(material: Material) -> str:
    parts = components(material)
    lines = ["```mermaid", "flowchart LR"]
    for part in parts:
        shape = ('[("', '")]') if part.key in ("database", "files") else ('["', '"]')
        lines.append(f"  {part.key}{shape[0]}{mermaid(part.name)}{shape[1]}")
    lines += [f"  {part.key} --> {goal}" for part in parts for goal in part.talks_to]
    drawn = "\n".join([*lines, "```"])
    rows = [[part.name, md(part.duty), ", ".join(part.because) or "all"] for part in parts]
    return f"{drawn}\n\n{table(['part', 'duty', 'asked for by'], rows)}"


def _flow(material: Material) -> str:
    main = material.main
    if main is None:
        return ""
    told = [op for op in material.operations_of(main) if op.source] or material.operations_of(main)
    lines = [
        f"{place}. {md(material.actors_of(op)[:1].upper() + material.actors_of(op)[1:])}: "
        f"{md(doing(material, op))} ({', '.join(op.requirements) or 'needed for the rest'})."
        for place, op in enumerate(told[:MOST_STEPS], start=1)
    ]
    return "\n".join(lines)


def _data(material: Material) -> str:
    rows = [
        [
            md(e.label),
            md(", ".join(f.name for f in e.fields)) or "none of its own",
            md(listing([r.target.label for r in material.references.get(e.name, [])], most=5, none="nothing")),
            md(" → ".join(e.states)) or "one",
        ]
        for e in material.entities
    ]
    return table(["thing", "facts", "leads to", "states"], rows)


def _kept(material: Material) -> str:
    rows = [
        [rule.key, md(rule.text, most=240), GUARDS[rule.kind], ", ".join(rule.requirements) or "context"]
        for rule in material.rules
    ]
    rows += [
        [
            bound.key,
            md(bound.limit.text, most=240),
            f"{md(amount(bound.limit))} as a setting, asked where "
            f"{md(bound.entity.label_plural if bound.entity else people_words(material, most=1))} meet it",
            ", ".join(bound.limit.requirements) or "context",
        ]
        for bound in material.once(bounds_of)
    ]
    return (
        table(["key", "the brief says", "kept by", "requirement"], rows)
        if rows
        else "The brief names no rule and no number."
    )


WRITER = Writer(("docs/design.md", DOMAIN_PATH), write)
