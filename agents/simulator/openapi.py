"""The interface in OpenAPI 3.1: every operation, who may call it, what it takes, answers and refuses."""

import re
from collections.abc import Iterator
from typing import Any, Final

from agents.brief.identifiers import slug
from agents.deliverable import Entity, Operation
from agents.simulator.bounds import Bound, bounds, plain
from agents.simulator.enforcement import enforcements_of, needs_key, touches
from agents.simulator.indexes import order_of
from agents.simulator.material import Material
from agents.simulator.problems import all_problems, conflicts, rate_code, rate_limits, refusals_of, sizes
from agents.simulator.queries import MOVES, spoken_of
from agents.simulator.routes import Route, routes_of
from agents.simulator.schemas import key_schema, property_of, schema_name, schemas_of
from agents.simulator.shape import attribute, attributes, span_of, state_of, transition_of
from agents.simulator.text import listing

_FORMATS: Final = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "ics": "text/calendar",
    "ical": "text/calendar",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_GIVES_A_FILE: Final = re.compile(
    r"export|download|print|herunterlad|druck|télécharg|imprim|exporter|descarg|pobier|druk|eksport|generat",
    re.IGNORECASE,
)
_ANYBODY: Final = re.compile(
    r"^(?:visitor|guest|anonymous|public|anyone|besucher|gast|visiteur|visitante|invitado|gość|odwiedzający)",
    re.IGNORECASE,
)
_REASON: Final = re.compile(
    r"reason|comment|grund|begründ|kommentar|raison|motif|motivo|razón|powód|uzasadn", re.IGNORECASE
)


def describe(material: Material) -> dict[str, Any]:
    """Return the OpenAPI document of the domain."""
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": material.title[:200], "version": "1.0.0", "description": _intent(material)},
        "servers": [{"url": "/api/v1"}],
        "tags": [
            {"name": entity.name, "description": f"{entity.label} ({', '.join(entity.requirements[:8]) or 'implied'})"}
            for entity in material.entities
        ],
        "paths": material.once(_paths),
    }
    hooks = _webhooks(material)
    if hooks:
        document["webhooks"] = hooks
    schemas: dict[str, Any] = {}
    for entity in material.entities:
        schemas |= schemas_of(material, entity)
    schemas["Problem"] = _problem_schema(material)
    return {
        **document,
        "components": {
            "securitySchemes": security_schemes(material),
            "parameters": _parameters(material),
            "responses": _responses(material),
            "schemas": schemas,
        },
    }


def _paths(material: Material) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route in material.once(routes_of):
        item = paths.setdefault(route.path, {})
        if "{id}" in route.path:
            item.setdefault("parameters", [{"$ref": "#/components/parameters/Id"}])
        item[route.method] = _operation(material, route)
    return paths


def security_schemes(material: Material) -> dict[str, Any]:
    """Return one scheme for each actor, with the operations it may call as scopes."""
    schemes: dict[str, Any] = {}
    for actor in material.domain.actors:
        scopes = {op.key: op.title for op in material.operations if actor.key in op.actors}
        if not scopes:
            continue
        token = f"/oauth/{slug(actor.key)}/token"
        if actor.kind == "system":
            flow: dict[str, Any] = {"clientCredentials": {"tokenUrl": token, "scopes": scopes}}
        else:
            start = f"/oauth/{slug(actor.key)}/authorize"
            flow = {"authorizationCode": {"authorizationUrl": start, "tokenUrl": token, "scopes": scopes}}
        schemes[actor.key] = {"type": "oauth2", "description": f"{actor.label}, {actor.kind}", "flows": flow}
    own = [op.key for op in material.operations if not set(op.actors) & set(schemes)]
    if own:
        about = f"Whoever has an account; from inside: {listing(own, most=5)}"
        schemes["account"] = {"type": "http", "scheme": "bearer", "description": about}
    return schemes


def _security(material: Material, operation: Operation) -> list[dict[str, list[str]]]:
    known = {actor.key: actor for actor in material.domain.actors}
    found: list[dict[str, list[str]]] = [{key: [operation.key]} for key in operation.actors if key in known]
    if any(_ANYBODY.match(known[key].label) for key in operation.actors if key in known):
        found.append({})
    return found or [{"account": []}]


def only_name(material: Material, operation: Operation) -> str:
    """Return the name of the answer to those who may not call an operation."""
    return "Only" + "Or".join(_camel(actor) for actor in operation.actors[:4]) if operation.actors else "OnlyTheSystem"


def _camel(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", text) if part)


def _operation(material: Material, route: Route) -> dict[str, Any]:
    operation, entity = route.operation, route.entity
    found: dict[str, Any] = {
        "operationId": operation.key,
        "summary": operation.title[:120],
        "description": _described(material, operation),
        "tags": [entity.name],
        "x-actors": list(operation.actors),
        "x-requirements": list(operation.requirements),
    }
    rules = [made.rule.key for made in material.once(enforcements_of) if touches(material, operation, made)]
    numbers = [bound.key for bound in [*rate_limits(material, route), *sizes(material, route)]]
    if rules:
        found["x-rules"] = list(dict.fromkeys(rules))
    if numbers:
        found["x-limits"] = numbers
    step = transition_of(material, entity, operation)
    if step is not None:
        found["x-transition"] = {"from": list(step.sources) or ["any"], "to": step.target}
    found["security"] = _security(material, operation)
    parameters = _own_parameters(material, route)
    if parameters:
        found["parameters"] = parameters
    body = _body(material, route)
    if body:
        found["requestBody"] = body
    return {**found, "responses": _answers(material, route, body=bool(body))}


def _described(material: Material, operation: Operation) -> str:
    keys = ", ".join(operation.requirements)
    said = f": {' '.join(operation.source.split())[:240]}" if operation.source else ""
    return f"By {material.actors_of(operation)}" + (f" ({keys}){said}" if keys else ".")


def _own_parameters(material: Material, route: Route) -> list[dict[str, Any]]:
    operation, entity = route.operation, route.entity
    if operation.kind == "create":
        return [{"$ref": "#/components/parameters/IdempotencyKey"}] if needs_key(material, operation) else []
    if operation.kind != "list":
        return []
    found: list[dict[str, Any]] = [
        {"$ref": "#/components/parameters/Cursor"},
        {"$ref": "#/components/parameters/Limit"},
    ]
    state = state_of(material, entity)
    if state is not None:
        found.append(_query(state.name, {"type": "string", "enum": list(state.values)}))
    found += [_query(reference.column, key_schema(material)) for reference in material.references[entity.name]]
    start, _ = span_of(material, entity)
    if start:
        begins = attribute(material, entity, start)
        kind = "date" if begins is not None and begins.type == "date" else "date-time"
        found += [_query(f"{start}_{end}", {"type": "string", "format": kind}) for end in ("from", "before")]
    if set(material.raised("search")) & {*entity.requirements, *operation.requirements}:
        found.append(_query("q", {"type": "string", "minLength": 2, "maxLength": 100}))
    return found


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _body(material: Material, route: Route) -> dict[str, Any] | None:
    operation, entity = route.operation, route.entity
    name = schema_name(entity)
    if operation.kind == "create":
        return _json(f"New{name}")
    if operation.kind == "update":
        return _json(f"{name}Change")
    if operation.kind != "action" or not route.changes:
        return None
    properties: dict[str, Any] = {}
    if set(operation.verb.lower().split()) & MOVES:
        for column in span_of(material, entity):
            moved = attribute(material, entity, column) if column else None
            if moved is not None:
                properties[column] = property_of(material, moved)
    for named in spoken_of(material, route):
        properties.setdefault(named.name, property_of(material, named))
    told = f"{operation.source} {' '.join(material.said(key) for key in operation.requirements[:2])}"
    required = list(properties)
    if _REASON.search(told):
        properties["reason"] = {"type": "string", "minLength": 1, "maxLength": 2000}
    if not properties:
        return None
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _json(name: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def _answers(material: Material, route: Route, *, body: bool) -> dict[str, Any]:
    operation, name = route.operation, schema_name(route.entity)
    found: dict[str, Any] = {}
    file = _file(material, operation)
    if operation.kind == "list":
        found["200"] = _ref(f"{name}Page")
    elif operation.kind == "create":
        found["201"] = _ref(name)
    elif operation.kind == "delete":
        found["204"] = {"description": f"The {route.entity.label} is gone"}
    elif file:
        about = f"{operation.title}, as {file}"
        found["200"] = {"description": about, "content": {file: {"schema": {"type": "string"}}}}
    else:
        found["200"] = _ref(name)
    if body:
        found["400"] = _ref(f"{name}Invalid")
    found["401"] = _ref("NotSignedIn")
    found["403"] = _ref(only_name(material, operation))
    if "{id}" in route.path:
        found["404"] = _ref(f"{name}NotFound")
    if conflicts(material, route):
        found["409"] = _ref(f"{name}Refused")
    elif operation.kind == "delete":
        found["409"] = problem_response(f"Something still refers to this {route.entity.label}")
    if sizes(material, route):
        found["413"] = _ref(f"{name}TooLarge")
    if needs_key(material, operation):
        found["422"] = _ref("KeyReused")
    limited = rate_limits(material, route)
    if limited:
        found["429"] = _ref(_camel(rate_code(limited[0])))
    return found


def _file(material: Material, operation: Operation) -> str:
    """Return the media type of the file that an action gives, if the brief names one."""
    if operation.kind != "action" or not _GIVES_A_FILE.search(f"{operation.verb} {operation.title}"):
        return ""
    said = operation.source.lower() or " ".join(material.said(key) for key in operation.requirements[:2]).lower()
    return next((media for word, media in _FORMATS.items() if re.search(rf"\b{word}\b", said)), "")


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def problem_response(text: str) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": text, "content": {"application/problem+json": problem}}


def _responses(material: Material) -> dict[str, Any]:
    """The answers that operations share: one of each entity, and its refusals with their reasons."""
    found: dict[str, Any] = {"NotSignedIn": problem_response("No token, or one that has run out")}
    for route in material.once(routes_of):
        operation, name = route.operation, only_name(material, route.operation)
        found.setdefault(name, problem_response(f"{_sentence(material.actors_of(operation))} alone may do this"))
        for bound in rate_limits(material, route):
            found.setdefault(_camel(rate_code(bound)), _too_many(bound))
    if any(needs_key(material, operation) for operation in material.operations):
        keyed = [operation.key for operation in material.operations if needs_key(material, operation)]
        found["KeyReused"] = problem_response(f"The key of {listing(keyed)} came before with another body")
    for entity in material.entities:
        found |= _responses_of(material, entity)
    used = set(_references(material.once(_paths)))
    return {name: response for name, response in found.items() if f"#/components/responses/{name}" in used}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref":
                yield part
            else:
                yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _responses_of(material: Material, entity: Entity) -> dict[str, Any]:
    name, label = schema_name(entity), entity.label
    one = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    page = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}Page"}}}
    sent = [found.name for found in attributes(material, entity) if found.set_by == "sender"]
    order = " then ".join(order_of(material, entity))
    refusals = "; ".join(
        f"`{problem.code}` ({problem.source}): {problem.why}" for problem in refusals_of(material, entity)
    )
    large = "; ".join(f"{bound.key}: {bound.limit.text}" for bound in bounds(material, "size", entity=entity))
    return {
        name: {"description": f"The {label}", "content": one},
        f"{name}Page": {"description": f"{_sentence(entity.label_plural or label)}, by {order}", "content": page},
        f"{name}Invalid": problem_response(f"`errors` names what is wrong of {listing(sent, most=12, none='it')}"),
        f"{name}NotFound": problem_response(f"No such {label}, or none that the caller may know of"),
        f"{name}Refused": problem_response(refusals[:1500] or f"The {label} does not allow it now"),
        f"{name}TooLarge": problem_response(large or f"The {label} is too large"),
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _too_many(bound: Bound) -> dict[str, Any]:
    window = plain(bound.seconds) or "3600"
    policy = f'"{bound.key}";q={plain(bound.value) or "1"};w={window}'
    return {
        **problem_response(f"{bound.key}: {bound.limit.text}"),
        "headers": {
            "Retry-After": {"description": "Seconds until the next call", "schema": {"type": "integer", "minimum": 1}},
            "RateLimit-Policy": {"description": f"`{policy}`", "schema": {"type": "string", "const": policy}},
        },
    }


def _parameters(material: Material) -> dict[str, Any]:
    found: dict[str, Any] = {
        "Id": {"name": "id", "in": "path", "required": True, "schema": key_schema(material)},
        "Cursor": {
            **_query("cursor", {"type": "string", "maxLength": 200}),
            "description": "`next` of the page before",
        },
        "Limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}),
    }
    if any(needs_key(material, operation) for operation in material.operations):
        found["IdempotencyKey"] = {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "minLength": 8, "maxLength": 100},
        }
    return found


def _problem_schema(material: Material) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "code": {"type": "string", "enum": [problem.code for problem in all_problems(material)]},
            "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        },
    }


def _webhooks(material: Material) -> dict[str, Any]:
    """What the system tells others: a POST to the address they gave, signed, at least once."""
    found: dict[str, Any] = {}
    for event in material.events:
        if event.kind != "published":
            continue
        entity = material.entity(event.entity)
        about: dict[str, Any] = {"type": "object"}
        if entity is not None:
            about = {"$ref": f"#/components/schemas/{schema_name(entity)}"}
        properties = {
            "id": {"type": "string", "format": "uuid"},
            "event": {"type": "string", "const": event.key},
            "at": {"type": "string", "format": "date-time"},
            "about": about,
        }
        schema = {"type": "object", "required": list(properties), "properties": properties}
        keys = ", ".join(event.requirements)
        found[event.key] = {
            "post": {
                "summary": event.label or event.key,
                "description": f"{event.label or event.key} ({keys or 'implied'}); sent again until it is answered 2xx",
                "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                "responses": {"204": {"description": f"{event.key} was taken"}},
            }
        }
    return found


def _intent(material: Material) -> str:
    lines = [f"{key}: {material.said(key)}" for key in [r.key for r in material.requirements][:3]]
    lines += material.steering.lines()
    return "\n".join(" ".join(line.split())[:400] for line in lines)
