"""domain.json: the vocabulary of all later roles, one fact a line."""

from typing import Any

from agents.deliverable import Domain, Entity
from agents.simulator.material import Material
from agents.simulator.notation import compact_json

ONE_FACT = 400  # characters: an operation with its sentence stands on one line


def domain_file(material: Material) -> str:
    """Return the domain as JSON; what is as it would be anyway is left out, so that a reader sees what is said."""
    domain: Domain = material.domain
    found: dict[str, Any] = domain.model_dump(mode="json", exclude={"entities"})
    lean = domain.model_dump(mode="json", exclude_defaults=True)
    for name in ("actors", "relations", "operations", "limits", "rules", "events"):
        found[name] = lean.get(name, [])
    found["entities"] = [_entity(entity) for entity in domain.entities]
    order = ["language", "title", "actors", "entities", "relations", "operations", "rules", "limits", "events"]
    return (
        compact_json({name: found[name] for name in [*order, "integrations", "out_of_scope"]}, columns=ONE_FACT) + "\n"
    )


def _entity(entity: Entity) -> dict[str, Any]:
    found = entity.model_dump(mode="json", exclude_defaults=True)
    for name in ("fields", "transitions"):
        if name in found:
            found[name] = found.pop(name)  # last, so that the entity itself is read first
    return found
