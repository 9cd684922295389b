"""All comparisons as a table in Markdown; docs/checks.md holds it, and a test keeps it there."""

from agents.checks.contract import CONTRACT_CHECKS


def table() -> str:
    rows = [
        f"| `{check.name}` | {check.compares} | {check.severity} | {check.blind} |".replace("\n", " ")
        for check in CONTRACT_CHECKS
    ]
    return "\n".join(
        ["| check | what it compares | a finding is | what it cannot see |", "| --- | --- | --- | --- |", *rows]
    )
