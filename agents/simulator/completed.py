"""The architect's last touch on the domain: values that the brief bounds but names by their unit alone."""

from typing import Final

from agents.brief.identifiers import identifier
from agents.deliverable import DomainField, Entity
from agents.simulator.bounds import Bound, bounds
from agents.simulator.material import Material

MAX_FIELDS: Final = 60
_LENGTHS: Final = {"de": "Dauer", "fr": "durée", "es": "duración", "pl": "czas trwania"}


def completed(material: Material) -> Material:
    """Return the material with a field for each range that no field carries: "a treatment (15 to 90 minutes)"."""
    fields: dict[str, list[DomainField]] = {}
    for bound in bounds(material, "range"):
        entity = bound.entity
        if entity is None or bound.field or bound.low is None or bound.high is None or not bound.limit.unit:
            continue
        field = _field(material, bound)
        taken = {other.name for other in (*entity.fields, *fields.get(entity.name, []))}
        if field.name not in taken and len(taken) < MAX_FIELDS:
            fields.setdefault(entity.name, []).append(field)
    if not fields:
        return material
    entities = [_with(entity, fields.get(entity.name, [])) for entity in material.entities]
    return material.with_domain(material.domain.model_copy(update={"entities": entities}))


def _with(entity: Entity, fields: list[DomainField]) -> Entity:
    return entity.model_copy(update={"fields": [*entity.fields, *fields]}) if fields else entity


def _field(material: Material, bound: Bound) -> DomainField:
    """The value itself: a duration by the word of the brief's language for it, anything else by its unit."""
    limit = bound.limit
    source = limit.text[:1000]
    if limit.kind == "duration":
        label = _LENGTHS.get(material.domain.language, "duration")
        return DomainField(name=identifier(label), label=label, type="duration", source=source)
    kind = "decimal" if limit.kind in ("money", "percentage") else "integer"
    return DomainField.model_validate(
        {"name": identifier(limit.unit), "label": limit.unit, "type": kind, "source": source}
    )
