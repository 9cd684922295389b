"""Do the keys that are cited (R-3, L-2, C-1, H-1) exist?"""

import re
from collections.abc import Iterator

from agents.checks.bundle import BundleArtifact
from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts

MAX_CHARS = 200_000  # of one artifact that are looked through
_KEY = re.compile(r"(?<![\w-])([RLCH])-(\d{1,4})(?![\w-])")
_KINDS = {"R": "requirement", "L": "limit", "C": "rule", "H": "decision of a person"}


def judge(facts: Facts) -> list[Finding] | None:
    bundle = facts.bundle
    if not bundle.requirements:
        return None
    known = {requirement.key for requirement in bundle.requirements}
    known |= {f"H-{decision.number}" for decision in bundle.human_decisions}
    domain = facts.domain
    known |= {limit.key for limit in domain.limits} | {rule.key for rule in domain.rules} if domain else set()
    # A key of a kind that this session does not have is most likely a name of the subject itself.
    judged = {key[0] for key in known if key[1:2] == "-"}
    known |= {match[0] for match in _KEY.finditer(bundle.brief)}
    return [
        *_decisions(facts, known, judged),
        *(finding for artifact in bundle.artifacts for finding in _artifact(artifact, known, judged)),
    ]


def _decisions(facts: Facts, known: set[str], judged: set[str]) -> Iterator[Finding]:
    for decision in facts.bundle.decisions:
        cited = [*decision.requirements, *(match[0] for match in _KEY.finditer(decision.rationale))]
        for name in dict.fromkeys(cited):
            if name not in known and name[:1] in judged:
                yield _unknown(None, None, f"D-{decision.number} ({decision.key})", name)


def _artifact(artifact: BundleArtifact, known: set[str], judged: set[str]) -> Iterator[Finding]:
    text, path = artifact.content[:MAX_CHARS], artifact.path
    told: set[str] = set()
    for match in _KEY.finditer(text):
        if match[0] not in known and match[1] in judged and match[0] not in told:
            told.add(match[0])
            yield _unknown(path, text.count("\n", 0, match.start()) + 1, f"`{path}`", match[0])
        if len(told) >= 20:
            return


def _unknown(path: str | None, line: int | None, who: str, name: str) -> Finding:
    kind = _KINDS.get(name[:1], "requirement")
    return Finding(
        path, line, f"{who} cites {name}, but there is no such {kind}", f"Cite a {kind} that exists.", name[:1] != "H"
    )


CHECK = ContractCheck(
    "contract.citation",
    "Keys cited anywhere (R-n, L-n, C-n, H-n) with the requirements, limits, rules and human decisions there are",
    "failed; an unknown H-n: warning",
    "Whether the right key is cited for what is said.",
    judge,
)
