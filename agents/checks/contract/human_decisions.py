"""Is what people decided honoured by somebody?"""

import re

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts


def judge(facts: Facts) -> list[Finding] | None:
    bundle = facts.bundle
    if not bundle.human_decisions or not facts.complete:
        return None
    told = " ".join(f"{decision.text} {decision.rationale}" for decision in bundle.decisions)
    told += " ".join(artifact.content for artifact in bundle.artifacts)
    return [
        Finding(
            None,
            None,
            f"Nothing cites H-{decision.number} (“{decision.text[:100]}”)",
            "Let the roles that start later cite it, or send a stage back with it as feedback.",
            serious=False,
        )
        for decision in bundle.human_decisions
        if not re.search(rf"\bH-{decision.number}\b", told)
    ]


CHECK = ContractCheck(
    "contract.human_decision",
    "Decisions of people with the decisions and artifacts of agents that cite them",
    "warning",
    "Whether the citing text follows the decision; when it was made.",
    judge,
)
