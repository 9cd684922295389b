"""The architect's deliverable: requirements, the domain, the structure, and a record for each main decision."""

import json

from agents.brief.identifiers import slug
from agents.deliverable import Artifact, Decision, Deliverable, Question, Requirement
from agents.simulator.choices import decide
from agents.simulator.components import Component, components
from agents.simulator.material import Material
from agents.simulator.structure import CHOICES
from agents.simulator.text import counted, listing, md, mermaid, table

DRAWN_ENTITIES = 14


def write(material: Material) -> Deliverable:
    requirements = list(material.understanding.requirements)
    decisions = decide(material, CHOICES, prefix="ARC", cover=True)
    parts = components(material)
    keys = [decision.key for decision in decisions]
    artifacts = [
        Artifact(
            path="docs/architecture.md",
            media_type="text/markdown",
            content=_architecture(material, decisions, parts),
            implements=keys,
        ),
        *(_record(material, number, decision) for number, decision in enumerate(decisions, start=1)),
        Artifact(
            path="domain.json",
            media_type="application/json",
            content=json.dumps(material.domain.model_dump(mode="json"), ensure_ascii=False, indent=1),
            implements=keys[:1],
        ),
    ]
    named = [operation for operation in material.operations if operation.source]
    return Deliverable(
        summary=(
            f"{counted(len(requirements), 'requirement')}, {counted(len(material.entities), 'entity', 'entities')} "
            f"({listing([e.label_plural for e in material.entities])}) and "
            f"{counted(len(material.operations), 'operation')}, {len(named)} of them named in the brief; "
            f"{counted(len(parts), 'component')}."
        ),
        requirements=[Requirement.model_validate(requirement) for requirement in requirements],
        domain=material.domain,
        decisions=decisions,
        artifacts=artifacts,
        questions=[
            Question(text=q.text, options=list(q.options), default=q.default) for q in material.understanding.questions
        ],
        handoff=(
            f"domain.json is the vocabulary: {listing([e.name for e in material.entities], most=14)}. Keep its "
            "names in tables, schemas, pages and threats."
            + (
                f" These numbers bind: {listing([limit.text for limit in material.domain.limits], most=8)}."
                if material.domain.limits
                else ""
            )
        ),
    )


def _architecture(material: Material, decisions: list[Decision], parts: list[Component]) -> str:
    domain = material.domain
    sections = [
        f"# {md(material.title, most=160)}: architecture",
        _context(material),
        "## Components\n\n"
        + _component_diagram(material, parts)
        + "\n\n"
        + table(
            ["component", "duty", "asked for by"],
            [[part.name, md(part.duty), ", ".join(part.because) or "all"] for part in parts],
        ),
        "## Domain\n\n"
        + _entity_diagram(material)
        + "\n\n"
        + table(
            ["entity", "fields", "operations", "from"],
            [
                [
                    md(entity.label),
                    md(", ".join(f"{f.name} ({f.type})" for f in entity.fields) or "none of its own"),
                    md(", ".join(op.key for op in material.operations_of(entity))),
                    ", ".join(entity.requirements) or "what the operations need",
                ]
                for entity in material.entities
            ],
        ),
        "## How it flows\n\n" + _flow(material, parts),
    ]
    if domain.limits:
        rows = [
            [
                limit.key,
                md(limit.text),
                limit.kind,
                f"{md(limit.value)} {md(limit.unit)}".strip(),
                ", ".join(limit.requirements) or "context",
            ]
            for limit in domain.limits
        ]
        sections.append(
            "## Numbers that bind\n\n" + table(["limit", "the brief says", "kind", "value", "requirement"], rows)
        )
    sections.append(
        "## Requirements\n\n"
        + table(
            ["key", "kind", "requirement", "decided in"],
            [
                [
                    r.key,
                    r.kind,
                    md(r.text),
                    ", ".join(d.key for d in decisions if r.key in d.satisfies) or "later roles",
                ]
                for r in material.requirements
            ],
        )
    )
    sections.append(
        "## Decisions\n\n" + "\n".join(f"- {d.key}: {md(d.text)} ({d.confidence} of 100)" for d in decisions)
    )
    if material.human_decisions:
        sections.append(
            "## Bound by people\n\n" + "\n".join(f"- H-{h.number}: {md(h.text)}" for h in material.human_decisions)
        )
    if domain.out_of_scope:
        sections.append("## Not part of it\n\n" + "\n".join(f"- {md(text)}" for text in domain.out_of_scope))
    if material.understanding.questions:
        sections.append(
            "## Open questions\n\n"
            + "\n".join(f"- {md(q.text)} Until answered: {md(q.default)}." for q in material.understanding.questions)
        )
    return "\n\n".join(sections) + "\n"


def _context(material: Material) -> str:
    lines = ["## Context", ""]
    if material.domain.actors:
        rows = []
        for actor in material.domain.actors:
            does = [op.title for op in material.operations if actor.key in op.actors and op.source]
            rows.append(
                [
                    md(actor.label),
                    actor.kind,
                    md(listing(does, most=6, none="is told or spoken of")),
                    md(actor.note) or "–",
                ]
            )
        lines.append(table(["who", "kind", "does", "note"], rows))
    else:
        lines.append("The brief names nobody who acts; the questions below ask who does.")
    if material.domain.integrations:
        lines += ["", f"Meets the outside at: {md(', '.join(material.domain.integrations))}."]
    return "\n".join(lines)


def _component_diagram(material: Material, parts: list[Component]) -> str:
    lines = ["```mermaid", "flowchart LR"]
    for number, actor in enumerate(material.domain.actors[:8], start=1):
        lines.append(
            f'  actor{number}(["{mermaid(actor.label)}"]) --> {"interface" if actor.kind == "system" else "pages"}'
        )
    for part in parts:
        shape = ('[("', '")]') if part.key in ("database", "files") else ('["', '"]')
        lines.append(f"  {part.key}{shape[0]}{mermaid(part.name)}{shape[1]}")
    lines += [f"  {part.key} --> {goal}" for part in parts for goal in part.talks_to]
    return "\n".join([*lines, "```"])


def _entity_diagram(material: Material) -> str:
    lines = ["```mermaid", "erDiagram"]
    for entity in material.entities[:DRAWN_ENTITIES]:
        lines.append(f"  {entity.name.upper()} {{")
        lines += [f"    {field.type} {field.name}" for field in entity.fields[:8]] or ["    bigint number"]
        lines.append("  }")
    for entity in material.entities:
        for reference in material.references[entity.name]:
            lines.append(
                f"  {reference.target.name.upper()} ||--o{{ {entity.name.upper()} : "
                f'"{mermaid(reference.relation.label, most=24)}"'
            )
    return "\n".join([*lines, "```"])


def _flow(material: Material, parts: list[Component]) -> str:
    """The main entity's named operations as one conversation."""
    main = material.main
    if main is None:
        return "Nothing flows yet."
    told = [op for op in material.operations_of(main) if op.source] or material.operations_of(main)[:2]
    keys = {part.key for part in parts}
    lines = ["```mermaid", "sequenceDiagram"]
    for operation in told[:6]:
        who = mermaid(material.actor_label(operation.actors[0])) if operation.actors else "Worker"
        lines.append(f"  {who}->>Interface: {mermaid(operation.title)}")
        lines.append(f"  Interface->>Database: {mermaid(operation.kind)} in {main.table}")
        lines.append(
            "  Database-->>Interface: "
            f"{'rows' if operation.kind in ('list', 'read') else 'committed, or the rule that forbids it'}"
        )
        if "mail" in keys and operation.kind in ("action", "create"):
            lines.append("  Interface-)Worker: what others must be told")
        lines.append(f"  Interface-->>{who}: {mermaid(main.label)}")
    return "\n".join([*lines, "```"])


def _record(material: Material, number: int, decision: Decision) -> Artifact:
    """One decision as a Markdown architectural decision record."""
    quotes = "\n".join(f"- {key}: {md(material.said(key), most=400)}" for key in decision.satisfies[:12])
    options = "\n".join(f"- {md(alternative.option)}" for alternative in decision.alternatives)
    weighed = "\n\n".join(
        "\n".join(
            [
                f"### {md(alternative.option)}",
                "",
                *(f"- Good, because {md(pro)}" for pro in alternative.pros),
                *(f"- Bad, because {md(con)}" for con in alternative.cons),
            ]
        )
        for alternative in decision.alternatives
    )
    content = (
        f"# {md(decision.text)}\n\n- Status: accepted\n- Deciders: Architect\n- Category: {decision.category}\n"
        f"- Confidence: {decision.confidence}%\n\n"
        f"## Context and Problem Statement\n\n{quotes or 'No single sentence of the brief.'}\n\n"
        f"## Considered Options\n\n- {md(decision.text)}\n{options}\n\n"
        f"## Decision Outcome\n\nChosen option: “{md(decision.text)}”\n\n{md(decision.rationale, most=8000)}\n\n"
        "### Consequences\n\n"
        + "\n".join(f"- {md(consequence)}" for consequence in decision.consequences)
        + f"\n\n## Pros and Cons of the Options\n\n{weighed}\n"
    )
    return Artifact(
        path=f"docs/adr/{number:04d}-{slug(decision.text, most=50)}.md",
        media_type="text/markdown",
        content=content,
        implements=[decision.key],
    )
