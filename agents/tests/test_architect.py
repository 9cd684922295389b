"""The architecture speaks of this brief: its people, rules, numbers and what each decision costs."""

import json
import re
from itertools import pairwise

import pytest

from agents.assignment import HumanDecision, PriorArtifact, PriorDecision
from agents.deliverable import Domain
from agents.simulator import write_deliverable
from agents.tests.domains import STUDIO, artifact
from agents.tests.factories import BRIEFS, HOSTILE, content, make_assignment, run_session

OWN_ROLES = ("architect", "backend_dev", "dba")
EVERY_BRIEF = {**BRIEFS, **HOSTILE}


def flat(text: str) -> str:
    return " ".join(text.split()).replace("\\", "")


@pytest.mark.parametrize("name", BRIEFS)
def test_every_quote_in_a_rationale_stands_in_the_brief(sessions, name):
    brief = flat(BRIEFS[name])

    for role in OWN_ROLES:
        for decision in sessions[name][role].decisions:
            quotes = re.findall(r"The brief says: “([^”]+)”", decision.rationale)
            assert quotes, decision.text
            assert all(flat(quote) in brief for quote in quotes)
            assert re.search(r"\bR-\d+\b", decision.rationale)


@pytest.mark.parametrize("name", BRIEFS)
def test_decisions_weigh_two_alternatives_and_tell_gain_and_price(sessions, name):
    for role in OWN_ROLES:
        decisions = sessions[name][role].decisions
        assert 3 <= len(decisions) <= 6
        assert len({decision.text for decision in decisions}) == len(decisions)
        for decision in decisions:
            assert len(decision.alternatives) >= 2
            assert all(one.pros and one.cons for one in decision.alternatives)
            assert any(text.startswith("Good: ") for text in decision.consequences)
            assert any(text.startswith("Bad: ") for text in decision.consequences)


def test_no_decision_is_the_same_sentence_in_two_briefs(sessions):
    seen: dict[str, str] = {}
    for name, session in ((name, sessions[name]) for name in BRIEFS):
        for role in OWN_ROLES:
            for decision in session[role].decisions:
                assert seen.setdefault(decision.text, name) == name, decision.text


@pytest.mark.parametrize("name", BRIEFS)
def test_each_number_of_the_brief_is_a_goal_with_a_measure(sessions, name):
    architecture = content(sessions[name], "docs/architecture.md")
    goals = architecture.partition("## Quality goals")[2].partition("\n## ")[0]
    rows = {line.split("|")[1].strip(): line.split("|") for line in goals.splitlines() if line.startswith("| L-")}
    texts = {flat(cells[4].strip().replace("&gt;", ">").replace("&lt;", "<")) for cells in rows.values()}

    for limit in sessions[name]["architect"].domain.limits:
        assert limit.key in rows or flat(limit.text) in texts
    assert all(cell.strip() for cells in rows.values() for cell in cells[1:7])


@pytest.mark.parametrize("name", BRIEFS)
def test_each_rule_and_state_is_shown_where_it_is_kept(sessions, name):
    architecture = content(sessions[name], "docs/architecture.md")
    domain = sessions[name]["architect"].domain

    for rule in domain.rules:
        assert re.search(rf"^\| {rule.key} \|", architecture, re.MULTILINE)
    for entity in domain.entities:
        if entity.transitions:
            assert f"## Life: {entity.label}" in architecture.replace("\\", "")
            assert all(
                f'"{state}"' in architecture.replace("_", " ") or state in architecture for state in entity.states
            )


@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_diagrams_open_and_close_what_they_begin(name):
    deliverable = write_deliverable(make_assignment("architect", EVERY_BRIEF[name]))
    architecture = artifact(deliverable, "docs/architecture.md")

    for block in re.findall(r"```mermaid\n(.*?)\n```", architecture, re.DOTALL):
        first, *lines = block.splitlines()
        assert first in ("flowchart LR", "erDiagram", "stateDiagram-v2", "sequenceDiagram")
        assert lines
        if first == "sequenceDiagram":
            assert sum(line.strip().startswith("alt ") for line in lines) == lines.count("  end")
        if first == "erDiagram":
            assert sum(line.endswith(" {") for line in lines) == lines.count("  }")
        if first == "stateDiagram-v2":
            named = set(re.findall(r" as (\w+)", block))
            assert all({one, two} <= named for one, two in re.findall(r"^  (\w+) --> (\w+)", block, re.MULTILINE))


def test_the_domain_file_says_all_that_was_understood(sessions):
    for session in map(sessions.__getitem__, BRIEFS):
        assert Domain.model_validate(json.loads(content(session, "domain.json"))) == session["architect"].domain


def test_records_are_named_by_their_decision_and_numbered_without_gaps(sessions):
    for session in map(sessions.__getitem__, BRIEFS):
        records = [one for one in session["architect"].artifacts if one.path.startswith("docs/adr/")]
        numbers = [int(one.path.split("/")[2][:4]) for one in records]

        assert len(records) == len(session["architect"].decisions)
        assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
        for record, decision in zip(records, session["architect"].decisions, strict=True):
            assert record.implements == [decision.key]
            assert record.path.removeprefix("docs/") in content(session, "docs/architecture.md")


def test_another_database_changes_the_architecture():
    decision = HumanDecision(3, "Use MySQL instead of PostgreSQL")
    deliverable = write_deliverable(make_assignment("architect", STUDIO, human_decisions=(decision,)))
    architecture = artifact(deliverable, "docs/architecture.md")

    assert "MySQL: keeps" in architecture
    assert "PostgreSQL: keeps" not in architecture
    assert any("MySQL" in one.text and "H-3" in one.rationale for one in deliverable.decisions)


def test_feedback_moves_what_it_names_to_the_front():
    brief = BRIEFS["clinic-appointments"]
    first = write_deliverable(make_assignment("architect", brief))
    redone = write_deliverable(
        make_assignment(
            "architect",
            brief,
            round=2,
            feedback="The notes are medical data: who read one is not decided at all (R-9).",
            former_decisions=tuple(
                PriorDecision(number, "architect", one.text, one.rationale, one.category, tuple(one.satisfies))
                for number, one in enumerate(first.decisions, start=1)
            ),
            former_artifacts=tuple(
                PriorArtifact(a.path, a.media_type, a.content, "architect") for a in first.artifacts
            ),
        )
    )
    architecture = artifact(redone, "docs/architecture.md")

    place = next(place for place, one in enumerate(redone.decisions) if "R-9" in one.satisfies)
    assert place <= 2
    assert "## Changed in round 2" in architecture
    assert "who read one is not decided at all" in architecture
    assert "note" in architecture.partition("## Changed in round 2")[2].lower()


def test_a_bundle_of_these_roles_takes_little_time_and_is_the_same_twice():
    brief = BRIEFS["parking"]

    first = [write_deliverable(make_assignment(role, brief)).model_dump_json() for role in OWN_ROLES]
    second = [write_deliverable(make_assignment(role, brief)).model_dump_json() for role in OWN_ROLES]

    assert first == second


def test_a_range_that_no_field_carries_becomes_one_with_the_words_of_the_brief():
    brief = "Patients pick a treatment (15 to 90 minutes) and book an appointment. A treatment has a name."
    session = run_session(brief)

    treatment = next(one for one in session["architect"].domain.entities if one.name == "treatment")
    duration = next(field for field in treatment.fields if field.type == "duration")

    assert duration.source in brief
    assert "BETWEEN interval '15 minutes' AND interval '90 minutes'" in content(session, "db/schema.sql")
    assert "PT15M" in content(session, "api/openapi.yaml")
