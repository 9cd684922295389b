"""What the fake provider hands in: one small, valid deliverable for each role, the same every time."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

ARTIFACTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "architect": (
        ("docs/architecture.md", "text/markdown", "# Architecture\n\nOne service and one database.\n"),
        (
            "docs/adr/0001-one-service.md",
            "text/markdown",
            "# One service\n\nStatus: accepted\n\n## Context and Problem Statement\n\nLoans are few (R-1).\n\n"
            "## Considered Options\n\n- One service\n- A service for each resource\n\n"
            "## Decision Outcome\n\nOne service, as it is the least to run.\n\n"
            "### Consequences\n\n- Good, because one thing is deployed.\n- Bad, because all of it is deployed.\n",
        ),
        ("domain.json", "application/json", '{"entities": ["Loan"]}\n'),
    ),
    "backend_dev": (
        (
            "api/openapi.yaml",
            "application/yaml",
            "openapi: 3.1.0\ninfo:\n  title: Loans\n  version: 1.0.0\npaths: {}\n",
        ),
        ("api/README.md", "text/markdown", "# Loans API\n\nOne resource.\n"),
    ),
    "dba": (
        ("db/schema.sql", "application/sql", "CREATE TABLE loan (id bigint PRIMARY KEY, due date NOT NULL);\n"),
        ("db/queries.md", "text/markdown", "# Queries\n\nLoans that are overdue.\n"),
    ),
    "frontend_dev": (
        ("web/pages.md", "text/markdown", "# Pages\n\nThe list of loans.\n"),
        (
            "web/loans.html",
            "text/html",
            '<!doctype html><html lang="en"><head><title>Loans</title></head><body><h1>Loans</h1></body></html>\n',
        ),
    ),
    "ui_ux_designer": (
        (
            "design/wireframes.html",
            "text/html",
            '<!doctype html><html lang="en"><head><title>Loans</title></head><body><h1>Loans</h1></body></html>\n',
        ),
        ("design/tokens.json", "application/json", '{"colour": "#123456"}\n'),
        ("design/accessibility.md", "text/markdown", "# Accessibility\n\nEverything by keyboard.\n"),
    ),
    "security_specialist": (
        ("security/threat-model.md", "text/markdown", "# Threats\n\nSpoofing of a lender.\n"),
        ("security/checklist.md", "text/markdown", "# Checklist\n\n- Sessions end.\n"),
    ),
    "it_admin": (
        (
            "ops/compose.yaml",
            "application/yaml",
            "services:\n  web:\n    image: loans:1.0\n    healthcheck:\n      test: [CMD, loans, health]\n",
        ),
        ("ops/runbook.md", "text/markdown", "# Runbook\n\nStart it.\n"),
        (
            "ops/ci.yml",
            "application/yaml",
            "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n",
        ),
    ),
}

# Everything that PostgreSQL, JSON or a reader would stumble over, as a model may write it.
FOUL = "NUL \x00, bell \x07, half a pair \ud800, nothing \u200b, reversed \u202e, a tag \U000e0041, \ufffe."


@cache
def deliverable(role: str, *, hostile: bool = False, asks: bool = False, spoils: bool = False) -> str:
    """Return the answer of a role as JSON text, perhaps with a question; the hostile one is foul in every text.

    One that spoils its work lacks its first file.
    """
    value = _deliverable(role)
    if spoils:
        del value["artifacts"][0]
    if asks:
        value["questions"] = [{"text": "How long is a loan?", "options": ["a week", "a month"], "default": "a week"}]
    if not hostile:
        return json.dumps(value)
    value["summary"] += " " + FOUL
    value["handoff"] = FOUL * 40
    for decision in value["decisions"]:
        decision["rationale"] += " " + FOUL
        decision["consequences"].append(FOUL)
    for artifact in value["artifacts"]:
        if artifact["media_type"] == "text/markdown":
            artifact["content"] += FOUL * 30
    value["score"] = float("nan")
    value["limit"] = float("-inf")
    value[FOUL] = FOUL
    deep: Any = FOUL
    for _ in range(30):
        deep = [deep]
    value["deep"] = deep
    # NaN and Infinity stand in it as Python writes them, control characters as escapes, the rest as it is.
    return json.dumps(value, ensure_ascii=False)


def too_deep() -> str:
    """Return JSON that is nested deeper than any parser should follow."""
    return '{"summary": "deep", "decisions": ' + "[" * 100_000 + "]" * 100_000 + "}"


def _deliverable(role: str) -> dict[str, Any]:
    return {
        "summary": f"What the {role} has to say.",
        "requirements": [{"key": "R-1", "text": "A loan has a due date."}] if role == "architect" else [],
        "decisions": [
            {
                "key": f"{role}-{number}",
                "text": f"Decision {number} of the {role}.",
                "rationale": "It is the smallest thing that works.",
                "category": "structure",
                "confidence": 80,
                "alternatives": [{"option": "Nothing", "pros": ["less work"], "cons": ["no use"]}],
                "consequences": ["We live with it."],
                "satisfies": ["R-1"],
            }
            for number in (1, 2)
        ],
        "artifacts": [
            {"path": path, "media_type": media_type, "content": content, "implements": [f"{role}-1"]}
            for path, media_type, content in ARTIFACTS[role]
        ],
        "handoff": "Go on.",
    }
