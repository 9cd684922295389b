"""Is a schema PostgreSQL, and made only of what may be applied? Parsed by PostgreSQL's own parser; nothing is run."""

from agents.checks.result import CheckResult, failed, passed, warned
from agents.checks.sql_allowed import Fault, faults_of, names_of, relations_made
from agents.checks.sql_statements import Statement, UnreadableSql, read_statements
from agents.deliverable import Artifact

MAX_FINDINGS = 20
MAX_RELATIONS = 1_000  # tables, indexes and sequences: their locks come out of a space that all databases share


def check_sql(artifact: Artifact) -> list[CheckResult]:
    """Does every statement parse, and does the allow-list name all that it is made of?"""
    try:
        statements = read_statements(artifact.content)
    except UnreadableSql as error:
        return [failed("sql", artifact.path, str(error)[:300], error.remedy, line=error.line)]
    if not statements:
        return [failed("sql", artifact.path, "Holds no statement", "Write the tables of the domain.")]
    results = [_result(artifact.path, fault) for fault in faults_in(statements)]
    if not any(result.status == "failed" for result in results):
        told = f"{len(statements)} statements parse as PostgreSQL and consist of what a schema may hold"
        results.append(passed("sql", artifact.path, told))
    return results


def faults_in(statements: list[Statement]) -> list[Fault]:
    """Return what is wrong in parsed statements, at most MAX_FINDINGS, in the order of the file."""
    names = names_of(statements)
    found: dict[Fault, None] = {}
    relations = 0
    for statement in statements:
        if statement.error:
            remedy = "Correct the statement." if "PostgreSQL" in statement.error else "Split or simplify it."
            found[Fault(statement.error_line, statement.error[:300], remedy)] = None
        else:
            relations += relations_made(statement)
            for fault in faults_of(statement, names):
                found[fault] = None
                if len(found) >= MAX_FINDINGS:
                    break
        if relations > MAX_RELATIONS:
            told = f"More than {MAX_RELATIONS} tables, indexes and sequences are too many to apply"
            found[Fault(statement.line, told, "Write the tables of the domain alone.")] = None
        if relations > MAX_RELATIONS or len(found) >= MAX_FINDINGS:
            break
    return list(found)


def _result(path: str, fault: Fault) -> CheckResult:
    make = warned if fault.is_warning else failed
    return make("sql", path, fault.message[:400], fault.remedy, line=fault.line)
