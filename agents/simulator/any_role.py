"""What nobody has a writer for: each artifact that is owed, from the facts of the brief."""

import json
from fnmatch import fnmatchcase

from agents.brief.identifiers import slug
from agents.deliverable import Artifact, Deliverable
from agents.roles.role import Owed
from agents.simulator.backend import describe
from agents.simulator.data import schema
from agents.simulator.material import Material
from agents.simulator.planning.analysis import sections
from agents.simulator.planning.asking import open_ones, questions, replies
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import page
from agents.simulator.planning.people import people_words
from agents.simulator.text import counted, listing, markup, sentence, to_yaml


def write(material: Material) -> Deliverable:
    """Return the deliverable of a role that the simulator knows nothing about but what it owes."""
    role, task = material.assignment.role, material.assignment.description
    decisions = decisions_of(material, "DEC", _judgements(material))
    asked = [] if material.assignment.decisions else open_ones(material)
    return Deliverable(
        summary=f"{role.name}: {task}, over {listing([entity.label_plural for entity in material.entities])}.",
        requirements=[] if material.assignment.requirements else list(material.understanding.requirements),
        decisions=decisions,
        artifacts=[_artifact(material, owed, [decision.key for decision in decisions]) for owed in role.owes],
        questions=questions(asked),
        handoff=f"Open: {listing([inquiry.text for inquiry in open_ones(material)], none='nothing')}",
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


def _judgements(material: Material) -> list[Judgement]:
    role = material.assignment.role
    things = material.main.label_plural if material.main else "records"
    who = people_words(material, most=3)
    firm = [r.key for r in material.requirements if r.kind != "functional"]
    owed = listing([each.path for each in role.owes], most=4)
    return [
        Judgement(
            "cut",
            "scope",
            f"The work of the {role.name} is cut along the words of the brief, beginning with {things}",
            f"{who[:1].upper()}{who[1:]} find their part again in {owed}",
            (
                ("By technical layer", "fits the tools at hand", f"no part says anything about {things} by itself"),
                ("By person", "everybody knows what is theirs", f"knowledge about {things} leaves with whoever has it"),
            ),
            f"each part can be shown to {who} by itself",
            "some work is done in two parts",
            (),
            64,
        ),
        Judgement(
            "firm",
            "scope",
            f"{counted(len(firm), 'sentence')} of the brief bind {owed}: {listing(firm, most=6)}",
            "They are rules and numbers, which a result keeps or does not keep",
            (
                ("Take them as wishes", "more freedom", "a rule that is kept nearly always is not kept"),
                (
                    "Leave them to later roles",
                    "a shorter document",
                    f"what contradicts them in {owed} is found too late",
                ),
            ),
            f"every line of {owed} can be held against them",
            "some plain ways are closed from the start",
            firm,
            66,
        ),
    ]


def _artifact(material: Material, owed: Owed, implements: list[str]) -> Artifact:
    return Artifact(
        path=owed.path.replace("*", slug(material.title, most=30)),
        media_type=owed.media_type,
        content=_content(material, owed),
        implements=implements,
    )


def _content(material: Material, owed: Owed) -> str:
    kind = owed.path.rpartition(".")[2].lower()
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
        return _html(material, owed)
    what = owed.path.rpartition("/")[2].rpartition(".")[0].replace("-", " ").replace("_", " ").replace("*", "").strip()
    lead = f"{sentence(material.assignment.description)}, by the {material.assignment.role.name}."
    return page(material, what or "notes", sections(material), replies(material, open_ones(material)), lead=lead)


def _html(material: Material, owed: Owed) -> str:
    title = markup(material.title, most=120)
    rows = "".join(f"<li>{markup(f'{r.key}: {r.text}')}</li>\n" for r in material.requirements)
    return (
        f'<!doctype html>\n<html lang="{markup(material.domain.language)}">\n<head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body><main><h1>{title}</h1>\n"
        f"<p>{markup(material.assignment.description)}</p>\n<ul>\n{rows}</ul></main></body>\n</html>\n"
    )
