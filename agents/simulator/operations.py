"""The IT admin's deliverable: what to run, how to watch it, and what to do when it breaks."""

from typing import Any

from agents.brief.identifiers import slug
from agents.deliverable import Artifact, Decision, Deliverable, Limit
from agents.simulator.choices import Choice, decide
from agents.simulator.components import Component, components
from agents.simulator.material import Material
from agents.simulator.text import listing, md, table, to_yaml

CHOICES = (
    Choice(
        "compose",
        (),
        "deployment",
        "{title} runs as containers of one compose file: pages and interface, worker, database",
        "A team of this size can read one file; {things} do not need a cluster.",
        (
            ("Kubernetes", "heals and scales by itself", "more to operate than the product itself"),
            ("Installed on a host by hand", "nothing in between", "the second host will differ"),
        ),
        ("Health conditions decide the order of the start.", "The same file runs on a laptop."),
        sure=74,
    ),
    Choice(
        "backup",
        (),
        "backup",
        "The database with {all} is backed up nightly in full and continuously by its log, and a restore is "
        "rehearsed each month",
        "A backup that was never restored is a hope.",
        (
            ("A nightly dump alone", "one file", "loses up to a day of {things}"),
            ("A replica instead", "ready at once", "repeats every mistake within a second"),
        ),
        ("At most five minutes of {things} are lost.", "The rehearsal is written down with its duration."),
        sure=78,
    ),
    Choice(
        "watch",
        (),
        "monitoring",
        "What is watched is what people would notice: whether {things} can be reached, changed and delivered",
        "An alarm on a figure nobody feels is switched off within a month.",
        (
            ("Watch every figure", "nothing is missed", "everything is missed"),
            ("Wait for calls", "no tools", "the call comes from the person it hurt"),
        ),
        ("Each alarm names the page of this runbook.",),
        sure=72,
    ),
    Choice(
        "slo",
        ("performance", "throughput", "realtime"),
        "monitoring",
        "The brief's figures are the alarm's thresholds: {limit}",
        "Whoever set the figure wants to hear when it is missed, not when it is doubled.",
        (
            ("Usual thresholds", "known to work somewhere", "say nothing about this promise"),
            ("No alarm, a weekly report", "calm nights", "a week of broken promise"),
        ),
        ("A threshold changes only with the brief.",),
        sure=74,
        needs_limit=True,
    ),
    Choice(
        "apart",
        ("availability", "retry"),
        "resilience",
        "Each part may be away without taking {things} with it, and the drill proves it every quarter",
        "The brief counts on failure; a drill is the only proof that does not come at night.",
        (
            ("Two of everything", "no single point", "twice the cost; both break the same way"),
            ("Restart by hand", "simple", "needs somebody awake"),
        ),
        ("The drill stops one part at a time and notes what people saw.",),
        sure=70,
    ),
    Choice(
        "gone",
        ("retention", "privacy"),
        "data",
        "Deletion of {things} runs nightly and again after every restore: {limit}",
        "A restore brings back what had to be gone.",
        (
            ("Delete in the backups too", "complete", "backups that change are no backups"),
            ("Short backups", "old data fades by itself", "an old mistake cannot be undone"),
        ),
        ("Backups are kept 35 days, encrypted with a key that is held elsewhere.",),
        sure=74,
    ),
    Choice(
        "on_time",
        ("schedule", "notification", "exchange"),
        "process",
        "Dated work on {things} is watched by its absence: an alarm rings when it has not happened",
        "A job that does not run makes no noise.",
        (
            ("Alarm on errors", "exact", "no run, no error"),
            ("Look at the result by hand", "no tools", "until the holiday"),
        ),
        ("Each job writes when it last succeeded.", "{integrations} are told apart from our own faults."),
        sure=74,
    ),
    Choice(
        "keys",
        ("credentials", "network"),
        "secrets",
        "Secrets are files that the platform mounts, named in the compose file and never written there",
        "A file that many read is no place for what few may know.",
        (
            ("Environment variables", "every tool reads them", "shown in listings, inherited by children"),
            ("A vault", "short-lived secrets", "one more part that everything waits for at the start"),
        ),
        ("Changing one is a page of the runbook and rehearsed.",),
        sure=74,
    ),
    Choice(
        "room",
        ("files", "measure"),
        "capacity",
        "Space for {things} is forecast from their growth and ordered at 70 percent",
        "Files and figures only grow, and a full disk stops everything at once.",
        (
            ("Delete when it is full", "no cost", "in a hurry, and the wrong things"),
            ("Space without end from a provider", "never full", "the bill is the alarm"),
        ),
        ("Growth per week stands on the dashboard.",),
        sure=70,
    ),
)


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="OPS", cover=True)
    keys = [decision.key for decision in decisions]
    parts = components(material)
    return Deliverable(
        summary=(
            f"{len(parts)} components as services, a runbook with {len(material.domain.limits)} figures to watch, "
            "and a CI workflow."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="ops/compose.yaml",
                media_type="application/yaml",
                content=to_yaml(_compose(material, parts)),
                implements=keys,
            ),
            Artifact(
                path="ops/runbook.md",
                media_type="text/markdown",
                content=_runbook(material, parts, decisions),
                implements=keys,
            ),
            Artifact(
                path="ops/ci.yml",
                media_type="application/yaml",
                content=to_yaml(_workflow(material)),
                implements=keys[:1],
            ),
        ],
        handoff="Thresholds come from the brief's numbers; a change there is a change here.",
    )


def _compose(material: Material, parts: list[Component]) -> dict[str, Any]:
    name = slug(material.title, most=40)
    kinds = {part.key for part in parts}
    secrets = [
        "database_password",
        *(["signing_key"] if material.raised("credentials", "network") else []),
        *(["mail_password"] if "mail" in kinds else []),
    ]
    image = f"{name}:latest"
    waits = {"database": {"condition": "service_healthy"}}
    services: dict[str, Any] = {
        "web": {
            "image": image,
            "command": ["serve"],
            "ports": ["8000:8000"],
            "depends_on": waits,
            "environment": {
                "DATABASE_HOST": "database",
                "RECORDS": ",".join(entity.table for entity in material.entities),
            },
            "secrets": secrets,
            "healthcheck": {"test": ["CMD", "healthcheck"], "interval": "10s", "timeout": "3s", "retries": 3},
            "labels": {
                f"serves.{slug(entity.path)}": ",".join(entity.requirements) or "all" for entity in material.entities
            },
        },
        "database": {
            "image": "postgres:18",
            "environment": {
                "POSTGRES_DB": name.replace("-", "_"),
                "POSTGRES_PASSWORD_FILE": "/run/secrets/database_password",
            },
            "volumes": ["database:/var/lib/postgresql", "../db/schema.sql:/docker-entrypoint-initdb.d/schema.sql:ro"],
            "secrets": ["database_password"],
            "healthcheck": {"test": ["CMD-SHELL", "pg_isready"], "interval": "10s", "timeout": "3s", "retries": 5},
        },
    }
    volumes: dict[str, Any] = {"database": {}}
    if kinds & {"worker", "mail", "exchange", "guard"}:
        services["worker"] = {
            "image": image,
            "command": ["work", *sorted(kinds & {"mail", "exchange", "guard"})],
            "depends_on": waits,
            "secrets": secrets,
            "restart": "unless-stopped",
            "labels": {
                part.key: ",".join(part.because)
                for part in parts
                if part.key in ("worker", "mail", "exchange", "guard")
            },
        }
    if "files" in kinds:
        services["files"] = {
            "image": "minio/minio:latest",
            "command": ["server", "/data"],
            "volumes": ["files:/data"],
            "restart": "unless-stopped",
        }
        volumes["files"] = {}
    if "intake" in kinds:
        services["intake"] = {
            "image": image,
            "command": ["intake"],
            "depends_on": waits,
            "ports": ["8883:8883"],
            "secrets": secrets,
        }
    if "feed" in kinds:
        services["feed"] = {"image": image, "command": ["feed"], "depends_on": waits, "secrets": ["database_password"]}
    if "guard" in kinds:
        services["worker"]["networks"] = ["default", "outside"]
    found: dict[str, Any] = {
        "name": name if name[0].isalnum() else "app",
        "services": services,
        "volumes": volumes,
        "secrets": {secret: {"file": f"./secrets/{secret}"} for secret in secrets},
    }
    if "guard" in kinds:
        found["networks"] = {"outside": {}}
    return found


def _workflow(material: Material) -> dict[str, Any]:
    names = [operation.key for operation in material.operations]
    return {
        "name": f"Check {material.title[:60]}",
        "on": {"push": {"branches": ["main"]}, "pull_request": {}},
        "permissions": {"contents": "read"},
        "jobs": {
            "schema": {
                "runs-on": "ubuntu-latest",
                "services": {
                    "postgres": {
                        "image": "postgres:18",
                        "env": {"POSTGRES_PASSWORD": "check"},
                        "ports": ["5432:5432"],
                        "options": "--health-cmd pg_isready --health-interval 5s --health-retries 10",
                    },
                },
                "env": {"PGHOST": "localhost", "PGUSER": "postgres", "PGPASSWORD": "check"},
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {"name": "Apply the schema", "run": "psql -v ON_ERROR_STOP=1 -f db/schema.sql"},
                    {
                        "name": "Every record has its table",
                        "run": "\n".join(
                            f"psql -c 'SELECT count(*) FROM \"{entity.table}\"'" for entity in material.entities
                        ),
                    },
                ],
            },
            "interface": {
                "runs-on": "ubuntu-latest",
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {
                        "name": "The description is valid",
                        "run": "pip install openapi-spec-validator && openapi-spec-validator api/openapi.yaml",
                    },
                    {
                        "name": "Every operation is described",
                        "run": "\n".join(f"grep -q 'operationId: {name}$' api/openapi.yaml" for name in names),
                    },
                ],
            },
            "pages": {
                "runs-on": "ubuntu-latest",
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {"name": "Pages are accessible", "run": "npx --yes @axe-core/cli file://$PWD/web/index.html"},
                ],
            },
        },
    }


def _runbook(material: Material, parts: list[Component], decisions: list[Decision]) -> str:
    kept = {limit.entity: limit for limit in material.limits_of(kinds=("retention",))}
    stores = [
        [
            f"`{entity.table}`",
            md(entity.label_plural),
            "log continuously, full nightly",
            md(kept[entity.name].text) if entity.name in kept else "until deleted",
        ]
        for entity in material.entities
    ]
    sections = [
        f"# {md(material.title, most=160)}: runbook",
        "## Parts\n\n"
        + table(["part", "duty", "when it is away"], [[part.name, md(part.duty), _away(part)] for part in parts]),
        "## Start and stop\n\n1. Put the secrets named in `compose.yaml` into `ops/secrets/`.\n2. `docker "
        "compose -f ops/compose.yaml up -d --wait`\n"
        "3. Ask `/health`; then "
        + listing([f"`{op.key}`" for op in material.operations if op.kind == "list"], most=3)
        + ".\n4. `docker compose -f ops/compose.yaml down` ends it; nothing is lost.",
        "## Backup and restore\n\n"
        + table(["table", "holds", "backup", "kept"], stores)
        + (
            "\n\nRestore into an empty database, apply the log up to the minute, run the deletions, compare the "
            "number of rows with the last report."
        ),
    ]
    watched = [
        [limit.key, md(limit.text), _threshold(limit), md(limit.entity or "the whole")]
        for limit in material.domain.limits
    ]
    sections.append(
        "## What to watch\n\n"
        + table(
            ["figure", "the brief says", "alarm", "concerns"],
            [*watched, ["–", "every page and operation", "5 errors in 5 minutes", "the whole"]],
        )
    )
    acts = [op for op in material.operations if op.source and op.kind not in ("list", "read")]
    sections.append(
        "## When it breaks\n\n"
        + table(
            ["operation", "people see", "first look at"],
            [
                [
                    f"`{op.key}`",
                    md(f"{material.actors_of(op)} cannot: {op.title}"),
                    "worker queue and last error"
                    if not op.actors
                    else f"answers of `{op.key}` by status, locks on its table",
                ]
                for op in acts
            ],
        )
    )
    others = [op.key for op in material.operations if op not in acts]
    sections.append(
        "Reading and keeping ("
        + ", ".join(f"`{key}`" for key in others)
        + ") share one cause: look at the database first."
    )
    sections.append("## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions))
    if material.human_decisions:
        sections.append(
            "## Bound by people\n\n" + "\n".join(f"- H-{h.number}: {md(h.text)}" for h in material.human_decisions)
        )
    return "\n\n".join(sections) + "\n"


def _away(part: Component) -> str:
    return {
        "database": "nothing works; pages say since when",
        "interface": "pages say so and keep what was typed",
        "worker": "dated work waits and is made up for",
        "mail": "messages wait; nobody is told twice",
        "files": "everything but files works",
        "exchange": "files wait for the other side",
        "feed": "clients ask again by themselves",
        "intake": "devices keep and send later",
        "guard": "nothing leaves",
    }.get(part.key, "a second one answers")


def _threshold(limit: Limit) -> str:
    value = f"{limit.value} {limit.unit}".strip()
    return md(
        {
            "duration": f"half of {value} is used up in one case of a hundred",
            "rate": f"80 percent of {value}",
            "count": f"more than {value}",
            "size": f"over {value}",
            "retention": f"a row older than {value} and a day",
            "percentage": f"off by a tenth from {value}",
        }.get(limit.kind, f"differs from {value}")
    )
