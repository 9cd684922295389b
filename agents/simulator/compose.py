"""The compose file: each part a service with a health check, secrets as files, volumes for what must outlive it."""

import re
from collections.abc import Sequence
from typing import Any, Final

from agents.simulator.binding import effects
from agents.simulator.bounds import bounds_of
from agents.simulator.components import Component
from agents.simulator.jobs import crontab, time_zone
from agents.simulator.material import Material
from agents.simulator.parts import amount, channels, database, image_name, secrets, sending_service, with_files
from agents.simulator.privileges import role_of

_DATABASES: Final[dict[str, dict[str, str]]] = {
    "postgres": {
        "image": "postgres:{version}",
        "version": "18",
        "data": "/var/lib/postgresql",
        "prefix": "POSTGRES",
        "name": "POSTGRES_DB",
        "ready": "pg_isready -U postgres",
        "port": "5432",
    },
    "mysql": {
        "image": "mysql:{version}",
        "version": "8.4",
        "data": "/var/lib/mysql",
        "prefix": "MYSQL_ROOT",
        "name": "MYSQL_DATABASE",
        "ready": "mysqladmin ping --silent",
        "port": "3306",
    },
    "mariadb": {
        "image": "mariadb:{version}",
        "version": "11.4",
        "data": "/var/lib/mysql",
        "prefix": "MARIADB_ROOT",
        "name": "MARIADB_DATABASE",
        "ready": "healthcheck.sh --connect --innodb_initialized",
        "port": "3306",
    },
}


def database_image(material: Material) -> str:
    """Return the image of the database, in the version that people or the brief name."""
    kind = database(material)
    facts = _DATABASES[kind]
    said = f"{material.steering.database} {' '.join(material.said(key) for key in material.raised('existing'))}"
    found = re.search(rf"\b{kind}\w*[ -]?(?:v|version )?(\d{{1,2}}(?:\.\d{{1,2}})?)\b", said, re.IGNORECASE)
    return facts["image"].format(version=found[1] if found else facts["version"])


def compose(material: Material, running: Sequence[Component]) -> dict[str, Any]:
    """Return the compose file as a value."""
    name = image_name(material)
    kinds = {part.key for part in running}
    because = {part.key: ", ".join(part.because) for part in running}
    known = secrets(material, running)
    services: dict[str, Any] = {"web": _app(material, name, known, "web", ["serve"])}
    services["web"] |= {
        "ports": ["8000:8000"],
        "healthcheck": _health("wget -q --spider http://localhost:8000/health"),
        "labels": {
            f"serves.{entity.table}": ", ".join(entity.requirements) or entity.label for entity in material.entities
        },
    }
    services["database"] = _database(material, name)
    work = [kind for kind in ("worker", "exchange", "guard") if kind in kinds]
    if work or "mail" in kinds:
        services["worker"] = _app(material, name, known, "worker", ["work", *work[1:]]) | {
            "healthcheck": _health(f"worker-alive --within 60s --project {name}"),
            "labels": {f"does.{kind}": because[kind] for kind in (*work, *(["mail"] if "mail" in kinds else []))},
        }
    sender = sending_service(material) if "mail" in kinds else ""
    if sender:
        services[sender] = _app(material, name, known, sender, ["send", *channels(material)]) | {
            "healthcheck": _health(f"outbox-moves --within 10m --project {name}"),
            "labels": {"sends": because["mail"]},
        }
    if "files" in kinds:
        services["files"] = {
            "image": "minio/minio:RELEASE.2025-04-22T22-12-26Z",
            "command": ["server", "/data"],
            "environment": {"MINIO_ROOT_USER": name, "MINIO_ROOT_PASSWORD_FILE": "/run/secrets/files_key"},
            "volumes": [f"{name}-files:/data"],
            "secrets": ["files_key"],
            "healthcheck": _health("mc ready local"),
            "labels": {"keeps": because["files"]},
        }
    if "intake" in kinds:
        services["intake"] = _app(material, name, known, "intake", ["intake"]) | {
            "ports": ["8883:8883"],
            "healthcheck": _health(f"intake-alive --project {name}"),
            "labels": {"takes": because["intake"]},
        }
    if "feed" in kinds:
        services["feed"] = _app(material, name, known, "feed", ["feed"]) | {
            "healthcheck": _health(f"feed-alive --project {name}"),
            "labels": {"tells": because["feed"]},
        }
    for part in running:
        if part.key in _BESIDE:
            services[part.key] = _beside(material, part, name)
    if "guard" in kinds:
        services["worker"]["networks"] = ["default", f"{name}-outside"]
    services["backup"] = _backup(material, name)
    volumes = [f"{name}-database", f"{name}-backup", *([f"{name}-files"] if "files" in kinds else [])]
    volumes += [f"{name}-{key}" for key in ("queue",) if key in kinds]
    found: dict[str, Any] = {
        "name": name,
        "services": services,
        "volumes": {volume: {"labels": {"holds": _holds(material, volume)}} for volume in volumes},
        "secrets": {secret.name: {"file": f"./secrets/{secret.name}"} for secret in known},
        "configs": {f"{name}-jobs": {"content": crontab(material)}},
    }
    if "guard" in kinds:
        found["networks"] = {f"{name}-outside": {}}
    if material.human_decisions:
        found["x-bound-by-people"] = effects(material)
    escaped: dict[str, Any] = _escaped(found)
    return escaped


def _escaped(value: Any) -> Any:
    """Compose reads `$` as the start of a variable; text from people and briefs must stay text."""
    if isinstance(value, dict):
        return {_escaped(key): _escaped(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_escaped(part) for part in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


def _app(material: Material, name: str, known: Sequence[Any], reader: str, command: list[str]) -> dict[str, Any]:
    """A service of our own image: it reads its secrets as files and the brief's numbers from its environment."""
    mine = [secret.name for secret in known if reader in secret.readers]
    environment = {"DATABASE": f"{database(material)}://{role_of(material)}@database/{name.replace('-', '_')}"}
    environment |= {f"{secret.upper()}_FILE": f"/run/secrets/{secret}" for secret in mine}
    if reader in ("web", "worker"):
        environment |= _numbers(material, reader)
    zone = time_zone(material)
    if zone:
        environment["TZ"] = zone
    return {
        "image": f"{name}:latest",
        "command": command,
        "depends_on": {"database": {"condition": "service_healthy"}},
        "environment": environment,
        "secrets": mine,
        "restart": "unless-stopped",
    }


def _numbers(material: Material, reader: str) -> dict[str, str]:
    """The numbers of the brief that the service holds to; those of time-driven work go to the worker."""
    late = ("age", "retry", "notice", "expiry")
    return {
        f"{bound.key.replace('-', '')}_{bound.purpose.upper()}": amount(bound.limit)
        for bound in material.once(bounds_of)
        if bound.value is not None and (bound.purpose in late) == (reader == "worker") and bound.purpose != "stock"
    }


def _health(command: str) -> dict[str, Any]:
    return {"test": ["CMD-SHELL", command], "interval": "10s", "retries": 5}


def _database(material: Material, name: str) -> dict[str, Any]:
    facts = _DATABASES[database(material)]
    service: dict[str, Any] = {
        "image": database_image(material),
        "environment": {
            facts["name"]: name.replace("-", "_"),
            f"{facts['prefix']}_PASSWORD_FILE": "/run/secrets/database_password",
        },
        "volumes": [f"{name}-database:{facts['data']}", "../db/schema.sql:/docker-entrypoint-initdb.d/schema.sql:ro"],
        "secrets": ["database_password"],
        "healthcheck": _health(facts["ready"]),
        "restart": "unless-stopped",
    }
    cited = material.steering.database.cite
    if cited:
        service["labels"] = {"decided": f"{cited}: {material.steering.database}"}
    return service


def _backup(material: Material, name: str) -> dict[str, Any]:
    """One service runs the jobs of the crontab, the backup among them: one clock for all that is due."""
    return {
        "image": f"{name}:latest",
        "command": ["schedule", "/etc/jobs"],
        "depends_on": {"database": {"condition": "service_healthy"}},
        "environment": {
            "DATABASE": f"{database(material)}://database/{name.replace('-', '_')}",
            "BACKUP_KEY_FILE": "/run/secrets/backup_key",
            "DATABASE_PASSWORD_FILE": "/run/secrets/database_password",
        },
        "configs": [{"source": f"{name}-jobs", "target": "/etc/jobs"}],
        "volumes": [f"{name}-backup:/backup"],
        "secrets": ["database_password", "backup_key"],
        "healthcheck": _health(f"jobs-alive --project {name}"),
        "restart": "unless-stopped",
    }


# Images of what people may choose beside the database, with where they keep their data and how they tell their health.
_BESIDE: Final[dict[str, dict[str, tuple[str, str, str]]]] = {
    "cache": {
        "redis": ("redis:7", "/data", "redis-cli ping"),
        "valkey": ("valkey/valkey:8", "/data", "valkey-cli ping"),
        "memcached": ("memcached:1.6", "", "echo stats | nc localhost 11211"),
    },
    "queue": {
        "rabbitmq": ("rabbitmq:4", "/var/lib/rabbitmq", "rabbitmq-diagnostics -q ping"),
        "nats": ("nats:2", "/data", "nats-server --help"),
        "kafka": ("apache/kafka:3.9.0", "/var/lib/kafka/data", "kafka-broker-api-versions.sh --version"),
    },
}


def _beside(material: Material, part: Component, name: str) -> dict[str, Any]:
    """The cache or queue that people chose, with the decision on its label."""
    chosen = material.steering.chosen(part.key)
    known = _BESIDE[part.key]
    word = re.sub(r"[^a-z]", "", str(chosen).lower())
    image, data, ready = next(
        (known[key] for key in known if word.startswith(key)), (f"{word or part.key}:latest", "", "true")
    )
    service: dict[str, Any] = {"image": image, "healthcheck": _health(ready), "restart": "unless-stopped"}
    if data and part.key == "queue":
        service["volumes"] = [f"{name}-{part.key}:{data}"]
    if chosen is not None:
        service["labels"] = {"decided": f"{chosen.cite}: {chosen}"}
    return service


def _holds(material: Material, volume: str) -> str:
    if volume.endswith("-queue"):
        return "work that waits"
    if volume.endswith("-files"):
        things = with_files(material) or material.entities
        return ", ".join(entity.table for entity in things[:8])
    return ", ".join(entity.table for entity in material.entities[:16])
