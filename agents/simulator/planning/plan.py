"""`docs/plan.md`: milestones with something one can see, work packages, what decides the date, and the release."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.material import Material
from agents.simulator.planning.asking import Inquiry, Reply, questions, replies
from agents.simulator.planning.hazards import risks
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.milestones import Milestone, milestones, weeks_in
from agents.simulator.planning.page import Section, bullets, page
from agents.simulator.planning.people import groups, people_words
from agents.simulator.planning.stories import Epic, epics, stories
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

DAYS_PER_POINT = 1.5  # of one person, with tests and release; measured anew after the second milestone
WEEK = 5


def inquiries(material: Material) -> list[Inquiry]:
    """Return what a plan has to know."""
    return [
        Inquiry(
            "people",
            f"How many people build {material.title}?",
            ("One", "Two or three", "Five or more"),
            "Two or three",
        ),
        Inquiry("by", "When must it be in use?", ("When it is ready", "In 6 weeks", "In 3 months"), "When it is ready"),
    ]


def write(material: Material) -> Deliverable:
    asked = inquiries(material)
    known = replies(material, asked)
    heads = {0: 1, 1: 2, 2: 5}.get(known["people"].place if known["people"].place is not None else 1, 2)
    needed = _weeks(material, heads)
    wanted = weeks_in(known["by"].text)
    steps = milestones(material, weeks=wanted or needed)
    decisions = decisions_of(
        material, "PLN", _judgements(material, steps, needed, wanted, heads, (known["people"], known["by"]))
    )
    path = critical_path(material)
    return Deliverable(
        summary=f"{counted(len(steps), 'milestone')} in {counted(wanted or needed, 'week')}; "
        f"{listing([e.entity.label_plural for e in path], most=4, none='nothing')} decide the date.",
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/plan.md",
                media_type="text/markdown",
                content=page(material, "the plan", _sections(material, steps, path, needed, wanted, heads), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=f"Look at {steps[0].key} first: if it is not reached in time, nothing after it is.",
    )


def _days(points: int) -> float:
    return points * DAYS_PER_POINT


def _weeks(material: Material, heads: int) -> int:
    """Return the weeks that the stories take; a fifth more for what nobody has thought of."""
    points = sum(story.points for story in stories(material))
    return max(3, -(-int(_days(points) * 1.2) // (heads * WEEK)))


def critical_path(material: Material) -> list[Epic]:
    """Return the longest chain of epics of which each needs the one before it, by points."""
    by_name = {epic.entity.name: epic for epic in epics(material)}
    longest: dict[str, list[Epic]] = {}
    for epic in epics(material):
        before = [
            longest[reference.target.name]
            for reference in material.references.get(epic.entity.name, [])
            if reference.target.name in longest and reference.target.name in by_name
        ]
        best = max(before, key=lambda chain: sum(each.points for each in chain), default=[])
        longest[epic.entity.name] = [*best, epic]
    return max(longest.values(), key=lambda chain: sum(each.points for each in chain), default=[])


def _judgements(
    material: Material, steps: list[Milestone], needed: int, wanted: int | None, heads: int, known: tuple[Reply, ...]
) -> list[Judgement]:
    things = material.main.label_plural if material.main else "records"
    path = [epic.entity.label_plural for epic in critical_path(material)]
    beside = [epic.title for epic in epics(material) if epic.entity.label_plural not in path]
    short = wanted is not None and wanted < needed
    return [
        Judgement(
            "shown",
            "plan",
            f"Each milestone is something one can see, beginning with ‘{steps[0].title}’",
            f"{people_words(material, most=2)} can say of each whether it is there; a share of work done says nothing",
            (
                (
                    "Phases: analysis, building, test",
                    "known to everybody",
                    f"nobody has seen {things} until the last phase",
                ),
                (
                    "A date for each work package",
                    "feels exact",
                    f"{counted(len(stories(material)), 'date')} are wrong after the first week",
                ),
            ),
            f"after {steps[1].key} it is known how fast the work really is",
            "some work is done earlier than its own package would need",
            steps[1].requirements,
            70,
        ),
        Judgement(
            "date",
            "plan",
            f"{counted(wanted, 'week')} are given and about {needed} are needed: the first version is cut, not "
            f"the tests"
            if short and wanted
            else f"{counted(wanted or needed, 'week')} with {counted(heads, 'person', 'people')}; the date is "
            f"looked at again after {steps[1].key}",
            f"The stories have {sum(s.points for s in stories(material))} points of {DAYS_PER_POINT} days each, "
            f"and a fifth is kept for what nobody has thought of",
            (
                (
                    "More people when it gets late",
                    "sounds like help",
                    f"who comes late has to learn what {things} are from those who build them",
                ),
                (
                    "Leave out the trials at the end",
                    "wins some weeks",
                    "they are lost again, with the trust, after the release",
                ),
            ),
            "what gives when time runs short is decided beforehand",
            "a part of the first version may come later" if short else "the date is a range until the second milestone",
            (),
            58,
            known,
        ),
        Judgement(
            "path",
            "plan",
            f"{listing(path, most=5, none='Nothing')} decide the date, so they are never waited for",
            "Each of them needs the one before it; everything else fits beside them",
            (
                (
                    "Keep everybody equally busy",
                    "nobody is idle",
                    f"{path[-1] if path else things} wait while something else is finished",
                ),
                (
                    "The smallest package first",
                    "many ticks on the list",
                    "the list grows shorter and the date does not come nearer",
                ),
            ),
            "one look at these packages tells whether the date holds",
            f"{listing(beside, most=3, none='the rest')} may wait for people",
            tuple(dict.fromkeys(key for epic in critical_path(material) for key in epic.entity.requirements))[:10],
            66,
        ),
    ]


def _sections(
    material: Material, steps: list[Milestone], path: list[Epic], needed: int, wanted: int | None, heads: int
) -> list[Section]:
    return [
        (
            "Milestones",
            table(
                ["key", "milestone", "one sees", "end of week", "requirement"],
                [
                    [
                        s.key,
                        md(s.title, most=200),
                        md(s.shown, most=300),
                        str(s.week or "open"),
                        ", ".join(s.requirements) or "all",
                    ]
                    for s in steps
                ],
            ),
        ),
        ("Work packages", _packages(material)),
        ("What decides the date", _path(material, path, needed, wanted, heads)),
        (
            "What could move it",
            bullets(
                f"{md(risk.title)} (score {risk.score}). Early sign: {md(risk.sign)}. Then: {md(risk.fallback)}."
                for risk in risks(material)[:4]
            ),
        ),
        (
            "Needed from others",
            bullets(
                f"{md(system)}: a test access before {steps[1].key}, and a name to call."
                for system in material.domain.integrations
            ),
        ),
        ("Release", _release(material)),
    ]


def _packages(material: Material) -> str:
    keys = {epic.entity.name: f"W-{place}" for place, epic in enumerate(epics(material), start=1)}
    rows = []
    for epic in epics(material):
        before = [
            keys[r.target.name]
            for r in material.references.get(epic.entity.name, [])
            if r.target.name in keys and r.target.name != epic.entity.name
        ]
        rows.append(
            [
                keys[epic.entity.name],
                md(epic.title),
                md(listing([s.title for s in epic.stories], most=6)),
                f"{_days(epic.points):g} days",
                ", ".join(dict.fromkeys(before)) or "none",
                ", ".join(epic.entity.requirements) or "what others need",
            ]
        )
    return table(["key", "package", "holds", "effort", "after", "requirement"], rows) if rows else ""


def _path(material: Material, path: list[Epic], needed: int, wanted: int | None, heads: int) -> str:
    chain = " → ".join(f"{md(epic.title)} ({_days(epic.points):g} days)" for epic in path)
    whole = _days(sum(story.points for story in stories(material)))
    told = (
        f"{chain}\n\nAll of it: {whole:g} days of one person, with a fifth kept back about "
        f"{counted(needed, 'week')} for {counted(heads, 'person', 'people')}."
    )
    if wanted:
        told += f" Wanted: {counted(wanted, 'week')}." + (
            " That is too short for all of it: cut the packages that nothing else needs." if wanted < needed else ""
        )
    return told


def _release(material: Material) -> str:
    things = material.main.label_plural if material.main else "records"
    first = groups(material)[0].name if groups(material) else "people with an account"
    tables = listing([f"`{entity.table}`" for entity in material.entities], most=8)
    lines = [
        f"Make a backup of {tables}, and read it back.",
        "Run the migrations; each has been run forwards and back on a copy.",
        f"Let one of the {md(first)} go through the first milestone's act on the real system.",
        *(f"Check {bound.key}: {md(bound.text, most=160)}." for bound in material.limits[:3]),
        f"Open it for {md(people_words(material, most=3))}.",
        f"To take it back: close it, restore the backup, and hand over the {md(things)} of the meantime as a list.",
    ]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, start=1))


WRITER = Writer(("docs/plan.md",), write)
