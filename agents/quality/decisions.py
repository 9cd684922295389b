"""Decision quality: is each decision one that a colleague could follow, question and take up again?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from agents.checks.bundle import Bundle, BundleDecision
from agents.quality.result import Lost, Part, Score, weighed
from agents.quality.traceability import shortened
from agents.quality.weights import WEIGHTS
from agents.quality.wording import kinds_of, occurs, plain, quotes_of, words_of

UNITS = 2  # a decision gets 0, 1 or 2 for each part
SOME_REASON, FULL_REASON = 6, 15  # different words of a rationale that the decision itself does not say
OPTIONS = 2  # each with something for and something against it
_CITED = re.compile(r"\b[RH]-[1-9]\d{0,5}\b")


def decision_quality(bundle: Bundle) -> Score:
    """Return how well the decisions that hold are argued; evidence counts only where something is quoted."""
    known = {requirement.key for requirement in bundle.requirements}
    known |= {f"H-{decision.number}" for decision in bundle.human_decisions}
    said = plain("\n".join(_sources(bundle)))
    got = {"reasons": 0, "options": 0, "requirement": 0, "consequences": 0}
    quotes, true_quotes = 0, 0
    lost: list[Lost] = []
    for decision in bundle.decisions:
        name = f"D-{decision.number} ({shortened(decision.text)})"
        for part, units, missing, remedy in (
            ("reasons", _reasons(decision), "gives hardly a reason", "Say why, in a sentence or two of its own."),
            (
                "options",
                _options(decision),
                "does not weigh two options",
                "Name at least two options, each with what speaks for and against it.",
            ),
            (
                "requirement",
                _requirement(decision, known),
                "does not say in its rationale which requirement it serves",
                "Cite the requirement (R-n), or the person's decision (H-n), in the rationale.",
            ),
            (
                "consequences",
                _consequences(decision),
                "does not tell both what it brings and what it costs",
                "Add a consequence that is a gain, and one that is a price.",
            ),
        ):
            got[part] += units
            if units < UNITS:
                lost.append(Lost(part, UNITS - units, f"{name} {missing}", remedy))
        for quote in quotes_of(decision.rationale):
            quotes += 1
            if occurs(quote, said):
                true_quotes += 1
            else:
                message = f"{name} quotes what nobody wrote: “{shortened(quote)}”"
                lost.append(Lost("evidence", 1, message, "Quote the brief word for word, or quote nothing."))
    of = UNITS * len(bundle.decisions)
    parts = (
        Part("reasons", "points for decisions with reasons, 2 each", got["reasons"], of),
        Part("options", "points for decisions that weigh two options, 2 each", got["options"], of),
        Part("requirement", "points for rationales that cite a requirement, 2 each", got["requirement"], of),
        Part("consequences", "points for decisions that tell gains and prices, 2 each", got["consequences"], of),
        Part("evidence", "quotations that really stand in what they quote", true_quotes, quotes),
    )
    return weighed("decisions", WEIGHTS["decisions"], parts, lost)


def _sources(bundle: Bundle) -> Iterable[str]:
    """What may be quoted: the brief, requirements, people, and what other decisions say."""
    yield bundle.brief
    yield bundle.feature_name
    for requirement in bundle.requirements:
        yield requirement.text
        yield requirement.source_text
    for person in bundle.human_decisions:
        yield person.text
    yield from bundle.said
    for decision in bundle.decisions:
        yield decision.text


def _reasons(decision: BundleDecision) -> int:
    own = set(words_of(decision.rationale)) - set(words_of(decision.text))
    return 2 if len(own) >= FULL_REASON else 1 if len(own) >= SOME_REASON else 0


def _options(decision: BundleDecision) -> int:
    weighed_up = {
        plain(alternative.option)
        for alternative in decision.alternatives
        if any(map(str.strip, alternative.pros)) and any(map(str.strip, alternative.cons))
    }
    return min(len(weighed_up), OPTIONS)


def _requirement(decision: BundleDecision, known: set[str]) -> int:
    if known.intersection(_CITED.findall(decision.rationale)):
        return 2
    return 1 if known.intersection(decision.requirements) else 0


def _consequences(decision: BundleDecision) -> int:
    kinds: set[str] = set()
    for consequence in decision.consequences:
        kinds |= kinds_of(consequence)
    return min(len(kinds), 2)
