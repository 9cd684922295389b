"""What feedback is about: the things and requirements of the brief that its words name, and what is said of them."""

import re

from agents.assignment import HumanDecision
from agents.deliverable import Decision, Entity
from agents.simulator.binding import binding
from agents.simulator.enforcement import kept_for
from agents.simulator.material import Material
from agents.simulator.text import listing, md

_WORD = re.compile(r"[^\W\d_]{4,}")


def focus_entities(material: Material) -> list[Entity]:
    """Return the entities that the feedback names, in the order of its words."""
    text = material.assignment.feedback.lower()
    places = []
    for entity in material.entities:
        names = [entity.label, entity.label_plural, entity.table.replace("_", " ")]
        found = [place for name in names if name for place in [text.find(name.lower())] if place >= 0]
        if found:
            places.append((min(found), entity))
    return [entity for _, entity in sorted(places, key=lambda entry: entry[0])]


def focus_keys(material: Material) -> list[str]:
    """Return the requirements that the feedback names by number, or by at least two words of their sentence."""
    text = material.assignment.feedback
    if not text:
        return []
    named = re.findall(r"\bR-\d{1,4}\b", text)
    words = {word.lower() for word in _WORD.findall(text)}
    near = [
        requirement.key
        for requirement in material.requirements
        if len(words & {word.lower() for word in _WORD.findall(material.said(requirement.key))}) >= 2
    ]
    return [key for key in dict.fromkeys([*named, *near]) if key in material.requirement_keys]


def people(material: Material, decisions: list[Decision]) -> list[str]:
    """Return the sections about what people decided and fed back, with the decisions here that follow from it."""

    def cited(decision: HumanDecision) -> str:
        sign = re.compile(rf"\bH-{decision.number}\b")
        return f"Cited in {listing([one.key for one in decisions if sign.search(one.rationale)])}."

    sections = binding(material, cited)
    told = focused(material, decisions)
    return [*sections[: len(sections) - len(told)], *told]


def focused(material: Material, decisions: list[Decision]) -> list[str]:
    """Return the section that answers the feedback of a redone deliverable; nothing in a first round."""
    if not material.assignment.feedback.strip():
        return []
    done = []
    effect = material.steering.effects("feedback")
    if effect:
        done.append(f"Understood and carried out: {md(effect)}.")
    for entity in material.once(focus_entities):
        operations = listing([op.key for op in material.operations_of(entity)], most=8, none="no operation")
        rules = listing(list(dict.fromkeys(made.rule.key for made in kept_for(material, entity))), none="no rule")
        keys = set(entity.requirements)
        decided = listing([one.key for one in decisions if keys & set(one.satisfies)], none="no decision of its own")
        done.append(f"{md(entity.label)}: {md(operations)}; rules: {rules}; decided in {decided}.")
    for key in material.once(focus_keys):
        decided = listing([one.key for one in decisions if key in one.satisfies], none="none")
        done.append(f"{key} ({md(material.said(key), most=160)}) is weighed first now: {decided}.")
    former = {decision.text for decision in material.assignment.former_decisions}
    new = [decision.key for decision in decisions if former and decision.text not in former]
    if new:
        done.append(f"Decided anew: {listing(new)}.")
    said = f"Round {material.assignment.round} answers: “{md(material.assignment.feedback, most=1200)}”"
    lines = [f"## Changed in round {material.assignment.round}", "", said, *(f"- {line}" for line in done)]
    return ["\n".join(lines)]
