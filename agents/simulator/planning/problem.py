"""`docs/problem.md`: whose problem it is, what happens today, and what must be true afterwards."""

from agents.deliverable import Artifact, Deliverable
from agents.simulator.bounds import Bound, bounds_of
from agents.simulator.material import Material
from agents.simulator.planning.asking import Inquiry, Reply, open_ones, questions, replies
from agents.simulator.planning.judging import Judgement, decisions_of
from agents.simulator.planning.page import Section, bullets, left_out, page
from agents.simulator.planning.people import amount, doing, doing_all, groups, people_words, persons
from agents.simulator.text import counted, listing, md, table
from agents.simulator.writer import Writer

TROUBLE = ("same_time", "availability", "retry", "separation", "immutable", "audit", "privacy", "network", "expiry")
MEASURED = ("latency", "rate_limit", "quota", "load", "most", "expiry", "notice", "retry", "threshold", "size", "age")
UNBROKEN = ("exclusive", "unique", "once", "immutable", "append_only")


def inquiries(material: Material) -> list[Inquiry]:
    """Return what the first stage asks: how success is seen, what exists today, and what the brief leaves open."""
    found = []
    measures = [
        f"It has not happened once that this was broken: “{_plain(rule.text)}”"
        for rule in sorted(material.rules, key=lambda rule: rule.kind not in UNBROKEN)[:1]
    ]
    measures += [f"“{_plain(bound.limit.text)}” holds, measured every week" for bound in measurable(material)[:2]]
    lead = groups(material)[:1]
    if lead and lead[0].does:
        act = doing(material, lead[0].does[0])
        measures.append(f"{lead[0].name[:1].upper()}{lead[0].name[1:]} {act} here and nowhere else")
    measures.append("Fewer complaints than before, counted for three months")
    found.append(
        Inquiry(
            "success",
            f"Three months after the start: by what will you see that {material.title} works?",
            tuple(measures[:4]),
            measures[0],
        )
    )
    if not material.raised("existing"):
        things = material.main.label_plural if material.main else "records"
        found.append(
            Inquiry(
                "today",
                f"Where are {things} kept today?",
                ("Nowhere; nothing has to be carried over", "On paper or in spreadsheets", "In another program"),
                "Nowhere; nothing has to be carried over",
            )
        )
    return [*found, *open_ones(material)]


def measurable(material: Material) -> list[Bound]:
    """Return the numbers that can be read off a running system, each sentence once."""
    found = [bound for bound in material.once(bounds_of) if bound.purpose in MEASURED]
    found.sort(key=lambda bound: MEASURED.index(bound.purpose))
    return list({bound.limit.text: bound for bound in found}.values())


def _plain(text: str) -> str:
    return text[:160].rstrip(". ").replace("“", "'").replace("”", "'")


def carried_over(known: dict[str, Reply]) -> bool:
    """Whether records of today have to be brought along."""
    return "today" in known and known["today"].place != 0


def write(material: Material) -> Deliverable:
    asked = inquiries(material)
    known = replies(material, asked)
    decisions = decisions_of(material, "PRB", _judgements(material, known))
    return Deliverable(
        summary=(
            f"The problem of {people_words(material)} in {counted(len(material.requirements), 'requirement')}, with "
            f"{counted(len(measurable(material)), 'number')} that tell whether it is solved."
        ),
        requirements=[] if material.assignment.requirements else list(material.understanding.requirements),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="docs/problem.md",
                media_type="text/markdown",
                content=page(material, "the problem", _sections(material, known), known),
                implements=[decision.key for decision in decisions],
            )
        ],
        questions=questions(asked),
        handoff=f"It is solved when this can be seen: {known['success'].text}. {_riskiest(known)}",
    )


def _riskiest(known: dict[str, Reply]) -> str:
    assumed = [reply.inquiry.text for reply in known.values() if not reply.by_person]
    return (
        f"Most would change if this were assumed wrongly: {assumed[0]}" if assumed else "Every question was answered."
    )


def _judgements(material: Material, known: dict[str, Reply]) -> list[Judgement]:
    who, main = people_words(material), material.main
    things = main.label_plural if main else "records"
    acts = [op.title for op in material.operations_of(main) if op.source] if main else []
    hard = material.raised(*TROUBLE)
    success = known["success"]
    told = [
        Judgement(
            "focus",
            "problem",
            f"The problem is that {who} cannot rely on {things} today; the rest of the brief serves that",
            f"{counted(len(main.requirements) if main else 0, 'requirement')} speak of {things}, more than of "
            f"anything else, and what is done with them is this: {listing(acts, most=4, none='everything')}",
            (
                (
                    f"Several problems of equal weight, one for each of "
                    f"{listing([e.label_plural for e in material.entities], most=4)}",
                    "nobody's wish is put last",
                    f"when time runs short nobody can say what is left out before {things}",
                ),
                (
                    "The lack of a program as such",
                    "needs no further question",
                    f"any program would solve it, also one in which {things} are wrong",
                ),
            ),
            f"whoever reads the charter can tell a change that helps {things} from one that does not",
            f"wishes that do not touch {things} have to wait for their turn",
            main.requirements if main else (),
            72,
        ),
        Judgement(
            "success",
            "success",
            f"It is solved when this can be seen: {success.text}",
            f"A sentence that can be found true or false by looking ends the discussion whether {material.title} works",
            (
                (
                    "Ask the people how content they are",
                    f"{who} are heard in their own words",
                    "contentment rises with anything new, and says nothing about the numbers of the brief",
                ),
                (
                    "Count how much is used",
                    "is measured without asking anybody",
                    f"{who} may have no choice but to use it",
                ),
            ),
            "the measure is built in from the first day, not looked for afterwards",
            "what cannot be measured that way may be neglected",
            [key for bound in measurable(material)[:3] for key in bound.limit.requirements],
            66,
            (success,),
        ),
    ]
    if hard:
        told.append(
            Judgement(
                "hard",
                "problem",
                f"What makes it hard is {listing(hard, most=5)}, not the keeping of {things} as such",
                f"These sentences describe what goes wrong when two people, a failure or a lapse of time meet {things}",
                (
                    (
                        "Treat them as details for later",
                        "the first version is there sooner",
                        "each of them decides how the first version is built",
                    ),
                    (
                        "Leave them to agreements among people",
                        "nothing has to be built",
                        f"{who} have these agreements today, and wrote this brief all the same",
                    ),
                ),
                "the risky part is tried first, while changing course is cheap",
                "the first thing that can be shown looks like less",
                hard,
                74,
            )
        )
    if "today" in known:
        told.append(_about_today(material, known["today"], things))
    return told


def _about_today(material: Material, today: Reply, things: str) -> Judgement:
    carried = today.place != 0
    return Judgement(
        "today",
        "problem",
        f"{things[:1].upper()}{things[1:]} of today are "
        f"{'carried over once, before the start' if carried else 'not carried over'}",
        f"What there is already decides whether {material.title} begins empty: {today.text}",
        (
            (
                f"Run both side by side until the old {things} have run out",
                "nothing has to be converted",
                f"for that time nobody knows which {things} are the true ones",
            ),
            (
                "Type in what is needed when it is needed",
                "no import to write",
                f"the first weeks are the slowest, when everybody forms an opinion of {material.title}",
            ),
        ),
        "there is one place that is right from the first day" if carried else "no work goes into an import",
        "the import has to be tried with real records before the start"
        if carried
        else f"{things} from before are not found here",
        material.main.requirements if material.main else (),
        64,
        (today,),
    )


def _sections(material: Material, known: dict[str, Reply]) -> list[Section]:
    main = material.main
    things = main.label_plural if main else "records"
    today = material.raised("existing")
    told = [f"- {key}: “{md(material.said(key), most=400)}”" for key in today]
    if "today" in known:
        told.append(f"- {things[:1].upper()}{things[1:]}: {md(known['today'].text)} ({known['today'].source})")
    return [
        ("In one paragraph", _paragraph(material, known)),
        (
            "Whose problem it is",
            table(
                ["who", "does", "is spoken of in"],
                [
                    [
                        md(group.name),
                        md(listing([op.title for op in group.does], most=5, none="is affected")),
                        ", ".join(group.requirements) or "context",
                    ]
                    for group in groups(material)
                ],
            )
            if groups(material)
            else "The brief names nobody; the first question below asks.",
        ),
        ("Today", "\n".join(told) or f"The brief does not say how {md(things)} are kept today."),
        (
            "What makes it hard",
            bullets(f"{key}: “{md(material.said(key), most=400)}”" for key in material.raised(*TROUBLE)),
        ),
        (
            "What must be true afterwards",
            table(
                ["requirement", "kind", "what one will see", "through"],
                [[r.key, r.kind, md(r.text, most=400), md(_through(material, r.key))] for r in material.requirements],
            ),
        ),
        (
            "How it is measured",
            f"Solved means: **{md(known['success'].text)}** ({known['success'].source}).\n\n"
            + table(
                ["number", "the brief says", "read off", "requirement"],
                [
                    [
                        md(amount(bound.limit)),
                        md(bound.limit.text, most=300),
                        how_measured(material, bound),
                        ", ".join(bound.limit.requirements) or "context",
                    ]
                    for bound in measurable(material)
                ]
                or [["none", "no number that a running system shows", "by asking people", "context"]],
            ),
        ),
        ("What is not the problem", bullets(left_out(material))),
    ]


def _through(material: Material, key: str) -> str:
    """By what a requirement is met: the acts and rules that come from it."""
    acts = [op.title for op in material.operations if op.source and key in op.requirements]
    rules = [f"rule {rule.key}" for rule in material.rules if key in rule.requirements]
    numbers = [f"number {limit.key}" for limit in material.limits if key in limit.requirements]
    return listing([*acts, *rules, *numbers], most=4, none="how it is built")


def _paragraph(material: Material, known: dict[str, Reply]) -> str:
    acts = {op.key: op for group in persons(material) for op in group.does}
    who = people_words(material)
    wish = doing_all(material, acts.values(), none=f"work with {material.title}")
    hard = material.raised(*TROUBLE)
    told = f"{md(who[:1].upper() + who[1:])} want to {md(wish)}."
    if hard:
        told += f" It must hold even when it is hard: {md(material.said(hard[0]), most=300)}"
    return f"{told} It is solved when this can be seen: {md(known['success'].text)}."


def how_measured(material: Material, bound: Bound) -> str:
    """Return where a number is read off, in a few words."""
    where = f" of {md(bound.entity.label_plural)}" if bound.entity else ""
    return {
        "latency": "the slowest of a hundred answers, from the access log",
        "rate_limit": f"refused calls per hour{where}",
        "quota": f"count{where} by person and period",
        "load": f"calls per minute{where} at the busiest time",
        "most": f"count{where} for each holder, by a query",
        "expiry": f"age{where} at their last use",
        "age": f"age of the oldest{where}",
        "notice": f"time between due and done{where}",
        "retry": f"tries and their times{where}",
        "threshold": f"share{where} above it",
        "size": f"largest file{where}",
    }.get(bound.purpose, f"count{where}")


WRITER = Writer(("docs/problem.md",), write)
