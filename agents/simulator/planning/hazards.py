"""What could go wrong with this brief: one entry for each concern that its sentences raise, none that any "
"project has."""

from dataclasses import dataclass

from agents.simulator.bounds import bounds_of
from agents.simulator.material import Material
from agents.simulator.planning.people import on_the_move, people_words
from agents.simulator.text import listing

MOST_RISKS = 12


@dataclass(frozen=True)
class Hazard:
    """A way in which a concern goes wrong. Texts may name {things}, {thing}, {actors}, {limit} and {integrations}."""

    themes: tuple[str, ...]
    title: str
    probability: int  # 1 to 5, before this brief is weighed
    impact: int
    sign: str
    mitigation: str
    fallback: str
    owner: str  # key of a role


@dataclass(frozen=True)
class Risk:
    title: str
    requirements: tuple[str, ...]
    probability: int
    impact: int
    why: str
    sign: str
    mitigation: str
    fallback: str
    owner: str

    @property
    def score(self) -> int:
        return self.probability * self.impact


HAZARDS = (
    Hazard(
        ("same_time",),
        "Two people get the same {thing}",
        3,
        5,
        "two rows of {things} that exclude each other, found by a nightly query",
        "the database refuses the second one; a test lets two requests press at the same moment",
        "the later one is told at once and offered the next {thing}",
        "dba",
    ),
    Hazard(
        ("availability",),
        "{Things} cannot be reached when they are needed most",
        3,
        4,
        "the first call that fails at a busy hour",
        "what {actors} need is readable without the part that failed; what they enter is kept and sent later",
        "a printed list of the day's {things}, renewed every morning",
        "it_admin",
    ),
    Hazard(
        ("performance", "realtime"),
        "{Actors} wait: {limit} is not kept under load",
        3,
        3,
        "the slowest of a hundred answers passes half of the bound",
        "measure with as many {things} as there will be in two years, before the first release",
        "show what is there and load the rest behind it",
        "backend_dev",
    ),
    Hazard(
        ("throughput",),
        "More {things} arrive than were planned for ({limit})",
        2,
        4,
        "the queue at the busiest hour is longer than the day before",
        "a load test with twice the number of the brief; what nobody waits for is done later",
        "put off what is not urgent, and say so on the page",
        "backend_dev",
    ),
    Hazard(
        ("notification",),
        "A message about {things} is lost, or goes out twice",
        3,
        3,
        "messages that were written and not sent within the hour",
        "each message is a row with a key of its own, sent by a worker and ticked off",
        "{actors} see in the program what the message would have said",
        "backend_dev",
    ),
    Hazard(
        ("exchange", "existing"),
        "The other side ({integrations}) changes or delays its part",
        3,
        4,
        "no test access two weeks before it is needed",
        "agree on a sample early, keep it as a test, and hand over files with a number",
        "hand {things} over by file until the connection works",
        "architect",
    ),
    Hazard(
        ("privacy",),
        "Somebody reads about {things} what is not theirs",
        2,
        5,
        "reads of {things} outside the usual hours or by unusual people",
        "what may be seen is listed for each group, and every read of what is protected is noted",
        "withdraw the access, tell those concerned within 72 hours",
        "security_specialist",
    ),
    Hazard(
        ("retention", "audit"),
        "{Things} are gone, or still there, when the brief says otherwise ({limit})",
        3,
        4,
        "the age of the oldest {thing}, shown on the operations page",
        "deletion and keeping are one job with a report, tried on copies of real records",
        "stop the job, restore from the backup, correct the date",
        "dba",
    ),
    Hazard(
        ("money",),
        "An amount about {things} is wrong by a rounding or counted twice",
        2,
        5,
        "sums of a day that do not match the other book",
        "exact decimals, one place that rounds, one key for each payment",
        "reverse by a new entry that names the wrong one",
        "backend_dev",
    ),
    Hazard(
        ("credentials",),
        "Somebody signs in as somebody else",
        2,
        5,
        "many failures for one person, or one success from a new place",
        "proofs are short-lived, used once and stored as hashes; failures are counted",
        "end all sessions of that person, and let them begin anew",
        "security_specialist",
    ),
    Hazard(
        ("network",),
        "A request we make for others reaches what is inside",
        2,
        5,
        "refused private addresses in the guard's log",
        "one guard resolves and checks each address at the moment of connecting",
        "cut the way out, and go on without it",
        "security_specialist",
    ),
    Hazard(
        ("calendar",),
        "Times of {things} are off by an hour or a day",
        3,
        3,
        "complaints in the week in which the clock changes",
        "instants are stored, local rules kept apart; both days of the change are test cases",
        "correct by hand from the list of that night",
        "backend_dev",
    ),
    Hazard(
        ("approval", "separation"),
        "{Things} pass without the second pair of eyes",
        2,
        4,
        "{things} that were made and passed by the same person",
        "the rule stands in the database, not in the page",
        "take back what passed, and have it looked at",
        "security_specialist",
    ),
    Hazard(
        ("immutable",),
        "A settled {thing} is changed after the fact",
        2,
        5,
        "a checksum of yesterday's {things} that differs today",
        "corrections are new entries that refer to the old; no right to update",
        "restore the entry from the backup and add the correction",
        "dba",
    ),
    Hazard(
        ("uniqueness", "quota", "rate_limit"),
        "A bound on {things} is passed by two requests at once ({limit})",
        3,
        3,
        "counts above the bound in the nightly query",
        "the bound is counted in the transaction that would break it",
        "the newest ones above it are taken back, and their owners told",
        "dba",
    ),
    Hazard(
        ("schedule", "expiry"),
        "What is due at a time of its own is not done ({limit})",
        3,
        3,
        "the age of the oldest thing that is due",
        "due work is a row; a worker looks for it, and an alarm for what stays",
        "a button does by hand what was due",
        "it_admin",
    ),
    Hazard(
        ("retry", "order"),
        "{Things} arrive twice, late or in the wrong order",
        3,
        3,
        "tries per {thing}, and gaps in their numbers",
        "each has a key and a number; a repeat is recognised and changes nothing",
        "a list of what was set aside, for a person to decide",
        "backend_dev",
    ),
    Hazard(
        ("files",),
        "A file with {things} is too large, of the wrong kind, or harmful",
        3,
        3,
        "refused uploads by reason",
        "kind and size are read from the content; files are served from an address of their own",
        "take the file out of sight and ask for another",
        "security_specialist",
    ),
    Hazard(
        ("mobile",),
        "On a phone it takes too long or shows too little",
        3,
        3,
        "share of acts that are begun on a phone and not finished",
        "each page is tried at 390 px with one hand, on a slow connection",
        "a shorter way for the one act that is done on the move",
        "ui_ux_designer",
    ),
    Hazard(
        ("measure",),
        "Readings are missing or wrong, and nobody notices",
        4,
        3,
        "devices that have been silent for longer than usual",
        "raw readings are kept as they came; silence is an alarm",
        "mark the gap, and do not fill it",
        "it_admin",
    ),
    Hazard(
        ("search",),
        "People do not find {things} that are there",
        3,
        2,
        "searches without a hit, and what was typed next",
        "search what people type, with their spelling; a list to leaf through beside it",
        "a person who finds it for them",
        "ui_ux_designer",
    ),
)


def risks(material: Material) -> list[Risk]:
    """Return the risks that the brief raises, the gravest first, at most MOST_RISKS."""
    return material.once(_risks)


def _risks(material: Material) -> list[Risk]:
    found = []
    for hazard in HAZARDS:
        keys = on_the_move(material) if "mobile" in hazard.themes else material.raised(*hazard.themes)
        if keys:
            found.append(_weighed(material, hazard, keys))
    if not found:
        found.append(_of_any_brief(material))
    return sorted(found, key=lambda risk: -risk.score)[:MOST_RISKS]


def _weighed(material: Material, hazard: Hazard, keys: list[str]) -> Risk:
    words = _words(material, keys)
    numbers = [bound for bound in material.once(bounds_of) if set(bound.limit.requirements) & set(keys)]
    main = material.main
    central = main is not None and bool(set(main.requirements) & set(keys))
    hard = sum(1 for r in material.requirements if r.key in keys and r.kind != "functional")
    probability = max(1, min(5, hazard.probability + (len(keys) >= 3) - (len(keys) == 1 and not hard)))
    impact = max(1, min(5, hazard.impact + central - (not central and hard == 0)))
    why = [f"raised by {listing(keys, most=4)}"]
    if central and main:
        why.append(f"it touches {main.label_plural}, which everything hangs on")
    if numbers:
        why.append(f"the brief gives a number for it ({numbers[0].key})")
    elif hazard.themes[0] in ("performance", "throughput", "availability", "retention"):
        why.append("the brief gives no number for it")
    return Risk(
        title=_fill(hazard.title, words),
        requirements=tuple(keys),
        probability=probability,
        impact=impact,
        why="; ".join(why),
        sign=_fill(hazard.sign, words),
        mitigation=_fill(hazard.mitigation, words),
        fallback=_fill(hazard.fallback, words),
        owner=hazard.owner,
    )


def _of_any_brief(material: Material) -> Risk:
    """For a brief that raises no concern: that it says too little."""
    things = material.main.label_plural if material.main else "records"
    return Risk(
        f"What is built for {things} is not what was meant",
        tuple(r.key for r in material.requirements[:3]),
        4,
        3,
        f"the brief has {len(material.requirements)} sentences that ask for something, and names no rule and no number",
        f"the first person who is shown {things} asks for something else",
        "show a page on paper before anything is built",
        "begin anew with what was learnt",
        "product_manager",
    )


def _words(material: Material, keys: list[str]) -> dict[str, str]:
    acting = {actor.key for actor in material.domain.actors}
    spoken_of = [rule.entity for rule in material.rules if set(rule.requirements) & set(keys)]
    entities = [entity for entity in material.concerned(keys) if entity.name not in acting]
    ruled = next((entity for entity in entities if entity.name in spoken_of), None)
    main = material.main if material.main in entities else ruled or next(iter(entities), material.main)
    numbers = [bound.limit.text for bound in material.once(bounds_of) if set(bound.limit.requirements) & set(keys)]
    doers = [
        material.many(material.actor_label(actor))
        for op in material.operations
        if set(op.requirements) & set(keys)
        for actor in op.actors
    ]
    things = main.label_plural if main else "records"
    actors = listing(list(dict.fromkeys(doers)), most=2, none=people_words(material, most=2))
    return {
        "{things}": things,
        "{Things}": things[:1].upper() + things[1:],
        "{thing}": main.label if main else "record",
        "{actors}": actors,
        "{Actors}": actors[:1].upper() + actors[1:],
        "{limit}": f"“{numbers[0][:160]}”" if numbers else "no number is given",
        "{integrations}": listing(material.domain.integrations, most=3, none="what exists today"),
    }


def _fill(text: str, words: dict[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, word.replace("{", "(").replace("}", ")"))
    return text
