"""`docs/charter.md`: what somebody signs. It joins what the stages before found, as it stands now."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.material import Material
from agents.simulator.planning import problem, scope, users
from agents.simulator.planning import risks as register
from agents.simulator.planning.asking import Inquiry, Reply, questions, replies
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.milestones import Milestone, milestones, weeks_in
from agents.simulator.planning.page import Section, bullets, left_out, page, rows_under, text_under
from agents.simulator.planning.people import amount, groups, people_words
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

NO_DATE = "No date: when it is good enough"
MOST_RISKS = 5


def inquiries(material: Material) -> list[Inquiry]:
    """Return what the last stage asks: who signs, and by when."""
    names = [f"Whoever answers for the {group.name}" for group in groups(material) if group.actor.kind == "person"][:2]
    started = "Whoever started this session"
    return [
        Inquiry(
            "signs",
            f"Who signs the charter of {material.title}, and decides when it has to change?",
            (started, *names),
            started,
        ),
        Inquiry("by", "When must the first version be in use?", ("In 6 weeks", "In 3 months", NO_DATE), "In 3 months"),
    ]


class _Known:
    """The answers of all stages, by the stage that asked."""

    def __init__(self, material: Material) -> None:
        self.own = replies(material, inquiries(material))
        self.problem = replies(material, problem.inquiries(material))
        self.users = replies(material, users.inquiries(material))
        self.scope = replies(material, scope.inquiries(material))
        self.risks = replies(material, register.inquiries(material))

    @property
    def all(self) -> list[Reply]:
        return [
            reply for part in (self.problem, self.users, self.scope, self.risks, self.own) for reply in part.values()
        ]


def write(material: Material) -> Deliverable:
    known = _Known(material)
    later = scope.waits(material, known.scope)
    steps = milestones(
        material,
        weeks=weeks_in(known.own["by"].text),
        left_out=frozenset(entity.name for entity in later),
        carried=problem.carried_over(known.problem),
    )
    decisions = decisions_of(material, "CHA", _judgements(material, known, steps))
    content = page(material, "project charter", _sections(material, known, steps), lead=_lead(material, known))
    open_ones = [reply for reply in known.all if not reply.by_person]
    return Deliverable(
        summary=(
            f"The charter of {material.title}: {counted(len(steps), 'milestone')}, "
            f"{known.own['by'].text[:1].lower()}{known.own['by'].text[1:]}; "
            f"{counted(len(open_ones), 'assumption')} to confirm."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/charter.md",
                media_type="text/markdown",
                content=content,
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(inquiries(material)),
        handoff=f"Signed by: {known.own['signs'].text}. To be confirmed before: "
        f"{listing([reply.inquiry.text for reply in open_ones], most=3, none='nothing')}",
    )


def _lead(material: Material, known: _Known) -> str:
    return (
        f"To be signed by: {md(known.own['signs'].text)} ({known.own['signs'].source}). In use: "
        f"{md(known.own['by'].text)} ({known.own['by'].source})."
    )


def _judgements(material: Material, known: _Known, steps: list[Milestone]) -> list[Judgement]:
    things = material.main.label_plural if material.main else "records"
    signs, by = known.own["signs"], known.own["by"]
    assumed = [reply for reply in known.all if not reply.by_person]
    first = steps[0]
    return [
        Judgement(
            "start",
            "charter",
            f"The project begins with ‘{first.title}’, before anything that looks like progress",
            f"If it fails, everything planned for {things} changes; {first.shown}",
            (
                (
                    f"Begin with ‘{steps[1].title}’",
                    "there is something to show soon",
                    "the hardest question meets the deadline",
                ),
                (
                    "Begin with the plainest pages",
                    "everybody sees work being done",
                    f"none of it tells whether {things} can be trusted",
                ),
            ),
            "the decision to go on or not falls early",
            f"{people_words(material, most=2)} see nothing they can use until milestone {steps[1].key}",
            first.requirements,
            68,
        ),
        Judgement(
            "signs",
            "governance",
            f"{signs.text} signs, and decides on every change of the scope",
            f"{counted(len(assumed), 'assumption')} of this charter can turn out wrong, and somebody has to say "
            f"what follows from it",
            (
                ("The team decides by itself", "no waiting", f"who bears the cost for {things} is not asked"),
                (
                    "A committee of all groups",
                    "everybody was heard",
                    f"{people_words(material, most=3)} meet once a month at best",
                ),
            ),
            "a change has one address",
            "that person has to be reached within days",
            [key for group in groups(material) for key in group.requirements][:8],
            64,
            (signs,),
        ),
        Judgement(
            "date",
            "plan",
            f"The first version is in use: {by.text}",
            "The date bounds the scope, not the other way round: what does not fit goes to the second version"
            if weeks_in(by.text)
            else "Without a date the scope is the bound: it is done when each requirement can be shown",
            (
                (
                    "Fix scope and date",
                    "sounds safe to who pays",
                    "what gives then is that rules and numbers are not tried",
                ),
                (
                    "Release each act when it is ready",
                    "of use from the first week",
                    f"{things} stand in two places meanwhile",
                ),
            ),
            f"{counted(len(steps), 'milestone')} tell early whether it can be kept",
            "wishes that come late have to wait",
            material.main.requirements[:8] if material.main else (),
            60,
            (by,),
        ),
    ]


def _sections(material: Material, known: _Known, steps: list[Milestone]) -> list[Section]:
    return [
        ("Purpose", _purpose(material, known)),
        ("Success", _success(material, known)),
        ("People", _people(material, known)),
        (
            "Scope",
            _from(material, "docs/scope.md", "In the first version")
            or bullets(md(e.label_plural) for e in material.entities),
        ),
        ("Later", text_under(_content(material, "docs/scope.md"), "Later")),
        (
            "Out of scope",
            text_under(_content(material, "docs/scope.md"), "Out of scope") or bullets(left_out(material)),
        ),
        ("Rules and numbers", _rules(material)),
        ("Milestones", _plan(steps)),
        ("Risks", _risks(material, known)),
        ("Data about people", _from(material, "docs/data-protection.md", "Who sees it, and for how long")),
        ("Responsibilities", _responsibilities(material, known)),
        ("Assumptions", _assumptions(known)),
        ("Answers", _answers(known)),
        (
            "Decisions so far",
            bullets(f"D-{d.number}: {md(d.text, most=240)}" for d in material.assignment.decisions[:24]),
        ),
        ("Words", _words(material)),
        ("Signature", f"| {md(known.own['signs'].text)} | date |\n| --- | --- |\n| | |"),
    ]


def _content(material: Material, path: str) -> str:
    artifact = material.assignment.artifact(path)
    return artifact.content if artifact else ""


def _from(material: Material, path: str, title: str) -> str:
    """Take over a table of an earlier document, with where it comes from."""
    rows = rows_under(_content(material, path), title)
    return f"{table(list(rows[0]), [list(row.values()) for row in rows])}\n\nFrom `{path}`." if rows else ""


def _purpose(material: Material, known: _Known) -> str:
    told = text_under(_content(material, "docs/problem.md"), "In one paragraph")
    main = material.main
    return (
        told
        or f"{md(people_words(material))} get {md(main.label_plural if main else material.title)} they can rely on."
    )


def _success(material: Material, known: _Known) -> str:
    success = known.problem["success"]
    numbers = [
        [
            md(amount(bound.limit)),
            md(bound.limit.text, most=240),
            problem.how_measured(material, bound),
        ]
        for bound in problem.measurable(material)
    ]
    told = f"It has worked when this can be seen: **{md(success.text)}** ({success.source})."
    return f"{told}\n\n{table(['number', 'the brief says', 'read off'], numbers)}" if numbers else told


def _people(material: Material, known: _Known) -> str:
    rows = [
        [
            md(group.name),
            md(listing([op.title for op in group.does], most=4, none="is told, and does nothing in it")),
            ", ".join(group.requirements[:8]) or "context",
        ]
        for group in groups(material)
    ]
    told = (
        table(["who", "does", "requirement"], rows)
        if rows
        else "The brief names nobody; it is for everyone with an account."
    )
    if "wins" in known.users:
        told += (
            f"\n\nWhere their wishes collide, {md(users.winning(known.users['wins']))} ({known.users['wins'].source})."
        )
    return told


def _rules(material: Material) -> str:
    lines = [f"{rule.key}: {md(rule.text, most=240)}" for rule in material.rules]
    lines += [
        f"{limit.key}: {md(limit.text, most=240)}"
        for limit in {limit.text: limit for limit in material.limits}.values()
    ]
    return bullets(lines)


def _plan(steps: list[Milestone]) -> str:
    rows = [
        [
            step.key,
            md(step.title, most=200),
            md(step.shown, most=300),
            f"end of week {step.week}" if step.week else "in this order",
            ", ".join(step.requirements) or "all",
        ]
        for step in steps
    ]
    return table(["key", "milestone", "one sees", "when", "requirement"], rows)


def _risks(material: Material, known: _Known) -> str:
    rows = rows_under(_content(material, "docs/risks.md"), "Register")
    if rows:
        return (
            f"{table(list(rows[0]), [list(row.values()) for row in rows[:MOST_RISKS]])}\n\nAll of them: "
            f"`docs/risks.md`."
        )
    found = register.register(material, known.risks)[:MOST_RISKS]
    return table(
        ["risk", "score", "mitigation", "owner"],
        [[md(risk.title), str(risk.score), md(risk.mitigation), register.owner_of(risk)] for risk in found],
    )


def _responsibilities(material: Material, known: _Known) -> str:
    rows = [["scope and changes", md(known.own["signs"].text), known.own["signs"].source]]
    if "access" in known.scope:
        rows.append(
            [
                f"access to {md(listing(material.domain.integrations, most=3))}",
                md(known.scope["access"].text),
                known.scope["access"].source,
            ]
        )
    if "wins" in known.users:
        rows.append(["priorities between groups", md(known.users["wins"].text), known.users["wins"].source])
    return table(["for", "who", "from"], rows)


def _assumptions(known: _Known) -> str:
    return (
        bullets(f"{md(reply.inquiry.text)} We assume: {md(reply.text)}." for reply in known.all if not reply.by_person)
        or "None: every question was answered."
    )


def _answers(known: _Known) -> str:
    return bullets(f"{md(reply.inquiry.text)} {md(reply.text)}." for reply in known.all if reply.by_person)


def _words(material: Material) -> str:
    rows = [
        [md(e.label), md(e.source, most=200) or "follows from what others need", ", ".join(e.requirements) or "context"]
        for e in material.entities
    ]
    return table(["word", "as the brief uses it", "requirement"], rows) if rows else ""


WRITER = Writer(("docs/charter.md",), write)
