"""`docs/discovery.md`: what is known, what is assumed, what is not known, and whom to ask what."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.material import Material
from agents.simulator.planning.asking import Inquiry, Reply, open_ones, questions, replies
from agents.simulator.planning.hazards import risks
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, left_out, page
from agents.simulator.planning.people import Group, amount, doing, doing_all, forbidding, groups, meetings, people_words
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer


def write(material: Material) -> Deliverable:
    asked = open_ones(material)
    known = replies(material, asked)
    decisions = decisions_of(material, "DSC", _judgements(material, asked))
    return Deliverable(
        summary=(
            f"Known: {counted(len(material.requirements), 'requirement')}; assumed: "
            f"{counted(len(asked), 'answer')}; to be asked: "
            f"{people_words(material)}."
        ),
        requirements=[] if material.assignment.requirements else list(material.understanding.requirements),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/discovery.md",
                media_type="text/markdown",
                content=page(material, "what we know", _sections(material, known), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=f"Look first at this: {_to_see(material)[0] if _to_see(material) else 'the brief says all we need'}",
    )


def _judgements(material: Material, asked: list[Inquiry]) -> list[Judgement]:
    main = material.main
    things = main.label_plural if main else "records"
    first = groups(material)[0] if groups(material) else None
    grave = risks(material)[0]
    return [
        Judgement(
            "known",
            "discovery",
            f"What the brief says is taken as known: {counted(len(material.requirements), 'sentence')}; "
            f"{listing([i.text for i in asked], most=1, none='nothing else')} is assumed until answered",
            f"Work on {things} can begin on what is written, and an assumption that is written down can be corrected",
            (
                (
                    "Begin when everything is answered",
                    "nothing is done twice",
                    f"{people_words(material, most=2)} wait for answers that hardly change anything",
                ),
                ("Guess in silence", "quick", f"the guess is found in the {things}, not on paper"),
            ),
            "each assumption has a line that somebody can strike out",
            f"an answer that comes late can undo work on {things}",
            (),
            68,
        ),
        Judgement(
            "first",
            "discovery",
            f"{first.name[:1].upper()}{first.name[1:]} are watched at work for a day before anything is designed"
            if first
            else "Whoever will use it is looked for before anything is designed",
            f"They {doing_all(material, first.does, none='work with it')}, and nobody can say from memory what "
            f"they really do"
            if first
            else "The brief names nobody",
            (
                ("A questionnaire to all", "hears everybody", "people answer what they believe they do"),
                ("One meeting with who wrote the brief", "done in an hour", "who writes it is seldom who does it"),
            ),
            "the way around the rules that everybody knows shows up",
            "a day of somebody's time, before there is anything to show",
            first.requirements[:8] if first else (),
            62,
        ),
        Judgement(
            "trial",
            "discovery",
            f"One thing is tried before it is planned: {grave.mitigation}",
            f"It would change the whole plan when this happens: {grave.title}; {grave.why}",
            (
                ("Plan it like everything else", "one plan from the start", "if it fails, all dates after it fail too"),
                (
                    "Leave it out of the first version",
                    "calm weeks",
                    f"{listing(list(grave.requirements), most=3, none='the brief')} cannot be left out",
                ),
            ),
            "the date rests on something that was seen",
            "a trial is thrown away afterwards",
            grave.requirements[:8],
            64,
        ),
    ]


def _sections(material: Material, known: dict[str, Reply]) -> list[Section]:
    return [
        (
            "Known",
            table(
                ["key", "kind", "the brief says"],
                [[r.key, r.kind, md(r.text, most=500)] for r in material.requirements],
            ),
        ),
        (
            "Assumed",
            bullets(
                f"{md(reply.inquiry.text)} We take: {md(reply.text)} ({reply.source})." for reply in known.values()
            ),
        ),
        ("Not known", bullets(_unknown(material))),
        *(
            (f"To ask: {md(group.name, most=80)}", bullets(_interview(material, group)))
            for group in groups(material)[:6]
            if group.actor.kind == "person"
        ),
        ("To see with one's own eyes", bullets(_to_see(material))),
        ("What has to be met", bullets(_existing(material))),
        (
            "How much of it",
            bullets(
                f"{md(amount(limit))}: {md(limit.text, most=240)}"
                for limit in {limit.text: limit for limit in material.limits}.values()
            ),
        ),
        ("Not part of it", bullets(left_out(material))),
    ]


def _unknown(material: Material) -> list[str]:
    lines = []
    for entity in material.entities:
        if not material.limits_of(entity=entity) and any(op.source for op in material.operations_of(entity)):
            lines.append(f"How many {md(entity.label_plural)} there are, and how many come in a week.")
    if not material.raised("availability"):
        lines.append(f"What {md(people_words(material, most=2))} do while it cannot be reached.")
    if not material.raised("retention"):
        lines.append(f"When {md(material.main.label_plural if material.main else 'records')} may be deleted.")
    for entity, one_side, other in meetings(material)[:3]:
        lines.append(
            f"What happens when {md(one_side.name)} and {md(other.name)} change the same {md(entity.label)} in "
            f"the same minute."
        )
    return lines[:8]


def _interview(material: Material, group: Group) -> list[str]:
    lines = [
        f"Show me how you {md(doing(material, op))} today. What comes before it, and what after?"
        for op in group.does[:4]
    ]
    lines += [
        f"“{md(material.said(key), most=200)}” ({key}): when did it last go wrong, and what did you do?"
        for key in forbidding(material, group)[:2]
    ]
    if not lines:
        lines.append(f"What do {md(group.name)} hear of it, and what would they rather hear?")
    return lines


def _to_see(material: Material) -> list[str]:
    lines = [
        f"{key}: “{md(material.said(key), most=240)}”"
        for key in material.raised("existing", "mobile", "measure", "calendar")[:4]
    ]
    if material.main:
        lines.append(f"Ten real {md(material.main.label_plural)}, with everything that is scribbled beside them.")
    return lines


def _existing(material: Material) -> list[str]:
    lines = [
        f"{md(system)}: who runs it, how one gets a test access, what it does when it is full."
        for system in material.domain.integrations
    ]
    return lines + [f"{key}: “{md(material.said(key), most=240)}”" for key in material.raised("existing")[:3]]


WRITER = Writer(("docs/discovery.md",), write)
