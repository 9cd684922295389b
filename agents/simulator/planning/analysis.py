"""`docs/analysis.md`: what the brief says, sorted: people, things, acts, rules, numbers, and what is only assumed."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.material import Material
from agents.simulator.planning.asking import open_ones, questions, replies
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, left_out, page
from agents.simulator.planning.people import amount, groups, people_words
from agents.simulator.planning.problem import how_measured, measurable
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer


def write(material: Material) -> Deliverable:
    asked = open_ones(material)
    known = replies(material, asked)
    decisions = decisions_of(material, "ANA", _judgements(material))
    named = [op for op in material.operations if op.source]
    return Deliverable(
        summary=(
            f"{counted(len(material.requirements), 'requirement')}: {counted(len(named), 'act')} on "
            f"{listing([e.label_plural for e in material.entities], most=5)}, {counted(len(material.rules), 'rule')}, "
            f"{counted(len(material.limits), 'number')}."
        ),
        requirements=[] if material.assignment.requirements else list(material.understanding.requirements),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/analysis.md",
                media_type="text/markdown",
                content=page(material, "analysis of the brief", sections(material), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=f"Assumed, and worth asking again: {listing([q.text for q in asked], most=3, none='nothing')}",
    )


def _judgements(material: Material) -> list[Judgement]:
    things = material.main.label_plural if material.main else "records"
    implied = [op.title for op in material.operations if not op.source]
    firm = [r.key for r in material.requirements if r.kind != "functional"]
    return [
        Judgement(
            "words",
            "vocabulary",
            f"The words of the brief stay: {listing([e.label_plural for e in material.entities], most=8)}",
            f"{people_words(material)} use them already; a second word for {things} would have to be explained "
            f"for ever",
            (
                (
                    "Words of the trade's software",
                    "known from elsewhere",
                    f"nobody who wrote this brief says anything but {things}",
                ),
                (
                    "English everywhere in the code",
                    "familiar to any developer",
                    "each talk about a record then needs a translation",
                ),
            ),
            "a sentence of the brief can be found again in table, page and test",
            "names are as long as the brief makes them",
            material.main.requirements[:10] if material.main else (),
            78,
        ),
        Judgement(
            "implied",
            "analysis",
            f"{counted(len(implied), 'act')} that no sentence names belong to it all the same: "
            f"{listing(implied, most=4)}",
            "What somebody acts on must have been entered, and be found again",
            (
                (
                    "Build only what is named",
                    "nothing superfluous",
                    f"the first {material.main.label if material.main else 'record'} could not be found again",
                ),
                (
                    "Ask about each of them",
                    "nothing is assumed",
                    "people would be asked what they think goes without saying",
                ),
            ),
            "the acts of the brief can be done from an empty database",
            "each of them needs a page and a right that nobody asked for",
            (),
            66,
        ),
        Judgement(
            "firm",
            "analysis",
            f"{counted(len(firm), 'sentence binds', 'sentences bind')} everything else: {listing(firm, most=8)}",
            "They are rules and numbers: a solution that breaks one is wrong, however well it does the rest",
            (
                ("Weigh them like wishes", "more freedom", "a rule that is kept nearly always is not kept"),
                (
                    "Leave them to the tests",
                    "decided late, with more knowledge",
                    "the structure that keeps them is decided early",
                ),
            ),
            "every later role can be asked how it keeps them",
            "some plain ways are closed from the start",
            firm,
            74,
        ),
    ]


def sections(material: Material) -> list[Section]:
    """Return what the brief says, sorted by kind."""
    domain = material.domain
    return [
        ("What is wanted", _wanted(material)),
        (
            "People and systems",
            table(
                ["who", "kind", "does", "is spoken of in"],
                [
                    [
                        md(g.name),
                        g.actor.kind,
                        md(listing([op.title for op in g.does], most=6, none="nothing by name")),
                        ", ".join(g.requirements) or "context",
                    ]
                    for g in groups(material)
                ],
            )
            if groups(material)
            else "",
        ),
        (
            "Things and facts",
            table(
                ["thing", "facts", "leads to", "states", "from"],
                [
                    [
                        md(e.label),
                        md(", ".join(f.name for f in e.fields)) or "its existence",
                        md(
                            listing(
                                [r.target.label for r in material.references.get(e.name, [])], most=6, none="nothing"
                            )
                        ),
                        md(" → ".join(s.replace("_", " ") for s in e.states)) or "one",
                        ", ".join(e.requirements) or "what the acts need",
                    ]
                    for e in material.entities
                ],
            ),
        ),
        (
            "Acts",
            table(
                ["act", "by", "on", "requirement"],
                [
                    [
                        md(op.title),
                        md(material.actors_of(op)),
                        md(op.entity.replace("_", " ")),
                        ", ".join(op.requirements) or "follows from the others",
                    ]
                    for op in material.operations
                ],
            ),
        ),
        (
            "Rules",
            bullets(
                f"{r.key} ({r.kind.replace('_', ' ')}): {md(r.text, most=300)} "
                f"({', '.join(r.requirements) or 'context'})"
                for r in material.rules
            ),
        ),
        ("Numbers", _numbers(material)),
        (
            "What happens by itself",
            bullets(f"{md(e.label or e.key)} ({e.kind}): {md(e.source, most=240)}" for e in material.events),
        ),
        ("Other systems", bullets(md(system) for system in domain.integrations)),
        ("Not wanted", bullets(left_out(material))),
    ]


def _wanted(material: Material) -> str:
    return table(["key", "kind", "requirement"], [[r.key, r.kind, md(r.text)] for r in material.requirements])


def _numbers(material: Material) -> str:
    bounds = {bound.limit.key: bound for bound in measurable(material)}
    rows = [
        [
            limit.key,
            md(amount(limit)),
            md(limit.text, most=300),
            how_measured(material, bounds[limit.key]) if limit.key in bounds else "known beforehand",
            ", ".join(limit.requirements) or "context",
        ]
        for limit in material.limits
    ]
    return table(["key", "number", "the brief says", "read off", "requirement"], rows) if rows else ""


WRITER = Writer(("docs/analysis.md",), write)
