"""A contradiction planted in a good bundle, and small tools to plant one whatever style the bundle is in."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import yaml

from agents.checks.bundle import Bundle, BundleArtifact, domain_of
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.names import key, words
from agents.checks.contract.views.relational import Column, Table
from agents.deliverable import Domain, DomainField, Entity


@dataclass(frozen=True)
class Plant:
    """`plant` returns the bundle with the fault in it, or None where the bundle has no place for it."""

    name: str
    check: str  # the comparison that must find it
    path: str  # beginning of the file the finding must name; empty: it names none, or one of the architect's
    plant: Callable[[Bundle], Bundle | None]


def with_content(bundle: Bundle, path: str, content: str) -> Bundle:
    """Return the bundle with other content at `path`, and the domain read again."""
    artifacts = tuple(replace(each, content=content) if each.path == path else each for each in bundle.artifacts)
    domain = domain_of(artifacts) if path == "domain.json" else bundle.domain
    return replace(bundle, artifacts=artifacts, domain=domain)


def with_artifact(bundle: Bundle, path: str, content: str, *, role: str) -> Bundle:
    implements = bundle.artifacts[0].implements
    return replace(bundle, artifacts=(*bundle.artifacts, BundleArtifact(path, "text/plain", content, role, implements)))


def text_of(bundle: Bundle, path: str) -> str:
    artifact = bundle.artifact(path)
    assert artifact is not None, path
    return artifact.content


# The interface


def api_path(bundle: Bundle) -> str:
    interface = Facts(bundle).interface
    assert interface is not None
    return interface.file


def api_document(bundle: Bundle) -> dict[str, Any]:
    path = api_path(bundle)
    text = text_of(bundle, path)
    document: dict[str, Any] = json.loads(text) if path.endswith(".json") else yaml.load(text, Loader=yaml.CSafeLoader)
    return document


def with_api(bundle: Bundle, change: Callable[[dict[str, Any]], bool]) -> Bundle | None:
    """Return the bundle with its interface changed; `change` says whether there was a place for it."""
    path = api_path(bundle)
    document = api_document(bundle)
    if not change(document):
        return None
    written = json.dumps(document, indent=2) if path.endswith(".json") else yaml.safe_dump(document, sort_keys=False)
    return with_content(bundle, path, written)


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and body of each operation."""
    methods = ("get", "post", "put", "patch", "delete")
    return [
        (path, method, item[method]) for path, item in document["paths"].items() for method in methods if method in item
    ]


def main_schema(bundle: Bundle, wanted: Callable[[str, dict[str, Any]], bool]) -> tuple[str, str] | None:
    """Return schema and property of an entity's main schema that is kept in a column and that `wanted` likes."""
    facts = Facts(bundle)
    document = api_document(bundle)
    for entity in bundle.domain.entities if bundle.domain else ():
        name, table = facts.names.schema_of(entity), facts.table_of(entity)
        fields = {key(field.name) for field in entity.fields}
        schema = document["components"]["schemas"].get(name, {}) if name and table else {}
        for prop, said in schema.get("properties", {}).items():
            if key(prop) in fields and wanted(prop, said) and name:
                return name, prop
    return None


# The tables


def tables(bundle: Bundle) -> list[tuple[Entity, Table]]:
    facts = Facts(bundle)
    return [
        (entity, table)
        for entity in (bundle.domain.entities if bundle.domain else ())
        if (table := facts.table_of(entity)) is not None
    ]


def column_where(
    bundle: Bundle, wanted: Callable[[Entity, DomainField, Table, Column], bool]
) -> tuple[Entity, DomainField, Table, Column] | None:
    """Return a field of the domain with its column that `wanted` likes."""
    for entity, table in tables(bundle):
        for field in entity.fields:
            for column in table.columns.values():
                if key(column.name) == key(field.name) and wanted(entity, field, table, column):
                    return entity, field, table, column
    return None


def edit_line(bundle: Bundle, path: str, line: int, pattern: str, instead: str) -> Bundle | None:
    """Return the bundle with the first match of `pattern` on a line replaced; None when there is no match."""
    lines = text_of(bundle, path).split("\n")
    changed, count = re.subn(pattern, instead, lines[line - 1], count=1, flags=re.IGNORECASE)
    if not count:
        return None
    lines[line - 1] = changed
    return with_content(bundle, path, "\n".join(lines))


def edit_text(bundle: Bundle, path: str, pattern: str, instead: str, *, count: int = 0) -> Bundle | None:
    changed, done = re.subn(pattern, instead, text_of(bundle, path), count=count, flags=re.IGNORECASE | re.MULTILINE)
    return with_content(bundle, path, changed) if done else None


def without_lines(bundle: Bundle, path: str, unwanted: Callable[[str], bool]) -> Bundle | None:
    """Return the bundle without the lines of a file that are `unwanted`; None when there is none."""
    lines = text_of(bundle, path).split("\n")
    kept = [line for line in lines if not unwanted(line)]
    return with_content(bundle, path, "\n".join(kept)) if len(kept) < len(lines) else None


def append(bundle: Bundle, path: str, text: str) -> Bundle:
    return with_content(bundle, path, f"{text_of(bundle, path).rstrip()}\n{text}\n")


# The domain


def with_domain(bundle: Bundle, change: Callable[[dict[str, Any]], bool]) -> Bundle | None:
    if bundle.domain is None:
        return None
    document = json.loads(text_of(bundle, "domain.json"))
    if not change(document):
        return None
    changed = with_content(bundle, "domain.json", json.dumps(document, indent=1, ensure_ascii=False))
    assert isinstance(changed.domain, Domain)
    return changed


# Documents


def names_of(bundle: Bundle, operation: str) -> tuple[str, ...]:
    """All that documents may call an operation of the domain: key, operationId, method and address, title."""
    facts = Facts(bundle)
    asked = next(each for each in bundle.domain.operations if each.key == operation)  # type: ignore[union-attr]
    call = facts.operations.api_of(asked)
    return (operation, *((call.id, f"{call.method} {call.path}") if call else ()), asked.title)


def speaks_of(line: str, names: tuple[str, ...]) -> bool:
    """Does a line name one of `names` as a whole?"""
    plain = line.replace("`", "").replace("\\_", "_").replace("*", "")
    if any(
        name and re.search(rf"(?<![\w/{{}}]){re.escape(name)}(?![\w/{{}}])", plain, re.IGNORECASE) for name in names
    ):
        return True
    return any(" ".join(words(name)) in " ".join(words(plain[:200])) for name in names if len(words(name)) > 1)
