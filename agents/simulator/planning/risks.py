"""`docs/risks.md`: a register with cause, figures, early sign, mitigation, owner and what is done all the same."""

from agents.deliverable import Artifact, Deliverable
from agents.roles import ROLES
from agents.simulator.bounds import bounds
from agents.simulator.material import Material
from agents.simulator.planning import hazards
from agents.simulator.planning.asking import Inquiry, Reply, questions, replies
from agents.simulator.planning.hazards import Risk
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, page
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

GRAVE = 12  # of 25: from here on it is decided before anything is built


def inquiries(material: Material) -> list[Inquiry]:
    """Return what the fourth stage asks: how much loss and how long a standstill can be borne."""
    things = material.main.label_plural if material.main else "records"
    found = [
        Inquiry(
            "loss",
            f"If everything fails at once: the {things} of how long a time may be lost?",
            ("None that was confirmed", "Of the last hour", "Of the last day"),
            "Of the last hour",
        )
    ]
    if not bounds(material, "latency") or material.raised("availability"):
        found.append(
            Inquiry(
                "standstill",
                f"How long may {material.title} stand still on a working day?",
                ("15 minutes", "Half a day", "A day: paper will do meanwhile"),
                "Half a day",
            )
        )
    return found


def register(material: Material, known: dict[str, Reply]) -> list[Risk]:
    """Return the risks of the brief, and those of what is lost or stands still by the answers, the gravest first."""
    main = material.main
    things = main.label_plural if main else "records"
    keys = tuple(main.requirements[:6]) if main else ()
    loss = known["loss"]
    strict = {0: 5, 1: 4, 2: 3}.get(loss.place if loss.place is not None else 1, 4)
    found = [
        *hazards.risks(material),
        Risk(
            f"{things[:1].upper()}{things[1:]} are lost with the disk they lie on",
            keys,
            2,
            strict,
            f"what may be lost: {loss.text} ({loss.source})",
            "the age of the last backup that was read back",
            {
                0: "a second copy that has each change before it is confirmed",
                1: "a copy of the log every hour, elsewhere",
                2: "a backup every night, elsewhere",
            }.get(loss.place if loss.place is not None else 1, f"backups that meet this: {loss.text}")
            + "; reading it back is tried every month",
            f"enter the {things} of that time again, from what people still have",
            "it_admin",
        ),
    ]
    if "standstill" in known:
        borne = known["standstill"]
        found.append(
            Risk(
                f"{material.title[:80]} stands still on a working day",
                tuple(material.raised("availability")) or keys,
                3,
                {0: 5, 1: 4, 2: 2}.get(borne.place if borne.place is not None else 1, 3),
                f"what can be borne: {borne.text} ({borne.source})",
                "the first minute without an answer",
                "a second host that takes over by itself"
                if borne.place == 0
                else "a runbook that somebody else has walked through once",
                f"go on as before {material.title[:60]}, and enter it afterwards",
                "it_admin",
            )
        )
    return sorted(found, key=lambda risk: -risk.score)


def write(material: Material) -> Deliverable:
    asked = inquiries(material)
    known = replies(material, asked)
    found = register(material, known)
    decisions = decisions_of(material, "RSK", _judgements(found, known))
    grave = [risk for risk in found if risk.score >= GRAVE]
    return Deliverable(
        summary=f"{counted(len(found), 'risk')}, {len(grave)} of them grave; above all: {found[0].title}.",
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/risks.md",
                media_type="text/markdown",
                content=page(material, "the risks", _sections(material, found, known), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=f"Before anything is built, decide: "
        f"{listing([risk.title for risk in grave], most=3, none=found[0].title)}.",
    )


def owner_of(risk: Risk) -> str:
    """Return the owner's name."""
    return ROLES[risk.owner].name if risk.owner in ROLES else risk.owner


def _judgements(found: list[Risk], known: dict[str, Reply]) -> list[Judgement]:
    told = [
        Judgement(
            f"risk{place}",
            "risk",
            f"Against this: {risk.title}. By this: {risk.mitigation}",
            f"It scores {risk.score} of 25: {risk.why}",
            (
                ("Bear it", "costs nothing now", f"when it happens there is only this: {risk.fallback}"),
                (f"Only watch for it: {risk.sign}", "cheap, and one sees it come", "seeing it does not stop it"),
            ),
            f"what is left is noticed early: {risk.sign}",
            f"it is work for {owner_of(risk)} before it is of visible use",
            risk.requirements[:10],
            60 + 2 * risk.impact,
            tuple(reply for reply in known.values() if reply.text in risk.why),
        )
        for place, risk in enumerate(found[:4], start=1)
    ]
    return told


def _sections(material: Material, found: list[Risk], known: dict[str, Reply]) -> list[Section]:
    keyed = [(f"K-{place}", risk) for place, risk in enumerate(found, start=1)]
    register_rows = [
        [
            key,
            md(risk.title, most=240),
            ", ".join(risk.requirements[:6]) or "an answer",
            str(risk.probability),
            str(risk.impact),
            str(risk.score),
            owner_of(risk),
        ]
        for key, risk in keyed
    ]
    sections: list[Section] = [
        ("Register", table(["key", "risk", "from", "probability", "impact", "score", "owner"], register_rows)),
        ("Probability and impact", _matrix(keyed)),
    ]
    sections += [(f"{key}: {md(risk.title, most=160)}", _entry(material, risk)) for key, risk in keyed]
    sections.append(("How the figures are read", _figures(material)))
    return sections


def _matrix(keyed: list[tuple[str, Risk]]) -> str:
    """Where each risk lies: impact from left to right, probability from bottom to top."""
    rows = [
        [
            f"probability {p}",
            *(
                ", ".join(key for key, risk in keyed if (risk.probability, risk.impact) == (p, i)) or " "
                for i in range(1, 6)
            ),
        ]
        for p in range(5, 0, -1)
    ]
    return table([" ", *(f"impact {i}" for i in range(1, 6))], rows)


def _entry(material: Material, risk: Risk) -> str:
    quotes = [f"> {key}: {md(material.said(key), most=300)}" for key in risk.requirements[:2] if material.said(key)]
    said = "\n>\n".join(quotes)
    facts = bullets(
        [
            f"Figures: {risk.probability} × {risk.impact} = {risk.score}, because {md(risk.why)}.",
            f"Early sign: {md(risk.sign)}.",
            f"Mitigation ({owner_of(risk)}): {md(risk.mitigation)}.",
            f"When it happens all the same: {md(risk.fallback)}.",
        ]
    )
    return f"{said}\n\n{facts}" if said else facts


def _figures(material: Material) -> str:
    things = material.main.label_plural if material.main else "records"
    return bullets(
        [
            "Probability: 1 hardly in years, 3 once in a year of use, 5 in the first weeks.",
            f"Impact: 1 a detour, 3 an hour of somebody's work, 5 {md(things)} that cannot be trusted any more.",
            f"From {GRAVE} on it is decided before anything is built.",
        ]
    )


WRITER = Writer(("docs/risks.md",), write)
