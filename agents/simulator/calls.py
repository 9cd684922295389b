"""The calls of the interface as the backend developer handed them in; where there are none, as they would be."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from agents.deliverable import Entity, Operation
from agents.simulator.backend import address
from agents.simulator.material import Material

MAX_OPENAPI_CHARS = 400_000
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Call:
    """One operation of the interface; `name` is its operationId as it is written there."""

    name: str
    method: str
    path: str
    body: dict[str, dict[str, Any]] = field(default_factory=dict)  # property -> its schema
    required: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    described: bool = False  # it stands in the interface's description

    @property
    def text(self) -> str:
        return f"{self.method.upper()} {self.path}"


class Interface:
    """All calls, found by the operation of the domain that each carries out."""

    def __init__(self, material: Material) -> None:
        self._material = material
        document = _document(material)
        self.prefix = _prefix(document)
        self.calls = list(_calls(document)) if document else []
        self.schemes = _schemes(document)
        self._by_name = {_key(call.name): call for call in reversed(self.calls) if call.name}
        self._by_address = {_address(call.method, call.path): call for call in reversed(self.calls)}

    def call(self, entity: Entity, operation: Operation) -> Call:
        """Return the call of an operation: by its name however it is spelt, else by its address, else as planned."""
        method, path = address(entity, operation)
        found = self._by_name.get(_key(operation.key)) or self._by_address.get(_address(method, path))
        return found or Call(operation.key, method, path)


def _document(material: Material) -> dict[str, Any] | None:
    for artifact in material.assignment.artifacts:
        text = artifact.content
        if len(text) > MAX_OPENAPI_CHARS or "openapi" not in text[:2000]:
            continue
        if not artifact.path.lower().endswith((".yaml", ".yml", ".json")):
            continue
        try:
            value = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
        except (ValueError, yaml.YAMLError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("paths"), dict):
            return value
    return None


def _yaml(text: str) -> Any:
    """Read YAML by the C parser where it is there. Aliases share one object; what is read of it is bounded below."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def _prefix(document: dict[str, Any] | None) -> str:
    """Return the path that stands before every address, such as /api/v1."""
    servers = (document or {}).get("servers")
    url = servers[0].get("url") if isinstance(servers, list) and servers and isinstance(servers[0], dict) else None
    if not isinstance(url, str):
        return "" if document else "/api/v1"
    path = re.sub(r"^[a-z]+://[^/]*", "", url[:200]).rstrip("/")
    return path if re.fullmatch(r"(/[\w.~-]+)*", path) else ""


def _schemes(document: dict[str, Any] | None) -> list[str]:
    """Return the names of the ways to prove who calls."""
    parts = (document or {}).get("components")
    found = parts.get("securitySchemes") if isinstance(parts, dict) else None
    return [str(name)[:60] for name in found][:6] if isinstance(found, dict) else []


def _calls(document: dict[str, Any]) -> Iterator[Call]:
    for path, item in list(document["paths"].items())[:600]:
        if not isinstance(item, dict) or not isinstance(path, str):
            continue
        for method in METHODS:
            found = item.get(method)
            if not isinstance(found, dict):
                continue
            name = found.get("operationId")
            body, required = _body(document, found)
            responses = found.get("responses")
            yield Call(
                name[:120] if isinstance(name, str) else "",
                method,
                path[:200],
                body,
                required,
                tuple(str(status) for status in responses) if isinstance(responses, dict) else (),
                tuple(_headers(document, [*_list(item.get("parameters")), *_list(found.get("parameters"))])),
                described=True,
            )


def _body(document: dict[str, Any], operation: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    body = _resolve(document, operation.get("requestBody"))
    content = body.get("content")
    if not isinstance(content, dict):
        return {}, ()
    first = next((value for value in content.values() if isinstance(value, dict)), {})
    schema = _resolve(document, first.get("schema"))
    properties = dict(schema.get("properties") or {}) if isinstance(schema.get("properties"), dict) else {}
    required = _list(schema.get("required"))
    for part in _list(schema.get("allOf"))[:8]:
        inherited = _resolve(document, part)
        if isinstance(inherited.get("properties"), dict):
            properties |= inherited["properties"]
        required += _list(inherited.get("required"))
    found = {str(name): _resolve(document, value) for name, value in list(properties.items())[:100]}
    return found, tuple(str(name) for name in required)


def _headers(document: dict[str, Any], parameters: list[Any]) -> Iterator[str]:
    for parameter in parameters[:40]:
        found = _resolve(document, parameter)
        if found.get("in") == "header" and isinstance(found.get("name"), str):
            yield found["name"][:60]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _resolve(document: dict[str, Any], value: Any) -> dict[str, Any]:
    """Follow references inside the document, at most eight deep."""
    for _ in range(8):
        if not isinstance(value, dict):
            return {}
        reference = value.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return value
        value = document
        for part in reference[2:].split("/")[:8]:
            value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return {}


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _address(method: str, path: str) -> str:
    return f"{method} {re.sub(r'{[^}]*}', '{}', path).rstrip('/')}"
