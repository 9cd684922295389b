"""How decisions come about: each role has choices that every brief needs, and a table of those that a theme brings.

A choice is a template over the brief's own words; what it says, whom it serves and how sure it is follow from it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agents.assignment import HumanDecision
from agents.deliverable import Alternative, Decision
from agents.simulator.material import Material
from agents.simulator.text import listing, sentence

MOST_DECISIONS = 6
LEAST_DECISIONS = 3

Option = tuple[str, str, str]  # option, what speaks for it, what against; parts divided by "; "


@dataclass(frozen=True)
class Choice:
    """A decision that one of `themes` calls for.

    Templates may name {things} {thing} {table} {limit} {quote} {actors} {title} {all} {integrations}.
    """

    key: str
    themes: tuple[str, ...]  # empty: every brief needs it
    category: str
    text: str
    why: str
    options: tuple[Option, ...]
    consequences: tuple[str, ...]
    sure: int = 70  # before the evidence is weighed
    needs_limit: bool = False  # only when the brief gives a number for it


def decide(material: Material, choices: Iterable[Choice], *, prefix: str, cover: bool = False) -> list[Decision]:
    """Return the decisions that this brief calls for, at most MOST_DECISIONS: the core, then what most speaks for.

    With `cover` the first one also serves every requirement that no other serves.
    """
    core: list[tuple[Choice, list[str]]] = []
    raised: list[tuple[int, int, Choice, list[str]]] = []
    for place, choice in enumerate(choices):
        if not choice.themes:
            core.append((choice, []))
            continue
        keys = material.raised(*choice.themes)
        if keys and (not choice.needs_limit or material.limits_of(keys=keys)):
            raised.append((-len(keys), place, choice, keys))
    raised.sort(key=lambda entry: (entry[0], entry[1]))
    chosen = core[:LEAST_DECISIONS] + [(choice, keys) for _, _, choice, keys in raised]
    chosen = chosen[: max(MOST_DECISIONS, LEAST_DECISIONS)]
    if len(chosen) < LEAST_DECISIONS:
        chosen += core[LEAST_DECISIONS : LEAST_DECISIONS * 2 - len(chosen)]
    served = {key for _, keys in chosen for key in keys}
    decisions = []
    for number, (choice, keys) in enumerate(chosen, start=1):
        satisfies = keys
        if not keys:
            functional = [r.key for r in material.requirements if r.kind == "functional"]
            rest = [r.key for r in material.requirements if r.key not in served]
            satisfies = (
                rest if cover and number == 1 else (functional[:8] or [r.key for r in material.requirements][:8])
            )
            satisfies = satisfies or [r.key for r in material.requirements][:8]
        decisions.append(_decision(material, choice, f"{prefix}-{number}", satisfies, first=number == 1))
    return decisions


def _decision(material: Material, choice: Choice, key: str, satisfies: list[str], *, first: bool) -> Decision:
    words = _words(material, satisfies, themed=bool(choice.themes))
    cited = listing(satisfies, most=10, none="no single requirement")
    why = [sentence(_fill(choice.why, words))]
    if choice.themes and words["quote"]:
        why.append(f"The brief says: “{words['quote']}” ({satisfies[0]}).")
    why.append(f"Serves {cited}.")
    earlier = material.earlier(satisfies)
    if earlier:
        why.append(f"Builds on {listing([f'D-{decision.number}' for decision in earlier], most=4)}.")
    bound = _binding(material, choice, satisfies, first=first)
    why += [f"H-{decision.number} binds it: “{decision.text[:300]}”." for decision in bound]
    if first and material.assignment.feedback:
        why.append(f"Round {material.assignment.round} answers the feedback: “{material.assignment.feedback[:400]}”.")
    if first:
        why += [f"Asked “{a.question[:160]}”, the answer was “{a.answer[:160]}”." for a in material.assignment.answers]
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
        consequences=[sentence(_fill(consequence, words))[:900] for consequence in choice.consequences]
        + [f"H-{decision.number} can only be changed by a person." for decision in bound],
        satisfies=satisfies,
    )


_ARTICLE = re.compile(r"\b([Aa]) \{thing\}")


def _fill(template: str, words: dict[str, str]) -> str:
    """Return the template with the words of the brief in it, "a {thing}" with the article that the thing wants."""
    article = "n" if words["thing"][:1].lower() in "aeiou" and words["language"] == "en" else ""
    return _ARTICLE.sub(rf"\1{article} {{thing}}", template).format_map(words)


def _parts(text: str) -> list[str]:
    return [part.strip()[:900] for part in text.split("; ") if part.strip()]


def _words(material: Material, keys: list[str], *, themed: bool) -> dict[str, str]:
    concerned = material.concerned(keys) if themed else material.entities
    main = material.main
    entities = concerned or ([main] if main else [])
    weight = {entity.name: len(material.operations_of(entity)) for entity in entities}
    entity = max(entities, key=lambda found: (found is main, weight[found.name])) if entities else None
    limits = material.limits_of(keys=keys)
    people = [material.many(actor.label) for actor in material.domain.actors]
    doers = [
        material.many(material.actor_label(actor))
        for operation in material.operations
        if set(operation.requirements) & set(keys)
        for actor in operation.actors
    ]
    quote = material.said(keys[0]) if keys else ""
    return {
        "language": material.domain.language,
        "title": material.title[:120],
        "things": listing([found.label_plural for found in entities], most=4, none="the records"),
        "thing": entity.label if entity else "record",
        "table": entity.table if entity else "records",
        "limit": listing([f"“{limit.text}”" for limit in limits], most=2, none="no number"),
        "quote": quote[:240].replace("“", "'").replace("”", "'"),
        "actors": listing(list(dict.fromkeys(doers)) or people, most=4, none="people with an account"),
        "all": listing([found.label_plural for found in material.entities], most=8, none="records"),
        "integrations": listing(material.domain.integrations, most=4, none="outside systems"),
    }


def _binding(material: Material, choice: Choice, satisfies: list[str], *, first: bool) -> list[HumanDecision]:
    """Every decision of a person is cited by the first decision, and by each whose subject it touches."""
    touched = {word for word in choice.text.lower().split() if len(word) > 4}
    touched |= {entity.label.lower() for entity in material.concerned(satisfies)} if choice.themes else set()
    return [
        decision
        for decision in material.human_decisions
        if first or touched & {word.strip(".,;:!?") for word in decision.text.lower().split() if len(word) > 3}
    ]


def _confidence(material: Material, choice: Choice, satisfies: list[str], *, bound: bool) -> int:
    """More sentences and numbers in the brief make surer; open questions and invented ends make less sure."""
    sure = choice.sure + 3 * min(len(satisfies), 4)
    sure += 6 if material.limits_of(keys=satisfies) else -4
    sure += 5 if bound else 0
    sure -= 2 * len(material.understanding.questions)
    return max(20, min(97, sure + material.dice(choice.key) % 5 - 2))
