import pytest
from django.core.checks import run_checks

from agents.roles import Owed
from agents.workflows import StageSpec, TaskSpec, Workflow
from sagemode.system_checks import check_failpoints, check_roles_and_workflows, check_scratch, check_settings


def test_the_defaults_and_the_registries_are_in_order():
    assert check_settings() == []
    assert check_roles_and_workflows() == []
    assert [message for message in run_checks() if message.is_serious()] == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DATABASES", {"default": {"ENGINE": "django.db.backends.sqlite3"}}, "only PostgreSQL"),
        ("ENVIRONMENT", "staging", "ENVIRONMENT=staging"),
        ("SAGE_MODEL", "nobody:knows", "SAGE_MODEL=nobody:knows"),
        ("SAGE_MODEL", "anthropic", "SAGE_MODEL=anthropic"),
        ("FALLBACK_MODELS", ["openai:any-model", "nobody:knows"], "SAGE_FALLBACK_MODELS=nobody:knows"),
        ("WORKERS", 0, "SAGE_WORKERS"),
        ("LEASE_SECONDS", 1, "SAGE_LEASE_SECONDS=1"),
        ("DATABASE_POOL_SIZE", 0, "pool of 0"),
        ("SHUTDOWN_SECONDS", 0, "SAGE_SHUTDOWN_SECONDS=0"),
        ("TASK_SOFT_SECONDS", 7200, "SAGE_TASK_SOFT_SECONDS=7200"),
        ("MAX_RUNNING_TASKS_PER_TEAM", -1, "SAGE_MAX_RUNNING_TASKS_PER_TEAM"),
        ("QUARANTINE_PROCESSES", 0, "SAGE_QUARANTINE_PROCESSES=0"),
        ("DATABASE_SECONDS", 1.0, "SAGE_DATABASE_SECONDS=1"),
    ],
)
def test_a_setting_that_cannot_work_is_named_with_what_to_do(settings, name, value, told):
    setattr(settings, name, value)

    [error] = check_settings()

    assert told in error.msg
    assert error.hint


@pytest.mark.parametrize(("production", "level"), [(True, "E020"), (False, "W020")])
def test_failpoints_are_refused_in_production_and_named_elsewhere(settings, production, level):
    settings.FAILPOINT = "claim_tasks.after_commit:kill"
    settings.PRODUCTION = production

    [message] = check_failpoints()

    assert message.id == f"sagemode.{level}"
    assert "SAGE_FAILPOINT" in message.msg


def test_without_failpoints_nothing_is_said():
    assert check_failpoints() == []


def test_a_missing_scratch_database_is_named_with_what_to_do_when_the_database_is_asked(settings):
    assert check_scratch(databases=["default"]) == []

    settings.SCRATCH_URL = ""
    [caution] = check_scratch(databases=["default"])

    assert caution.id == "sagemode.W021"
    assert "SAGE_SCRATCH_URL" in caution.msg
    assert "init_scratch" in caution.hint
    assert check_scratch() == [], "commands that need no database do not ask it"


def test_a_workflow_that_does_not_fit_its_roles_and_checks_is_named(monkeypatch):
    owes = (Owed("docs/a.md", "text/markdown", ("spelling",)),)
    twice = (TaskSpec("qa", "Test", owes=owes), TaskSpec("qa", "Test again"), TaskSpec("nobody", "Rest"))
    odd = Workflow("odd", "Odd", "Odd.", (StageSpec("one", "One", twice), StageSpec("two", "Two", ())))
    monkeypatch.setattr("sagemode.system_checks.WORKFLOWS", {"odd": odd})

    found = {problem.id: problem.msg for problem in check_roles_and_workflows()}

    assert set(found) == {"sagemode.E010", "sagemode.E012", "sagemode.E013"}
    assert "nobody" in found["sagemode.E010"]
    assert "names the check spelling" in found["sagemode.E012"]
    assert "stage two" in found["sagemode.E013"]
