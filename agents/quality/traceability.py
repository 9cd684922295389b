"""Traceability: does every requirement lead to a decision and to a file, and does everything lead back to one?"""

from __future__ import annotations

import re

from agents.checks.bundle import Bundle, BundleDecision
from agents.quality.result import Lost, Part, Score, weighed
from agents.quality.weights import WEIGHTS

_PERSON = re.compile(r"\bH-[1-9]\d{0,5}\b")
SHOWN = 80  # characters of a text that a finding quotes


def traceability(bundle: Bundle) -> Score:
    """Return the coverage of requirements, and orphans among decisions and files, as one score."""
    known = {requirement.key for requirement in bundle.requirements}
    carried_out = {number for artifact in bundle.artifacts for number in artifact.implements}
    decided: dict[str, list[BundleDecision]] = {key: [] for key in known}
    for decision in bundle.decisions:
        for key in decision.requirements:
            if key in known:
                decided[key].append(decision)
    lost: list[Lost] = []
    for requirement in bundle.requirements:
        answering = decided[requirement.key]
        if not answering:
            said = f"{requirement.key} is answered by no decision: {shortened(requirement.text)}"
            lost.append(Lost("covered", 1, said, f"Decide how {requirement.key} is met, and name it in `satisfies`."))
        elif not any(decision.number in carried_out for decision in answering):
            numbers = ", ".join(f"D-{decision.number}" for decision in answering)
            said = f"{requirement.key} is decided ({numbers}) and in no file"
            lost.append(Lost("covered", 1, said, f"Write a file that carries out {numbers}, and name it there."))
    known_people = {f"H-{decision.number}" for decision in bundle.human_decisions}
    for decision in bundle.decisions:
        if not known.intersection(decision.requirements) and not known_people.intersection(
            _PERSON.findall(decision.rationale)
        ):
            said = f"D-{decision.number} serves no requirement: {shortened(decision.text)}"
            lost.append(Lost("decisions", 1, said, "Name the requirements it satisfies, or drop it."))
    numbers_known = {decision.number for decision in bundle.decisions}
    for artifact in bundle.artifacts:
        if not numbers_known.intersection(artifact.implements):
            said = f"{artifact.path} carries out no decision"
            lost.append(Lost("files", 1, said, "Name in `implements` the decisions it carries out."))

    def part(name: str, says: str, of: int) -> Part:
        return Part(name, says, of - sum(each.part == name for each in lost), of)

    parts = (
        part("covered", "requirements with a decision and a file that carries it out", len(bundle.requirements)),
        part("decisions", "decisions that serve a requirement or a person's decision", _judged_decisions(bundle)),
        part("files", "files that carry out a decision", len(bundle.artifacts) if bundle.decisions else 0),
    )
    return weighed("traceability", WEIGHTS["traceability"], parts, lost)


def orphans(score: Score) -> tuple[int, int]:
    """Return how many requirements, decisions and files of a traceability score stand alone, of how many."""
    judged = [part for part in score.parts if part.of > 0]
    return sum(part.of - part.got for part in judged), sum(part.of for part in judged)


def shortened(text: str) -> str:
    """Return one line of a text, cut where a finding would become too long."""
    line = " ".join(text[: SHOWN * 4].split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"


def _judged_decisions(bundle: Bundle) -> int:
    """Before anybody has stated a requirement no decision can serve one."""
    return len(bundle.decisions) if bundle.requirements or bundle.human_decisions else 0
