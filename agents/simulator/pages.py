"""Which pages there are: one for each entity that people work with. Frontend and UI/UX both read this."""

from dataclasses import dataclass

from agents.brief.identifiers import slug
from agents.deliverable import Entity, Operation
from agents.simulator.material import Material

MOST_FILES = 6

_INPUTS = {
    "text": "textarea",
    "integer": "number",
    "decimal": "number",
    "boolean": "checkbox",
    "date": "date",
    "datetime": "datetime-local",
    "email": "email",
    "url": "url",
}


@dataclass(frozen=True)
class Page:
    key: str
    file: str
    route: str
    title: str
    entity: Entity
    operations: tuple[Operation, ...]
    actors: tuple[str, ...]


def pages(material: Material) -> list[Page]:
    """Return a page for each entity, the one most is done with first; every operation stands on one of them."""
    found = []
    main = material.main
    for entity in sorted(
        material.entities,
        key=lambda entity: (entity is not main, -sum(1 for op in material.operations_of(entity) if op.source)),
    ):
        operations = tuple(material.operations_of(entity))
        actors = tuple(
            dict.fromkeys(material.actor_label(actor) for operation in operations for actor in operation.actors)
        )
        name = slug(entity.path)
        found.append(
            Page(entity.name, f"web/{name}.html", f"/{name}/", entity.label_plural, entity, operations, actors)
        )
    return found


def input_type(kind: str) -> str:
    """Return the form control for a field's type."""
    return _INPUTS.get(kind, "text")
