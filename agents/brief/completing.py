"""What follows from the named operations: a way in, a list, one item, and who may do it."""

from agents.brief.actors import ActorFound
from agents.brief.deeds import (
    LOG_LIKE,
    OWN_ACCORD,
)
from agents.brief.entity import EntityFound
from agents.brief.identifiers import identifier
from agents.brief.operation import ITSELF, MAX_OPERATIONS, OperationFound, title_of
from agents.brief.reading import Reading
from agents.brief.times import TIMED


def complete(
    reading: Reading,
    key: str,
    named: list[OperationFound],
    entities: dict[str, EntityFound],
    actors: dict[str, ActorFound],
) -> None:
    """Add what must be there for the named operations to have something to work on: a list, one item, and a way in."""
    entity = entities[key]
    kinds = {operation.kind for operation in named}
    logged = entity.label.split(" ")[-1].lower() in LOG_LIKE
    if "create" not in kinds:
        named.insert(
            0,
            OperationFound(
                identifier(f"{'record' if logged else 'add'} {entity.label}"),
                title_of(reading, "record" if logged else "add", entity.label),
                key,
                "create",
                "record" if logged else "add",
                sentences=entity.sentences[:1],
                named=False,
            ),
        )
    if "list" not in kinds:
        named.append(
            OperationFound(
                identifier(f"list {entity.label_plural}"),
                title_of(reading, "list", entity.label_plural),
                key,
                "list",
                "list",
                sentences=entity.sentences[:1],
                named=False,
            )
        )
    named.append(
        OperationFound(
            identifier(f"read {entity.label}"),
            title_of(reading, "read", entity.label),
            key,
            "read",
            "read",
            sentences=entity.sentences[:1],
            named=False,
        )
    )
    if "update" not in kinds and not logged and key in actors:
        named.append(
            OperationFound(
                identifier(f"update {entity.label}"),
                title_of(reading, "update", entity.label),
                key,
                "update",
                "update",
                sentences=entity.sentences[:1],
                named=False,
            )
        )
    order = {"list": 0, "create": 1, "read": 2, "update": 3, "action": 4, "delete": 5}
    named.sort(key=lambda operation: order[operation.kind])


def give_actors(
    reading: Reading, operations: list[OperationFound], actors: dict[str, ActorFound], entities: dict[str, EntityFound]
) -> None:
    """Give the others their actors: the system itself, whoever works with the entity, or all people."""
    people = [key for key, actor in actors.items() if actor.kind == "person"]
    staff = [
        key
        for key in people
        if any(
            key in op.actors
            for op in operations
            if op.named and not op.reads and op.kind in ("action", "update", "delete") and op.entity != key
        )
    ]
    by_itself = {operation.key for operation in operations if operation.actors == [ITSELF]}
    for operation in operations:
        operation.actors = [actor for actor in operation.actors if actor != ITSELF]
    for operation in operations:
        if operation.actors or operation.key in by_itself:
            continue
        if not operation.named and operation.kind in ("create", "update"):
            keepers = [
                actor
                for other in operations
                if other.entity == operation.entity and other.named and other.kind not in ("list", "read")
                for actor in other.actors
            ]
            own = [operation.entity] if operation.entity in people else []
            operation.actors = list(dict.fromkeys([*own, *(keepers or staff or people)]))[:4]
            continue
        own_accord = operation.verb.split(" ")[0] in OWN_ACCORD and operation.kind in ("action", "create")
        in_time = operation.named and operation.kind in ("action", "delete") and _is_timed(reading, operation)
        if own_accord or in_time:
            operation.actors = []
            continue
        others = [other for other in operations if other.entity == operation.entity and other.named]
        if operation.named and operation.kind in ("action", "update", "delete"):
            others = [other for other in others if other.kind not in ("list", "read") and not other.reads]
        near = [actor for other in others for actor in other.actors]
        operation.guessed = operation.named and operation.kind in ("action", "update", "delete")
        spoken = [key for key in people if set(actors[key].sentences) & set(entities[operation.entity].sentences)]
        operation.actors = list(dict.fromkeys(near or spoken or people))[:4]


def _is_timed(reading: Reading, operation: OperationFound) -> bool:
    return any(TIMED.search(reading.lines[place].sentence.words) for place in operation.sentences)


def bounded(operations: list[OperationFound]) -> list[OperationFound]:
    if len(operations) <= MAX_OPERATIONS:
        return operations
    kept = {
        id(op)
        for op in sorted(operations, key=lambda op: (not op.named, op.kind not in ("list", "create")))[:MAX_OPERATIONS]
    }
    return [operation for operation in operations if id(operation) in kept]
