"""`docs/users.md`: each group with what it needs and must not do, and where two groups want different things."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.material import Material
from agents.simulator.planning.asking import Inquiry, Reply, questions, replies
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, page
from agents.simulator.planning.people import (
    Group,
    doing,
    doing_all,
    forbidding,
    groups,
    meetings,
    on_the_move,
    people_words,
    persons,
)
from agents.simulator.planning.personal import holdings
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer


def inquiries(material: Material) -> list[Inquiry]:
    """Return what the second stage asks: whose wish wins, and where and on what people work."""
    found, people = [], persons(material)
    where = meetings(material)
    if len(people) > 1:
        one, other = (where[0][1], where[0][2]) if where else (people[0], people[1])
        about = f" about {where[0][0].label_plural}" if where else ""
        names = tuple(dict.fromkeys([one.name, other.name, *(group.name for group in people)]))[:4]
        found.append(
            Inquiry(
                "wins",
                f"When {one.name} and {other.name} want different things{about}: whose wish wins?",
                names,
                names[0],
            )
        )
    if not on_the_move(material):
        found.append(
            Inquiry(
                "place",
                f"Where do {people_words(material, most=2)} work with it?",
                ("At a desk and on a phone", "At a desk only", "On a phone, on the move"),
                "At a desk and on a phone",
            )
        )
    return found


def winning(reply: Reply) -> str:
    """Return whose wish wins, as the end of a sentence."""
    text = reply.text.rstrip(" .")
    return f"{text} win" if reply.place is not None else f"this holds: {text}"


def write(material: Material) -> Deliverable:
    asked = inquiries(material)
    known = replies(material, asked)
    decisions = decisions_of(material, "USR", _judgements(material, known))
    return Deliverable(
        summary=f"{counted(len(groups(material)), 'group')}: {people_words(material)}; "
        f"{counted(len(meetings(material)), 'place')} where two of them meet.",
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/users.md",
                media_type="text/markdown",
                content=page(material, "the people", _sections(material, known), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=(
            f"Where wishes collide, {winning(known['wins'])}."
            if "wins" in known
            else f"There is one group: {people_words(material)}."
        ),
    )


def _judgements(material: Material, known: dict[str, Reply]) -> list[Judgement]:
    people = persons(material)
    first = people[0] if people else None
    who = first.name if first else "people with an account"
    others = listing([group.name for group in people[1:]], most=3, none="whoever comes later")
    acts = doing_all(material, first.does if first else (), most=3, none="use it every day")
    told = [
        Judgement(
            "first",
            "people",
            f"It is made for {who} first, because they {acts}",
            f"They do most of what the brief names, {counted(len(first.does) if first else 0, 'act')}, so what is "
            f"awkward for them is awkward most often",
            (
                (
                    f"For {others} first",
                    "they feel the change most",
                    f"{who} would carry the cost of every detour, many times a day",
                ),
                (
                    "For all of them alike",
                    "nobody has to be named second",
                    "each page becomes a compromise that fits nobody",
                ),
            ),
            f"when two layouts are equally good, {who} decide",
            f"{others} may need one step more",
            first.requirements[:10] if first else (),
            70,
        ),
        Judgement(
            "apart",
            "people",
            f"{counted(len(groups(material)), 'group')} with rights of their own: "
            f"{listing([group.name for group in groups(material)], most=5, none=who)}",
            "The brief lets each of them do something the others may not, so what they see differs too",
            (
                (
                    "One kind of account for everybody",
                    "nobody has to be assigned to anything",
                    f"whatever {who} may do, {others} may do as well",
                ),
                (
                    "A group for each single right",
                    "as fine as one likes",
                    "more groups than people, and nobody keeps them up to date",
                ),
            ),
            "each line of the brief about who may do what has one place",
            "a person in two groups has to be thought of",
            material.raised("roles", "separation", "privacy"),
            68,
        ),
    ]
    if "wins" in known:
        where = meetings(material)
        entity = where[0][0] if where else material.main
        told.append(
            Judgement(
                "wins",
                "people",
                f"Where wishes collide over {entity.label_plural if entity else 'records'}, {winning(known['wins'])}",
                f"{counted(len(where), 'kind of thing is', 'kinds of things are')} changed by more than one "
                f"group, so the question comes up on the first day",
                (
                    ("The last one to act wins", "needs no rule", "depends on who is quicker, and nobody learns of it"),
                    (
                        "Each case is talked over",
                        "fair in every single case",
                        "stops the work of both until somebody has time",
                    ),
                ),
                "the program can show the other side what happened and why",
                "whoever gives way needs a way to ask for more",
                entity.requirements[:8] if entity else (),
                62,
                (known["wins"],),
            )
        )
    if "place" in known:
        place = known["place"]
        told.append(
            Judgement(
                "place",
                "circumstances",
                f"People work with it so: {place.text}",
                "The width of the screen, one hand or two, and the light decide what fits on a page",
                (
                    ("One layout for a wide screen", "shows most at a time", "is unreadable in a hand"),
                    ("An app for each kind of device", "at home on each", "every change is made several times"),
                ),
                "pages are tried at the widths that are really used",
                "long tables need a second form" if place.place != 1 else "on the move it is of little use",
                (),
                60,
                (place,),
            )
        )
    return told


def _sections(material: Material, known: dict[str, Reply]) -> list[Section]:
    sections: list[Section] = [("Groups", _overview(material))]
    sections += [
        (md(group.name[:1].upper() + group.name[1:], most=80), _group(material, group, known))
        for group in groups(material)[:8]
    ]
    sections.append(("Where two groups meet", _where_they_meet(material, known)))
    sections.append(("Affected without using it", _affected(material)))
    return sections


def _overview(material: Material) -> str:
    rows = [
        [
            md(group.name),
            group.actor.kind,
            str(len(group.does)),
            md(listing([op.title for op in group.does], most=3, none="nothing by name")),
            md(group.actor.note) or "not said",
        ]
        for group in groups(material)
    ]
    return (
        table(["group", "kind", "acts", "above all", "how many, or what the brief adds"], rows)
        if rows
        else "The brief names nobody who acts."
    )


def _group(material: Material, group: Group, known: dict[str, Reply]) -> str:
    needs = [
        f"| {md(doing(material, op))} | {md(_why(material, op.requirements), most=300)} | "
        f"{', '.join(op.requirements) or 'context'} |"
        for op in group.does
    ]
    parts = []
    if needs:
        parts.append("\n".join(["| needs to | because | requirement |", "| --- | --- | --- |", *needs]))
    if group.also:
        parts.append(
            f"Also needs, without the brief saying so: {md(doing_all(material, group.also, most=6, none='nothing'))}."
        )
    forbidden = _forbidden(material, group)
    if forbidden:
        parts.append("The lines around them:\n\n" + bullets(forbidden))
    if group.actor.kind == "person" and "place" in known:
        parts.append(f"Works: {md(known['place'].text)} ({known['place'].source}).")
    if "wins" in known and known["wins"].text.strip().lower() == group.name.lower():
        parts.append(f"Their wish wins where it collides with another ({known['wins'].source}).")
    return (
        "\n\n".join(parts)
        or f"{md(group.name)} are spoken of in {', '.join(group.requirements) or 'the brief'} and do nothing "
        f"themselves."
    )


def _why(material: Material, keys: list[str]) -> str:
    return material.said(keys[0]) if keys else "follows from what others do"


def _forbidden(material: Material, group: Group) -> list[str]:
    """What the brief draws a line about in words, and what only others may do."""
    told = [f"{key}: “{md(material.said(key), most=300)}”" for key in forbidding(material, group)]
    others = [op for op in material.operations if op.source and op.actors and group.actor.key not in op.actors]
    if others:
        told.append(f"To {md(doing_all(material, others, most=5, none='do more'))} is for others.")
    return told


def _where_they_meet(material: Material, known: dict[str, Reply]) -> str:
    rows = []
    for entity, one, other in meetings(material):
        acts = [
            listing([doing(material, op) for op in group.does if op.entity == entity.name], most=3)
            for group in (one, other)
        ]
        rows.append([md(entity.label_plural), f"{md(one.name)}: {md(acts[0])}", f"{md(other.name)}: {md(acts[1])}"])
    if not rows:
        return ""
    told = table(["about", "one side", "the other side"], rows)
    return (
        f"{told}\n\nWhen they want different things, {md(winning(known['wins']))} ({known['wins'].source})."
        if "wins" in known
        else told
    )


def _affected(material: Material) -> str:
    """Whose data it holds: those of the groups themselves stand with them."""
    acting = {actor.key for actor in material.domain.actors}
    return bullets(
        f"{md(holding.entity.label_plural)} {holding.reason}: {', '.join(holding.entity.requirements) or 'context'}"
        for holding in holdings(material)
        if holding.entity.name not in acting
    )


WRITER = Writer(("docs/users.md",), write)
