"""Does SQL parse? Asked of PostgreSQL's own parser."""

import postgast

from agents.checks.result import CheckResult, failed, passed
from agents.deliverable import Artifact


def check_sql(artifact: Artifact) -> list[CheckResult]:
    """Does every statement parse as PostgreSQL, and is there one at all?"""
    try:
        statements = len(postgast.parse(artifact.content).stmts)
    except postgast.PgQueryError as error:
        line = artifact.content.count("\n", 0, max(0, getattr(error, "cursorpos", 0) - 1)) + 1
        return [failed("sql", artifact.path, f"Is no PostgreSQL: {error}", "Correct the statement.", line=line)]
    if not statements:
        return [failed("sql", artifact.path, "Holds no statement", "Write the tables of the domain.")]
    return [passed("sql", artifact.path, f"{statements} statements parse as PostgreSQL")]
