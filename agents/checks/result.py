"""What a check says about a deliverable."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CheckResult:
    name: str
    severity: Literal["error", "warning", "info"]  # how bad it is when the check fails
    status: Literal["passed", "warning", "failed"]
    path: str | None
    line: int | None
    message: str
    remedy: str = ""


def passed(name: str, path: str | None, message: str) -> CheckResult:
    return CheckResult(name, "info", "passed", path, None, message)


def failed(name: str, path: str | None, message: str, remedy: str, *, line: int | None = None) -> CheckResult:
    return CheckResult(name, "error", "failed", path, line, message, remedy)


def warned(name: str, path: str | None, message: str, remedy: str, *, line: int | None = None) -> CheckResult:
    return CheckResult(name, "warning", "warning", path, line, message, remedy)
