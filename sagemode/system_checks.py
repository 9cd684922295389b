"""Settings that contradict each other stop a deployment at its start, with a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution

from agents.errors import UnknownModel
from agents.providers import check_model
from agents.roles import ROLES, Owed
from agents.workflows import WORKFLOWS

SHORTEST_WATCHDOG_SECONDS = 8  # a worker's loop gives a sign every three
ENVIRONMENTS = ("development", "testing", "production")


@register()
def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings."""
    found: list[CheckMessage] = []

    def refuse(number: int, wrong: bool, message: str, hint: str) -> None:
        if wrong:
            found.append(Error(message, hint=hint, id=f"sagemode.E{number:03}"))

    engine = settings.DATABASES["default"]["ENGINE"]
    refuse(
        1,
        engine != "accounts.database",
        f"DATABASE_URL names {engine.rpartition('.')[2]}, and only PostgreSQL will do.",
        "Set DATABASE_URL to postgres://user:password@host/name, or leave it out for the embedded PostgreSQL.",
    )
    refuse(
        2,
        settings.ENVIRONMENT not in ENVIRONMENTS,
        f"ENVIRONMENT={settings.ENVIRONMENT} is unknown.",
        f"Use one of {', '.join(ENVIRONMENTS)}.",
    )
    fallbacks = (("SAGE_FALLBACK_MODELS", model) for model in settings.FALLBACK_MODELS)
    for variable, model in (("SAGE_MODEL", settings.SAGE_MODEL), *fallbacks):
        why = _why_unknown(model)
        refuse(3, bool(why), f"{variable}={model} is unknown.", why)
    refuse(
        4,
        settings.WORKERS < 1 or settings.WORKER_CONCURRENCY < 1,
        "SAGE_WORKERS and SAGE_WORKER_CONCURRENCY must be at least 1.",
        "Leave them out for 2 processes with 64 tasks each.",
    )
    refuse(
        5,
        settings.LEASE_SECONDS < 2,
        f"SAGE_LEASE_SECONDS={settings.LEASE_SECONDS} is shorter than two renewals.",
        "Use at least 2; the default is 20.",
    )
    refuse(
        6,
        settings.DATABASE_POOL_SIZE < 1 or settings.DATABASE_MAX_OVERFLOW < 0,
        f"A pool of {settings.DATABASE_POOL_SIZE} connections and {settings.DATABASE_MAX_OVERFLOW} more cannot work.",
        "DATABASE_POOL_SIZE must be at least 1, DATABASE_MAX_OVERFLOW at least 0.",
    )
    refuse(
        7,
        settings.SHUTDOWN_SECONDS < 1,
        f"SAGE_SHUTDOWN_SECONDS={settings.SHUTDOWN_SECONDS} leaves no time to give work back.",
        "Use at least 1; the default is 5, and 30 in production.",
    )
    refuse(
        8,
        settings.DATABASE_SECONDS < 2,
        f"SAGE_DATABASE_SECONDS={settings.DATABASE_SECONDS:g} is too short: a lock alone is waited for for a second.",
        "Use at least 2; the default is 10.",
    )
    refuse(
        9,
        settings.WATCHDOG_SECONDS < SHORTEST_WATCHDOG_SECONDS,
        f"SAGE_WATCHDOG_SECONDS={settings.WATCHDOG_SECONDS} would end healthy processes between two signs of life.",
        f"Use at least {SHORTEST_WATCHDOG_SECONDS}; the default is 30.",
    )
    refuse(
        12,
        not 0 < settings.TASK_SOFT_SECONDS <= settings.TASK_HARD_SECONDS,
        f"SAGE_TASK_SOFT_SECONDS={settings.TASK_SOFT_SECONDS} does not lie before "
        f"SAGE_TASK_HARD_SECONDS={settings.TASK_HARD_SECONDS}.",
        "Leave them out for 1500 and 1800 seconds.",
    )
    limits = ("MAX_RUNNING_TASKS_PER_USER", "MAX_RUNNING_STAGES_PER_USER", "MAX_RUNNING_TASKS_PER_TEAM")
    refuse(
        13,
        any(getattr(settings, name) < 0 for name in limits),
        f"{', '.join(f'SAGE_{name}' for name in limits)} must not be negative.",
        "Use 0 for no limit; the defaults are 50, 0 and 0.",
    )
    refuse(
        14,
        settings.QUARANTINE_PROCESSES < 1,
        f"SAGE_QUARANTINE_PROCESSES={settings.QUARANTINE_PROCESSES} leaves nobody for tasks that have to run alone.",
        "Use at least 1; the default is 2.",
    )
    return found


def _why_unknown(model: str) -> str:
    """Return what is wrong with a model's full name and what can be written; empty when it is known."""
    try:
        check_model(model)
    except UnknownModel as error:
        return str(error)
    return ""


@register(Tags.database)
def check_scratch(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Say that there is no fit scratch database; asked by `migrate` and `check --database default`."""
    if not databases:
        return []
    from agents.checks.scratch import why_not_applied

    reason = why_not_applied(settings.SCRATCH_URL)
    if not reason:
        return []
    hint = "Run `manage.py init_scratch`, or let an administrator run what `manage.py init_scratch --sql` prints."
    return [Caution(f"Schemas that agents write are parsed, not applied: {reason}.", hint=hint, id="sagemode.W021")]


@register()
def check_failpoints(**kwargs: Any) -> list[CheckMessage]:
    """Say that failpoints are set: in production they are refused, and never armed; elsewhere work dies of them."""
    if not settings.FAILPOINT:
        return []
    hint = "Remove SAGE_FAILPOINT from the environment; it is for tests of faults alone."
    if settings.PRODUCTION:
        return [Error("SAGE_FAILPOINT is set in production; it is not armed.", hint=hint, id="sagemode.E020")]
    return [Caution(f"SAGE_FAILPOINT={settings.FAILPOINT} is armed.", hint=hint, id="sagemode.W020")]


@register()
def check_roles_and_workflows(**kwargs: Any) -> list[CheckMessage]:
    """Return what is missing in the registries of agents."""
    found: list[CheckMessage] = []
    for workflow in WORKFLOWS.values():
        for task in (task for stage in workflow.stages for task in stage.tasks):
            if task.role not in ROLES:
                found.append(
                    Error(
                        f"The workflow {workflow.key} names the role {task.role}, which does not exist.",
                        hint="Add agents/roles/<role>.py with ROLE, or correct the workflow.",
                        id="sagemode.E010",
                    )
                )
            found += _unknown_checks(f"The task of {task.role} in the workflow {workflow.key}", task.owes or ())
        for stage in workflow.stages:
            keys = [task.role for task in stage.tasks]
            if not keys or len(set(keys)) < len(keys):
                found.append(
                    Error(
                        f"The stage {stage.name} of the workflow {workflow.key} has no task, or two for one role.",
                        hint="Give each stage at least one task, and each role at most one in it.",
                        id="sagemode.E013",
                    )
                )
    for role in ROLES.values():
        if not (role.instructions.strip() and role.capabilities and role.owes):
            found.append(
                Error(
                    f"The role {role.key} lacks instructions, capabilities or artifacts that it owes.",
                    hint="Complete its ROLE in agents/roles/.",
                    id="sagemode.E011",
                )
            )
        found += _unknown_checks(f"The role {role.key}", role.owes)
    return found


def _unknown_checks(who: str, owes: Sequence[Owed]) -> list[CheckMessage]:
    from agents.checks import CHECKS  # loads parsers and validators, which a start that skips its checks can do without

    names = sorted({name for owed in owes for name in owed.checks} - set(CHECKS))
    hint = f"Known are {', '.join(sorted(CHECKS))}."
    return [
        Error(f"{who} names the check {name}, which does not exist.", hint=hint, id="sagemode.E012") for name in names
    ]
