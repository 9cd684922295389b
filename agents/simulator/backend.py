"""The backend developer's deliverable: the interface in OpenAPI 3.1, and how to use it."""

from typing import Any

from agents.brief.identifiers import slug
from agents.deliverable import Artifact, Deliverable, DomainField, Entity, Operation
from agents.simulator.choices import Choice, decide
from agents.simulator.material import Material
from agents.simulator.text import listing, md, table, to_yaml

_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string", "maxLength": 255},
    "text": {"type": "string", "maxLength": 20000},
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "format": "duration"},
    "email": {"type": "string", "format": "email", "maxLength": 254},
    "url": {"type": "string", "format": "uri", "maxLength": 2000},
    "enum": {"type": "string", "maxLength": 60},
    "json": {"type": "object"},
    "binary": {"type": "string", "contentEncoding": "base64"},
    "reference": {"type": "integer"},
}
_METHODS = {"list": "get", "read": "get", "create": "post", "update": "patch", "delete": "delete", "action": "post"}

CHOICES = (
    Choice(
        "resources",
        (),
        "interface",
        "{all} are resources under their own names; every other act on a {thing} is a POST to a name below it",
        "A caller who knows one resource knows all, and the act keeps the verb of the brief.",
        (
            (
                "One endpoint with a command in the body",
                "any act fits",
                "caches, logs and rights cannot tell acts apart",
            ),
            (
                "GraphQL over all records",
                "the client chooses its fields",
                "rights and cost of each query must be worked out at run time",
            ),
        ),
        ("Each operationId is the operation's key in domain.json.", "An act that the state forbids answers 409."),
        sure=80,
    ),
    Choice(
        "problems",
        (),
        "interface",
        "Errors are problem details (RFC 9457) with a code that does not change and a sentence for {actors}",
        "Programs branch on the code, people read the sentence; neither has to parse the other.",
        (
            ("Status codes alone", "nothing to define", "400 says nothing about which field of a {thing}"),
            ("An error object of our own", "made to measure", "one more format that every client must learn"),
        ),
        (
            "Field errors of a {thing} are listed by field.",
            "Unknown and forbidden records both answer 404 to outsiders.",
        ),
        sure=84,
    ),
    Choice(
        "paging",
        (),
        "interface",
        "Lists of {things} are pages by cursor with a limit of 100",
        "A cursor stays right while rows are added; a page number does not.",
        (
            ("Page numbers with a total", "jump to any page", "counting costs a scan; rows slip between pages"),
            ("Everything at once", "one call", "works until the list is long"),
        ),
        ("Sort order is fixed for each list and has an index.",),
        sure=78,
    ),
    Choice(
        "idempotent",
        ("same_time", "uniqueness", "retry", "money"),
        "consistency",
        "Creating a {thing} takes an Idempotency-Key; the same key gives the same answer for 24 hours",
        "A caller that lost the answer must be able to ask again without doing it twice.",
        (
            ("The client looks whether it worked", "no key to store", "the look and the repeat race with each other"),
            (
                "PUT with an id made by the client",
                "repeatable by nature",
                "clients choose ids, and may choose each other's",
            ),
        ),
        ("The same key with another body answers 422.", "Keys are kept with the answer, and expire."),
        sure=80,
    ),
    Choice(
        "budget",
        ("rate_limit", "quota"),
        "abuse",
        "Calls that would pass a bound ({limit}) answer 429 with Retry-After, or 409 when waiting does not help",
        "The caller must know whether to wait or to give something up.",
        (
            ("Slow the answers down", "no error to handle", "open connections are what an attacker wants"),
            ("Answer 403", "well known", "reads as a lack of rights"),
        ),
        ("The bound and what is left stand in headers.",),
        sure=76,
    ),
    Choice(
        "guarded",
        ("approval", "immutable", "order", "expiry"),
        "consistency",
        "Acts that change the state of a {thing} name the state they start from, and are refused otherwise",
        "Two people who act on the same {thing} must not undo each other without knowing.",
        (
            ("The last one wins", "never an error", "the first one's act is lost without a word"),
            ("Lock a {thing} while it is on a screen", "no conflicts", "a closed laptop holds the lock over lunch"),
        ),
        ("A refused act answers 409 with the present state.",),
        sure=76,
    ),
    Choice(
        "least",
        ("privacy", "roles", "separation"),
        "security",
        "Each operation names the actors who may call it, and answers hold only what these actors may see",
        "{actors} see different sides of {things}; the description must say so, or the tests cannot.",
        (
            ("One scope for reading, one for writing", "simple", "too coarse for the lines the brief draws"),
            ("Check in the pages", "close to the person", "the interface stands open"),
        ),
        ("`x-actors` stands at each operation and is compared with the authorization matrix.",),
        sure=74,
    ),
    Choice(
        "later",
        ("exchange", "notification", "schedule"),
        "process",
        "Acts on {things} that take long answer 202 with the address of their progress",
        "{integrations} answer in their own time; a request must not wait for them.",
        (
            ("Wait for the result", "one call", "time-outs decide what happened"),
            ("Call back the client", "no polling", "every client needs an address of its own"),
        ),
        ("The worker repeats what failed, and the progress says so.",),
        sure=66,
    ),
)


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="API", cover=True)
    keys = [decision.key for decision in decisions]
    document = describe(material)
    return Deliverable(
        summary=(
            f"An interface of {len(material.operations)} operations on "
            f"{listing([e.label_plural for e in material.entities])}, described in OpenAPI 3.1."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(
                path="api/openapi.yaml", media_type="application/yaml", content=to_yaml(document), implements=keys
            ),
            Artifact(
                path="api/README.md", media_type="text/markdown", content=_readme(material, decisions), implements=keys
            ),
        ],
        handoff="Call operations by their operationId; addresses may change, these names do not.",
    )


def address(entity: Entity, operation: Operation) -> tuple[str, str]:
    """Return method and path of an operation."""
    method = "get" if operation.kind == "action" and operation.reads else _METHODS[operation.kind]
    path = f"/{slug(entity.path)}"
    if operation.kind in ("list", "create"):
        return method, path
    path += "/{id}"
    if operation.kind == "action":
        path += f"/{slug(operation.verb or operation.key)}"
    return method, path


def describe(material: Material) -> dict[str, Any]:
    """Return the OpenAPI document of the domain."""
    limited = set(material.raised("rate_limit", "quota"))
    repeated = bool(material.raised("same_time", "uniqueness", "retry", "money"))
    paths: dict[str, dict[str, Any]] = {}
    for entity in material.entities:
        for operation in material.operations_of(entity):
            method, path = address(entity, operation)
            item = paths.setdefault(path, {})
            if "{id}" in path and "parameters" not in item:
                item["parameters"] = [{"$ref": "#/components/parameters/Id"}]
            if method not in item:
                item[method] = _operation(material, entity, operation, limited=limited, repeated=repeated)
    schemas: dict[str, Any] = {}
    for entity in material.entities:
        name = schema_name(entity)
        schemas[name] = _schema(material, entity, stored=True)
        schemas[f"{name}Input"] = _schema(material, entity, stored=False)
        schemas[f"{name}Page"] = {
            "type": "object",
            "required": ["results"],
            "properties": {
                "next": {"type": ["string", "null"]},
                "previous": {"type": ["string", "null"]},
                "results": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            },
        }
    schemas["Problem"] = {
        "type": "object",
        "required": ["title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": material.title[:200],
            "version": "1.0.0",
            "description": _intent(material),
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"session": []}, {"bearer": []}],
        "tags": [
            {
                "name": entity.name,
                "description": f"{entity.label}: {', '.join(entity.requirements) or 'named in the brief'}",
            }
            for entity in material.entities
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "session_id"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "parameters": {
                "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
                "Cursor": {"name": "cursor", "in": "query", "schema": {"type": "string"}},
                "Limit": {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
                },
                "IdempotencyKey": {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": True,
                    "schema": {"type": "string", "maxLength": 100},
                },
                **{
                    reference.column: {"name": reference.column, "in": "query", "schema": {"type": "integer"}}
                    for references in material.references.values()
                    for reference in references
                },
            },
            "responses": {name: _problem(text) for name, text in _PROBLEMS.items()},
            "schemas": schemas,
        },
    }


_PROBLEMS = {
    "Invalid": "A field is missing or wrong; `errors` names it.",
    "Unauthenticated": "Nobody is signed in.",
    "Forbidden": "The person may see it, but not do this.",
    "NotFound": "There is no such record, or not for this person.",
    "Conflict": "The state of the record, or a rule of the brief, forbids it.",
    "TooMany": "A bound is reached; Retry-After says when it opens again.",
}


def schema_name(entity: Entity) -> str:
    return "".join(part[:1].upper() + part[1:] for part in entity.name.split("_") if part) or "Record"


def _problem(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def _operation(
    material: Material, entity: Entity, operation: Operation, *, limited: set[str], repeated: bool
) -> dict[str, Any]:
    name = schema_name(entity)
    said = " ".join(f"{key}: {material.said(key)[:300]}" for key in operation.requirements[:3])
    found: dict[str, Any] = {
        "operationId": operation.key,
        "summary": operation.title,
        "description": f"By {material.actors_of(operation)}. {said}".strip(),
        "tags": [entity.name],
        "x-actors": list(operation.actors),
        "x-requirements": list(operation.requirements),
    }
    one = {
        "description": entity.label,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }
    responses: dict[str, Any] = {}
    if operation.kind == "list":
        found["parameters"] = [{"$ref": "#/components/parameters/Cursor"}, {"$ref": "#/components/parameters/Limit"}]
        found["parameters"] += [
            {"$ref": f"#/components/parameters/{reference.column}"} for reference in material.references[entity.name]
        ]
        responses["200"] = {
            "description": entity.label_plural,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}Page"}}},
        }
    elif operation.kind == "create":
        if repeated:
            found["parameters"] = [{"$ref": "#/components/parameters/IdempotencyKey"}]
        responses["201"] = one
    elif operation.kind == "delete":
        responses["204"] = {"description": f"{entity.label} is gone"}
    else:
        responses["200"] = one
    if operation.kind in ("create", "update"):
        found["requestBody"] = {
            "required": operation.kind == "create",
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}Input"}}},
        }
        responses["400"] = _ref("Invalid")
    elif operation.kind == "action" and not operation.reads:
        found["requestBody"] = {
            "required": False,
            "content": {
                "application/json": {
                    "schema": {"type": "object", "properties": {"reason": {"type": "string", "maxLength": 2000}}}
                }
            },
        }
    responses["401"] = _ref("Unauthenticated")
    responses["403"] = _ref("Forbidden")
    if operation.kind not in ("list", "create"):
        responses["404"] = _ref("NotFound")
    if operation.kind in ("create", "update", "delete") or (operation.kind == "action" and not operation.reads):
        responses["409"] = _ref("Conflict")
    if limited & set(operation.requirements):
        responses["429"] = _ref("TooMany")
    found["responses"] = responses
    return found


def _property(field: DomainField) -> dict[str, Any]:
    found = dict(_TYPES[field.type])
    if field.values:
        found = {"type": "string", "enum": list(dict.fromkeys(field.values))}
    if field.label and field.label != field.name.replace("_", " "):
        found["title"] = field.label
    return found


def _schema(material: Material, entity: Entity, *, stored: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": {"type": "integer", "readOnly": True}} if stored else {}
    for field in entity.fields:
        if stored or field.name != "status":
            properties[field.name] = _property(field)
    for reference in material.references[entity.name]:
        properties[reference.column] = {
            "type": "integer",
            "description": f"{reference.target.label}: {reference.relation.label}",
        }
    if stored:
        properties["created_at"] = {"type": "string", "format": "date-time", "readOnly": True}
    required = ["id", "created_at"] if stored else []
    required += [field.name for field in entity.fields if field.required and field.name in properties]
    found: dict[str, Any] = {"type": "object", "title": entity.label if stored else f"{entity.label}, as sent"}
    if required:
        found["required"] = required
    found["properties"] = properties
    return found


def _intent(material: Material) -> str:
    lines = [f"{key}: {material.said(key)}" for key in [r.key for r in material.requirements][:3]]
    lines += [f"H-{decision.number} binds: {decision.text}" for decision in material.human_decisions]
    return "\n".join(line[:400] for line in lines)


def _readme(material: Material, decisions: list) -> str:
    rows = []
    for entity in material.entities:
        for operation in material.operations_of(entity):
            method, path = address(entity, operation)
            rows.append(
                [
                    f"`{operation.key}`",
                    f"`{method.upper()} {path}`",
                    md(material.actors_of(operation)),
                    ", ".join(operation.requirements) or "–",
                ]
            )
    parts = [
        f"# {md(material.title, most=160)}: the interface",
        "`openapi.yaml` is the contract. Errors are problem details, lists are pages, times are UTC.",
        "## Operations\n\n" + table(["operation", "call", "who", "serves"], rows),
        "## The main use\n\n" + "\n".join(_steps(material)),
    ]
    bounds = material.limits_of()
    if bounds:
        parts.append(
            "## What is refused\n\n"
            + "\n".join(
                f"- {limit.key}: {md(limit.text)} ({_status(limit.kind)}; {', '.join(limit.requirements) or 'context'})"
                for limit in bounds
            )
        )
    parts.append("## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions))
    return "\n\n".join(parts) + "\n"


def _status(kind: str) -> str:
    return {
        "rate": "429",
        "count": "409",
        "size": "413",
        "duration": "409 once it has passed",
        "retention": "404 after it",
    }.get(kind, "400")


def _steps(material: Material) -> list[str]:
    steps = []
    for number, operation in enumerate([op for op in material.operations if op.source][:10], start=1):
        entity = material.entity(operation.entity)
        if entity is not None:
            method, path = address(entity, operation)
            steps.append(
                f"{number}. {md(material.actors_of(operation))}: `{method.upper()} {path}` "
                f"({', '.join(operation.requirements) or 'context'})"
            )
    return steps or ["1. Nothing is named; begin with a list."]
