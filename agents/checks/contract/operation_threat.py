"""Does the threat model speak of each operation?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.mentioned import Subjects


def judge(facts: Facts) -> list[Finding] | None:
    security, asked = facts.security, Subjects(facts)
    if security is None or not asked.all:
        return None
    named = asked.in_text(security.threats)
    return [
        Finding(
            security.threat_file,
            1,
            f"The threat model says nothing about `{subject.key}`",
            "Say for it what could go wrong, and what is done about that.",
        )
        for subject in asked.all
        if subject.key not in named
    ]


CHECK = ContractCheck(
    "contract.operation_threat",
    "Operations of the interface (of the domain where there is none) with the threat model, its matrix left out",
    "failed",
    "Whether the threats are the right ones; operations treated as a group without naming them.",
    judge,
)
