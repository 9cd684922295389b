"""`docs/implementation.md`: how each story is built, in which order, and which test would fail without it."""

from agents.deliverable import Artifact, Deliverable, Rule
from agents.simulator.backend import address
from agents.simulator.bounds import Bound, bounds_of
from agents.simulator.components import components
from agents.simulator.material import Material
from agents.simulator.planning.backlog import sprints
from agents.simulator.planning.hazards import risks
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, page
from agents.simulator.planning.people import WRITING, amount, people_words, refused
from agents.simulator.planning.stories import Story, build_order, stories
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

GUARDS = {
    "unique": "a unique constraint; its violation is the answer 409",
    "exclusive": "an exclusion constraint; its violation is the answer 409",
    "once": "an update that names the state it starts from, and returns the row or nothing",
    "immutable": "no right to update for the role of the program; a correction is a new row",
    "append_only": "no right to update or delete for the role of the program",
    "ownership": "a filter on the owner in every query, so that foreign rows are not found",
    "visibility": "an answer of its own for each group, field by field",
    "condition": "a check in the transaction that writes, with the row locked",
}


def write(material: Material) -> Deliverable:
    decisions = decisions_of(material, "IMP", _judgements(material))
    every = stories(material)
    skeleton = _skeleton(material)
    return Deliverable(
        summary=f"{counted(len(every), 'story', 'stories')} with their changes and tests, beginning with "
        f"{skeleton.key if skeleton else 'nothing'}.",
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/implementation.md",
                media_type="text/markdown",
                content=page(material, "how it is built", _sections(material)),
                implements=[decision.key for decision in decisions],
            )
        ],
        handoff=f"I expect to be wrong about {risks(material)[0].title}: {risks(material)[0].sign}.",
    )


def _skeleton(material: Material) -> Story | None:
    """The first story of what everything hangs on: it runs through every part."""
    main = material.main
    every = stories(material)
    central = [story for story in every if main is not None and story.entity.name == main.name]
    writing = [story for story in central if story.operations[0].kind in WRITING]
    return next(iter(writing or central or every), None)


def _judgements(material: Material) -> list[Judgement]:
    skeleton = _skeleton(material)
    things = material.main.label_plural if material.main else "records"
    parts = [part.name for part in components(material)]
    kinds = list(dict.fromkeys(rule.kind for rule in material.rules))
    rule = next(iter(material.rules), None)
    return [
        Judgement(
            "skeleton",
            "order",
            f"The walking skeleton is {skeleton.key}, ‘{skeleton.title}’, through {listing(parts, most=6)}"
            if skeleton
            else "There is nothing to walk through",
            f"It needs every part once, so whatever does not fit together shows while there is little of it; it "
            f"is about {things}, which the rest hangs on",
            (
                (
                    "All tables first, then all operations",
                    "each step is of one kind",
                    f"{people_words(material, most=2)} see the first {things} in the last weeks",
                ),
                (
                    "The page first, on invented data",
                    "can be shown on the second day",
                    "what is hard about it is not in the page",
                ),
            ),
            "the way to release is walked in the first week",
            "the first story takes three times as long as its like",
            skeleton.requirements if skeleton else (),
            76,
        ),
        Judgement(
            "guards",
            "consistency",
            f"Rules are kept where two requests meet: "
            f"{listing([GUARDS[kind].split(';')[0] for kind in kinds], most=3, none='in the transaction that writes')}",
            f"“{rule.text[:200]}” ({rule.key}) must hold when two people act in the same moment"
            if rule
            else "Two people may act in the same moment, whatever the brief says",
            (
                (
                    "In the code before writing",
                    "easy to read and to test",
                    "between the look and the writing another request fits",
                ),
                (
                    "In a job that looks afterwards",
                    "never in anybody's way",
                    f"wrong {things} exist until it has run, and somebody has seen them",
                ),
            ),
            "no path around the rule exists, not even for an import",
            "its error has to be turned into a sentence for a person",
            [key for each in material.rules for key in each.requirements][:10],
            78,
        ),
        Judgement(
            "small",
            "process",
            f"Each of the {counted(len(stories(material)), 'story', 'stories')} reaches the main branch in steps "
            f"that can be released; a migration comes before the code that needs it",
            "A step that can be released can be taken back by itself",
            (
                (
                    "A branch for each sprint",
                    "the main branch is quiet",
                    "its merge is a day of work, and a risk for everybody",
                ),
                (
                    "Migration and code in one step",
                    "one thing to look at",
                    f"for some minutes the running program and the table of {things} disagree",
                ),
            ),
            "a fault is found among few changes",
            "some steps leave something switched off behind them",
            (),
            72,
        ),
    ]


def _sections(material: Material) -> list[Section]:
    skeleton = _skeleton(material)
    order = [entity.table for entity in build_order(material)]
    return [
        ("Walking skeleton", _walk(material, skeleton) if skeleton else ""),
        ("Order of the tables", " → ".join(f"`{name}`" for name in order)),
        *(
            (f"Sprint {s.number}: {md(s.goal, most=160)}", "\n\n".join(_story(material, story) for story in s.stories))
            for s in sprints(material)
        ),
        ("Rules and where they are kept", _rules(material)),
        ("Numbers and where they stand", _numbers(material)),
        ("Done means", _done(material)),
    ]


def _walk(material: Material, story: Story) -> str:
    steps = [f"{part.name}: {md(part.duty)}" for part in components(material)]
    return (
        f"{story.key}, ‘{md(story.title)}’, because {md(story.entity.label_plural)} are what the rest hangs on. "
        f"It passes through:\n\n" + bullets(steps)
    )


def _story(material: Material, story: Story) -> str:
    entity, main = story.entity, story.operations[0]
    rows = []
    for op in story.operations:
        method, path = address(entity, op)
        rows.append([op.key, f"`{method.upper()} {path}`", md(material.actors_of(op))])
    columns = [field.name for field in entity.fields] + [r.column for r in material.references.get(entity.name, [])]
    is_first = main.kind == "create" or not any(op.kind == "create" for op in material.operations_of(entity))
    change = f"made with {listing([f'`{name}`' for name in columns], most=8)}" if is_first else _steps(story)
    lines = [f"Table `{entity.table}`: {change}"]
    lines += [f"{rule.key}: {GUARDS[rule.kind]}" for rule in material.rules_of(entity) if main.kind in WRITING]
    others = refused(material, main)
    tests = [f"`test_{main.key}`: {md(story.criteria[0].then, most=200)}"]
    tests += [
        f"`test_{main.key}_{place}`: {md(c.then, most=200)}" for place, c in enumerate(story.criteria[1:], start=2)
    ]
    if others:
        lines.append(f"Refused to {md(listing([group.name for group in others], most=3))}, before anything is read")
    return (
        f"### {story.key}: {md(story.title)}\n\n{table(['operation', 'call', 'for'], rows)}\n\n{bullets(lines)}\n\n"
        f"Tests, each of which fails without its line above:\n\n{bullets(tests)}"
    )


def _steps(story: Story) -> str:
    steps = [
        f"from {listing(step.sources, most=3, none='any state')} to {step.target}"
        for step in story.entity.transitions
        if step.operation == story.operations[0].key
    ]
    return f"its state moves {listing(steps, most=3)}" if steps else "no new column"


def _rules(material: Material) -> str:
    rows = [
        [
            rule.key,
            md(rule.text, most=240),
            GUARDS[rule.kind],
            _where(material, rule),
            ", ".join(rule.requirements) or "context",
        ]
        for rule in material.rules
    ]
    return table(["rule", "the brief says", "kept by", "at", "requirement"], rows) if rows else ""


def _where(material: Material, rule: Rule) -> str:
    entity = material.entity(rule.entity)
    return f"`{entity.table}`" if entity else md(rule.entity)


def _numbers(material: Material) -> str:
    rows = [
        [
            bound.key,
            f"`{_setting(bound)}`",
            md(amount(bound.limit)),
            bound.purpose.replace("_", " "),
            md(bound.limit.text, most=200),
        ]
        for bound in material.once(bounds_of)
    ]
    return table(["number", "setting", "value", "it is a", "the brief says"], rows) if rows else ""


def _setting(bound: Bound) -> str:
    subject = bound.entity.name if bound.entity else "general"
    return f"{subject}_{bound.purpose}_{bound.key}".upper().replace("-", "")


def _done(material: Material) -> str:
    people = people_words(material, most=2)
    lines = [
        f"every criterion of the story was shown to {md(people)}, or to who answers for them",
        f"its tests run on a real database, {counted(len(material.rules), 'rule')} with two requests at the same "
        f"moment",
        f"the words on the page are those of the brief: {md(listing([e.label for e in material.entities], most=6))}",
        "the migration was run forwards and back on a copy of real records",
    ]
    return "\n".join(f"- [ ] {line}" for line in lines)


WRITER = Writer(("docs/implementation.md",), write)
