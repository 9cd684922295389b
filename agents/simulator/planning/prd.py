"""`docs/prd.md`: goals with their numbers, features with priority and reason, and when it may be released."""

from dataclasses import dataclass

from agents.deliverable import Artifact, Deliverable
from agents.simulator.material import Material
from agents.simulator.planning import scope
from agents.simulator.planning.asking import open_ones, replies
from agents.simulator.planning.hazards import risks
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, left_out, page
from agents.simulator.planning.people import amount, doing_all, groups, people_words
from agents.simulator.planning.problem import how_measured, measurable
from agents.simulator.planning.stories import Epic, epics
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer


@dataclass(frozen=True)
class Feature:
    """What a person would name: one kind of thing, with what is done with it."""

    key: str  # F-1, F-2, …
    epic: Epic
    priority: str  # must, should, could
    reason: str
    requirements: tuple[str, ...]


def features(material: Material) -> list[Feature]:
    """Return the features, the most important first; every requirement is in exactly one of them."""
    return material.once(_features)


def _features(material: Material) -> list[Feature]:
    main, order = material.main, {"must": 0, "should": 1, "could": 2}
    waiting = {entity.name for entity in scope.can_wait(material)}
    weighed: list[tuple[str, str, Epic]] = []
    for epic in epics(material):
        named = sum(story.is_named for story in epic.stories)
        label = epic.entity.label_plural
        bound = [rule.key for rule in material.rules_of(epic.entity)]
        told = [event.key for event in material.events if event.entity == epic.entity.name]
        if main is not None and epic.entity.name == main.name:
            weighed.append(("must", f"everything hangs on {label}: {counted(named, 'act')} of the brief", epic))
        elif named and bound:
            weighed.append(("must", f"{listing(bound, most=4)} bind {label}", epic))
        elif named and epic.entity.name not in waiting:
            weighed.append(("must", f"{counted(named, 'act')} of the brief, and other things lead to {label}", epic))
        elif named:
            weighed.append(("should", f"{counted(named, 'act')} of the brief; nothing else leads to {label}", epic))
        elif told:
            weighed.append(
                ("should", f"they follow from {listing(epic.entity.requirements, most=4, none='the brief')}", epic)
            )
        else:
            weighed.append(("could", f"no act of the brief; {label} are kept because others name them", epic))
    weighed.sort(key=lambda entry: (order[entry[0]], not (main and entry[2].entity.name == main.name)))
    left = [r.key for r in material.requirements]
    found = []
    for place, (priority, reason, epic) in enumerate(weighed, start=1):
        wanted = {*epic.entity.requirements, *(key for story in epic.stories for key in story.requirements)}
        mine = tuple(key for key in left if key in wanted)
        left = [key for key in left if key not in mine]
        found.append(Feature(f"F-{place}", epic, priority, reason, mine))
    if found and left:
        first = found[0]
        found[0] = Feature(first.key, first.epic, first.priority, first.reason, (*first.requirements, *left))
    return found


def write(material: Material) -> Deliverable:
    found = features(material)
    decisions = decisions_of(material, "PRD", _judgements(material, found))
    must = [feature for feature in found if feature.priority == "must"]
    return Deliverable(
        summary=f"{counted(len(found), 'feature')}, {len(must)} of them must be there: "
        f"{listing([f.epic.title for f in must], most=5)}.",
        requirements=[] if material.assignment.requirements else list(material.understanding.requirements),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/prd.md",
                media_type="text/markdown",
                content=page(
                    material, "product requirements", _sections(material, found), replies(material, open_ones(material))
                ),
                implements=[decision.key for decision in decisions],
            )
        ],
        handoff=f"If time runs short, {found[-1].epic.title if found else 'nothing'} go first: "
        f"{found[-1].reason if found else 'there is only one thing'}.",
    )


def _judgements(material: Material, found: list[Feature]) -> list[Judgement]:
    main = material.main
    things = main.label_plural if main else "records"
    must = [f.epic.title for f in found if f.priority == "must"]
    rest = [f.epic.title for f in found if f.priority != "must"]
    numbers = measurable(material)
    first = numbers[0] if numbers else None
    told = [
        Judgement(
            "must",
            "priority",
            f"Must be there: {listing(must, most=5)}; {listing(rest, most=4, none='nothing')} may follow",
            f"Without {things} nothing of the brief can be shown; what only refers to them is of use afterwards",
            (
                (
                    "All at once",
                    "one release, one training",
                    f"{people_words(material, most=2)} wait for the last of them to get the first",
                ),
                ("What is easiest first", "something to show every week", f"{things} come when the time is used up"),
            ),
            "a cut can be made without a meeting",
            f"{listing(rest, most=3, none='nothing')} may look unfinished for some weeks",
            [key for f in found if f.priority == "must" for key in f.requirements][:12],
            70,
        ),
        Judgement(
            "goal",
            "goal",
            f"The goal is read off one number: {amount(first.limit)}, as in “{first.limit.text[:160]}”"
            if first
            else f"The goal is read off use: {people_words(material, most=2)} do it here and nowhere else",
            f"It is measured so: {how_measured(material, first)}"
            if first
            else "The brief gives no number that a running system shows",
            (
                ("How many people signed up", "easy to count", f"says nothing about {things}"),
                (
                    "What people say in a survey",
                    "their own words",
                    "comes once, late, and from those who like to answer",
                ),
            ),
            "the number can be looked at every week from the first release on",
            "what cannot be counted needs somebody who looks all the same",
            first.limit.requirements if first else (),
            66,
        ),
    ]
    grave = risks(material)[0]
    told.append(
        Judgement(
            "release",
            "release",
            f"It is not released while this is open: {grave.title}",
            f"It scores {grave.score} of 25: {grave.why}",
            (
                ("Release and watch", "learns from real use", f"when it happens there is only this: {grave.fallback}"),
                (
                    "Release to a few people first",
                    "the harm stays small",
                    f"with few people it does not show: {grave.sign}",
                ),
            ),
            "the release has a condition that can be tried",
            f"the trial costs time: {grave.mitigation}",
            grave.requirements[:8],
            68,
        )
    )
    return told


def _sections(material: Material, found: list[Feature]) -> list[Section]:
    qualities = [r for r in material.requirements if r.kind != "functional"]
    return [
        ("Vision", _vision(material)),
        ("Goals", _goals(material)),
        (
            "People",
            bullets(
                f"**{md(g.name)}** {md(doing_all(material, g.does, none='are told what happened'))}."
                for g in groups(material)
            ),
        ),
        (
            "Features",
            table(
                ["key", "feature", "priority", "because", "requirements"],
                [
                    [f.key, md(f.epic.title), f.priority, md(f.reason), ", ".join(f.requirements) or "none of its own"]
                    for f in found
                ],
            ),
        ),
        *((f"{f.key}: {md(f.epic.title)}", _feature(material, f)) for f in found),
        (
            "What it must keep",
            table(
                ["key", "kind", "requirement", "how one sees it"],
                [[r.key, r.kind, md(r.text, most=400), md(_seen(material, r.key))] for r in qualities],
            )
            if qualities
            else "",
        ),
        ("It may be released when", _release(material)),
        (
            "It depends on",
            bullets(
                f"{md(system)}: an agreement and a way to try it, before the work on it begins"
                for system in material.domain.integrations
            ),
        ),
        ("Left out", bullets(left_out(material))),
    ]


def _vision(material: Material) -> str:
    main = material.main
    acts = [op for op in material.operations_of(main) if op.source] if main else []
    who = people_words(material)
    return (
        f"{md(who[:1].upper() + who[1:])} {md(doing_all(material, acts, none='do their work'))}, and can rely on "
        f"it: {md(material.said(main.requirements[0]) if main and main.requirements else material.title, most=300)}"
    )


def _goals(material: Material) -> str:
    rows = [
        [
            f"G-{place}",
            md(bound.limit.text, most=240),
            md(amount(bound.limit)),
            how_measured(material, bound),
            ", ".join(bound.limit.requirements) or "context",
        ]
        for place, bound in enumerate(measurable(material), start=1)
    ]
    if not rows:
        rows = [
            [
                "G-1",
                f"{md(people_words(material))} do it here and nowhere else",
                "all",
                "records of a week, compared with a count on paper",
                "context",
            ]
        ]
    return table(["key", "goal", "target", "measured by", "requirement"], rows)


def _feature(material: Material, feature: Feature) -> str:
    entity = feature.epic.entity
    quotes = "\n".join(f"> {key}: {md(material.said(key), most=400)}\n>" for key in feature.requirements[:5]).rstrip(
        "\n>"
    )
    lines = [f"{md(story.who[:1].upper() + story.who[1:])} can {md(story.want)}." for story in feature.epic.stories]
    lines += [f"It keeps {rule.key}: {md(rule.text, most=240)}." for rule in material.rules_of(entity)]
    body = bullets(lines)
    return f"{quotes}\n\n{body}" if quotes else body


def _seen(material: Material, key: str) -> str:
    told = [f"{amount(limit)} ({limit.key})" for limit in material.limits if key in limit.requirements]
    told += [f"rule {rule.key} cannot be broken" for rule in material.rules if key in rule.requirements]
    return listing(told, most=3, none="somebody tries to break it, and cannot")


def _release(material: Material) -> str:
    lines = [f"nobody can bring this about: {md(risk.title)}" for risk in risks(material)[:3]]
    lines += [
        f"{md(bound.limit.text, most=200)}: measured, {how_measured(material, bound)}"
        for bound in measurable(material)[:4]
    ]
    return bullets([*lines, f"{md(people_words(material, most=2))} have done each act once without help"])


WRITER = Writer(("docs/prd.md",), write)
