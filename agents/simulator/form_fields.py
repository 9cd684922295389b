"""The controls of a form, each with the bounds that interface, schema and brief put on its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.deliverable import DomainField, Entity, Limit
from agents.simulator.calls import Call
from agents.simulator.material import Material
from agents.simulator.pages import state_field
from agents.simulator.stores import Store

_KINDS: Mapping[str, str] = {
    "text": "textarea",
    "integer": "number",
    "decimal": "number",
    "boolean": "checkbox",
    "date": "date",
    "datetime": "datetime-local",
    "email": "email",
    "url": "url",
    "binary": "file",
    "json": "textarea",
}
_FORMATS: Mapping[str, str] = {
    "date": "date",
    "date-time": "datetime-local",
    "email": "email",
    "uri": "url",
    "binary": "file",
}
_RANGE = re.compile(r"(\d[\d.,\u202f ]{0,12}?)\s*(?:to|bis|à|a|hasta|do|-|–)\s*(\d[\d.,\u202f ]{0,12})", re.IGNORECASE)
_MOST = re.compile(
    r"at most|no more than|not more than|up to|max|höchstens|bis zu|au plus|jusqu|como máximo|hasta|najwyżej|"
    r"maksymalnie|within|less than|under\b",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"at least|no less|min(?:imum|destens|imal)|from\b|older than|au moins|al menos|co najmniej", re.IGNORECASE
)
_CHARACTERS = re.compile(r"char|letter|zeichen|caract|znak", re.IGNORECASE)
# Tokens of HTML's autocomplete for what people say of themselves (WCAG 1.3.5), by words in the field's name.
_PURPOSES = (
    (r"e_?mail|correo|courriel", "email"),
    (r"phone|telefon|telefono|mobile|handy", "tel"),
    (r"given_name|first_name|vorname|prenom|imie", "given-name"),
    (r"family_name|last_name|surname|nachname|apellido|nazwisko", "family-name"),
    (r"^(full_)?name$|^nombre$|^nom$", "name"),
    (r"postcode|postal|zip|plz", "postal-code"),
    (r"birth|geburt|naissance|nacimiento|urodzenia", "bday"),
    (r"street|address|anschrift|adresse|direccion|adres", "street-address"),
    (r"country|land|pays|pais|kraj", "country-name"),
)


@dataclass(frozen=True)
class Control:
    """One field of a form; bounds are None where nothing sets them."""

    name: str
    label: str
    kind: str  # of an input, or textarea, select
    required: bool = False
    options: tuple[str, ...] = ()
    target: Entity | None = None  # whose records are chosen from
    least: str | None = None
    most: str | None = None
    step: str | None = None
    maxlength: int | None = None
    pattern: str | None = None
    purpose: str | None = None
    limit: Limit | None = None  # the limit of the brief that sets the bound
    type: str = "string"

    def bounds(self) -> str:
        """Return the bounds in words, for a list of fields."""
        parts = [
            "required" if self.required else "",
            f"maxlength {self.maxlength}" if self.maxlength else "",
            f"min {self.least}" if self.least is not None else "",
            f"max {self.most}" if self.most is not None else "",
            f"pattern {self.pattern}" if self.pattern else "",
            f"one of {', '.join(self.options)}" if self.options else "",
            f"from {self.target.label_plural}" if self.target is not None else "",
        ]
        return ", ".join(part for part in parts if part)


def controls(material: Material, entity: Entity, call: Call, store: Store) -> list[Control]:
    """Return what a form for `call` asks, in the order of its body; the entity's own fields when it names none."""
    fields = {field.name: field for field in entity.fields}
    references = {reference.column: reference.target for reference in material.references[entity.name]}
    held = state_field(entity)
    skipped = {"id", "created_at", "updated_at", *([held.name] if held else [])}
    wanted = list(call.body) or [*fields, *references]
    found = []
    for name in wanted[:40]:
        schema = call.body.get(name, {})
        field = fields.get(name) or fields.get(_snake(name))
        target = references.get(name) or references.get(_snake(name))
        if name in skipped or schema.get("readOnly") is True:
            continue
        if target is None and field is not None and field.references:
            target = material.entity(field.references)
        required = name in call.required or (field is not None and field.required and not call.described)
        if target is not None:
            found.append(Control(name, target.label, "select", required=required, target=target, type="reference"))
        elif not isinstance(schema.get("properties"), dict):
            found.append(_control(material, entity, name, field, schema, store, required=required))
    return found


def _control(
    material: Material,
    entity: Entity,
    name: str,
    field: DomainField | None,
    schema: Mapping[str, Any],
    store: Store,
    *,
    required: bool,
) -> Control:
    options = tuple(str(value)[:120] for value in _values(schema) or (field.values if field else []))
    kind = "select" if options else _kind(field, schema)
    label = (field.label if field else "") or str(schema.get("title") or "")[:80] or name.replace("_", " ")
    limit, least, most = _numbers(material, entity, name, label, field)
    if kind != "number":
        least = most = None
    least = _number(schema.get("minimum")) or least
    most = _number(schema.get("maximum")) or most
    length = schema.get("maxLength")
    longest = length if isinstance(length, int) and 0 < length < 1_000_000 else _length(store, name)
    if limit is not None and _CHARACTERS.search(f"{limit.unit} {limit.text}") and limit.value.isdigit():
        longest = min(longest or int(limit.value), int(limit.value))
    pattern = schema.get("pattern")
    return Control(
        name,
        label,
        kind,
        required=required and kind != "checkbox",
        options=options,
        least=least if kind == "number" else None,
        most=most if kind == "number" else None,
        step="any" if field is not None and field.type == "decimal" and kind == "number" else None,
        maxlength=longest if kind in ("text", "textarea", "email", "url") else None,
        pattern=pattern if kind == "text" and isinstance(pattern, str) and len(pattern) <= 120 else None,
        purpose=_purpose(material, entity, name) if kind in ("text", "email", "date", "textarea") else None,
        limit=limit,
        type=field.type if field else "string",
    )


def _values(schema: Mapping[str, Any]) -> list[Any]:
    found = schema.get("enum")
    return found[:60] if isinstance(found, list) else []


def _kind(field: DomainField | None, schema: Mapping[str, Any]) -> str:
    if field is not None and field.type in _KINDS:
        return _KINDS[field.type]
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    by_format = schema.get("format")
    if isinstance(by_format, str) and by_format in _FORMATS:
        return _FORMATS[by_format]
    return {"integer": "number", "number": "number", "boolean": "checkbox"}.get(str(kind), "text")


def _numbers(
    material: Material, entity: Entity, name: str, label: str, field: DomainField | None
) -> tuple[Limit | None, str | None, str | None]:
    """Return the limit that speaks of a field with its ends; the field's words must stand in the limit's."""
    words = set(re.findall(r"\w{3,}", f"{name.replace('_', ' ')} {label}".lower()))
    for limit in material.limits_of(entity=entity):
        text = limit.text.lower()
        timed = limit.kind == "duration" and field is not None and field.type == "duration"
        if not timed and not any(word[:6] in text for word in words):
            continue
        if limit.kind in ("rate", "retention"):
            continue
        span = _RANGE.search(limit.text)
        if span:
            return limit, _plain(span[1]), _plain(span[2])
        if _MOST.search(limit.text):
            return limit, None, _plain(limit.value)
        if _LEAST.search(limit.text):
            return limit, _plain(limit.value), None
        return limit, None, None
    return None, None, None


def _plain(number: str) -> str | None:
    number = number.strip().rstrip(".,")
    grouped = re.fullmatch(r"\d{1,3}(?:[., \u202f]\d{3})+", number)
    number = re.sub(r"\D", "", number) if grouped else number.replace(",", ".")
    return number if re.fullmatch(r"\d+(?:\.\d+)?", number) else None


def _number(value: Any) -> str | None:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(store: Store, name: str) -> int | None:
    """Return the longest text that the schema takes for a column."""
    column = next((column for column in store.columns if column.name == _snake(name)), None)
    if column is None:
        return None
    found = re.search(r"char_length\([^)]{1,80}\)\s*(?:<=|BETWEEN\s+\d+\s+AND)\s*(\d{1,6})", column.text, re.IGNORECASE)
    found = found or re.search(r"\b(?:var)?char(?:acter varying)?\s*\((\d{1,6})\)", column.text, re.IGNORECASE)
    return int(found[1]) if found else None


def _purpose(material: Material, entity: Entity, name: str) -> str | None:
    """Say what a person tells of themselves; records of other things ask about the thing."""
    if entity.name not in {actor.key for actor in material.domain.actors if actor.kind == "person"}:
        return None
    return next((token for pattern, token in _PURPOSES if re.search(pattern, _snake(name))), None)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
