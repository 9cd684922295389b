"""The controls of a form, each with the bounds that interface, schema and brief put on its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.deliverable import Entity, Limit
from agents.simulator.bounds import plain
from agents.simulator.calls import Call
from agents.simulator.material import Material
from agents.simulator.page_words import field_word
from agents.simulator.shape import Attribute, attributes
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
    """Return what a form for `call` asks, in the order of its body; what the entity consists of when it names none."""
    known = {_key(attribute.name): attribute for attribute in attributes(material, entity)}
    wanted = list(call.body) or [attribute.name for attribute in known.values() if attribute.set_by == "sender"]
    found = []
    for name in wanted[:40]:
        schema = call.body.get(name, {})
        attribute = known.get(_key(name)) or Attribute(name, "string")
        if _key(name) in ("id", "createdat", "updatedat") or schema.get("readOnly") is True or attribute.is_state:
            continue
        required = name in call.required or (attribute.required and not call.described)
        if attribute.reference is not None:
            target = attribute.reference.target
            found.append(Control(name, target.label, "select", required=required, target=target, type="reference"))
        elif not isinstance(schema.get("properties"), dict):
            found.append(_control(material, entity, name, attribute, schema, store, required=required))
    return found


def _control(
    material: Material,
    entity: Entity,
    name: str,
    attribute: Attribute,
    schema: Mapping[str, Any],
    store: Store,
    *,
    required: bool,
) -> Control:
    options = tuple(str(value)[:120] for value in _values(schema) or attribute.values)
    kind = "select" if options else _kind(attribute, schema)
    bound = attribute.bound
    length = schema.get("maxLength")
    longest = length if isinstance(length, int) and 0 < length < 1_000_000 else _length(store, name)
    if bound is not None and bound.purpose == "length" and bound.value is not None:
        longest = min(longest or int(bound.value), int(bound.value))
    pattern = schema.get("pattern")
    numeric = kind == "number"
    return Control(
        name,
        field_word(material.domain.language, attribute.name, attribute.label or str(schema.get("title") or "")[:80]),
        kind,
        required=required and kind != "checkbox",
        options=options,
        least=(_number(schema.get("minimum")) or plain(attribute.low) or None) if numeric else None,
        most=(_number(schema.get("maximum")) or plain(attribute.high) or None) if numeric else None,
        step="any" if attribute.type == "decimal" and numeric else None,
        maxlength=longest if kind in ("text", "textarea", "email", "url") else None,
        pattern=pattern if kind == "text" and isinstance(pattern, str) and len(pattern) <= 120 else None,
        purpose=_purpose(material, entity, name) if kind in ("text", "email", "date", "textarea") else None,
        limit=bound.limit if bound is not None else None,
        type=attribute.type,
    )


def _values(schema: Mapping[str, Any]) -> list[Any]:
    found = schema.get("enum")
    return found[:60] if isinstance(found, list) else []


def _kind(attribute: Attribute, schema: Mapping[str, Any]) -> str:
    if attribute.type in _KINDS:
        return _KINDS[attribute.type]
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    by_format = schema.get("format")
    if isinstance(by_format, str) and by_format in _FORMATS:
        return _FORMATS[by_format]
    return {"integer": "number", "number": "number", "boolean": "checkbox"}.get(str(kind), "text")


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


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
