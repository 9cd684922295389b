"""`docs/backlog.md` and `docs/sprints.md`: epics, stories that can be accepted or refused, and what is done when."""

from dataclasses import dataclass

from agents.deliverable import Artifact, Deliverable
from agents.simulator.material import Material
from agents.simulator.planning.hazards import risks
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, page
from agents.simulator.planning.people import people_words
from agents.simulator.planning.prd import features
from agents.simulator.planning.stories import Epic, Story, epics, stories
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

LEAST_CAPACITY, MOST_SPRINTS = 13, 8  # points of a sprint; sprints that anybody plans ahead
DAYS = 10  # working days of a sprint


@dataclass(frozen=True)
class Sprint:
    number: int
    goal: str
    stories: tuple[Story, ...]

    @property
    def points(self) -> int:
        return sum(story.points for story in self.stories)


def capacity(material: Material) -> int:
    """Return the points of a sprint so that the whole takes at most MOST_SPRINTS."""
    whole = sum(story.points for story in stories(material))
    return max(LEAST_CAPACITY, -(-whole // MOST_SPRINTS))


def sprints(material: Material) -> list[Sprint]:
    """Return the sprints: a story never before one it needs, the most important feature as early as that allows."""
    waiting = _ranked(material)
    done: set[str] = set()
    found: list[Sprint] = []
    room = capacity(material)
    while waiting:
        taken: list[Story] = []
        left = room
        while True:
            ready = [entry for entry in waiting if set(entry[1].needs) <= done and entry[1].points <= left]
            if not ready:
                break
            entry = min(ready, key=lambda each: (each[0], int(each[1].key[2:])))
            waiting.remove(entry)
            taken.append(entry[1])
            done.add(entry[1].key)
            left -= entry[1].points
        if not taken:  # stories that need each other: the first one goes first
            entry = waiting.pop(0)
            taken.append(entry[1])
            done.add(entry[1].key)
        found.append(Sprint(len(found) + 1, _goal(material, taken), tuple(taken)))
    return found


def _ranked(material: Material) -> list[tuple[int, Story]]:
    """Return the stories with their rank: that of their feature, or of the best one that cannot go without them."""
    places = {feature.epic.key: place for place, feature in enumerate(features(material))}
    ranks = {story.key: places.get(epic.key, len(places)) for epic in epics(material) for story in epic.stories}
    every = stories(material)
    for story in reversed(every):  # what is needed stands before who needs it
        for needed in story.needs:
            ranks[needed] = min(ranks[needed], ranks[story.key])
    return [(ranks[story.key], story) for story in every]


def _goal(material: Material, taken: list[Story]) -> str:
    named = [story for story in taken if story.is_named] or taken
    first = named[0]
    things = listing(list(dict.fromkeys(story.entity.label_plural for story in taken)), most=3)
    return f"{first.who} can {first.want}; {things} can be shown"


def write(material: Material) -> Deliverable:
    told, plan = epics(material), sprints(material)
    decisions = decisions_of(material, "BLG", _judgements(material, told, plan))
    keys = [decision.key for decision in decisions]
    every = stories(material)
    return Deliverable(
        summary=(
            f"{counted(len(every), 'story', 'stories')} in {counted(len(told), 'epic')}, "
            f"{sum(s.points for s in every)} points, "
            f"{counted(len(plan), 'sprint')} of {capacity(material)}."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/backlog.md",
                media_type="text/markdown",
                content=page(material, "backlog", _backlog(material, told)),
                implements=keys,
            ),
            Artifact(
                path="docs/sprints.md",
                media_type="text/markdown",
                content=page(material, "sprint plan", _plan(material, plan)),
                implements=keys[-1:],
            ),
        ],
        handoff=f"Take {plan[0].stories[0].key} first: {plan[0].stories[0].title}; {plan[0].goal}."
        if plan
        else "There is nothing to do.",
    )


def _judgements(material: Material, told: list[Epic], plan: list[Sprint]) -> list[Judgement]:
    main = material.main
    things = main.label_plural if main else "records"
    every = stories(material)
    largest = max(every, key=lambda story: story.points) if every else None
    first = plan[0] if plan else None
    grave = risks(material)[0]
    found = [
        Judgement(
            "cut",
            "backlog",
            f"A story is one act of one group: {counted(len(every), 'story', 'stories')}, not one for each page "
            f"or table",
            f"An act like ‘{largest.title if largest else things}’ can be shown to "
            f"{people_words(material, most=2)}, who can say yes or no to it",
            (
                (
                    "One story for each layer",
                    "fits how people are trained",
                    "nothing can be accepted until the last layer is there",
                ),
                (
                    "One story for each kind of thing",
                    "few cards on the board",
                    f"{things} would be in work until the end",
                ),
            ),
            "each story ends with somebody who says yes",
            "stories of the same thing meet in the same files",
            [key for epic in told for key in epic.entity.requirements][:12],
            74,
        ),
        Judgement(
            "order",
            "order",
            f"The first sprint ends with this: {first.goal}" if first else "There is nothing to order",
            f"{listing([story.key for story in first.stories], most=6)} need nothing that comes later, and most "
            f"of the rest needs them"
            if first
            else "The brief asks for nothing",
            (
                (
                    f"The largest first ({largest.key if largest else 'none'})",
                    "its surprise comes early",
                    "it needs what is not there yet",
                ),
                (
                    "By the wish of whoever asks loudest",
                    "somebody is content at once",
                    "stories wait for each other in the middle of a sprint",
                ),
            ),
            "no story waits for one in a later sprint",
            f"{listing([epic.title for epic in told[-2:]], most=2, none='the last ones')} come late",
            main.requirements[:8] if main else (),
            70,
        ),
        Judgement(
            "risk",
            "order",
            f"The stories that meet the gravest risk carry its trial as a criterion: {grave.title}",
            f"It scores {grave.score} of 25 ({grave.why}), and a criterion is looked at when the story is accepted",
            (
                (
                    "A story of its own for it",
                    "is seen on the board",
                    "it is put off, because nobody misses it in a show",
                ),
                (
                    "A week of tests at the end",
                    "everything is there to be tried",
                    "what is found then cannot be changed in time",
                ),
            ),
            "it is tried as soon as it can happen",
            f"these stories take longer to accept: {grave.mitigation}",
            grave.requirements[:8],
            66,
        ),
    ]
    return found


def _backlog(material: Material, told: list[Epic]) -> list[Section]:
    overview = table(
        ["epic", "about", "stories", "points", "requirements"],
        [
            [
                e.key,
                md(e.title),
                ", ".join(s.key for s in e.stories),
                str(e.points),
                ", ".join(e.entity.requirements) or "what others need",
            ]
            for e in told
        ],
    )
    return [
        ("Epics", overview),
        *((f"{e.key}: {md(e.title)}", _epic(material, e)) for e in told),
        ("Requirements", _coverage(material)),
    ]


def _epic(material: Material, epic: Epic) -> str:
    return "\n\n".join(_story(story) for story in epic.stories)


def _story(story: Story) -> str:
    facts = [
        f"Requirements: {', '.join(story.requirements) or 'what others need'}",
        f"Points: {story.points} ({md(story.large_because)})",
    ]
    if story.needs:
        facts.append(f"Needs: {', '.join(story.needs)}")
    if len(story.operations) > 1:
        facts.append(f"With it: {', '.join(op.key for op in story.operations[1:])}")
    facts.append(f"Act: {story.operations[0].key}")
    criteria = "\n".join(
        f"{place}. *{md(c.title)}*. Given {md(c.given)}, when {md(c.when)}, then {md(c.then)}."
        for place, c in enumerate(story.criteria, start=1)
    )
    return (
        f"### {story.key}: {md(story.title)}\n\n"
        f"As {md(story.who)} I want to {md(story.want)}, so that {md(story.so_that)}.\n\n{bullets(facts)}\n\n{criteria}"
    )


def _coverage(material: Material) -> str:
    every = stories(material)
    return table(
        ["requirement", "stories"],
        [
            [
                f"{r.key} {md(r.text, most=160)}",
                ", ".join(s.key for s in every if r.key in s.requirements) or _beside(material, r.key),
            ]
            for r in material.requirements
        ],
    )


def _beside(material: Material, key: str) -> str:
    """A sentence without an act of its own is kept by what it speaks of, else by all of it."""
    concerned = [epic.key for epic in epics(material) if key in epic.entity.requirements]
    return ", ".join(concerned) or "every story"


def _plan(material: Material, plan: list[Sprint]) -> list[Section]:
    room = capacity(material)
    overview = table(
        ["sprint", "goal", "stories", f"points of {room}", "days"],
        [
            [
                str(s.number),
                md(s.goal),
                ", ".join(x.key for x in s.stories),
                str(s.points),
                f"{(s.number - 1) * DAYS + 1} to {s.number * DAYS}",
            ]
            for s in plan
        ],
    )
    return [
        ("Sprints", overview),
        *((f"Sprint {s.number}", _sprint(material, s, room)) for s in plan),
        (
            "What the figures rest on",
            f"{room} points in {DAYS} working days are assumed, for a team nobody has seen at work; measure the "
            f"first sprint and plan {counted(max(len(plan) - 1, 0), 'other')} anew.",
        ),
    ]


def _sprint(material: Material, sprint: Sprint, room: int) -> str:
    lines = [
        f"{story.key} {md(story.title)}, "
        f"{counted(story.points, 'point')}{', after ' + ', '.join(story.needs) if story.needs else ''}"
        for story in sprint.stories
    ]
    at_risk = [
        risk
        for risk in risks(material)
        if set(risk.requirements) & {key for story in sprint.stories for key in story.requirements}
    ]
    told = f"Goal: {md(sprint.goal)}.\n\n{bullets(lines)}"
    if at_risk:
        told += f"\n\nAt risk: {md(at_risk[0].title)}. Early sign: {md(at_risk[0].sign)}."
    return f"{told}\n\nLeft over: {room - sprint.points} of {room} points." if sprint.points < room else told


WRITER = Writer(("docs/backlog.md", "docs/sprints.md"), write)
