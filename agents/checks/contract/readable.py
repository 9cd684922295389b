"""Which files could not be compared with anything?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.deliverable import DOMAIN_PATH


def judge(facts: Facts) -> list[Finding] | None:
    views = (facts.interface, facts.relational, facts.pages, facts.security, facts.compose_files, facts.runbooks)
    unread = list(dict.fromkeys(facts.unread))
    if facts.bundle.artifact(DOMAIN_PATH) and facts.domain is None:
        unread.append((DOMAIN_PATH, 1, "is no domain that can be read"))
    if not unread and not any(views):
        return None
    return [
        Finding(
            path,
            line,
            f"The file {why}, so it is not compared with the others",
            "Correct what the checks of the file itself say.",
            serious=False,
        )
        for path, line, why in unread
    ]


CHECK = ContractCheck(
    "contract.readable",
    "Files that the other comparisons need, with what they can read",
    "warning",
    "What is wrong inside a file: that is the matter of its own checks.",
    judge,
)
