"""Decisions of roles that plan: from facts of this brief, tied to requirements, people's decisions and answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.assignment import HumanDecision
from agents.deliverable import Alternative, Decision
from agents.simulator.material import Material
from agents.simulator.planning.asking import Reply
from agents.simulator.text import listing, sentence

Option = tuple[str, str, str]  # what else there was, what speaks for it, what against
MOST_CITED = 10
_QUOTES = {ord(mark): None for mark in '“”„«»"'}


@dataclass(frozen=True)
class Judgement:
    """A decision before it is tied to the session: its words are finished, its evidence is named by key."""

    key: str
    category: str
    text: str
    why: str
    options: tuple[Option, Option]
    gains: str
    costs: str
    serves: Sequence[str] = ()  # requirements; none: the functional ones
    sure: int = 70
    replies: tuple[Reply, ...] = ()  # the answers it rests on


def decisions_of(material: Material, prefix: str, judgements: Iterable[Judgement]) -> list[Decision]:
    """Return the decisions in order. The first one also serves every requirement that no other serves."""
    told = list(judgements)
    served = {key for judgement in told[1:] for key in judgement.serves}
    rest = [requirement.key for requirement in material.requirements if requirement.key not in served]
    usual = [r.key for r in material.requirements if r.kind == "functional"] or [r.key for r in material.requirements]
    decisions = []
    for number, judgement in enumerate(told, start=1):
        first = number == 1
        known = [key for key in judgement.serves if key in material.requirement_keys]
        serves = list(dict.fromkeys([*known, *rest] if first else known or usual[:6])) or usual[:6]
        decisions.append(_decision(material, judgement, f"{prefix}-{number}", serves, first=first))
    return decisions


def _decision(material: Material, judgement: Judgement, key: str, serves: list[str], *, first: bool) -> Decision:
    bound = [
        human
        for human in material.human_decisions
        if first or _shares_words(human.text, f"{judgement.text} {judgement.why}")
    ]
    return Decision(
        key=key,
        text=sentence(judgement.text)[:1900],
        rationale=" ".join(_reasons(material, judgement, serves, [_binds(material, h) for h in bound], first=first))[
            :9000
        ],
        category=judgement.category,
        confidence=_confidence(material, judgement, serves),
        alternatives=[
            Alternative(option=sentence(option)[:900], pros=[pro[:900]], cons=[con[:900]])
            for option, pro, con in judgement.options
        ],
        consequences=[
            f"Good, because {judgement.gains}"[:900],
            f"Bad, because {judgement.costs}"[:900],
            *(f"H-{human.number} can only be changed by a person." for human in bound[:10]),
        ],
        satisfies=serves,
    )


def _reasons(
    material: Material, judgement: Judgement, serves: list[str], bound: list[str], *, first: bool
) -> list[str]:
    said = material.said(serves[0]) if serves else ""
    why = [f"{sentence(judgement.why).rstrip('.')}."]
    if said:
        why.append(f"The brief says: “{said[:240]}” ({serves[0]}).")
    why.append(f"Serves {listing(serves, most=MOST_CITED, none='no single requirement')}.")
    for reply in judgement.replies:
        whose = "A person answered" if reply.by_person else "Nobody has answered, so we assume"
        why.append(f"{whose}: {_told(reply.text)} (asked: {_told(reply.inquiry.text)}).")
    earlier = material.earlier(serves)
    if earlier:
        why.append(f"Builds on {listing([f'D-{decision.number}' for decision in earlier], most=4)}.")
    why += bound
    if first:
        if material.assignment.feedback:
            why.append(
                f"Round {material.assignment.round} answers the feedback: {_told(material.assignment.feedback)}."
            )
        asked = {reply.inquiry.text for reply in judgement.replies}
        why += [
            f"The answer was: {_told(answer.answer)} (asked: {_told(answer.question)})."
            for answer in material.assignment.answers
            if answer.question not in asked
        ]
    return why


def _confidence(material: Material, judgement: Judgement, serves: list[str]) -> int:
    """What a person answered, and what the brief says in numbers, makes surer; what is assumed makes less sure."""
    sure = judgement.sure + 2 * min(len(serves), 4)
    sure += sum(6 if reply.by_person else -6 for reply in judgement.replies)
    sure += 4 if material.limits_of(keys=serves) else 0
    return max(25, min(96, sure + material.dice(judgement.key) % 5 - 2))


def _binds(material: Material, human: HumanDecision) -> str:
    effect = material.steering.effects(f"H-{human.number}")
    return f"H-{human.number} binds it: “{human.text[:300]}”{f', so {effect[:200]}' if effect else ''}."


def _told(text: str) -> str:
    """A person's words without quotation marks: those are kept for evidence from the brief."""
    return " ".join(text.translate(_QUOTES).split())[:240].rstrip(" .?!")


def _shares_words(one: str, other: str) -> bool:
    def words(text: str) -> set[str]:
        return {word.strip(".,;:!?“”\"'()").lower() for word in text.split()}

    return any(len(word) > 4 for word in words(one) & words(other))
