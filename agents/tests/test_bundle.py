"""What a whole team of simulated agents hands in for any brief, those included that nobody meant well."""

import json
import re
from collections import Counter
from itertools import combinations

import pytest
import yaml
from django.db import connection, transaction

from agents.checks import check_deliverable
from agents.checks.bundle import bundle_of
from agents.checks.contract import check_bundle
from agents.roles import get_role
from agents.tests.factories import BRIEFS, HOSTILE, content, run_session

EVERY_BRIEF = {**BRIEFS, **HOSTILE}


@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_every_deliverable_passes_every_check(sessions, name):
    results = [
        result
        for role, deliverable in sessions[name].items()
        for result in check_deliverable(get_role(role), deliverable)
    ]

    assert [result for result in results if result.status != "passed"] == []
    assert {"owed", "openapi", "sql", "yaml", "json", "html"} <= {result.name for result in results}


@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_what_the_team_hands_in_does_not_contradict_itself(sessions, name):
    bundle = bundle_of(sessions[name], feature_name="The feature", brief=EVERY_BRIEF[name])

    results = check_bundle(bundle)

    assert [result for result in results if result.status != "passed"] == []
    assert len(results) >= 10


@pytest.mark.django_db
@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_the_schema_applies_to_a_real_postgresql(sessions, name):
    schema = content(sessions[name], "db/schema.sql")
    tables = {entity.table for entity in sessions[name]["architect"].domain.entities}

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA of_the_brief; SET LOCAL search_path TO of_the_brief")
        cursor.execute(schema)
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'of_the_brief'")
        made = {row[0] for row in cursor.fetchall()}
        transaction.set_rollback(True)

    assert tables <= made


@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_every_entity_and_operation_appears_in_every_part(sessions, name):
    session = sessions[name]
    domain = session["architect"].domain

    parts = {
        "interface": content(session, "api/openapi.yaml"),
        "pages": content(session, "web/pages.md"),
        "threats": content(session, "security/threat-model.md"),
        "operations": content(session, "ops/runbook.md"),
    }
    for operation in domain.operations:
        for part, text in parts.items():
            assert re.search(rf"\b{operation.key}\b", text), f"{operation.key} is missing in {part}"
    for entity in domain.entities:
        assert entity.table in content(session, "db/schema.sql")
        assert entity.table in content(session, "ops/runbook.md")
        assert entity.name in content(session, "domain.json")


@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_every_requirement_is_met_by_a_decision_and_an_artifact(sessions, name):
    session = sessions[name]
    keys = {requirement.key for requirement in session["architect"].requirements}

    decided: dict[str, set[str]] = {}
    for role, deliverable in session.items():
        for decision in deliverable.decisions:
            for key in decision.satisfies:
                decided.setdefault(key, set()).add(f"{role}/{decision.key}")
    carried_out = {
        f"{role}/{key}" for role, deliverable in session.items() for a in deliverable.artifacts for key in a.implements
    }

    assert keys
    assert set(decided) == keys
    assert all(decisions & carried_out for decisions in decided.values())


@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_decisions_say_why_and_what_else_there_was(sessions, name):
    for role, deliverable in sessions[name].items():
        assert 3 <= len(deliverable.decisions) <= 6, role
        for decision in deliverable.decisions:
            assert len(decision.alternatives) >= 2
            assert all(alternative.pros and alternative.cons for alternative in decision.alternatives)
            assert {consequence.partition(":")[0] for consequence in decision.consequences} == {"Good", "Bad"}
            assert decision.category
            assert all(key in decision.rationale for key in decision.satisfies[:10])


@pytest.mark.parametrize("name", EVERY_BRIEF)
def test_what_a_brief_holds_breaks_out_of_no_notation(sessions, name):
    session = sessions[name]

    for deliverable in session.values():
        for artifact in deliverable.artifacts:
            if artifact.media_type == "text/html":
                assert "<script" not in artifact.content
                assert "<img" not in artifact.content
            if artifact.media_type == "text/markdown":
                assert artifact.content.count("```") % 2 == 0
                assert "<script" not in artifact.content
    assert yaml.safe_load(content(session, "ops/compose.yaml"))["services"]
    assert json.loads(content(session, "domain.json"))["entities"]


def test_the_same_brief_gives_the_same_bytes():
    brief = BRIEFS["clinic-appointments"]

    first = {role: deliverable.model_dump_json() for role, deliverable in run_session(brief).items()}
    second = {role: deliverable.model_dump_json() for role, deliverable in run_session(brief).items()}
    other = {role: deliverable.model_dump_json() for role, deliverable in run_session(brief, seed=7).items()}

    assert first == second
    assert first != other


def lines_of(session) -> Counter[str]:
    """Every line of every file that is not blank, as often as it stands there."""
    return Counter(
        line.strip()
        for deliverable in session.values()
        for artifact in deliverable.artifacts
        for line in artifact.content.splitlines()
        if line.strip()
    )


def shared(one: Counter[str], other: Counter[str]) -> float:
    """The share of lines that two bundles have in common, of all lines of both (Dice over multisets)."""
    return 2 * (one & other).total() / (one.total() + other.total())


def test_two_briefs_give_different_designs(sessions):
    lines = {name: lines_of(sessions[name]) for name in BRIEFS}

    shares = {pair: shared(lines[pair[0]], lines[pair[1]]) for pair in combinations(sorted(BRIEFS), 2)}

    worst = max(shares, key=lambda pair: shares[pair])
    print(f"worst pair of {len(shares)}: {' and '.join(worst)} share {shares[worst]:.1%} of their lines")
    assert shares[worst] <= 0.40, f"{worst} share {shares[worst]:.0%} of their lines"
