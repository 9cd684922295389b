"""Which pages there are: one for each entity that people work with. Frontend, UI/UX and security read this."""

import re
from dataclasses import dataclass

from agents.brief.identifiers import slug
from agents.deliverable import DomainField, Entity, Operation, Rule
from agents.simulator.calls import Call, Interface
from agents.simulator.material import Material

MOST_FILES = 8

_STATE_FIELDS = frozenset("status state stan estado statut etat zustand".split())
# Records that people do not keep by hand: their pages are for looking.
_LOOKING = ("list", "read")


@dataclass(frozen=True)
class Page:
    key: str
    file: str
    route: str
    title: str
    entity: Entity
    operations: tuple[Operation, ...]
    calls: tuple[Call, ...]  # of the operations, in their order
    actors: tuple[str, ...]
    states: tuple[str, ...]
    prefix: str  # stands before the path of each call, such as /api/v1

    def call(self, operation: Operation) -> Call:
        return self.calls[self.operations.index(operation)]

    def first(self, kind: str) -> Operation | None:
        return next((operation for operation in self.operations if operation.kind == kind), None)


def pages(material: Material) -> list[Page]:
    """Return a page for each entity, what the feedback names first, then by what most is done with.

    Every operation stands on one of them.
    """
    interface = Interface(material)
    main = material.main
    asked = feedback_words(material)
    found = []
    for entity in sorted(
        material.entities,
        key=lambda entity: (
            not names(asked, entity),
            entity is not main,
            -sum(1 for op in material.operations_of(entity) if op.source),
        ),
    ):
        operations = tuple(material.operations_of(entity))
        actors = tuple(
            dict.fromkeys(material.actor_label(actor) for operation in operations for actor in operation.actors)
        )
        name = slug(entity.path)
        found.append(
            Page(
                entity.name,
                f"web/{'records' if name == 'index' else name}.html",
                f"/{name}",
                entity.label_plural or entity.label or entity.name,
                entity,
                operations,
                tuple(interface.call(entity, operation) for operation in operations),
                actors,
                tuple(states_of(entity)),
                interface.prefix,
            )
        )
    return found


def with_file(found: list[Page]) -> list[Page]:
    """Return the pages that are written as HTML: those most is done on."""
    return found[:MOST_FILES]


def state_field(entity: Entity) -> DomainField | None:
    return next((field for field in entity.fields if field.name in _STATE_FIELDS and field.values), None)


def states_of(entity: Entity) -> list[str]:
    """Return the states of an entity in the order of its life; those of its state field when it names none."""
    field = state_field(entity)
    return list(entity.states) or (list(field.values) if field is not None else [])


def acts_from(entity: Entity, state: str, operations: tuple[Operation, ...]) -> list[tuple[Operation, str]]:
    """Return what may be done in a state, each with the state it leads to ("" when it stays)."""
    found: list[tuple[Operation, str]] = []
    told = {step.operation for step in entity.transitions}
    for operation in operations:
        if operation.kind in ("create", *_LOOKING) or operation.reads:
            continue
        for step in entity.transitions:
            if step.operation == operation.key and (not step.sources or state in step.sources) and step.target != state:
                found.append((operation, step.target))
                break
        else:
            if operation.key not in told:
                found.append((operation, ""))
    return found


def rules_of(material: Material, entity: Entity, *kinds: str) -> list[Rule]:
    return [rule for rule in material.domain.rules if rule.entity == entity.name and (not kinds or rule.kind in kinds)]


def feedback_words(material: Material) -> set[str]:
    """Return the words of the feedback that sent the work back; none in a first round."""
    return set(re.findall(r"\w{3,40}", material.assignment.feedback.lower()[:4000]))


def names(words: set[str], entity: Entity) -> bool:
    """Tell whether the words name an entity, in one or in many."""
    if not words:
        return False
    labels = {entity.label.lower(), entity.label_plural.lower(), entity.name.replace("_", " "), entity.table.lower()}
    return any(set(re.findall(r"\w+", label)) <= words for label in labels if label)
