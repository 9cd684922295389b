"""The security specialist's model: every operation and store, answers that are really built, rights with ownership."""

import re

import pytest

from agents.assignment import PriorArtifact
from agents.simulator import write_deliverable
from agents.tests.factories import BRIEFS, content, make_assignment, run_session

SOME = (
    "clinic-appointments",
    "expense-reports",
    "passwordless-sign-in",
    "webhook-delivery",
    "library-loans",
    "one-line",
)
MODEL = "security/threat-model.md"


def matrix_of(session) -> dict[str, dict[str, str]]:
    """The authorization matrix: operation -> actor's label -> cell."""
    part = content(session, MODEL).split("## Authorization matrix")[1].split("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return {row[0].strip("`"): dict(zip(rows[0][2:], row[2:], strict=True)) for row in rows[2:]}


@pytest.mark.parametrize("name", SOME)
def test_every_operation_has_a_row_of_threats_and_a_row_of_rights(sessions, name):
    session = sessions[name]
    model = content(session, MODEL)
    matrix = matrix_of(session)

    for operation in session["architect"].domain.operations:
        assert re.search(rf"^\| `{operation.key}` \|(?:[^|]*\|){{7}}$", model, re.MULTILINE)
        assert operation.key in matrix


@pytest.mark.parametrize("name", SOME)
def test_every_table_of_the_schema_is_among_the_stores(sessions, name):
    session = sessions[name]
    tables = re.findall(r"^CREATE TABLE \"?(\w+)", content(session, "db/schema.sql"), re.MULTILINE)

    stores = content(session, MODEL).split("## Stores of")[1].split("\n## ")[0]

    assert tables
    assert [table for table in tables if f"| `{table}` |" not in stores] == []


@pytest.mark.parametrize("name", SOME)
def test_constraints_that_are_named_stand_in_the_schema(sessions, name):
    session = sessions[name]
    schema = content(session, "db/schema.sql")

    named = re.findall(r"constraint `(\w+)` in db/schema.sql", content(session, MODEL))

    assert [constraint for constraint in named if constraint not in schema] == []


def test_rules_of_a_brief_are_answered_by_constraints(sessions):
    model = content(sessions["clinic-appointments"], MODEL)

    assert re.search(r"constraint `\w+` in db/schema.sql", model)


@pytest.mark.parametrize("name", SOME)
def test_rights_agree_with_who_does_what(sessions, name):
    session = sessions[name]
    domain = session["architect"].domain
    matrix = matrix_of(session)

    for operation in domain.operations:
        for actor in domain.actors:
            cell = matrix[operation.key][actor.label]
            assert (cell == "no") == (actor.key not in operation.actors)


def test_people_reach_their_own_rows_only(sessions):
    matrix = matrix_of(sessions["clinic-appointments"])

    assert matrix["read_appointment"]["patient"] == "own (patient_id)"
    assert matrix["read_appointment"]["front desk"] == "yes"


def test_nobody_decides_on_their_own(sessions):
    matrix = matrix_of(
        run_session(
            "An employee submits a claim. The manager approves or rejects the claim. Nobody approves their own claim."
        )
    )

    assert matrix["approve_claim"]["manager"].startswith("not own")


def test_every_mitigation_that_is_referred_to_exists(sessions):
    for name in SOME:
        model = content(sessions[name], MODEL) + content(sessions[name], "security/checklist.md")
        known = set(re.findall(r"^\| (M-\d+) \|", model, re.MULTILINE))

        assert known
        assert set(re.findall(r"\bM-\d+\b", model)) <= known


def test_abuse_cases_come_from_the_brief(sessions):
    signing = content(sessions["passwordless-sign-in"], MODEL)
    comments = content(sessions["one-line"], MODEL)

    assert "At most 5 links an hour" in signing.split("## Abuse cases")[1]
    assert "stolen passwords" in signing
    assert "stolen passwords" not in comments


def test_personal_data_names_how_long_it_is_kept(sessions):
    part = content(sessions["clinic-appointments"], MODEL).split("## Personal data")[1]

    assert re.search(r"`notes` \|.*health.*ten years", part)


def test_names_of_another_schema_are_cited_as_they_are():
    brief = "Members book courts. Two members must never get the same court at the same time."
    session = run_session(brief)
    schema = """
    create table bookings (
        booking_no serial primary key, court_no int not null, member_no int not null, during tstzrange not null,
        -- constraint in_a_comment unique (court_no)
        constraint no_two_at_once exclude using gist (court_no with =, during with &&), note text default 'a, (b'
    );
    create table audit_trail (id serial, what text);
    """
    made = write_deliverable(
        make_assignment(
            "security_specialist",
            brief,
            artifacts=(
                PriorArtifact("domain.json", "application/json", content(session, "domain.json"), "architect"),
                PriorArtifact("database/tables.sql", "application/sql", schema, "dba"),
            ),
        )
    )

    model = next(a.content for a in made.artifacts if a.path == MODEL)

    assert "`audit_trail`" in model
    assert "in_a_comment" not in model


@pytest.mark.parametrize("schema", ["CREATE TABLE x (" * 2000, "/*" * 50_000, "create table a (b int", "'" * 9999])
def test_a_broken_schema_does_not_stop_the_model(schema):
    made = write_deliverable(
        make_assignment(
            "security_specialist", artifacts=(PriorArtifact("db/schema.sql", "application/sql", schema, "dba"),)
        )
    )

    assert any("comment" in a.content for a in made.artifacts if a.path == MODEL)


def test_feedback_is_answered_in_the_model():
    made = write_deliverable(
        make_assignment("security_specialist", BRIEFS["parking"], round=2, feedback="Look at wardens without signal.")
    )

    assert "Look at wardens without signal." in next(a.content for a in made.artifacts if a.path == MODEL)
