"""`docs/test-plan.md` and `tests/acceptance.feature`: how one finds out whether it does what was asked."""

from dataclasses import dataclass

from agents.deliverable import Artifact, Deliverable, Operation
from agents.simulator.bounds import bounds_of
from agents.simulator.material import Material
from agents.simulator.planning.boundary import both_sides
from agents.simulator.planning.hazards import risks
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, page
from agents.simulator.planning.people import WRITING, amount, doing, one, people_words, refused
from agents.simulator.planning.stories import epics
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

KINDS = ("operation", "rule", "number", "state", "event")
MOST_CASES = 400


@dataclass(frozen=True)
class Case:
    key: str  # T-1, T-2, …
    kind: str
    about: str
    given: str
    when: str
    then: str
    requirements: tuple[str, ...]


def cases(material: Material) -> list[Case]:
    """Return the cases in the order of KINDS."""
    return material.once(_cases)


def _cases(material: Material) -> list[Case]:
    drafts: list[tuple[str, str, str, str, str, tuple[str, ...]]] = []
    for op in material.operations:
        drafts += [("operation", op.key, *rest, tuple(op.requirements)) for rest in _of_operation(material, op)]
    for rule in material.rules:
        entity = material.entity(rule.entity)
        label = entity.label if entity else rule.entity
        said = rule.text[:200].rstrip(". ")
        keys = tuple(rule.requirements)
        drafts.append(
            (
                "rule",
                rule.key,
                f"{one(label)} for which this is at stake: “{said}”",
                "somebody acts against it",
                "it is refused with 409 and this reason, and nothing has changed",
                keys,
            )
        )
        if rule.kind in ("unique", "exclusive", "once"):
            drafts.append(
                (
                    "rule",
                    rule.key,
                    f"{one(label)} for which this is at stake: “{said}”",
                    "two people act against it in the same moment",
                    "exactly one of them succeeds; the other learns why not",
                    keys,
                )
            )
    for bound in material.once(bounds_of):
        keys = tuple(bound.limit.requirements)
        drafts += [("number", bound.key, *rest, keys) for rest in both_sides(material, bound)]
    for entity in material.entities:
        for step in entity.transitions:
            keys = tuple(entity.requirements[:3])
            for state in entity.states:
                allowed = not step.sources or state in step.sources
                given = f"{one(entity.label)} that is {_said(state)}"
                act = step.operation or f"time passes until it is {_said(step.target)}"
                if state == step.target and not allowed:
                    drafts.append(
                        ("state", entity.name, given, act, f"it stays {_said(state)}, once and not twice", keys)
                    )
                elif allowed:
                    drafts.append(("state", entity.name, given, act, f"it is {_said(step.target)}", keys))
                else:
                    drafts.append(("state", entity.name, given, act, f"409, and it is still {_said(state)}", keys))
    for event in material.events:
        drafts.append(
            (
                "event",
                event.key,
                f"what causes it: {event.source[:160]}",
                "it happens, and once more when the first try failed",
                "whoever is to be told is told once",
                tuple(event.requirements),
            )
        )
    return [Case(f"T-{place}", *draft) for place, draft in enumerate(drafts[:MOST_CASES], start=1)]


def _said(state: str) -> str:
    return state.replace("_", " ")


def _of_operation(material: Material, op: Operation) -> list[tuple[str, str, str]]:
    entity = material.entity(op.entity)
    label = entity.label if entity else op.entity
    who = material.actors_of(op)
    act = doing(material, op)
    required = [f.name for f in entity.fields if f.required] if entity else []
    needed = [r.target.label for r in material.references.get(op.entity, []) if r.required] if entity else []
    success = {
        "create": "201, and it is in the list",
        "delete": "204, and it is not found any more",
        "list": "200, one page of what they may see",
    }.get(op.kind, f"200, and the {label} shows it")
    there = (
        f"{listing(needed, most=3)} to refer to"
        if op.kind == "create" and needed
        else f"{one(label)} of theirs"
        if op.kind not in ("create", "list")
        else f"signed in as {who}"
    )
    found = [(there, f"{who}: {act}", success)]
    if op.kind == "create" and (required or needed):
        missing = required[0] if required else needed[0]
        found.append(
            (
                f"signed in as {who}",
                f"{act} without {missing.replace('_', ' ')}",
                f"400, and the answer names {missing}",
            )
        )
    if op.kind not in ("create", "list"):
        found.append((f"{one(label)} that is not theirs to see", f"{who}: {act}", "404, as if there were none"))
    others = refused(material, op)
    if others:
        found.append(
            (
                f"signed in as {others[0].actor.label}",
                act,
                "403, and nothing has changed" if op.kind in WRITING else "403, and nothing is told",
            )
        )
    return found


def write(material: Material) -> Deliverable:
    every = cases(material)
    decisions = decisions_of(material, "TST", _judgements(material, every))
    keys = [decision.key for decision in decisions]
    counts = [
        f"{sum(case.kind == kind for case in every)} for {kind}s"
        for kind in KINDS
        if any(case.kind == kind for case in every)
    ]
    return Deliverable(
        summary=f"{counted(len(every), 'case')}: {listing(counts)}.",
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/test-plan.md",
                media_type="text/markdown",
                content=page(material, "test plan", _sections(material, every)),
                implements=keys,
            ),
            Artifact(
                path="tests/acceptance.feature", media_type="text/plain", content=gherkin(material), implements=keys[:1]
            ),
        ],
        handoff=f"Before the release it cannot be tried whether this happens: {risks(material)[0].sign}.",
    )


def _judgements(material: Material, every: list[Case]) -> list[Judgement]:
    things = material.main.label_plural if material.main else "records"
    numbers = list(material.once(bounds_of))
    meeting = [rule for rule in material.rules if rule.kind in ("unique", "exclusive", "once")]
    rule = next(iter(meeting or material.rules), None)
    hard = numbers[0] if numbers else None
    return [
        Judgement(
            "from",
            "testing",
            f"{counted(len(every), 'case')} come from the acceptance criteria and the rules, not from the code",
            f"What {people_words(material, most=2)} want stands in the brief, and a test that follows the code "
            f"agrees with its faults",
            (
                (
                    "Tests beside the code alone",
                    "quick, and near the fault",
                    f"they do not notice that {things} are not what was asked for",
                ),
                (
                    "People who click through everything",
                    "see what no program sees",
                    f"{counted(len(every), 'case')} by hand take days, for every change",
                ),
            ),
            "a requirement without a case can be seen in the table",
            "when the brief changes, cases change before the code",
            (),
            74,
        ),
        Judgement(
            "moment",
            "testing",
            f"“{rule.text[:200]}” ({rule.key}) is tried by two people in the same moment, on a real database"
            if rule
            else f"{things[:1].upper()}{things[1:]} are written by two people at once in every test of writing",
            "A rule that holds for one request at a time has not been tried",
            (
                ("One after the other", "never fails by chance", "finds nothing that happens only when two meet"),
                ("A database that is only pretended", "fast", "it keeps other promises than the real one"),
            ),
            "the case that costs most is the one that is tried",
            "these tests need a database and some seconds",
            (rule.requirements if rule else ()) or (),
            76,
        ),
        Judgement(
            "sides",
            "testing",
            f"Every number is tried on both sides, such as {amount(hard.limit)} in “{hard.limit.text[:120]}”"
            if hard
            else f"Without a number in the brief {things} are tried with none, one and very many",
            "Off by one is the fault that nobody sees on the page",
            (
                ("One case in the middle", "says that it works at all", "is right for nearly every wrong bound"),
                ("Random values", "find what nobody thought of", "seldom hit the bound itself"),
            ),
            "whether the bound itself is allowed, is decided and written down",
            "three cases for each number",
            [key for bound in numbers for key in bound.limit.requirements][:10],
            72,
        ),
    ]


def _sections(material: Material, every: list[Case]) -> list[Section]:
    kinds = [(kind, [case for case in every if case.kind == kind]) for kind in KINDS]
    titles = {
        "operation": "Operations",
        "rule": "Rules",
        "number": "Numbers, on both sides",
        "state": "States",
        "event": "What happens by itself",
    }
    return [
        (
            "Overview",
            table(
                ["kind", "cases", "of"],
                [
                    [titles[kind], str(len(found)), str(len({case.about for case in found}))]
                    for kind, found in kinds
                    if found
                ],
            ),
        ),
        *((titles[kind], _table(found)) for kind, found in kinds if found),
        ("Requirements and their cases", _coverage(material, every)),
        ("With what it is tried", _data(material)),
        ("It may be released when", _exit(material, every)),
    ]


def _table(found: list[Case]) -> str:
    return table(
        ["case", "about", "given", "when", "then", "requirement"],
        [
            [
                c.key,
                md(c.about),
                md(c.given, most=240),
                md(c.when, most=200),
                md(c.then, most=200),
                ", ".join(c.requirements) or "context",
            ]
            for c in found
        ],
    )


def _coverage(material: Material, every: list[Case]) -> str:
    rows = []
    for r in material.requirements:
        mine = [case.key for case in every if r.key in case.requirements]
        rows.append(
            [
                f"{r.key} {md(r.text, most=160)}",
                listing(mine, most=12) if mine else "none: it is looked at when it is shown",
            ]
        )
    return table(["requirement", "cases"], rows)


def _data(material: Material) -> str:
    stock = [bound for bound in material.once(bounds_of) if bound.purpose in ("stock", "load", "most")]
    lines = [f"- {md(bound.limit.text, most=200)}: as many, and twice as many" for bound in stock[:5]]
    lines.append(
        f"- one {md(listing([e.label for e in material.entities], most=8))} of each kind, with the longest names "
        f"and with none"
    )
    lines.append(f"- people of each group, {md(people_words(material, most=6))}, and one who belongs to none")
    return "\n".join(lines)


def _exit(material: Material, every: list[Case]) -> str:
    grave = risks(material)[:2]
    lines = [f"- [ ] all {counted(len(every), 'case')} pass on the version that is released"]
    lines += [f"- [ ] this was tried, and did not happen: {md(risk.title)}" for risk in grave]
    lines.append(f"- [ ] {md(people_words(material, most=3))} have done each act of theirs once, without help")
    return "\n".join(lines)


def gherkin(material: Material) -> str:
    """Return the acceptance criteria so that they can be run."""
    parts = []
    for epic in epics(material):
        lines = [
            f"Feature: {_line(epic.key)} {_line(epic.title)}",
            f"  {_line(material.title)}: {', '.join(epic.entity.requirements) or 'what the other parts need'}",
        ]
        for story in epic.stories:
            for criterion in story.criteria:
                lines += [
                    "",
                    f"  @{story.key}" + "".join(f" @{key}" for key in story.requirements[:4]),
                    f"  Scenario: {story.key} {_line(story.title)}, {_line(criterion.title)}",
                    f"    Given {_line(criterion.given)}",
                    f"    When {_line(criterion.when)}",
                    f"    Then {_line(criterion.then)}",
                ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _line(text: str) -> str:
    """Text of the brief in one line, without what would begin a table, a tag or a comment."""
    return " ".join(text.replace("|", "/").replace("@", "(at)").replace("#", "").split())[:300]


WRITER = Writer(("docs/test-plan.md", "tests/acceptance.feature"), write)
