"""Is each requirement met by a decision that an artifact carries out?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts


def judge(facts: Facts) -> list[Finding] | None:
    bundle = facts.bundle
    if not bundle.requirements or not facts.complete:
        return None
    carried_out = {number for artifact in bundle.artifacts for number in artifact.implements}
    found = []
    for requirement in bundle.requirements:
        deciding = [decision for decision in bundle.decisions if requirement.key in decision.requirements]
        path, line = facts.cited(requirement.key)
        told = f"{requirement.key} (“{requirement.text[:100]}”)"
        if not deciding:
            found.append(
                Finding(
                    path,
                    line,
                    f"No decision satisfies {told}",
                    f"Name {requirement.key} in the `satisfies` of the decision that meets it, or decide how.",
                )
            )
        elif not carried_out & {decision.number for decision in deciding}:
            numbers = ", ".join(f"D-{decision.number}" for decision in deciding[:6])
            found.append(
                Finding(
                    path,
                    line,
                    f"No artifact implements a decision ({numbers}) that satisfies {told}",
                    "Name the decision in the `implements` of the artifact that carries it out.",
                )
            )
    return found


CHECK = ContractCheck(
    "contract.requirement",
    "Each requirement with the decisions that satisfy it, and these with the artifacts that implement them",
    "failed",
    "Whether decision and artifact really do what the requirement asks; it follows the stated links. "
    "Silent until all roles of the workflow have handed in.",
    judge,
)
