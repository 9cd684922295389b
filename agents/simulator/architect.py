"""The architect's deliverable: requirements, the domain, the structure, and a record for each main decision."""

from agents.deliverable import DOMAIN_PATH, Artifact, Decision, Deliverable, Question, Requirement
from agents.simulator.bounds import spoken
from agents.simulator.choices import decide
from agents.simulator.completed import completed
from agents.simulator.components import Component, components, outside
from agents.simulator.domain_file import domain_file
from agents.simulator.drawings import (
    component_diagram,
    context_diagram,
    entity_diagram,
    flow_diagram,
    state_diagram,
)
from agents.simulator.enforcement import enforcements_of
from agents.simulator.focus import people
from agents.simulator.goals import goals_of
from agents.simulator.material import Material
from agents.simulator.records import record, record_path
from agents.simulator.shape import attributes
from agents.simulator.structure import CHOICES
from agents.simulator.text import counted, listing, md, table


def write(material: Material) -> Deliverable:
    material = completed(material)
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
        *(record(material, number, decision) for number, decision in enumerate(decisions, start=1)),
        Artifact(path=DOMAIN_PATH, media_type="application/json", content=domain_file(material), implements=keys[:1]),
    ]
    named = [operation for operation in material.operations if operation.source]
    return Deliverable(
        summary=(
            f"{counted(len(requirements), 'requirement')}, {counted(len(material.entities), 'entity', 'entities')} "
            f"({listing([e.label_plural for e in material.entities])}) and "
            f"{counted(len(material.operations), 'operation')}, {len(named)} of them named in the brief; "
            f"{counted(len(material.rules), 'rule')} to enforce, {counted(len(parts), 'component')}."
        ),
        requirements=[Requirement.model_validate(requirement) for requirement in requirements],
        domain=material.domain,
        decisions=decisions,
        artifacts=artifacts,
        questions=[
            Question(text=q.text, options=list(q.options), default=q.default) for q in material.understanding.questions
        ],
        handoff=_handoff(material),
    )


def _handoff(material: Material) -> str:
    said = [
        f"domain.json is the vocabulary: {listing([e.name for e in material.entities], most=14)}. Keep its names in "
        "tables, schemas, pages and threats."
    ]
    if material.limits:
        said.append(f"These numbers bind: {listing([limit.text for limit in material.limits], most=8)}.")
    if material.rules:
        told = [f"{rule.key} ({rule.text})" for rule in material.rules]
        said.append(f"These rules must hold for every door: {listing(told, most=6)}.")
    return " ".join(said)


def _architecture(material: Material, decisions: list[Decision], parts: list[Component]) -> str:
    sections = [
        f"# {md(material.title, most=160)}: architecture",
        _context(material),
        _components(material, parts),
        _domain(material),
        *_lives(material),
        _rules(material),
        _flow(material, parts),
        _events(material),
        _goals(material),
        _requirements(material, decisions),
        "## Decisions\n\n"
        + "\n".join(
            f"- [{decision.key}]({record_path(number, decision).removeprefix('docs/')}): {md(decision.text)} "
            f"({decision.confidence} of 100)"
            for number, decision in enumerate(decisions, start=1)
        ),
        *people(material, decisions),
        _outside_scope(material),
        _questions(material),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _context(material: Material) -> str:
    lines = ["## Context", "", context_diagram(material), ""]
    rows = []
    for actor in material.domain.actors:
        does = [op.title for op in material.operations if actor.key in op.actors and op.source]
        may = [op.key for op in material.operations if actor.key in op.actors]
        told = listing(does, most=6, none=listing(may, most=4, none="is told or spoken of"))
        rows.append([md(actor.label), actor.kind, md(told), md(actor.note) or "–"])
    if rows:
        lines.append(table(["who", "kind", "does", "note"], rows))
    else:
        lines.append("The brief names nobody who acts; the questions below ask who does.")
    if outside(material):
        lines += ["", f"Meets the outside at: {md(', '.join(outside(material)))}."]
    return "\n".join(lines)


def _components(material: Material, parts: list[Component]) -> str:
    names = {part.key: part.name for part in parts}
    rows = [
        [
            part.name,
            md(part.duty),
            ", ".join(names[key] for key in part.talks_to if key in names) or "–",
            ", ".join(part.because) or "–",
        ]
        for part in parts
    ]
    head = ["component", "duty", "talks to", "asked for by"]
    return "## Components\n\n" + component_diagram(material, parts) + "\n\n" + table(head, rows)


def _domain(material: Material) -> str:
    rows = [
        [
            md(entity.label),
            md(", ".join(f"{found.name} ({found.type})" for found in attributes(material, entity))) or "a key",
            md(", ".join(op.key for op in material.operations_of(entity))) or "none",
            ", ".join(entity.requirements) or "what the operations need",
        ]
        for entity in material.entities
    ]
    return "## Domain\n\n" + entity_diagram(material) + "\n\n" + table(["entity", "facts", "operations", "from"], rows)


def _lives(material: Material) -> list[str]:
    drawn = [(entity, state_diagram(material, entity)) for entity in material.entities]
    return [f"## Life: {md(entity.label)}\n\n{diagram}" for entity, diagram in drawn if diagram]


def _rules(material: Material) -> str:
    rows = [
        [
            made.rule.key,
            md(made.rule.text, most=240),
            made.rule.kind.replace("_", " "),
            md(made.words, most=240),
            f"`{made.code}`" if made.code else "–",
            ", ".join(made.rule.requirements) or "–",
        ]
        for made in material.once(enforcements_of)
    ]
    if not rows:
        return ""
    head = ["rule", "the brief says", "kind", "kept by", "code of a refusal", "requirement"]
    return "## Rules, and where they are kept\n\n" + table(head, rows)


def _flow(material: Material, parts: list[Component]) -> str:
    diagram = flow_diagram(material, parts)
    return f"## How {md(material.main.label_plural)} flow\n\n{diagram}" if diagram and material.main else ""


def _events(material: Material) -> str:
    rows = [
        [
            f"`{event.key}`",
            event.kind,
            md(event.label) or "–",
            f"`{event.operation}`" if event.operation else "–",
            ", ".join(event.requirements) or "–",
        ]
        for event in material.events
    ]
    return "## Events\n\n" + table(["event", "kind", "what", "with", "requirement"], rows) if rows else ""


def _goals(material: Material) -> str:
    rows = [
        [
            goal.bound.key,
            md(spoken(goal.bound)),
            goal.quality,
            md(goal.bound.limit.text),
            md(goal.met),
            md(goal.measured),
            ", ".join(goal.bound.limit.requirements) or "–",
        ]
        for goal in goals_of(material)
    ]
    if not rows:
        return ""
    head = ["goal", "number", "quality", "the brief says", "met by", "measured by", "requirement"]
    return "## Quality goals\n\n" + table(head, rows)


def _requirements(material: Material, decisions: list[Decision]) -> str:
    rows = []
    for found in material.requirements:
        decided = [decision.key for decision in decisions if found.key in decision.satisfies]
        acts = [op.key for op in material.operations if found.key in op.requirements and op.source]
        rows.append(
            [found.key, found.kind, md(found.text), md(listing(acts, most=4, none="–")), ", ".join(decided) or "–"]
        )
    return "## Requirements\n\n" + table(["key", "kind", "requirement", "operations", "decided in"], rows)


def _outside_scope(material: Material) -> str:
    refused = [f"- {md(one.subject)}: left out by {one.cite}" for one in material.steering.refused]
    lines = [f"- {md(text)}" for text in material.domain.out_of_scope] + refused
    return "## Not part of it\n\n" + "\n".join(lines) if lines else ""


def _questions(material: Material) -> str:
    lines = [f"- {md(q.text)} Until answered: {md(q.default)}." for q in material.understanding.questions]
    return "## Open questions\n\n" + "\n".join(lines) if lines else ""
