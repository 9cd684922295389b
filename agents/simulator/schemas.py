"""The schemas of the interface: each entity as it is read, sent and changed, with the limits of the brief."""

import math
import re
from decimal import Decimal
from typing import Any, Final

from agents.deliverable import Entity
from agents.simulator.bounds import plain
from agents.simulator.enforcement import is_money, kept_for
from agents.simulator.keys import ULID, kind_of
from agents.simulator.material import Material
from agents.simulator.routes import routes_on
from agents.simulator.shape import Attribute, attributes
from agents.simulator.tables import BYTES, CURRENCY, MOST_CHARACTERS, PERCENTAGE

_TYPES: Final[dict[str, dict[str, Any]]] = {
    "integer": {"type": "integer", "format": "int32"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "format": "duration"},
    "json": {"type": "object"},
    "binary": {"type": "string", "contentEncoding": "base64"},
}
_FORMATS: Final = {"email": "email", "url": "uri"}
_SECRET: Final = re.compile(r"secret|password|passwort|kennwort|token|contrasena|haslo|mot_de_passe")
_ISO: Final = {"second": "PT{}S", "minute": "PT{}M", "hour": "PT{}H", "day": "P{}D", "week": "P{}W", "month": "P{}M"}


def schema_name(entity: Entity) -> str:
    """Return the name of an entity's schema, such as DayPass."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", entity.name) if part) or "Record"


def key_schema(material: Material) -> dict[str, Any]:
    """Return the type of keys: what people decided, else a number of the database."""
    kinds: dict[str, dict[str, Any]] = {
        "uuid": {"type": "string", "format": "uuid"},
        "ulid": {"type": "string", "pattern": ULID},
    }
    return kinds.get(kind_of(material), {"type": "integer", "format": "int64", "minimum": 1})


def schemas_of(material: Material, entity: Entity) -> dict[str, Any]:
    """Return the schemas of one entity by name: read, new, changed; only those that an operation uses."""
    name = schema_name(entity)
    found = {name: _read(material, entity)}
    if routes_on(material, entity, "create"):
        found[f"New{name}"] = _sent(material, entity, every=True)
    if routes_on(material, entity, "update"):
        found[f"{name}Change"] = _sent(material, entity, every=False)
    if routes_on(material, entity, "list"):
        found[f"{name}Page"] = {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
                "next": {"type": ["string", "null"], "description": f"The cursor of the next {entity.label_plural}"},
            },
        }
    return found


def property_of(material: Material, attribute: Attribute) -> dict[str, Any]:
    """Return the schema of one property."""
    found: dict[str, Any]
    if attribute.reference is not None:
        found = key_schema(material)
    elif attribute.values:
        found = {"type": "string", "enum": list(attribute.values)}
    elif attribute.type == "decimal":
        found = _decimal(attribute)
    elif attribute.type in MOST_CHARACTERS or attribute.type == "enum":
        found = _text(attribute)
    else:
        found = dict(_TYPES.get(attribute.type, {"type": "string"}))
        found |= _bounded(attribute)
    if attribute.set_by != "sender":
        found["readOnly"] = True
    if _SECRET.search(attribute.name) and attribute.type in ("string", "text"):
        found["writeOnly"] = True
        found.pop("readOnly", None)
    return found


def _decimal(attribute: Attribute) -> dict[str, Any]:
    if attribute.low is not None or attribute.high is not None:
        return {"type": "number", **_bounded(attribute)}
    sign, digits = ("", 2) if is_money(attribute.name) else ("-?", 4)
    return {"type": "string", "format": "decimal", "pattern": rf"^{sign}[0-9]{{1,10}}(\.[0-9]{{1,{digits}}})?$"}


def _text(attribute: Attribute) -> dict[str, Any]:
    if CURRENCY.match(attribute.name):
        return {"type": "string", "pattern": "^[A-Z]{3}$"}
    found: dict[str, Any] = {"type": "string"}
    if attribute.type in _FORMATS:
        found["format"] = _FORMATS[attribute.type]
    bound = attribute.bound
    if bound is not None and bound.purpose == "length" and attribute.low is not None:
        found["minLength"] = int(attribute.low)
    elif attribute.required:
        found["minLength"] = 1
    most = MOST_CHARACTERS.get(attribute.type, 255)
    if bound is not None and bound.purpose == "length" and attribute.high is not None:
        most = int(attribute.high)
    elif bound is not None and bound.purpose == "size" and bound.value is not None:
        most = int(bound.value * BYTES.get(bound.limit.unit, 1))
    return {**found, "maxLength": most}


def _bounded(attribute: Attribute) -> dict[str, Any]:
    """The brief's numbers on a value: a least and a most, or as many bytes."""
    bound = attribute.bound
    if attribute.type == "binary":
        known = bound is not None and bound.purpose == "size" and bound.value is not None
        size = bound.value * BYTES.get(bound.limit.unit, 1) if bound and bound.value and known else Decimal(10_000_000)
        return {"maxLength": math.ceil(int(size) / 3) * 4}
    if attribute.type == "duration" and bound is not None:
        form = _ISO.get(bound.limit.unit, "")
        ends = {"x-minimum": attribute.low, "x-maximum": attribute.high}
        return {key: form.format(plain(value)) for key, value in ends.items() if form and value is not None}
    if attribute.type not in ("integer", "decimal"):
        return {}
    if PERCENTAGE.search(attribute.name) and bound is None:
        return {"minimum": 0, "maximum": 100}
    ends_ = {"minimum": attribute.low, "maximum": attribute.high}
    return {key: _number(value) for key, value in ends_.items() if value is not None}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _read(material: Material, entity: Entity) -> dict[str, Any]:
    found = attributes(material, entity)
    hidden = {column for made in kept_for(material, entity, "columns") for column in made.columns}
    properties: dict[str, Any] = {"id": {**key_schema(material), "readOnly": True}}
    for attribute in found:
        properties[attribute.name] = property_of(material, attribute)
        if attribute.why[:2] in ("C-", "L-"):
            properties[attribute.name]["description"] = attribute.why[:200]
        if attribute.name in hidden:
            properties[attribute.name]["x-visible-to"] = _readers(material, entity)
    for join in material.joins:
        if entity.name in (join.left.name, join.right.name):
            place = 1 if join.left.name == entity.name else 0
            properties[f"{join.columns[place]}s"] = {"type": "array", "items": key_schema(material)}
    properties["created_at"] = {"type": "string", "format": "date-time", "readOnly": True}
    schema: dict[str, Any] = {"type": "object", "description": _described(entity)}
    if kept_for(material, entity, "columns") and not hidden:
        schema["x-visible-to"] = _readers(material, entity)
    rules = [made.rule.key for made in kept_for(material, entity)]
    if rules:
        schema["x-rules"] = list(dict.fromkeys(rules))
    schema["required"] = ["id", *(attribute.name for attribute in found if attribute.required), "created_at"]
    return {**schema, "properties": properties}


def _described(entity: Entity) -> str:
    keys = ", ".join(entity.requirements[:6])
    return f"{entity.label} ({keys})" if keys else f"{entity.label}: what its operations need"


def _readers(material: Material, entity: Entity) -> list[str]:
    reading = [op for op in material.operations_of(entity) if op.kind in ("list", "read") or op.reads]
    return list(dict.fromkeys(actor for operation in reading for actor in operation.actors))


def _sent(material: Material, entity: Entity, *, every: bool) -> dict[str, Any]:
    """What a caller sends: of a new entity what is required, of a change at least one thing."""
    fixed = {column for made in kept_for(material, entity, "privilege") for column in made.columns}
    found = [attribute for attribute in attributes(material, entity) if attribute.set_by == "sender"]
    if not every:
        found = [attribute for attribute in found if attribute.name not in fixed]
    schema: dict[str, Any] = {"type": "object", "additionalProperties": False}
    required = [attribute.name for attribute in found if attribute.required]
    if every and required:
        schema["required"] = required
    elif not every and found:
        schema["minProperties"] = 1
    schema["properties"] = {attribute.name: property_of(material, attribute) for attribute in found}
    return schema
