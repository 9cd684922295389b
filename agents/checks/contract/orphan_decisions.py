"""Decisions and artifacts that serve nothing."""

import re

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts

_HUMAN = re.compile(r"\bH-\d{1,4}\b")


def judge(facts: Facts) -> list[Finding] | None:
    bundle = facts.bundle
    if not bundle.requirements or not bundle.decisions:
        return None
    keys = {requirement.key for requirement in bundle.requirements}
    numbers = {decision.number: decision for decision in bundle.decisions}
    carried_out = {number for artifact in bundle.artifacts for number in artifact.implements}
    found = []
    for decision in bundle.decisions:
        told = f"D-{decision.number} ({decision.key}: “{decision.text[:80]}”)"
        if not keys & set(decision.requirements) and not _HUMAN.search(f"{decision.text} {decision.rationale}"):
            found.append(
                Finding(
                    None,
                    None,
                    f"{told} satisfies no requirement",
                    "Name the requirement it serves, or leave it out.",
                    serious=False,
                )
            )
        if decision.number not in carried_out:
            found.append(
                Finding(
                    None,
                    None,
                    f"No artifact implements {told}",
                    "Name it in the `implements` of an artifact, or leave it out.",
                    serious=False,
                )
            )
    for artifact in bundle.artifacts:
        if not any(number in numbers for number in artifact.implements):
            found.append(
                Finding(
                    artifact.path,
                    1,
                    "The artifact implements no decision",
                    "Name the decisions it carries out in its `implements`.",
                    serious=False,
                )
            )
    return found


CHECK = ContractCheck(
    "contract.orphan_decision",
    "Decisions with requirements and artifacts, artifacts with decisions: does each serve something?",
    "warning",
    "Links that are stated but mean nothing.",
    judge,
)
