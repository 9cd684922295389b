"""Checks of what a role hands in. Pure and CPU-bound: call them off the event loop.

A check is a function `(artifact) -> list[CheckResult]`; the role's `owes` names which ones an artifact must pass.
"""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase

from agents.assignment import PriorArtifact
from agents.checks.ci import check_ci
from agents.checks.compose import check_compose
from agents.checks.documents import check_json, check_yaml
from agents.checks.html import check_html
from agents.checks.madr import check_madr
from agents.checks.mermaid import check_mermaid
from agents.checks.openapi import check_openapi
from agents.checks.owed import check_owed
from agents.checks.planning import check_charter, check_gherkin, check_stories
from agents.checks.result import CheckResult
from agents.checks.scratch import check_sql_applied
from agents.checks.sql import check_sql
from agents.deliverable import Artifact, Deliverable
from agents.roles.role import Role

__all__ = ["CHECKS", "CheckResult", "check_deliverable"]

CHECKS: Mapping[str, Callable[[Artifact], list[CheckResult]]] = {
    "charter": check_charter,
    "ci": check_ci,
    "compose": check_compose,
    "gherkin": check_gherkin,
    "html": check_html,
    "json": check_json,
    "madr": check_madr,
    "mermaid": check_mermaid,
    "openapi": check_openapi,
    "sql": check_sql,
    "sql_applied": check_sql_applied,
    "stories": check_stories,
    "yaml": check_yaml,
}

_BY_SUFFIX = {
    "htm": ("html",),
    "html": ("html",),
    "json": ("json",),
    "md": ("mermaid",),
    "mmd": ("mermaid",),
    "sql": ("sql", "sql_applied"),
    "yaml": ("yaml",),
    "yml": ("yaml",),
}


def check_deliverable(role: Role, deliverable: Deliverable, earlier: Sequence[PriorArtifact] = ()) -> list[CheckResult]:
    """Return what every check says about `deliverable`, in the order of its artifacts.

    `earlier` is what other roles handed in before; the checks across artifacts will read it.
    """
    results = check_owed(role, deliverable)
    for artifact in deliverable.artifacts:
        names = [
            name for owed in role.owes if fnmatchcase(artifact.path, owed.path) for name in owed.checks
        ] or _checks_by_suffix(artifact.path)
        for name in dict.fromkeys(names):
            results += CHECKS[name](artifact)
    return results


def _checks_by_suffix(path: str) -> list[str]:
    """An artifact nobody asked for must still be what its name says."""
    return list(_BY_SUFFIX.get(path.rpartition(".")[2].lower(), ()))
