"""What a check across artifacts is, and how it says what it found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agents.checks.contract.facts import Facts
from agents.checks.result import CheckResult

MAX_FINDINGS = 20  # of one check; the rest is counted


@dataclass(frozen=True)
class Finding:
    path: str | None
    line: int | None
    message: str
    remedy: str
    serious: bool = True  # a contradiction; otherwise something to look at


@dataclass(frozen=True)
class ContractCheck:
    """One comparison between what different roles handed in.

    `judge` returns None when there is nothing to compare yet, otherwise what it found wrong.
    """

    name: str
    compares: str
    severity: str  # for readers: what a finding is, "failed", "warning" or both
    blind: str  # what it cannot see
    judge: Callable[[Facts], Iterable[Finding] | None]

    def results(self, facts: Facts) -> list[CheckResult]:
        """Return the findings, at most MAX_FINDINGS; one `passed` where there are none; nothing without a subject."""
        found = self.judge(facts)
        if found is None:
            return []
        findings = sorted(dict.fromkeys(found), key=lambda each: not each.serious)
        results = [self._result(finding) for finding in findings[:MAX_FINDINGS]]
        if len(findings) > MAX_FINDINGS:
            rest = findings[MAX_FINDINGS:]
            results.append(
                self._result(
                    Finding(
                        rest[0].path,
                        rest[0].line,
                        f"{len(rest)} more findings of this kind",
                        "Correct the ones above first.",
                        serious=any(each.serious for each in rest),
                    )
                )
            )
        return results or [CheckResult(self.name, "info", "passed", None, None, self.compares)]

    def _result(self, finding: Finding) -> CheckResult:
        return CheckResult(
            self.name,
            "error" if finding.serious else "warning",
            "failed" if finding.serious else "warning",
            finding.path,
            finding.line,
            finding.message[:600],
            finding.remedy,
        )
