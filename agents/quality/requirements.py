"""Requirement quality: is each requirement worded so that one can tell whether it is met, and does the brief say it?"""

from __future__ import annotations

from agents.brief.smells import smells_of
from agents.checks.bundle import Bundle
from agents.quality.result import Lost, Part, Score, weighed
from agents.quality.traceability import shortened
from agents.quality.weights import WEIGHTS
from agents.quality.wording import occurs, plain

UNITS = 4  # of each requirement; every smell takes one


def requirement_quality(bundle: Bundle) -> Score:
    """Return how clearly requirements are worded, and how many quote a sentence that the brief really has."""
    language = bundle.domain.language if bundle.domain else ""  # then its own is guessed
    said = plain("\n".join([bundle.feature_name, bundle.brief, *(person.text for person in bundle.human_decisions)]))
    lost: list[Lost] = []
    clear, quoted, stated = 0, 0, len(bundle.requirements)
    for requirement in bundle.requirements:
        left = UNITS
        for smell in smells_of(requirement.text, language):
            if left:
                left -= 1
                message = f"{requirement.key}, “{shortened(smell.words)}”: {smell.why}"
                lost.append(Lost("clear", 1, message, smell.instead))
        clear += left
        if not requirement.source_text.strip():
            message = f"{requirement.key} does not say which words of the brief it was taken from"
            lost.append(Lost("quoted", 1, message, "Quote the sentence of the brief in `source_text`."))
        elif occurs(requirement.source_text, said):
            quoted += 1
        else:
            message = f"{requirement.key} quotes what the brief does not say: “{shortened(requirement.source_text)}”"
            lost.append(Lost("quoted", 1, message, "Quote the sentence that it was taken from, word for word."))
    parts = (
        Part("clear", f"points of wording, {UNITS} each, one less for every smell", clear, UNITS * stated),
        Part("quoted", "requirements that quote words which really stand in the brief", quoted, stated),
    )
    return weighed("requirements", WEIGHTS["requirements"], parts, lost)
