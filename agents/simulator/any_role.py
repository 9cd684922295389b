"""A role without a writer of its own: each artifact it owes, from the facts of the brief."""

import json
from fnmatch import fnmatchcase

from agents.brief.identifiers import slug
from agents.deliverable import Artifact, Deliverable
from agents.roles.role import Owed
from agents.simulator.backend import describe
from agents.simulator.choices import Choice, decide
from agents.simulator.data import schema
from agents.simulator.page_html import document
from agents.simulator.material import Material
from agents.simulator.text import listing, markup, md, table, to_yaml

CHOICES = (
    Choice(
        "scope",
        (),
        "scope",
        "The work is cut along {all}, the words of the brief",
        "Everybody finds their part again, and nothing of the brief falls between two parts.",
        (
            ("By technical layer", "fits the tools", "no part is of use by itself"),
            ("By person", "clear owners", "knowledge leaves with them"),
        ),
        ("Each part can be shown to {actors} when it is done.",),
    ),
    Choice(
        "first",
        (),
        "order",
        "What is done first is what {actors} do most: {thing}",
        "The first thing that works should be the one that is missed most.",
        (
            ("The riskiest first", "surprises come early", "nothing to show for long"),
            ("The simplest first", "quick success", "the hard part meets the deadline"),
        ),
        ("The rest can wait without being lost.",),
    ),
    Choice(
        "open",
        (),
        "questions",
        "What the brief leaves open is asked, and work goes on with the default",
        "A guess that is written down can be corrected.",
        (
            ("Wait for answers", "nothing is done twice", "everybody waits"),
            ("Guess in silence", "fast", "is found out by the customer"),
        ),
        ("Each default stands in the handoff.",),
    ),
)


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="DEC", cover=True)
    role = material.assignment.role
    return Deliverable(
        summary=(
            f"{role.name}: {material.assignment.description} over "
            f"{listing([e.label_plural for e in material.entities])}."
        ),
        requirements=[] if material.assignment.requirements else list(material.understanding.requirements),
        domain=None if material.assignment.artifact("domain.json") else material.domain,
        decisions=decisions,
        artifacts=[_artifact(material, owed, [decision.key for decision in decisions]) for owed in role.owes],
        handoff=f"Open: {listing([q.text for q in material.understanding.questions], none='nothing')}",
    )


def complete(material: Material, deliverable: Deliverable) -> Deliverable:
    """Return the deliverable with what else the task owes, from the facts of the brief."""
    paths = [artifact.path for artifact in deliverable.artifacts]
    missing = [
        owed for owed in material.assignment.role.owes if not any(fnmatchcase(path, owed.path) for path in paths)
    ]
    if not missing:
        return deliverable
    keys = [decision.key for decision in deliverable.decisions]
    more = [_artifact(material, owed, keys) for owed in missing]
    return deliverable.model_copy(update={"artifacts": [*deliverable.artifacts, *more]})


def _artifact(material: Material, owed: Owed, implements: list[str]) -> Artifact:
    return Artifact(
        path=owed.path.replace("*", slug(material.title, most=30)),
        media_type=owed.media_type,
        content=_content(material, owed),
        implements=implements,
    )


def _content(material: Material, owed: Owed) -> str:
    kind = owed.path.rpartition(".")[2]
    facts = material.domain.model_dump(mode="json")
    if "openapi" in owed.checks:
        return to_yaml(describe(material))
    if kind == "sql":
        return schema(material)
    if kind == "json":
        return json.dumps(facts, ensure_ascii=False, indent=1)
    if kind in ("yaml", "yml"):
        return to_yaml(facts)
    if kind == "html":
        rows = "".join(f"<li>{markup(requirement.text)}</li>" for requirement in material.requirements)
        return document(
            material, material.title, f'<main id="main"><h1>{markup(material.title)}</h1><ul>{rows}</ul></main>\n'
        )
    rows_ = [[r.key, r.kind, md(r.text)] for r in material.requirements]
    entities = [
        [md(e.label), md(", ".join(op.title for op in material.operations_of(e))), ", ".join(e.requirements)]
        for e in material.entities
    ]
    return (
        f"# {md(material.title, most=160)}: {md(material.assignment.description)}\n\n## "
        f"Requirements\n\n{table(['key', 'kind', 'text'], rows_)}\n\n"
        f"## Parts\n\n{table(['part', 'operations', 'requirements'], entities)}\n"
    )
