"""Where each operation is called: method and path, each pair given once."""

from dataclasses import dataclass

from agents.brief.identifiers import slug
from agents.deliverable import Entity, Operation
from agents.simulator.material import Material

_METHODS = {"list": "get", "read": "get", "create": "post", "update": "patch", "delete": "delete", "action": "post"}


@dataclass(frozen=True)
class Route:
    operation: Operation
    entity: Entity
    method: str
    path: str

    @property
    def text(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def changes(self) -> bool:
        """Does it write anything?"""
        return not only_reads(self.entity, self.operation)


def only_reads(entity: Entity, operation: Operation) -> bool:
    """Does it change nothing, not even the state of the entity, as an export may that is done once?"""
    if operation.kind in ("list", "read"):
        return True
    steps = {transition.operation for transition in entity.transitions}
    return operation.kind == "action" and operation.reads and operation.key not in steps


def address(entity: Entity, operation: Operation) -> tuple[str, str]:
    """Return method and path of an operation, as if it were the only one of its kind."""
    method = "get" if only_reads(entity, operation) else _METHODS[operation.kind]
    path = f"/{slug(entity.path)}"
    if operation.kind in ("list", "create"):
        return method, path
    path += "/{id}"
    if operation.kind == "action":
        path += f"/{slug(operation.verb or operation.key)}"
    return method, path


def routes_of(material: Material) -> list[Route]:
    """Return the routes of all operations on known entities, in the order of the domain.

    Where two operations would share an address, the later one is told apart by its own key. An operation of an entity
    that the domain does not hold is called on the main entity.
    """
    found: list[Route] = []
    taken: set[tuple[str, str]] = set()
    keys: set[str] = set()
    for operation in material.operations:
        entity = material.entity(operation.entity) or material.main
        if entity is None or operation.key in keys:
            continue
        method, path = address(entity, operation)
        number = 1
        while (method, path) in taken:
            extra = slug(operation.key) + (f"-{number}" if number > 1 else "")
            base = (
                path.split("/{id}")[0] if operation.kind in ("list", "create") else f"{path.split('/{id}')[0]}/{{id}}"
            )
            path, number = f"{base}/{extra}", number + 1
        taken.add((method, path))
        keys.add(operation.key)
        found.append(Route(operation, entity, method, path))
    return found


def routes_on(material: Material, entity: Entity, *kinds: str) -> list[Route]:
    return [
        route
        for route in material.once(routes_of)
        if route.entity.name == entity.name and (not kinds or route.operation.kind in kinds)
    ]
