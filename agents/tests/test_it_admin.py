"""The administrator's files: parts with secrets as files, thresholds from the brief, and what people decided."""

import re

import pytest
import yaml

from agents.assignment import HumanDecision, PriorArtifact
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


def compose_of(session):
    return yaml.safe_load(content(session, "ops/compose.yaml"))


@pytest.mark.parametrize("name", [*SOME, "template braces", "yaml"])
def test_every_secret_that_a_service_reads_is_declared_and_is_a_file(sessions, name):
    compose = compose_of(sessions[name])

    used = {secret for service in compose["services"].values() for secret in service.get("secrets", ())}
    read = set(re.findall(r"/run/secrets/(\w+)", content(sessions[name], "ops/compose.yaml")))

    assert used
    assert used == read == set(compose["secrets"])
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


@pytest.mark.parametrize("name", SOME)
def test_every_service_tells_its_health_and_every_volume_is_declared(sessions, name):
    compose = compose_of(sessions[name])

    assert all("healthcheck" in service for service in compose["services"].values())
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", ())
        if not volume.startswith(".")
    }
    assert mounted == set(compose["volumes"])


def test_nothing_from_a_brief_is_read_as_a_variable(sessions):
    session = run_session(
        "Users create items for $5 each. At most ${MANY} items.",
        human_decisions=(HumanDecision(1, "Charge $7 and say ${HOME}"),),
    )

    text = content(session, "ops/compose.yaml")

    assert "$7" in text.replace("$$", "$")
    assert not re.search(r"(?<!\$)(?:\$\$)*\$(?!\$)", text)


def test_names_that_a_model_chose_do_not_reach_a_shell():
    interface = "openapi: 3.1.0\npaths: {/comments: {get: {operationId: '$(rm -rf /)', responses: {}}}}\n"
    made = write_deliverable(
        make_assignment(
            "it_admin", artifacts=(PriorArtifact("api/openapi.yaml", "application/yaml", interface, "backend_dev"),)
        )
    )

    workflow = next(a.content for a in made.artifacts if a.path == "ops/ci.yml")
    assert "rm -rf" not in workflow


@pytest.mark.parametrize("name", SOME)
def test_every_store_is_in_the_backup(sessions, name):
    runbook = content(sessions[name], "ops/runbook.md")
    backup = runbook.split("## Backup and restore")[1].split("\n## ")[0]

    for table in re.findall(r"^CREATE TABLE \"?(\w+)", content(sessions[name], "db/schema.sql"), re.MULTILINE):
        assert f"| `{table}` |" in backup


def test_what_others_refer_to_is_restored_first(sessions):
    backup = content(sessions["clinic-appointments"], "ops/runbook.md").split("## Backup and restore")[1]
    order = re.findall(r"^\| `(\w+)` \|", backup, re.MULTILINE)

    assert order.index("patients") < order.index("appointments")
    assert order.index("practitioners") < order.index("appointments")


def test_thresholds_come_from_the_numbers_of_the_brief():
    session = run_session("Wardens scan a plate and see the permit within 2 seconds. Permits are kept for six years.")
    watched = content(session, "ops/runbook.md").split("## What is watched")[1].split("\n## ")[0]

    assert re.search(r"\| 1\.6 second\w* \| 2 seconds \|", watched)
    assert re.search(r"6 years and 1 day", watched)


def test_dated_work_is_a_job_with_an_alarm_when_it_does_not_run():
    session = run_session("Owners get a list of stale flags weekly. Flags are kept for 90 days.")
    crontab = next(iter(compose_of(session)["configs"].values()))["content"]
    runbook = content(session, "ops/runbook.md")

    jobs = re.findall(r"run-job ([\w-]+)", crontab)

    assert "flags-past-its-time" in jobs
    assert all(f"`{job}`" in runbook for job in jobs)
    assert all(f"hours since `{job}` last succeeded" in runbook for job in jobs)


def test_the_time_zone_of_the_brief_is_that_of_the_services(sessions):
    assert compose_of(sessions["clinic-appointments"])["services"]["web"]["environment"]["TZ"] == "Europe/Vienna"


def test_the_version_that_the_brief_has_is_the_version_that_runs(sessions):
    assert compose_of(sessions["passwordless-sign-in"])["services"]["database"]["image"] == "postgres:15"


def test_another_database_changes_compose_backup_and_workflow():
    session = run_session(
        BRIEFS["clinic-appointments"], human_decisions=(HumanDecision(1, "Use MySQL instead of PostgreSQL"),)
    )
    compose, runbook = compose_of(session), content(session, "ops/runbook.md")

    assert compose["services"]["database"]["image"].startswith("mysql:")
    assert "H-1" in str(compose["services"]["database"])
    assert "mysqldump" in runbook
    assert "psql" not in runbook + content(session, "ops/ci.yml")
    assert "H-1" in runbook


def test_a_refused_channel_takes_its_service_and_secret_along():
    brief = BRIEFS["passwordless-sign-in"]
    plain = compose_of(run_session(brief))

    session = run_session(brief, human_decisions=(HumanDecision(1, "No e-mail, please."),))
    compose = compose_of(session)

    assert "mail" in plain["services"]
    assert "mail_password" in plain["secrets"]
    assert "mail" not in compose["services"]
    assert "mail_password" not in compose["secrets"]
    assert "H-1" in content(session, "ops/runbook.md")


def test_incidents_are_those_of_the_brief(sessions):
    hooks = content(sessions["webhook-delivery"], "ops/runbook.md")
    comments = content(sessions["one-line"], "ops/runbook.md")

    assert "Too much at once" in hooks
    assert "Times are off by an hour" in content(sessions["clinic-appointments"], "ops/runbook.md")
    assert "Times are off by an hour" not in comments


def test_the_workflow_asks_for_every_operation(sessions):
    session = sessions["expense-reports"]
    workflow = content(session, "ops/ci.yml")

    assert all(re.search(rf"\b{op.key}\b", workflow) for op in session["architect"].domain.operations)


def test_feedback_is_answered_in_the_runbook():
    made = write_deliverable(
        make_assignment("it_admin", BRIEFS["parking"], round=2, feedback="Say who is called at night.")
    )

    assert "Say who is called at night." in next(a.content for a in made.artifacts if a.path == "ops/runbook.md")
