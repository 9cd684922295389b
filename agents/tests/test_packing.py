"""What a prompt leaves out when it is too long: by rule, in a fixed order, and on the record."""

import json
from dataclasses import replace

import pytest
from django.test import override_settings

from agents import prompts
from agents.assignment import Answer, Assignment, HumanDecision, KnownRequirement, PriorArtifact, PriorDecision
from agents.outlines import MOST_LINES, outline
from agents.packing import Packed, pack, room, tokens
from agents.prompts import build_request, user_prompt
from agents.tests.factories import BRIEFS, HOSTILE, make_assignment, run_session

LONG = "".join(f"## Part {n}\n\n{'Words about it. ' * 20}\n\n" for n in range(60))
PAGE = "".join(f"<h2>Page {n}</h2><p>{'words ' * 60}</p>" for n in range(60))


def size(assignment: Assignment) -> int:
    return len(user_prompt(assignment).encode())


def packed(assignment: Assignment, budget_tokens: int) -> Packed:
    return pack(assignment, budget_tokens=budget_tokens, told=size)


@pytest.fixture
def full() -> Assignment:
    """A task of the IT admin's with a page, long and short files, and decisions with long reasons."""
    return make_assignment(
        "it_admin",
        human_decisions=(HumanDecision(1, "Use MySQL instead."),),
        requirements=(KnownRequirement("R-1", "One.", "One."),),
        feedback="Name the alarms.",
        answers=(Answer("Who is called?", "Ops"),),
        decisions=tuple(
            PriorDecision(n, "architect", f"Decided {n}.", "Because of it. " * 40, "structure") for n in range(1, 9)
        ),
        artifacts=(
            PriorArtifact("domain.json", "application/json", '{"entities": []}', "architect"),
            PriorArtifact("docs/architecture.md", "text/markdown", LONG, "architect"),
            PriorArtifact(
                "api/openapi.yaml", "application/yaml", "paths:\n  /loans:\n    get: {}\n" * 20, "backend_dev"
            ),
            PriorArtifact("web/index.html", "text/html", PAGE, "frontend_dev"),
        ),
    )


def test_what_fits_is_told_whole(full: Assignment) -> None:
    result = packed(full, 1_000_000)

    assert result.assignment is full
    assert set(result.record) == {"budget_tokens", "whole_tokens", "tokens"}


def test_pages_go_first_then_long_files_shrink_then_old_reasons_go(full: Assignment) -> None:
    whole = tokens(size(full))

    by_page = packed(full, whole - 500).record
    by_outline = packed(full, whole - tokens(len(PAGE)) - 500).record
    by_reasons = packed(full, whole - tokens(len(PAGE)) - tokens(len(LONG)) + 200).record

    assert by_page["left_out"] == ["web/index.html"]
    assert "outlined" not in by_page
    assert by_outline["outlined"] == ["docs/architecture.md"]
    assert by_outline["left_out"] == ["web/index.html"]
    reasons = [name for name in by_reasons["left_out"] if name.startswith("rationale")]
    assert reasons == [f"rationale of D-{n}" for n in range(1, len(reasons) + 1)]
    assert 0 < len(reasons) < 8


@pytest.mark.parametrize("budget", [4000, 2500, 1500, 1250])
def test_the_result_fits_and_keeps_what_binds(full: Assignment, budget: int) -> None:
    result = packed(full, budget)

    assert result.record["tokens"] <= budget
    told = user_prompt(result.assignment)
    for kept in (
        full.brief,
        "Use MySQL instead.",
        "Name the alarms.",
        "R-1: One.",
        "Who is called?",
        '{"entities": []}',
    ):
        assert kept in told


def test_what_is_never_left_out_is_cut_with_a_mark_that_says_so() -> None:
    brief = "All of it matters. " * 4000

    result = packed(make_assignment("dba", brief), 5000)

    assert result.record["cut"] == ["brief"]
    assert "[cut here: what follows did not fit]" in result.assignment.brief
    assert result.record["tokens"] <= 5000


def test_the_same_task_is_packed_the_same(full: Assignment) -> None:
    assert packed(full, 2000) == packed(full, 2000)


def test_the_record_is_plain_json_and_says_how_much_there_was(full: Assignment) -> None:
    record = packed(full, 2000).record

    assert json.loads(json.dumps(record)) == record
    assert record["whole_tokens"] > record["budget_tokens"] >= record["tokens"]


def test_a_prompt_leaves_room_for_the_answer_and_its_repair() -> None:
    assert room(100_000, max_tokens=30_000) == 40_000
    assert room(100_000, max_tokens=90_000) == 25_000


@override_settings(CONTEXT_TOKENS=16_000)
def test_a_small_window_packs_the_request_and_the_snapshot_says_so(full: Assignment) -> None:
    long = replace(full, artifacts=(*full.artifacts, PriorArtifact("a.md", "text/markdown", LONG * 3, "architect")))

    request = build_request(long, model="simulator", max_tokens=1000, temperature=0)

    assert request.packing["left_out"] == ["web/index.html"]
    assert request.packing["whole_tokens"] > request.packing["budget_tokens"] >= request.packing["tokens"]
    assert "[left out to fit" in request.messages[0][1]
    assert request.assignment is long


def test_a_request_is_packed_once(full: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Assignment] = []
    halves = prompts._halves
    monkeypatch.setattr(prompts, "_halves", lambda candidate: built.append(candidate) or halves(candidate))

    build_request(full, model="simulator", max_tokens=1000, temperature=0)

    assert built == [full]


@pytest.mark.parametrize("path", ["a.md", "a.json", "a.yaml", "a.sql", "a.html", "a.txt", "noending"])
@pytest.mark.parametrize("text", [*HOSTILE.values(), "[" * 5000, '{"a":' * 3000, "<a " * 20000, "# x\n" * 5000])
def test_an_outline_is_short_whatever_the_file_holds(path: str, text: str) -> None:
    lines = outline(path, text).split("\n")

    assert len(lines) <= MOST_LINES + 1


def test_an_outline_keeps_what_others_refer_to() -> None:
    session = run_session(BRIEFS["webhook-delivery"])
    files = {artifact.path: artifact.content for one in session.values() for artifact in one.artifacts}

    assert "CREATE TABLE" in outline("db/schema.sql", files["db/schema.sql"])
    assert "operationId" in outline("api/openapi.yaml", files["api/openapi.yaml"])
    assert "## " in outline("docs/architecture.md", files["docs/architecture.md"])
