"""What the operations files say: services, secrets, what is backed up, and what is watched."""

import re
from dataclasses import dataclass, field
from typing import Any

from agents.checks.contract.views.lined import Mapping, Sequence
from agents.checks.contract.views.prose import Document

_BACKUP = re.compile(
    r"back-?\s?ups?\b|restore|recover|disaster|sicherung|wiederherstell|sauvegard|restaur|copias? de seg|respald"
    r"|kopi[ae] zapasow|kopie|odtwarz",
    re.IGNORECASE,
)
_WATCH = re.compile(
    r"monitor|watch|alert|alarm|threshold|metric|observ|\bslo\b|limits?\b|figures|[uü]berwach|grenzwert|surveill|supervis"
    r"|vigil|seuil|umbral|pr[oó]g",
    re.IGNORECASE,
)
# What a runbook calls the only database there is.
DATABASE_WORDS = ("database", "datenbank", "base de données", "base de datos", "baza", "bazy", "banco de dados")
_STORES = {
    "postgres": "postgres postgresql postgis timescaledb pgvector",
    "mysql": "mysql mariadb",
    "mongo": "mongo mongodb",
    "redis": "redis valkey keydb",
    "minio": "minio",
    "elasticsearch": "elasticsearch opensearch",
    "sqlserver": "mssql",
}


@dataclass(frozen=True)
class Variable:
    service: str
    name: str
    value: str
    line: int


@dataclass(frozen=True)
class Store:
    """A service that keeps data: its image is a known database, and a volume outlives it."""

    service: str
    kind: str
    names: tuple[str, ...]  # what a runbook may call it
    line: int


@dataclass
class Compose:
    file: str
    variables: list[Variable] = field(default_factory=list)
    secrets: dict[str, int] = field(default_factory=dict)  # declared at the top, with their lines
    used: list[tuple[str, str, int]] = field(default_factory=list)  # service, secret, line
    stores: list[Store] = field(default_factory=list)
    has_env_file: bool = False
    text: str = ""


def read_compose(file: str, document: Any, text: str) -> Compose | None:
    """Return the view of a compose file; None when it is none."""
    if not isinstance(document, Mapping) or not isinstance(document.get("services"), Mapping):
        return None
    view = Compose(file, text=text)
    declared = document.mapping("secrets")
    view.secrets = {name: declared.line_of(name) for name in declared}
    services = document.mapping("services")
    for name in list(services)[:60]:
        service = services.mapping(name)
        view.has_env_file |= "env_file" in service
        view.variables += _variables(name, service)
        for secret, line in service.items_of("secrets")[:60]:
            source = secret.text("source") if isinstance(secret, Mapping) else secret
            if isinstance(source, str) and source:
                view.used.append((name, source, line))
        store = _store(name, service, services.line_of(name))
        if store:
            view.stores.append(store)
    return view


def _variables(service: str, node: Mapping) -> list[Variable]:
    said = node.get("environment")
    if isinstance(said, Mapping):
        return [
            Variable(service, name, "" if said[name] is None else str(said[name])[:500], said.line_of(name))
            for name in list(said)[:200]
            if not isinstance(said[name], Mapping | Sequence)
        ]
    found = []
    for entry, line in node.items_of("environment")[:200]:
        if isinstance(entry, str):
            name, _, value = entry.partition("=")
            found.append(Variable(service, name, value[:500], line))
    return found


def _store(service: str, node: Mapping, line: int) -> Store | None:
    image = re.split(r"[:@]", node.text("image")[:300].rpartition("/")[2])[0].lower()
    kind = next((kind for kind, names in _STORES.items() if any(name in image for name in names.split())), "")
    volumes = []
    for volume, _ in node.items_of("volumes")[:30]:
        source = volume.text("source") if isinstance(volume, Mapping) else str(volume).partition(":")[0]
        if source and not source.startswith((".", "~")) and ".sql" not in str(volume):
            volumes.append(source)
    if not kind or not volumes:
        return None
    names = {service, image, kind, *volumes}
    if kind == "postgres":
        names |= {"pg_dump", "pgbackrest", "pg_basebackup", "barman", "wal-g"}
    return Store(service, kind, tuple(sorted(names)), line)


def backup_lines(documents: list[Document]) -> tuple[str, list[tuple[int, str]]]:
    """Return the file and lines that say how data is backed up; nothing when no part is about it."""
    for document in documents:
        spans = document.spans(lambda title: bool(_BACKUP.search(title)))
        if spans:
            return document.path, document.numbered(spans)
    for document in documents:
        lines = [(number, line) for number, line in document.numbered() if _BACKUP.search(line)]
        if lines:
            return document.path, lines
    return "", []


def watch_lines(documents: list[Document]) -> list[tuple[str, int, str]]:
    """Return file, number and text of the lines that say what is watched."""
    found = []
    for document in documents:
        for number, line in document.numbered(document.spans(lambda title: bool(_WATCH.search(title)))):
            found.append((document.path, number, line))
    return found
