"""How tests read a refusal."""

from __future__ import annotations

from typing import Any


def problem_in(response: Any, status: int, code: str = "") -> dict[str, Any]:
    """The problem in an answer, after checking that it is one, whole, with this status and code."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["title"]
    assert problem["type"].endswith(problem["code"])
    assert set(problem) <= {"type", "title", "status", "detail", "code", "errors"}
    if code:
        assert problem["code"] == code
    return problem
