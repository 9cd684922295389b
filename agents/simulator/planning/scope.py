"""`docs/scope.md`: what is in the first version, what waits, what is out, and what stands on the other side."""

from agents.deliverable import Artifact, Deliverable, Entity
from agents.simulator.material import Material
from agents.simulator.planning import problem
from agents.simulator.planning.asking import Inquiry, Reply, questions, replies
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, left_out, page
from agents.simulator.planning.people import amount, doing, people_words
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

NOTHING_WAITS = "Nothing: all of it belongs to the first version"
# What people expect of a program of this kind, and what no sentence of this brief may have asked for.
OFTEN_ASKED = {
    "money": "payments and prices",
    "notification": "messages to people",
    "files": "files and pictures",
    "search": "a search over everything",
    "exchange": "import and export",
    "realtime": "pages that change by themselves",
    "mobile": "an app of its own for phones",
    "credentials": "a way of signing in of its own",
    "measure": "readings from devices",
}


def inquiries(material: Material) -> list[Inquiry]:
    """Return what the third stage asks: what may wait, and who opens the door to other systems."""
    found = []
    waiting = can_wait(material)
    if waiting:
        options = (NOTHING_WAITS, *(_named(material, entity) for entity in waiting))
        found.append(
            Inquiry("later", f"What of {material.title} may wait for a second version?", options, NOTHING_WAITS)
        )
    if material.domain.integrations:
        system = material.domain.integrations[0]
        found.append(
            Inquiry(
                "access",
                f"Who gives us access to {system}, and a way to try it without harm?",
                ("Our own administrators", "The people who run it", "Nobody is named yet"),
                "Our own administrators",
            )
        )
    return found


def can_wait(material: Material) -> list[Entity]:
    """Return the kinds of things that least hangs on, at most three, least first: others refer to none of them."""
    referred = {r.target.name for references in material.references.values() for r in references}
    free = [
        entity
        for entity in material.entities
        if entity is not material.main
        and entity.name not in referred
        and any(op.source for op in material.operations_of(entity))
    ]
    return sorted(free, key=lambda e: (sum(bool(op.source) for op in material.operations_of(e)), len(e.requirements)))[
        :3
    ]


def waits(material: Material, known: dict[str, Reply]) -> list[Entity]:
    """Return what was put off to the second version by the answer."""
    reply = known.get("later")
    if reply is None or reply.place == 0:
        return []
    if reply.place is not None:
        return [can_wait(material)[reply.place - 1]]
    told = reply.text.lower()
    return [
        e
        for e in material.entities
        if e is not material.main and (e.label.lower() in told or e.label_plural.lower() in told)
    ]


def _named(material: Material, entity: Entity) -> str:
    acts = [op.title for op in material.operations_of(entity) if op.source]
    return f"{entity.label_plural[:1].upper()}{entity.label_plural[1:]}: {listing(acts, most=3)}"


def write(material: Material) -> Deliverable:
    asked = inquiries(material)
    known = replies(material, asked)
    later = waits(material, known)
    decisions = decisions_of(material, "SCP", _judgements(material, known, later))
    inside = [entity for entity in material.entities if entity not in later]
    return Deliverable(
        summary=(
            f"In: {listing([e.label_plural for e in inside], most=6)}. Later: "
            f"{listing([e.label_plural for e in later])}. "
            f"Out: {counted(len(left_out(material)), 'thing')}."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/scope.md",
                media_type="text/markdown",
                content=page(material, "the scope", _sections(material, known, later), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=f"If time runs short, cut "
        f"{listing([e.label_plural for e in (later or can_wait(material)[:1])], none='nothing')} first.",
    )


def _judgements(material: Material, known: dict[str, Reply], later: list[Entity]) -> list[Judgement]:
    main = material.main
    things = main.label_plural if main else "records"
    inside = [e.label_plural for e in material.entities if e not in later]
    put_off = [e.label_plural for e in later]
    rest = can_wait(material)
    rest_of_it = f"and leaves {listing(put_off)} for the second" if put_off else "and nothing is left for a second"
    told = [
        Judgement(
            "first",
            "scope",
            f"The first version covers {listing(inside, most=6)}, {rest_of_it}",
            f"Everything else refers to {things} or is referred to by them; taken alone they are of use to "
            f"{people_words(material, most=2)}",
            (
                (
                    f"Only {things}, and nothing beside them",
                    "there in a fraction of the time",
                    f"{listing(inside[1:], most=3, none='what they need')} would still be kept by hand",
                ),
                (
                    "Everything a program of this kind usually has",
                    "nobody misses anything",
                    "no sentence of the brief asks for it, and each thing has to be kept working",
                ),
            ),
            f"each requirement about {things} can be shown working together",
            f"{listing(put_off, most=3)} stay as they are until the second version"
            if put_off
            else "there is no slack in the first version",
            [r for e in material.entities if e not in later for r in e.requirements][:12],
            66,
            (known["later"],) if "later" in known else (),
        ),
        Judgement(
            "rules",
            "scope",
            f"The rules of the brief belong to the first version: {counted(len(material.rules), 'rule')} and "
            f"{counted(len(material.limits), 'number')}",
            f"A version that keeps {things} without their rules teaches {people_words(material, most=2)} habits "
            f"that have to be broken later",
            (
                (
                    "Add the rules when the acts work",
                    "something can be shown sooner",
                    f"{things} made without them have to be put right by hand",
                ),
                (
                    "Only warn, and let people decide",
                    "nobody is stopped by mistake",
                    "a rule that can be waved away is broken on the first busy day",
                ),
            ),
            "what is in the data can be trusted from the first day",
            "the first act takes longer to build than it looks",
            [r.key for r in material.requirements if r.kind != "functional"],
            74,
        ),
        Judgement(
            "edge",
            "boundary",
            f"What happens in {listing(material.domain.integrations, most=3)} is theirs: we hand over and take, "
            f"and do not change them"
            if material.domain.integrations
            else "No other system is met: what the brief does not name, it does not need",
            "The line must be drawn where two owners meet, or both rely on the other"
            if material.domain.integrations
            else f"No sentence speaks of an outside system, and each one would bring its own failures to {things}",
            (
                (
                    "Take over the other side's part too",
                    "one place that is responsible",
                    "we would be bound to their rules and their dates",
                ),
                (
                    "Leave it to people to carry things across",
                    "nothing to agree on",
                    "what is carried by hand arrives late and wrong",
                ),
            ),
            "each failure at the edge has an owner",
            "the agreement with the other side must be there before the work on it",
            material.raised("exchange", "existing", "notification", "network"),
            68,
            (known["access"],) if "access" in known else (),
        ),
    ]
    if later or rest:
        told.append(_cut(material, later or rest[:1], put_off=bool(later)))
    return told


def _cut(material: Material, entities: list[Entity], *, put_off: bool) -> Judgement:
    names = listing([e.label_plural for e in entities])
    return Judgement(
        "cut",
        "scope",
        f"{names[:1].upper()}{names[1:]} "
        f"{'come in the second version' if put_off else 'are the first to go when time runs short'}",
        "Nothing else refers to them, so the rest works without them",
        (
            (
                "Cut a little everywhere",
                "every wish is at least begun",
                "nothing is finished, and nothing can be shown",
            ),
            ("Move the date", "nothing is left out", "who waits for the rest, waits for this too"),
        ),
        "the cut is known before it hurts",
        f"whoever counts on {names} has to be told now",
        [key for e in entities for key in e.requirements][:8],
        60,
    )


def _sections(material: Material, known: dict[str, Reply], later: list[Entity]) -> list[Section]:
    inside = [entity for entity in material.entities if entity not in later]
    rows = [
        [
            md(entity.label_plural),
            md(
                listing(
                    [doing(material, op) for op in material.operations_of(entity) if op.source],
                    most=6,
                    none="kept, because other things name them",
                )
            ),
            ", ".join(entity.requirements) or "what the acts need",
        ]
        for entity in inside
    ]
    if problem.carried_over(replies(material, problem.inquiries(material))):
        main = material.main.label_plural if material.main else "records"
        rows.append([f"import of {md(main)}", "take over what exists today, once, and compare the counts", "an answer"])
    rules = [[rule.key, md(rule.text, most=300), ", ".join(rule.requirements) or "context"] for rule in material.rules]
    rules += [
        [r.key, md(r.text, most=300), r.key]
        for r in material.requirements
        if r.kind != "functional" and not any(r.key in rule.requirements for rule in material.rules)
    ]
    return [
        ("In the first version", table(["what", "so that people can", "requirement"], rows)),
        ("Rules it keeps", table(["key", "rule", "requirement"], rules) if rules else ""),
        (
            "Numbers it keeps",
            bullets(
                f"{limit.key}: {md(limit.text, most=240)} ({md(amount(limit))})"
                for limit in {limit.text: limit for limit in material.limits}.values()
            ),
        ),
        (
            "Later",
            bullets(
                f"{md(_named(material, entity))}. Nothing else refers to it; put off ({known['later'].source}), "
                f"and back "
                f"with the second version."
                for entity in later
            ),
        ),
        ("Out of scope", _outside(material)),
        ("On the other side", _edge(material, known)),
    ]


def _outside(material: Material) -> str:
    lines = left_out(material)
    silent = [words for theme, words in OFTEN_ASKED.items() if not material.raised(theme)]
    if silent:
        lines.append(f"Not asked for by any sentence, and therefore not built: {listing(silent, most=9)}.")
    return bullets(lines)


def _edge(material: Material, known: dict[str, Reply]) -> str:
    rows = []
    for system in material.domain.integrations:
        keys = [r.key for r in material.requirements if system.lower() in r.text.lower()]
        rows.append(
            [
                md(system),
                md(material.said(keys[0]), most=240) if keys else "named in the brief",
                ", ".join(keys) or "context",
            ]
        )
    if not rows:
        return ""
    told = table(["system", "what passes", "requirement"], rows)
    return (
        f"{told}\n\nAccess comes from: {md(known['access'].text)} ({known['access'].source})."
        if "access" in known
        else told
    )


WRITER = Writer(("docs/scope.md",), write)
