"""The schema of the API: valid, complete, and what the API really answers."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from accounts.tests.factories import browser_of, send
from agents.deliverable import Artifact
from sessions_app.models import ExecutionSession
from sessions_app.tests.factories import (
    claim,
    hand_in,
    make_deliverable,
    make_finished_session,
    make_session,
    run_stage,
)
from teams.tests.factories import Cast, make_cast

UNDOCUMENTED = {"/api/v1/", "/api/v1/schema", "/api/v1/docs"}  # the root, and what shows the schema


@cache
def schema() -> dict[str, Any]:
    reset_generator_stats()
    generated = SchemaGenerator().get_schema(request=None, public=True)
    return json.loads(json.dumps(generated))


def test_the_schema_is_valid_openapi_3_1_and_was_made_without_a_warning() -> None:
    document = schema()

    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()
    assert not GENERATOR_STATS, GENERATOR_STATS.emit_summary()


def routes(patterns: list[Any], before: str = "/") -> list[str]:
    found = []
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path.startswith("/api/v1/"):
            found.append(re.sub(r"<\w+:(\w+)>", r"{\1}", path))
    return found


def test_every_route_of_the_api_is_in_the_schema() -> None:
    assert set(schema()["paths"]) == set(routes(get_resolver().url_patterns)) - UNDOCUMENTED


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path}"
            refused = operation["responses"]["4XX"]["content"]
            assert list(refused) == ["application/problem+json"]


def check(name_or_schema: Any, told: Any) -> None:
    document = {**name_or_schema, "components": schema()["components"]}
    Draft202012Validator(document, format_checker=FormatChecker()).validate(told)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def finished(cast: Cast) -> ExecutionSession:
    return make_finished_session(cast.team, budget_usd="5")


@pytest.fixture
def running(cast: Cast) -> ExecutionSession:
    session = make_session(cast.team)
    run_stage(session)
    claim(session)
    send(browser_of(cast.member), "POST", f"/api/v1/sessions/{session.pk}/decisions", {"decision_text": "No SMS"})
    return session


WITH_QUESTIONS = {"/api/v1/sessions/forecast", "/api/v1/sessions/{session_id}/plan"}
CHARTER = "/api/v1/sessions/{session_id}/charter"  # not every session has one
OF_MANAGERS = {"/api/v1/teams/{team_id}/provider-keys", "/api/v1/teams/{team_id}/models"}
READABLE = [path for path, operations in sorted(schema()["paths"].items()) if "get" in operations and path != CHARTER]


@pytest.mark.parametrize("path", READABLE)
def test_what_a_route_answers_is_what_the_schema_says(
    path: str, cast: Cast, finished: ExecutionSession, running: ExecutionSession
) -> None:
    for session in (finished, running):
        ids = {
            "session_id": session.pk,
            "task_id": session.tasks.first().pk,
            "artifact_id": session.artifacts.first().pk,
            "call_id": session.llm_calls.first().pk,
            "number": 1,
            "team_id": cast.team.pk,
            "user_id": cast.viewer.pk,
        }
        asked = {"team": cast.team.pk} if path.endswith("/forecast") else {"action": "fork", "after_stage": 1}

        who = cast.owner if path in OF_MANAGERS else cast.viewer

        response = browser_of(who).get(path.format(**ids), asked if path in WITH_QUESTIONS else None)

        assert response.status_code == 200
        [(media_type, content)] = schema()["paths"][path]["get"]["responses"]["200"]["content"].items()
        assert response.headers["Content-Type"] == media_type
        if media_type == "application/json":
            check(content["schema"], response.json())


def test_a_charter_is_what_the_schema_says(cast: Cast) -> None:
    session = make_session(cast.team, workflow="scoping")
    text = "# Loans: charter\n\n## Purpose\n\n- Lend\n\n## Risks\n\n| key | risk |\n| --- | --- |\n| K-1 | Rain |\n"
    [analyst] = claim(session)
    written = Artifact(path="docs/charter.md", media_type="text/markdown", content=text, implements=["d1"])
    hand_in(analyst, make_deliverable("analyst", artifacts=[written]))

    response = browser_of(cast.viewer).get(CHARTER.format(session_id=session.pk))

    assert response.status_code == 200
    [content] = schema()["paths"][CHARTER]["get"]["responses"]["200"]["content"].values()
    check(content["schema"], response.json())
    assert [(part["title"], part["items"], part["rows"]) for part in response.json()["parts"]] == [
        ("Purpose", ["Lend"], []),
        ("Risks", [], [{"key": "K-1", "risk": "Rain"}]),
    ]


def test_a_refusal_is_what_the_schema_says(cast: Cast) -> None:
    check({"$ref": "#/components/schemas/Problem"}, browser_of().get("/api/v1/sessions").json())
    bad = send(browser_of(cast.member), "POST", "/api/v1/sessions", {"team_id": "x", "feature_name": 1})
    check({"$ref": "#/components/schemas/Problem"}, bad.json())


@pytest.mark.parametrize("path", ["/api/v1/schema", "/api/v1/schema/", "/api/v1/schema?format=json"])
def test_the_schema_is_served_to_everybody(path: str) -> None:
    response = browser_of().get(path)

    assert response.status_code == 200
    assert b"3.1.0" in response.content[:200]


def test_the_page_of_the_schema_runs_nothing_inline_and_loads_from_nowhere_else() -> None:
    page = browser_of().get("/api/v1/docs")
    script = browser_of().get("/api/v1/docs?script=")

    text = page.content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert page.status_code == script.status_code == 200
    assert all(source.startswith("/") for source in sources)
    assert "<style" not in text
    assert re.findall(r"<script(?![^>]* src=)", text) == []
    assert not re.search(r'\son\w+="', text)
    assert script.headers["Content-Type"] == "application/javascript"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for source in sources:
        if source.startswith("/static/"):
            assert browser_of().get(source).status_code == 200
