"""An OpenAPI document of any style, as operations and schemas with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from agents.checks.contract.views.lined import Mapping, Sequence

METHODS = ("get", "post", "put", "patch", "delete")
MAX_OPERATIONS = 600
MAX_SCHEMAS = 600
MAX_PROPERTIES = 200
MAX_ALL_PROPERTIES = 12_000  # of a document: aliases make much of little
MAX_DEPTH = 12


@dataclass(frozen=True)
class Property:
    name: str
    line: int
    type: str = ""  # one of JSON Schema's, without null; empty: not said
    format: str = ""
    values: tuple[str, ...] = ()
    required: bool = False
    nullable: bool = False
    read_only: bool = False
    write_only: bool = False
    ref: str = ""  # the schema it refers to, itself or by its items
    children: tuple[str, ...] = ()  # names of the properties of an object written in place
    description: str = ""


@dataclass(frozen=True)
class Schema:
    name: str
    line: int
    properties: tuple[Property, ...]
    values: tuple[str, ...] = ()  # of an enumeration


@dataclass(frozen=True)
class ApiOperation:
    id: str  # empty: it has none
    method: str  # upper case
    path: str
    line: int
    secured: bool | None  # None: nothing in the document speaks of security
    actors: tuple[str, ...] | None
    statuses: tuple[str, ...]
    body: str  # the name of the schema sent; empty: none, or written in place
    body_fields: tuple[str, ...]  # names of all that may be sent
    parameters: tuple[str, ...]
    answer: str  # the name of the schema of a success
    internal: bool
    text: str

    @property
    def name(self) -> str:
        """What a message calls it."""
        return self.id or f"{self.method} {self.path}"


@dataclass
class Interface:
    file: str
    document: Mapping
    operations: list[ApiOperation] = field(default_factory=list)
    schemas: dict[str, Schema] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()  # of addresses, from `servers`
    paths_line: int = 1
    schemes: bool = False  # says it how callers identify themselves?
    known: dict[int, tuple[Property, ...]] = field(default_factory=dict)  # properties by the identity of their schema
    budget: int = MAX_ALL_PROPERTIES


def read_interface(file: str, document: Any) -> Interface | None:
    """Return the view of a parsed document; None when it is no interface description."""
    if not isinstance(document, Mapping) or not ({"openapi", "swagger"} & set(document)):
        return None
    if not isinstance(document.get("paths"), Mapping) and "components" not in document:
        return None
    view = Interface(file, document)
    components = document.mapping("components")
    view.schemes = bool(components.mapping("securitySchemes") or document.mapping("securityDefinitions"))
    view.paths_line = document.line_of("paths")
    view.prefixes = tuple(_prefixes(document))
    for schemas in (components.mapping("schemas"), document.mapping("definitions")):
        for name in list(schemas)[:MAX_SCHEMAS]:
            schema, line = schemas[name], schemas.line_of(name)
            view.schemas[name] = Schema(name, line, properties(view, schema), _values(schema))
    view.operations = list(_operations(view))
    return view


def _prefixes(document: Mapping) -> Iterator[str]:
    for server, _ in document.items_of("servers")[:10]:
        if isinstance(server, Mapping):
            path = re.sub(r"\Ahttps?://[^/]{0,300}", "", server.text("url")[:500]).rstrip("/")
            if path.startswith("/"):
                yield path
    if document.text("basePath").rstrip("/"):
        yield document.text("basePath").rstrip("/")


def resolve(document: Mapping, value: Any) -> tuple[Any, str]:
    """Follow local references from `value`; return what they lead to and the last name on the way."""
    name = ""
    for _ in range(MAX_DEPTH):
        ref = value.get("$ref") if isinstance(value, Mapping) else None
        if not isinstance(ref, str) or not ref.startswith("#/"):
            break
        found: Any = document
        for part in ref[2:].split("/")[:MAX_DEPTH]:
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        value = found
    return value, name


def properties(view: Interface, schema: Any) -> tuple[Property, ...]:
    """Return the properties of a schema with those of the schemas it is put together from."""
    document = view.document
    schema, _ = resolve(document, schema)
    if not isinstance(schema, Mapping):
        return ()
    if id(schema) in view.known:
        return view.known[id(schema)]
    found: dict[str, Property] = {}
    required: set[str] = set()
    waiting: list[tuple[Any, bool]] = [(schema, True)]
    seen: set[int] = set()
    while waiting and len(seen) < 60:
        current, sure = waiting.pop(0)
        current, _ = resolve(document, current)
        if not isinstance(current, Mapping) or id(current) in seen:
            continue
        seen.add(id(current))
        if sure:
            required |= {name for name, _ in current.items_of("required") if isinstance(name, str)}
        own = current.mapping("properties")
        for name in list(own)[: min(MAX_PROPERTIES, max(0, view.budget))]:
            if name not in found:
                view.budget -= 1
                found[name] = _property(document, name, own[name], own.line_of(name))
        for word, all_hold in (("allOf", True), ("oneOf", False), ("anyOf", False)):
            waiting += [(part, sure and all_hold) for part, _ in current.items_of(word)[:40]]
    view.known[id(schema)] = tuple(
        replace(each, required=each.name in required) for each in list(found.values())[:MAX_PROPERTIES]
    )
    return view.known[id(schema)]


def _property(document: Mapping, name: str, schema: Any, line: int) -> Property:
    target, ref = resolve(document, schema)
    if not isinstance(target, Mapping):
        return Property(name, line, ref=ref)
    kind, nullable = _type(target)
    values = _values(target)
    for word in ("allOf", "oneOf", "anyOf"):
        for part, _ in target.items_of(word)[:10]:
            inner, inner_ref = resolve(document, part)
            if isinstance(inner, Mapping):
                inner_kind, inner_nullable = _type(inner)
                nullable |= inner_nullable or inner.get("type") == "null"
                kind, values, ref = kind or inner_kind, values or _values(inner), ref or inner_ref
    if kind == "array":
        _, ref = resolve(document, target.get("items"))
    own = target.mapping("properties")
    return Property(
        name,
        line,
        kind or ("object" if own else "string" if values else ""),
        target.text("format") or target.text("contentEncoding"),
        values,
        nullable=nullable or target.get("nullable") is True,
        read_only=target.get("readOnly") is True or (isinstance(schema, Mapping) and schema.get("readOnly") is True),
        write_only=target.get("writeOnly") is True,
        ref=ref,
        children=tuple(list(own)[:40]),
        description=target.text("description")[:400],
    )


def _type(schema: Mapping) -> tuple[str, bool]:
    kind = schema.get("type")
    if isinstance(kind, Sequence):
        kinds = [each for each in kind if isinstance(each, str)]
        real = [each for each in kinds if each != "null"]
        return (real[0] if len(real) == 1 else ""), "null" in kinds
    return (kind if isinstance(kind, str) and kind != "null" else ""), False


def _values(schema: Any) -> tuple[str, ...]:
    if not isinstance(schema, Mapping):
        return ()
    listed = [str(value) for value, _ in schema.items_of("enum")[:200] if isinstance(value, str)]
    return tuple(listed) or ((schema.text("const"),) if schema.text("const") else ())


def _operations(view: Interface) -> Iterator[ApiOperation]:
    document, paths = view.document, view.document.mapping("paths")
    count = 0
    for path in paths:
        item, _ = resolve(document, paths[path])
        if not isinstance(item, Mapping) or not path.startswith("/"):
            continue
        for method in METHODS:
            operation = item.get(method)
            if isinstance(operation, Mapping) and count < MAX_OPERATIONS:
                count += 1
                yield _operation(view, path, item, method, operation)


def _operation(view: Interface, path: str, item: Mapping, method: str, operation: Mapping) -> ApiOperation:
    document = view.document
    security = operation.get("security", document.get("security"))
    secured: bool | None = None
    if isinstance(security, Sequence):
        secured = bool(security) and all(not isinstance(each, Mapping) or bool(each) for each in security)
    elif view.schemes:
        secured = False
    parameters = []
    fields: list[str] = []
    for source in (item, operation):
        for parameter, _ in source.items_of("parameters")[:60]:
            parameter, _ = resolve(document, parameter)
            if isinstance(parameter, Mapping):
                parameters.append(parameter.text("name"))
                if parameter.text("in") == "body":
                    fields += [each.name for each in properties(view, parameter.get("schema"))]
    body_schema = _content(document, operation.get("requestBody"))
    _, body = resolve(document, body_schema)
    fields += [each.name for each in properties(view, body_schema)]
    responses = operation.mapping("responses")
    success = next((status for status in responses if status.startswith("2")), "")
    _, answer = resolve(document, _content(document, responses.get(success)))
    actors = operation.get("x-actors", operation.get("x-roles"))
    return ApiOperation(
        operation.text("operationId"),
        method.upper(),
        path,
        operation.lines.get("operationId", item.line_of(method)),
        secured,
        tuple(str(actor) for actor in actors[:40]) if isinstance(actors, Sequence) else None,
        tuple(responses)[:40],
        body,
        tuple(fields),
        tuple(parameters),
        answer,
        operation.get("x-internal") is True or "callback" in path,
        f"{operation.text('summary')} {operation.text('description')}"[:2000],
    )


def _content(document: Mapping, holder: Any) -> Any:
    """Return the schema of a request body or a response, of its first media type."""
    holder, _ = resolve(document, holder)
    if not isinstance(holder, Mapping):
        return None
    content = holder.mapping("content")
    for media in content:
        return content.mapping(media).get("schema")
    return holder.get("schema")


def path_key(path: str, prefixes: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the segments of an address in a form to compare: parameters as `{}`, without server and query."""
    path = re.sub(r"\Ahttps?://[^/]{0,300}", "", path[:500]).split("?")[0].split("#")[0].rstrip("/.:*")
    for prefix in prefixes:
        if path == prefix or path.startswith(prefix + "/"):
            path = path[len(prefix) :]
            break
    return tuple(
        "{}" if part[:1] in "{:<[$" or part.isdigit() or "${" in part else part for part in path.split("/") if part
    )
