"""The diagrams of a domain: what belongs to what, and the life of each thing that has one."""

from typing import Final

from agents.brief.identifiers import slug
from agents.deliverable import Domain, Entity
from agents.diagrams.diagram import Diagram
from agents.diagrams.drawing import draw
from agents.diagrams.graph import Edge, End, Graph, Node

ROWS: Final = 8
MOST_SOURCES: Final = 2  # of a step from any state; more arrows would hide the others
_ANY: Final = "any state "  # with a space, which no name of a state has
_ENDS: Final[dict[str, tuple[End, End]]] = {
    "one_to_many": ("one", "many"),
    "many_to_one": ("many", "one"),
    "one_to_one": ("one", "one"),
    "many_to_many": ("many", "many"),
}
_SAID: Final = {
    "one_to_many": "each has many",
    "many_to_one": "many belong to one",
    "one_to_one": "each has one",
    "many_to_many": "many have many",
}


def domain_diagrams(domain: Domain) -> list[Diagram]:
    """Return the entity diagram and one diagram for each entity with a life of its own; none for an empty domain."""
    found = [entity_diagram(domain), *(state_diagram(domain, entity) for entity in domain.entities)]
    return [diagram for diagram in found if diagram is not None]


def entity_diagram(domain: Domain) -> Diagram | None:
    """Return the entities with their fields and relations; what others belong to stands above."""
    labels = {entity.name: entity.label or entity.name for entity in domain.entities}
    nodes = []
    for entity in domain.entities:
        fields = [field for field in entity.fields if field.type != "reference"]
        rows: list[tuple[str, str]] = [(field.name, field.type) for field in fields[:ROWS]]
        if len(fields) > ROWS:
            rows.append((f"{len(fields) - ROWS} more", ""))
        nodes.append(Node(entity.name, _capital(labels[entity.name]), "record", tuple(rows)))
    edges, said = [], []
    for relation in domain.relations:
        if relation.source not in labels or relation.target not in labels:
            continue
        source, target = _ENDS[relation.kind]
        if relation.kind == "many_to_one":  # the one stands above the many
            edges.append(Edge(relation.target, relation.source, "", at_source=target, at_target=source))
        else:
            edges.append(Edge(relation.source, relation.target, "", at_source=source, at_target=target))
        said.append(f"{labels[relation.source]} and {labels[relation.target]}: {_SAID[relation.kind]}")
    names = ", ".join(labels.values())
    return draw(
        Graph(nodes, edges),
        name="entities",
        title="Entities and how they belong together",
        description=f"Entities: {names}. " + (f"Relations: {'; '.join(said)}." if said else "No relations."),
    )


def state_diagram(domain: Domain, entity: Entity) -> Diagram | None:
    """Return the life of an entity, None when it has fewer than two states or no step between them."""
    if len(entity.states) < 2 or not entity.transitions:
        return None
    titles = {operation.key: operation.title for operation in domain.operations}
    known = dict.fromkeys([*entity.states, *(step.target for step in entity.transitions)])
    nodes = [Node("\0start", "", "start"), *(Node(state, _words(state), "round") for state in known)]
    edges = [Edge("\0start", entity.states[0])]
    said = []
    for step in entity.transitions:
        label = titles.get(step.operation, _words(step.operation)) if step.operation else "in time"
        others = [state for state in entity.states if state != step.target]
        for source in step.sources or (others if len(others) <= MOST_SOURCES else [_ANY]):
            if source in known or source == _ANY:
                edges.append(Edge(source, step.target, label))
                said.append(f"{_words(source).strip()} to {_words(step.target)}: {label}")
    if any(edge.source == _ANY for edge in edges):
        nodes.append(Node(_ANY, "any state", "label"))
    label = entity.label or entity.name
    return draw(
        Graph(nodes, edges),
        name=f"states-{slug(entity.name, most=40)}",
        title=f"The life of “{label}”",
        description=f"It begins as {_words(entity.states[0])}. {'; '.join(said)}.",
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:] if label[:1].islower() else label
