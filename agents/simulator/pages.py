"""Which pages there are: one for each entity that people work with. Frontend, UI/UX and security read this."""

import re
from dataclasses import dataclass

from agents.brief.identifiers import slug, unique
from agents.deliverable import Entity, Operation
from agents.simulator.calls import Call, Interface
from agents.simulator.material import Material
from agents.simulator.shape import state_of, transition_of

MOST_FILES = 8

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
    return material.once(_pages)


def _pages(material: Material) -> list[Page]:
    interface = Interface(material)
    main = material.main
    asked = feedback_words(material)
    taken = {"index"}  # the file of the first page
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
        name = unique(slug(entity.path), taken)
        found.append(
            Page(
                entity.name,
                f"web/{name}.html",
                f"/{name}",
                entity.label_plural or entity.label or entity.name,
                entity,
                operations,
                tuple(interface.call(entity, operation) for operation in operations),
                actors,
                tuple(states_of(material, entity)),
                interface.prefix,
            )
        )
    return found


def with_file(found: list[Page]) -> list[Page]:
    """Return the pages that are written as HTML: those most is done on."""
    return found[:MOST_FILES]


def by_people(material: Material, operation: Operation) -> bool:
    """Tell whether people carry it out: what only systems do has no button."""
    people = {actor.key for actor in material.domain.actors if actor.kind == "person"}
    return not material.domain.actors or bool(people & set(operation.actors))


def states_of(material: Material, entity: Entity) -> list[str]:
    """Return the states of an entity in the order of its life; those of its state field when it names none."""
    state = state_of(material, entity)
    return list(entity.states) or (list(state.values) if state is not None else [])


def acts_from(material: Material, page: Page, state: str) -> list[tuple[Operation, str]]:
    """Return what may be done in a state, each with the state it leads to ("" when it stays)."""
    found: list[tuple[Operation, str]] = []
    for operation in page.operations:
        if operation.kind in ("create", *_LOOKING) or operation.reads or not by_people(material, operation):
            continue
        step = transition_of(material, page.entity, operation)
        if step is None:
            found.append((operation, ""))
        elif (not step.sources or state in step.sources) and step.target != state:
            found.append((operation, step.target))
    return found


def feedback_words(material: Material) -> set[str]:
    """Return the words of the feedback that sent the work back; none in a first round."""
    return set(re.findall(r"\w{3,40}", material.assignment.feedback.lower()[:4000]))


def names(words: set[str], entity: Entity) -> bool:
    """Tell whether the words name an entity, in one or in many."""
    if not words:
        return False
    labels = {entity.label.lower(), entity.label_plural.lower(), entity.name.replace("_", " "), entity.table.lower()}
    return any(set(re.findall(r"\w+", label)) <= words for label in labels if label)
