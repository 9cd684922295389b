"""Does the threat model speak of each operation?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.mentioned import is_named, subjects


def judge(facts: Facts) -> list[Finding] | None:
    security, asked = facts.security, subjects(facts)
    if security is None or not asked:
        return None
    others = [subject.key for subject in asked]
    return [
        Finding(
            security.threat_file,
            1,
            f"The threat model says nothing about `{subject.key}`",
            "Say for it what could go wrong, and what is done about that.",
        )
        for subject in asked
        if not is_named(facts, security.threats, subject, others)
    ]


CHECK = ContractCheck(
    "contract.operation_threat",
    "Operations of the interface (of the domain where there is none) with the threat model, its matrix left out",
    "failed",
    "Whether the threats are the right ones; operations treated as a group without naming them.",
    judge,
)
