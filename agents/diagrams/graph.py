"""What a diagram shows, before anybody knows where it stands."""

from dataclasses import dataclass, field
from typing import Final, Literal

from agents.diagrams.measuring import LINE, cut, width, wrap

Shape = Literal["box", "round", "store", "choice", "start", "end", "record", "label"]
End = Literal["none", "arrow", "one", "many"]

LABEL_WIDTH: Final = 168.0
ROW_WIDTH: Final = 220.0
PAD: Final = 12.0
HEAD: Final = 30.0
ROW: Final = 20.0


@dataclass(frozen=True)
class Node:
    """A box with its words; `rows` are pairs of a name and what it is, of a record only."""

    key: str
    label: str
    shape: Shape = "box"
    rows: tuple[tuple[str, str], ...] = ()

    @property
    def lines(self) -> list[str]:
        if self.shape in ("start", "end"):
            return []
        if self.shape == "record":
            return [cut(self.label, most=ROW_WIDTH, bold=True)]
        return wrap(self.label, most=LABEL_WIDTH, lines=3 if self.shape == "label" else 4)

    @property
    def shown_rows(self) -> list[tuple[str, str]]:
        """The rows as they fit; the name gives way to what it is."""
        found = []
        for name, kind in self.rows:
            kind = cut(kind, most=90, mono=True)
            found.append((cut(name, most=ROW_WIDTH - width(kind, mono=True, size=11) - 16), kind))
        return found

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        if self.shape in ("start", "end"):
            return 18.0, 18.0
        widest = max((width(line, bold=self.shape == "record") for line in self.lines), default=0.0)
        if self.shape == "label":
            return widest + 8, LINE * len(self.lines) + 2
        if self.shape == "record":
            rows = [width(name) + width(kind, mono=True, size=11) + 16 for name, kind in self.shown_rows]
            return max(widest, *rows, 96.0) + 2 * PAD if rows else max(widest, 96.0) + 2 * PAD, HEAD + (
                ROW * len(self.rows) + 8 if self.rows else 0
            )
        extra = {"store": 14.0, "choice": 28.0, "round": 12.0}.get(self.shape, 0.0)
        tall = LINE * max(1, len(self.lines)) + 2 * PAD - 4
        return max(widest + 2 * PAD + extra, 72.0), tall + (extra if self.shape in ("store", "choice") else 0)


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    label: str = ""
    dashed: bool = False
    at_source: End = "none"
    at_target: End = "arrow"


@dataclass
class Graph:
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def keys(self) -> dict[str, int]:
        return {node.key: place for place, node in enumerate(self.nodes)}
