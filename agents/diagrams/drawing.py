"""A graph, laid out and written as SVG."""

from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape

from agents.cleaning import clean_text
from agents.diagrams.diagram import Diagram
from agents.diagrams.graph import HEAD, PAD, ROW, Edge, End, Graph, Node
from agents.diagrams.layout import Placed, Point, layered
from agents.diagrams.measuring import LINE

MARGIN: Final = 10.0
LOOP: Final = 34.0  # pixels beside a node for an edge that comes back to it
MOST_NODES: Final = 80
MOST_EDGES: Final = 160


def draw(graph: Graph, *, name: str, title: str, description: str) -> Diagram | None:
    """Return the diagram of a graph, None when it is empty or larger than anybody could read."""
    if not graph.nodes or len(graph.nodes) > MOST_NODES or len(graph.edges) > MOST_EDGES:
        return None
    graph = _with_label_nodes(_merged(graph))
    keys = graph.keys()
    looped = {edge.source for edge in graph.edges if edge.source == edge.target}
    sizes = [(w + 2 * LOOP if n.key in looped else w, h) for n in graph.nodes for w, h in [n.size]]
    placed = layered(sizes, [(keys[edge.source], keys[edge.target]) for edge in graph.edges])
    body = [_edge(edge, placed, number, graph, keys) for number, edge in enumerate(graph.edges)]
    for node, (x, y) in zip(graph.nodes, placed.corners, strict=True):
        body.append(_node(node, x + MARGIN + (LOOP if node.key in looped else 0), y + MARGIN))
    return Diagram(
        name,
        title,
        description,
        round(placed.width + 2 * MARGIN),
        round(placed.height + 2 * MARGIN),
        "".join(body),
    )


def word(text: str, x: float, y: float, *, css: str = "", anchor: str = "start") -> str:
    """Return one line of text; `y` is its base line."""
    cls = f' class="{css}"' if css else ""
    turn = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{num(x)}" y="{num(y)}"{cls}{turn}>{escape(clean_text(text, limit=200))}</text>'


def num(value: float) -> str:
    """Return a coordinate with at most one digit behind the point."""
    return f"{value:.1f}".removesuffix(".0")


def _merged(graph: Graph) -> Graph:
    """Join edges between the same two nodes that look alike; their labels stand below each other."""
    found: dict[tuple[object, ...], Edge] = {}
    for edge in graph.edges:
        key = (edge.source, edge.target, edge.dashed, edge.at_source, edge.at_target)
        known = found.get(key)
        if known is None:
            found[key] = edge
        elif edge.label and edge.label not in known.label.split(", "):
            label = ", ".join(part for part in (known.label, edge.label) if part)
            found[key] = Edge(edge.source, edge.target, label, edge.dashed, edge.at_source, edge.at_target)
    return Graph(graph.nodes, list(found.values()))


def _with_label_nodes(graph: Graph) -> Graph:
    """Give each label of an edge a place of its own in the layout, so that it covers nothing."""
    nodes, edges = list(graph.nodes), []
    for number, edge in enumerate(graph.edges):
        if not edge.label or edge.source == edge.target:
            edges.append(edge)
            continue
        key = f"\0{number}"
        nodes.append(Node(key, edge.label, "label"))
        edges.append(Edge(edge.source, key, "", edge.dashed, edge.at_source, "none"))
        edges.append(Edge(key, edge.target, "", edge.dashed, "none", edge.at_target))
    return Graph(nodes, edges)


def _edge(edge: Edge, placed: Placed, number: int, graph: Graph, keys: dict[str, int]) -> str:
    css = "dg-edge dg-dash" if edge.dashed else "dg-edge"
    if edge.source == edge.target:
        return _loop(edge, placed, graph.nodes[keys[edge.source]], keys, css)
    points = [(x + MARGIN, y + MARGIN) for x, y in placed.routes[number]]
    if len(points) < 2:
        return ""
    marks = _end(edge.at_source, points[0], points[1:]) + _end(edge.at_target, points[-1], points[-2::-1])
    return f'<path class="{css}" d="{_path(points)}"/>{marks}'


def _path(points: list[Point]) -> str:
    """Return a line that runs straight through rows and bends between them."""
    d = [f"M{num(points[0][0])} {num(points[0][1])}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if abs(x1 - x2) < 0.5:
            d.append(f"L{num(x2)} {num(y2)}")
        else:
            middle = num((y1 + y2) / 2)
            d.append(f"C{num(x1)} {middle} {num(x2)} {middle} {num(x2)} {num(y2)}")
    return "".join(d)


def _end(kind: End, at: Point, others: list[Point]) -> str:
    """Return what stands at an end: edges meet nodes from above or below, so two directions are enough."""
    if kind == "none":
        return ""
    x, y = at
    away = -1.0 if next((oy for _, oy in others if abs(oy - y) > 0.5), y + 1) < y else 1.0
    if kind == "arrow":
        tip = f"M{num(x)} {num(y)}L{num(x - 4)} {num(y + 8 * away)}L{num(x + 4)} {num(y + 8 * away)}Z"
        return f'<path class="dg-tip" d="{tip}"/>'
    if kind == "one":
        return f'<path class="dg-edge" d="M{num(x - 5)} {num(y + 7 * away)}h10"/>'
    foot = f"M{num(x - 6)} {num(y)}L{num(x)} {num(y + 10 * away)}L{num(x + 6)} {num(y)}"
    return f'<path class="dg-edge" d="{foot}"/>'


def _loop(edge: Edge, placed: Placed, node: Node, keys: dict[str, int], css: str) -> str:
    x, y = placed.corners[keys[edge.source]]
    wide, high = node.size
    right, top = x + MARGIN + LOOP + wide, y + MARGIN + high * 0.3
    bottom = y + MARGIN + high * 0.7
    out = num(right + LOOP - 4)
    d = f"M{num(right)} {num(top)}C{out} {num(top - 6)} {out} {num(bottom + 6)} {num(right)} {num(bottom)}"
    tip = f"M{num(right)} {num(bottom)}l8 -4l0 8Z" if edge.at_target == "arrow" else ""
    mark = f'<path class="dg-tip" d="{tip}"/>' if tip else ""
    title = f"<title>{escape(clean_text(edge.label, limit=200))}</title>" if edge.label else ""
    return f'<g>{title}<path class="{css}" d="{d}"/>{mark}</g>'


def _node(node: Node, x: float, y: float) -> str:
    wide, high = node.size
    if node.shape in ("start", "end"):
        ring = f'<circle class="dg-box" cx="{num(x + 9)}" cy="{num(y + 9)}" r="9"/>' if node.shape == "end" else ""
        radius = 5 if node.shape == "end" else 7
        return f'{ring}<circle class="dg-dot" cx="{num(x + 9)}" cy="{num(y + 9)}" r="{radius}"/>'
    if node.shape == "record":
        return _record(node, x, y, wide, high)
    lines = node.lines
    base = y + high / 2 - LINE * len(lines) / 2 + 13
    if node.shape == "store":
        base += 4
    css = "dg-word" if node.shape == "label" else ""
    words = "".join(
        word(line, x + wide / 2, base + LINE * place, css=css, anchor="middle") for place, line in enumerate(lines)
    )
    return _outline(node, x, y, wide, high) + words


def _outline(node: Node, x: float, y: float, wide: float, high: float) -> str:
    if node.shape == "label":
        return ""
    if node.shape == "store":
        curve = f"a{num(wide / 2)} 7 0 0 0 {num(wide)} 0"
        side = num(high - 14)
        return (
            f'<path class="dg-box" d="M{num(x)} {num(y + 7)}a{num(wide / 2)} 7 0 0 1 {num(wide)} 0v{side}'
            f'a{num(wide / 2)} 7 0 0 1 {num(-wide)} 0Z"/>'
            f'<path class="dg-edge" d="M{num(x)} {num(y + 7)}{curve}"/>'
        )
    if node.shape == "choice":
        middle = num(y + high / 2)
        return (
            f'<path class="dg-box" d="M{num(x)} {middle}l14 {num(-high / 2)}h{num(wide - 28)}l14 {num(high / 2)}'
            f'l-14 {num(high / 2)}h{num(28 - wide)}Z"/>'
        )
    radius = high / 2 if node.shape == "round" else 6.0
    return (
        f'<rect class="dg-box" x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(high)}" rx="{num(radius)}"/>'
    )


def _record(node: Node, x: float, y: float, wide: float, high: float) -> str:
    parts = [
        f'<rect class="dg-box" x="{num(x)}" y="{num(y)}" width="{num(wide)}" height="{num(high)}" rx="6"/>',
        f'<path class="dg-band" d="M{num(x)} {num(y + HEAD)}v{num(6 - HEAD)}a6 6 0 0 1 6 -6h{num(wide - 12)}'
        f'a6 6 0 0 1 6 6v{num(HEAD - 6)}Z"/>',
        *(word(line, x + PAD, y + 20, css="dg-head") for line in node.lines),
    ]
    for place, (name, kind) in enumerate(node.shown_rows):
        base = y + HEAD + 18 + ROW * place
        parts.append(word(name, x + PAD, base))
        parts.append(word(kind, x + wide - PAD, base, css="dg-kind", anchor="end"))
    return "".join(parts)
