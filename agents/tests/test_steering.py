"""People's decisions, answers and feedback show in what agents do afterwards."""

from agents.assignment import Answer, HumanDecision, PriorArtifact
from agents.simulator import write_deliverable
from agents.tests.factories import BRIEFS, content, make_assignment, run_session

NO_MAIL = HumanDecision(1, "Reminders go out by SMS only, never by e-mail")


def test_a_decision_of_a_person_is_cited_by_every_role():
    session = run_session(BRIEFS["clinic-appointments"], human_decisions=(NO_MAIL,))

    for role, deliverable in session.items():
        assert any("H-1" in decision.rationale for decision in deliverable.decisions), role
    assert "H-1" in content(session, "db/schema.sql")
    assert "Reminders go out by SMS only" in content(session, "security/threat-model.md")


def test_a_decision_about_something_is_cited_where_that_is_decided():
    architect = run_session(BRIEFS["clinic-appointments"], human_decisions=(NO_MAIL,))["architect"]

    citing = [decision for decision in architect.decisions if "H-1" in decision.rationale]
    assert len(citing) < len(architect.decisions)


def test_later_roles_build_on_earlier_decisions():
    session = run_session(BRIEFS["webhook-delivery"])

    assert any("D-" in decision.rationale for decision in session["backend_dev"].decisions)
    assert any("D-" in decision.rationale for decision in session["it_admin"].decisions)


def test_feedback_and_answers_are_taken_up():
    assignment = make_assignment(
        brief=BRIEFS["recipe"],
        round=2,
        feedback="Name the shopping list first.",
        answers=(Answer("How long is it kept?", "1 year"),),
    )

    first = write_deliverable(assignment).decisions[0]

    assert "Name the shopping list first." in first.rationale
    assert "1 year" in first.rationale


def test_names_come_from_the_domain_that_was_handed_in():
    session = run_session("Clerks approve permits.")
    artifact = content(session, "domain.json").replace('"permits"', '"parking_permits"')
    dba = write_deliverable(
        make_assignment(
            "dba",
            "Clerks approve permits.",
            artifacts=(PriorArtifact("domain.json", "application/json", artifact, "architect"),),
        )
    )

    assert "CREATE TABLE parking_permits" in next(a.content for a in dba.artifacts if a.path == "db/schema.sql")


def test_a_broken_domain_does_not_stop_the_next_role():
    broken = PriorArtifact("domain.json", "application/json", '{"entities": 5', "architect")

    assert write_deliverable(make_assignment("dba", artifacts=(broken,))).artifacts
