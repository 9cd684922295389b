"""A block of Mermaid text as a diagram; the domain takes the place of an entity diagram that shows it."""

from agents.deliverable import Domain
from agents.diagrams.diagram import Diagram
from agents.diagrams.domain import entity_diagram
from agents.diagrams.drawing import draw
from agents.diagrams.graph import Graph
from agents.diagrams.notation import entities, flowchart, kind_of, sequence, states
from agents.diagrams.sequences import draw_sequence


def mermaid_diagram(text: str, *, name: str, domain: Domain | None = None) -> Diagram | None:
    """Return the diagram of a block, None when it holds anything that is not understood or is too large to read."""
    kind = kind_of(text)
    if kind in ("flowchart", "graph"):
        return _drawn(flowchart(text), name, "Parts and what leads where")
    if kind.startswith("stateDiagram"):
        return _drawn(states(text), name, "States and the steps between them")
    if kind == "sequenceDiagram":
        found = sequence(text)
        return draw_sequence(found, name=name, title="Who tells whom what, in order") if found else None
    if kind == "erDiagram":
        graph = entities(text)
        if domain is not None and graph is not None and _shows(graph, domain):
            return entity_diagram(domain)
        return _drawn(graph, name, "Entities and how they belong together")
    return None


def _shows(graph: Graph, domain: Domain) -> bool:
    """Does an entity diagram show this domain: nothing else, and at least half of it?"""
    shown = {node.key.casefold() for node in graph.nodes}
    known = {name.casefold() for entity in domain.entities for name in (entity.name, entity.table)}
    return bool(shown) and shown <= known and 2 * len(shown) >= len(domain.entities)


def _drawn(graph: Graph | None, name: str, title: str) -> Diagram | None:
    if graph is None:
        return None
    labels = {node.key: node.label for node in graph.nodes}
    parts = ", ".join(label for label in labels.values() if label)
    ways = []
    for edge in graph.edges:
        way = f"{labels[edge.source] or 'start'} to {labels[edge.target] or 'end'}"
        ways.append(f"{way} ({edge.label})" if edge.label else way)
    return draw(graph, name=name, title=title, description=f"{parts}. {'; '.join(ways)}.")
