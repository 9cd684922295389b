"""What a snapshot keeps of the context that an agent was given."""

import json
from dataclasses import replace
from typing import Any

from django.test import override_settings

from agents.assignment import Assignment, PriorArtifact
from agents.prompts import build_request
from agents.tests.factories import make_assignment
from sessions_app.engine.context import context_state

PAGE = PriorArtifact("web/index.html", "text/html", "<p>words</p>" * 4000, "frontend_dev")


def state_of(assignment: Assignment) -> dict[str, Any]:
    request = build_request(assignment, model="simulator", max_tokens=32_000, temperature=0)
    return context_state(assignment, request.packing)


def test_a_snapshot_says_that_everything_was_told() -> None:
    packing = state_of(make_assignment("it_admin"))["packing"]

    assert packing["tokens"] == packing["whole_tokens"] <= packing["budget_tokens"]
    assert "left_out" not in packing


@override_settings(CONTEXT_TOKENS=40_000)
def test_a_snapshot_names_what_the_model_was_not_told() -> None:
    assignment = replace(make_assignment("it_admin"), artifacts=(PAGE,))

    state = state_of(assignment)

    assert state["artifacts"] == ["web/index.html"]
    assert state["packing"]["left_out"] == ["web/index.html"]
    assert json.loads(json.dumps(state)) == state
