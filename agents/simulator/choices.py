"""How decisions come about: each role has choices that every brief needs, and those that something in the brief brings.

A choice is a template over the brief's own words; what it says, whom it serves and how sure it is follow from them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agents.assignment import HumanDecision
from agents.deliverable import Alternative, Decision, Entity
from agents.simulator.components import outside
from agents.simulator.focus import focus_entities, focus_keys
from agents.simulator.material import Material
from agents.simulator.steering import Directive
from agents.simulator.text import listing, sentence

MOST_DECISIONS = 6
LEAST_DECISIONS = 3
CORE_DECISIONS = 2  # of those that every brief needs, when the brief calls for more of its own
MOST_QUOTED = 200

Option = tuple[str, str, str]  # option, what speaks for it, what against; parts divided by "; "


@dataclass(frozen=True)
class Ground:
    """What in the brief a choice stands on: requirements, words for its templates, and how much speaks for it."""

    keys: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    entity: Entity | None = None
    weight: int = 0


@dataclass(frozen=True)
class Choice:
    """A decision that one of `themes`, or what `ground` finds, calls for.

    Templates may name {things} {thing} {table} {limit} {quote} {actors} {title} {all} {integrations} {database}, and
    the words of its ground. A consequence that begins with "Bad: " is a price, all others are gains.
    """

    key: str
    themes: tuple[str, ...]  # empty, and no ground: every brief needs it
    category: str
    text: str
    why: str
    options: tuple[Option, ...]
    consequences: tuple[str, ...]
    sure: int = 70  # before the evidence is weighed
    needs_limit: bool = False  # only when the brief gives a number for it
    ground: Callable[[Material], Ground | None] | None = None
    weight: int = 0  # how much a theme shapes a design, beside the number of sentences that raise it


@dataclass(frozen=True)
class _Raised:
    choice: Choice
    ground: Ground
    core: bool = False


def decide(material: Material, choices: Iterable[Choice], *, prefix: str, cover: bool = False) -> list[Decision]:
    """Return the decisions that this brief calls for, 3 to MOST_DECISIONS: the core, then what most speaks for.

    With `cover` every requirement is served by one of them: the one whose sentences it stands closest to.
    """
    core: list[_Raised] = []
    raised: list[_Raised] = []
    for choice in choices:
        found = _raise(material, choice)
        if found is not None:
            (core if found.core else raised).append(found)
    raised.sort(key=lambda one: -one.ground.weight - _wanted(material, one.ground))
    chosen = core[:CORE_DECISIONS] + raised[: MOST_DECISIONS - min(CORE_DECISIONS, len(core))]
    chosen += core[CORE_DECISIONS:][: max(0, LEAST_DECISIONS - len(chosen))]
    served = [_serves(material, one) for one in chosen]
    if cover:
        _cover(material, chosen, served)
    return [
        _decision(material, one, f"{prefix}-{number}", keys, first=number == 1)
        for number, (one, keys) in enumerate(zip(chosen, served, strict=True), start=1)
    ]


def _wanted(material: Material, ground: Ground) -> int:
    """What feedback names is weighed before all else."""
    named = {entity.name for entity in material.once(focus_entities)}
    about = {entity.name for entity in material.concerned(list(ground.keys))}
    return 20 * len(set(material.once(focus_keys)) & set(ground.keys)) + 10 * len(named & about)


def _raise(material: Material, choice: Choice) -> _Raised | None:
    if choice.ground is not None:
        ground = choice.ground(material)
        return _Raised(choice, ground) if ground is not None else None
    if not choice.themes:
        return _Raised(choice, Ground(()), core=True)
    keys = material.raised(*choice.themes)
    if not keys or (choice.needs_limit and not material.limits_of(keys=keys)):
        return None
    return _Raised(choice, Ground(tuple(keys), weight=choice.weight + 2 * len(keys)))


def _serves(material: Material, one: _Raised) -> list[str]:
    if one.ground.keys:
        return [key for key in dict.fromkeys(one.ground.keys) if key in material.requirement_keys]
    functional = [requirement.key for requirement in material.requirements if requirement.kind == "functional"]
    return (functional or [requirement.key for requirement in material.requirements])[:8]


def _cover(material: Material, chosen: list[_Raised], served: list[list[str]]) -> None:
    """Give each requirement that no decision serves to the one that speaks of the same things, else to the first."""
    concerned = [{entity.name for entity in material.concerned(keys)} for keys in served]
    for requirement in material.requirements:
        if any(requirement.key in keys for keys in served):
            continue
        names = {entity.name for entity in material.concerned([requirement.key])}
        near = [len(names & concerned[place]) if chosen[place].ground.keys else 0 for place in range(len(chosen))]
        place = max(range(len(chosen)), key=lambda at: (near[at], -at)) if names else 0
        served[place].append(requirement.key)
    order = {requirement.key: place for place, requirement in enumerate(material.requirements)}
    for keys in served:
        keys.sort(key=lambda key: order.get(key, 0))


def _decision(material: Material, one: _Raised, key: str, satisfies: list[str], *, first: bool) -> Decision:
    choice, grounds = one.choice, [key for key in one.ground.keys if key in material.requirement_keys] or satisfies
    words = {**_words(material, one, grounds), **one.ground.words}
    why = [sentence(_fill(choice.why, words))]
    if words["quote"]:
        why.append(f"The brief says: “{words['quote']}” ({words['quoted']}).")
    why.append(f"Serves {listing(satisfies, most=40, none='no single requirement')}.")
    earlier = material.earlier(satisfies)
    if earlier:
        why.append(f"Builds on {listing([f'D-{decision.number}' for decision in earlier], most=4)}.")
    bound = _binding(material, choice, satisfies, first=first)
    why += [_bound(material, decision) for decision in bound]
    if first:
        why += _said(material)
    consequences = [_priced(sentence(_fill(text, words))[:900]) for text in choice.consequences]
    if not any(text.startswith("Bad: ") for text in consequences) and choice.options:
        option, gain, _ = choice.options[0]
        lost = _fill(gain, words).split("; ")[0]
        consequences.append(f"Bad: we give up what “{sentence(_fill(option, words))}” offers: {lost}."[:900])
    return Decision(
        key=key,
        text=sentence(_fill(choice.text, words))[:1900],
        rationale=" ".join(why)[:8000],
        category=choice.category,
        confidence=_confidence(material, choice, satisfies, bound=bool(bound)),
        alternatives=[
            Alternative(
                option=sentence(_fill(option, words))[:900],
                pros=_parts(_fill(pros, words)),
                cons=_parts(_fill(cons, words)),
            )
            for option, pros, cons in choice.options
        ],
        consequences=consequences
        + [f"Good: only a person can change it again, as H-{decision.number} binds." for decision in bound],
        satisfies=satisfies,
    )


def _bound(material: Material, decision: HumanDecision) -> str:
    effect = material.steering.effects(f"H-{decision.number}")
    text = " ".join(decision.text.split())[:300].rstrip(". ")
    return f"H-{decision.number} binds it: {text}{f', so {effect}' if effect else ''}."


def _said(material: Material) -> list[str]:
    """What was fed back and answered, in the words of the people."""
    assignment = material.assignment
    told = []
    if assignment.feedback:
        effect = material.steering.effects("feedback")
        text = " ".join(assignment.feedback.split())[:400]
        told.append(f"Round {assignment.round} answers the feedback “{text}”{f': {effect}' if effect else ''}.")
    told += [
        f"Asked “{answer.question[:160]}”, the answer was “{answer.answer[:160]}”." for answer in assignment.answers
    ]
    return told


def _priced(text: str) -> str:
    return text if text.startswith(("Good: ", "Bad: ")) else f"Good: {text}"


_ARTICLE = re.compile(r"\b([Aa]) \{(\w+)\}")


def _fill(template: str, words: Mapping[str, str]) -> str:
    """Return the template with the words of the brief in it, "a {thing}" with the article that the thing wants."""

    def article(match: re.Match[str]) -> str:
        vowel = words["language"] == "en" and words.get(match[2], "-")[:1].lower() in tuple("aeiou")
        return f"{match[1]}{'n' if vowel else ''} {{{match[2]}}}"

    return _ARTICLE.sub(article, template).format_map(words)


def _parts(text: str) -> list[str]:
    return [part.strip()[:900] for part in text.split("; ") if part.strip()]


def evidence(material: Material, keys: Iterable[str], themes: Iterable[str] = ()) -> tuple[str, str]:
    """Return the requirement that speaks most for a choice, and words of the brief that can stand between quotes.

    The words are one unbroken piece of the sentence, so that whoever looks finds them in the brief.
    """
    wanted = set(themes)
    ranked = sorted(
        enumerate(keys), key=lambda entry: (-len(wanted & set(material.themes.get(entry[1], ()))), entry[0])
    )
    for _, key in ranked:
        quote = piece(material.said(key))
        if quote:
            return key, quote
    return "", ""


def piece(text: str) -> str:
    """Return the longest piece of `text` without quotation marks, cut at the end of a clause."""
    found = max(re.split(r"[“”„‟«»\n]", text), key=len, default="").strip(" .;:,")
    if len(found) > MOST_QUOTED:
        cut = max(found.rfind(mark, 40, MOST_QUOTED) for mark in (". ", "; ", ": ", ", "))
        found = found[:cut] if cut > 0 else found[:MOST_QUOTED].rpartition(" ")[0] or found[:MOST_QUOTED]
    return found.strip(" .;:,")


def _words(material: Material, one: _Raised, keys: list[str]) -> dict[str, str]:
    themed = bool(one.choice.themes or one.ground.keys)
    concerned = material.concerned(keys) if themed else material.entities
    main = material.main
    entities = concerned or ([main] if main else [])
    weight = {entity.name: len(material.operations_of(entity)) for entity in entities}
    entity = one.ground.entity or (
        max(entities, key=lambda found: (found is main, weight[found.name])) if entities else None
    )
    if one.ground.entity is not None:
        entities = [one.ground.entity, *(found for found in entities if found is not one.ground.entity)]
    limits = material.limits_of(keys=keys)
    people = [material.many(actor.label) for actor in material.domain.actors]
    doers = [
        material.many(material.actor_label(actor))
        for operation in material.operations
        if set(operation.requirements) & set(keys)
        for actor in operation.actors
    ]
    quoted, quote = evidence(material, keys, one.choice.themes)
    return {
        "language": material.domain.language,
        "title": material.title[:120],
        "things": listing([found.label_plural or found.label for found in entities], most=4, none="the records"),
        "thing": entity.label if entity else "record",
        "many": (entity.label_plural or entity.label) if entity else "records",
        "table": entity.table if entity else "records",
        "limit": listing([f"“{limit.text}”" for limit in limits], most=2, none="no number"),
        "quote": quote,
        "quoted": quoted,
        "actors": listing(list(dict.fromkeys(doers)) or people, most=4, none="people with an account"),
        "all": listing([found.label_plural or found.label for found in material.entities], most=8, none="records"),
        "integrations": listing(outside(material), most=4, none="outside systems"),
        "database": str(material.steering.database),
    }


def _binding(material: Material, choice: Choice, satisfies: list[str], *, first: bool) -> list[HumanDecision]:
    """Every decision of a person is cited by the first decision, and by each whose subject it touches."""
    touched = {word for word in choice.text.lower().split() if len(word) > 4}
    touched |= {choice.category, choice.key}
    if choice.themes or choice.ground:
        labels = [(entity.label, entity.label_plural) for entity in material.concerned(satisfies)]
        touched |= {word.lower() for pair in labels for word in pair}
    return [
        decision
        for decision in material.human_decisions
        if first
        or touched & {word.strip(".,;:!?") for word in decision.text.lower().split() if len(word) > 3}
        or any(_about(choice, directive) for directive in material.steering.of(f"H-{decision.number}"))
    ]


_SUBJECTS = {
    "channel": ("tell", "told", "outbox", "timely"),
    "key": ("relational", "resources"),
    "cache": ("quick", "load", "degrade"),
    "queue": ("tell", "outbox", "again", "later"),
    "interface": ("resources", "doors"),
    "right": ("who_may", "rights", "least", "visible", "separate"),
    "limit": ("keep", "aged", "counted", "capped", "limited", "ration", "expiry", "expiring", "quick", "threshold"),
}


def _about(choice: Choice, directive: Directive) -> bool:
    """Does what a person asks for belong to the subject of this choice?"""
    return directive.category == choice.category or choice.key in (
        *_SUBJECTS.get(directive.category, ()),
        *_SUBJECTS.get(directive.kind, ()),
    )


def _confidence(material: Material, choice: Choice, satisfies: list[str], *, bound: bool) -> int:
    """More sentences and numbers in the brief make surer; open questions and invented ends make less sure."""
    sure = choice.sure + 3 * min(len(satisfies), 4)
    sure += 6 if material.limits_of(keys=satisfies) else -4
    sure += 5 if bound else 0
    sure -= 2 * len(material.understanding.questions)
    return max(20, min(97, sure + material.dice(choice.key) % 5 - 2))
