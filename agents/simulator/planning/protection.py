"""`docs/data-protection.md`: what is about people, why, who sees it, how long it stays, and what invites abuse."""

from agents.deliverable import Artifact, Deliverable, Operation
from agents.simulator.material import Material
from agents.simulator.planning.asking import Inquiry, Reply, questions, replies
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, page
from agents.simulator.planning.people import doing, one, people_words, refused
from agents.simulator.planning.personal import Holding, holdings
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

GROUNDS = (
    "A contract with them, or steps towards one",
    "A legal duty to keep it",
    "Their consent, which they can take back",
)


def inquiries(material: Material) -> list[Inquiry]:
    """Return what is asked beside the risks: on what ground data about people is kept, and who answers for it."""
    found = holdings(material)
    if not found:
        return []
    first = found[0].entity
    asked = [
        Inquiry("ground", f"On what ground is it kept what {first.label_plural} say about people?", GROUNDS, GROUNDS[0])
    ]
    people = people_words(material, most=1)
    asked.append(
        Inquiry(
            "requests",
            "Somebody wants to see, correct or delete what is kept about them: who answers?",
            (f"Whoever is responsible among {people}", "A data protection officer", "Nobody is named yet"),
            "Nobody is named yet",
        )
    )
    return asked


def write(material: Material) -> Deliverable:
    asked = inquiries(material)
    known = replies(material, asked)
    found = holdings(material)
    decisions = decisions_of(material, "DPR", _judgements(material, found, known))
    names = listing([holding.entity.label_plural for holding in found], most=5, none="nothing that the brief names")
    return Deliverable(
        summary=f"About people: {names}; {counted(len(_abuses(material)), 'act')} that somebody could abuse.",
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/data-protection.md",
                media_type="text/markdown",
                content=page(material, "data about people, and abuse", _sections(material, found, known), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=f"Most care is due to {names}. {_period_words(material, found)}",
    )


def _period_words(material: Material, found: list[Holding]) -> str:
    unsaid = [holding.entity.label_plural for holding in found if not holding.kept]
    if not found:
        return ""
    return (
        f"The brief does not say how long {listing(unsaid, most=4)} stay."
        if unsaid
        else "Every period is in the brief."
    )


def _judgements(material: Material, found: list[Holding], known: dict[str, Reply]) -> list[Judgement]:
    main = found[0].entity if found else material.main
    things = main.label_plural if main else "records"
    keys = tuple(main.requirements[:8]) if main else ()
    abuse = _abuses(material)
    worst = abuse[0][0] if abuse else None
    told = [
        Judgement(
            "least",
            "privacy",
            f"Of {things} only what an act needs is kept and shown, field by field",
            f"{counted(len(found), 'kind of thing says', 'kinds of things say')} something about people; what is "
            f"not kept cannot get out",
            (
                (
                    "Keep all that might be of use one day",
                    "no second form later",
                    "each field has to be justified, protected and deleted",
                ),
                (
                    "Keep no names, only numbers",
                    "a stolen copy says little",
                    f"{people_words(material, most=2)} need to know whom they have before them",
                ),
            ),
            "an answer to somebody's request is short",
            "a report that needs another field has to wait for it",
            keys,
            72,
            tuple(known.values())[:1],
        ),
        Judgement(
            "period",
            "retention",
            f"Every kind of data about people has an end: {_periods(found)}",
            "What has no end is kept for ever, whatever was meant",
            (
                ("Delete when somebody asks", "nothing to build", "nobody asks, and everything stays"),
                (
                    "Make it anonymous after a year",
                    "figures can still be drawn",
                    f"in so small a circle {things} point to a person without a name",
                ),
            ),
            "the age of the oldest one can be shown at any time",
            "what was deleted too early is gone",
            material.raised("retention", "privacy", "audit") or keys,
            66,
        ),
    ]
    if worst is not None:
        told.append(
            Judgement(
                "abuse",
                "security",
                f"‘{worst.title}’ is the first act to be guarded against abuse: who may, how often, and a note of each",
                f"It is for {material.actors_of(worst)}; {abuse[0][1]}",
                (
                    ("Trust whoever is signed in", "nobody is stopped by mistake", "one borrowed phone is enough"),
                    (
                        "A second person for each",
                        "nothing happens unseen",
                        f"{material.actors_of(worst)} would wait for each other all day",
                    ),
                ),
                "who did it can be told afterwards",
                "an honest person in a hurry is asked once more",
                worst.requirements[:8],
                68,
            )
        )
    return told


def _periods(found: list[Holding]) -> str:
    said = [f"{h.entity.label_plural} {h.kept}" for h in found if h.kept]
    unsaid = [h.entity.label_plural for h in found if not h.kept]
    if unsaid:
        said.append(f"{listing(unsaid, most=4)} until the last act that needs them, unless a person decides otherwise")
    return listing(said, most=5, none="nothing about people is kept")


def _sections(material: Material, found: list[Holding], known: dict[str, Reply]) -> list[Section]:
    rows = [
        [
            md(h.entity.label_plural),
            md(h.reason),
            md(", ".join(name.replace("_", " ") for name in h.facts)) or "its existence alone",
            "yes" if h.is_sensitive else "no",
            ", ".join(h.entity.requirements) or "what the acts need",
        ]
        for h in found
    ]
    sees = [
        [
            md(h.entity.label_plural),
            md(_who(material, h, ("read", "list"))),
            md(_who(material, h, ("create", "update", "delete", "action"))),
            md(h.kept or "not said: until the last act that needs it"),
        ]
        for h in found
    ]
    guards = [
        [
            md(op.title),
            md(material.actors_of(op)),
            md(why),
            md(_guard(material, op)),
            ", ".join(op.requirements) or "context",
        ]
        for op, why in _abuses(material)
    ]
    ground = f"The ground is: {md(known['ground'].text)} ({known['ground'].source}). " if "ground" in known else ""
    asks = f"Requests go to: {md(known['requests'].text)} ({known['requests'].source})." if "requests" in known else ""
    return [
        (
            "What is about people",
            table(["kind of thing", "why", "facts", "needs special care", "requirement"], rows)
            if rows
            else "Nothing that the brief names says anything about a person; accounts do.",
        ),
        (
            "Who sees it, and for how long",
            table(["kind of thing", "read by", "changed by", "kept"], sees) if sees else "",
        ),
        ("Ground and requests", f"{ground}{asks}"),
        (
            "What invites abuse",
            table(["act", "meant for", "how it is abused", "what stops it", "requirement"], guards) if guards else "",
        ),
    ]


def _who(material: Material, holding: Holding, kinds: tuple[str, ...]) -> str:
    labels = [
        material.actor_label(actor)
        for op in material.operations_of(holding.entity)
        if op.kind in kinds
        for actor in op.actors
    ]
    return listing(labels, most=4, none="nobody by name")


def _abuses(material: Material) -> list[tuple[Operation, str]]:
    """Return the acts that pay somebody to misuse, with how; those first that touch people or what is settled."""
    about = {holding.entity.name for holding in holdings(material)}
    found: list[tuple[int, Operation, str]] = []
    for op in material.operations:
        if not op.source:
            continue
        entity = material.entity(op.entity)
        label = entity.label if entity else op.entity
        if op.kind in ("list", "read") and op.entity in about:
            found.append((2, op, f"reads through every {label} out of curiosity, or to sell it"))
        elif op.kind == "create":
            found.append((1, op, "makes so many that others find none"))
        elif op.kind == "delete":
            found.append((3, op, f"takes away {one(label)} to hide something"))
        elif op.kind in ("action", "update") and not op.reads:
            found.append((3 if op.entity in about else 2, op, f"acts on {one(label)} that belongs to somebody else"))
    return [(op, why) for _, op, why in sorted(found, key=lambda entry: -entry[0])][:8]


def _guard(material: Material, operation: Operation) -> str:
    rules = [
        rule.key
        for rule in material.rules
        if rule.entity == operation.entity and set(rule.requirements) & set(operation.requirements)
    ]
    others = [group.name for group in refused(material, operation)]
    told = []
    if rules:
        told.append(f"rule {listing(rules, most=3)}")
    if others:
        told.append(f"not open to {listing(others, most=2)}")
    told.append(f"each attempt to {doing(material, operation)} is noted with who and when")
    return "; ".join(told)


WRITER = Writer(("docs/data-protection.md",), write)
