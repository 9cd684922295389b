"""Reads the part of Mermaid that architects use: flowcharts, state and entity diagrams, sequences.

Anything it does not know makes it give up: a block that is drawn says all that its text says, or it is not drawn.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from agents.diagrams.graph import Edge, End, Graph, Node, Shape

MOST_LINES: Final = 300
MOST_LINE_CHARS: Final = 400
MOST_DEPTH: Final = 4  # of frames in frames

_NAME: Final = r"[^\W_][\w]*(?:[.-][\w]+)*|_\w*"
_NODE: Final = re.compile(rf"\s*({_NAME})")
_SHAPES: Final[tuple[tuple[str, str, Shape], ...]] = (
    ("([", "])", "round"),
    ("[(", ")]", "store"),
    ("[[", "]]", "box"),
    ("((", "))", "round"),
    ("{{", "}}", "choice"),
    ("[", "]", "box"),
    ("(", ")", "round"),
    ("{", "}", "choice"),
    (">", "]", "box"),
)
_LINK: Final = re.compile(
    r"\s*(?:(?P<a>--|==|-\.)\s+(?P<text>[^|<>\n]{1,120}?)\s+(?P<b>-->|---|==>|===|\.->|\.-)"
    r"|(?P<plain><?(?:-{2,4}|={2,4}|-\.{1,3}-)[>xo]?)(?:\s*\|(?P<label>[^|\n]{0,160})\|)?)\s*"
)
_SKIPPED: Final = re.compile(
    r"(?:style|classDef|class|click|linkStyle|direction|subgraph|end|accTitle|accDescr|title)\b"
)
_STATE_AS: Final = re.compile(rf'state\s+"([^"\n]{{0,160}})"\s+as\s+({_NAME})')
_STEP: Final = re.compile(rf"(\[\*\]|{_NAME})\s*-->\s*(\[\*\]|{_NAME})\s*(?::\s*(.*))?")
_STATE: Final = re.compile(rf"({_NAME})\s*(?::\s*(.*))?")
_ENTITY: Final = re.compile(rf'({_NAME})\s*(?:\["?([^"\]]{{0,120}})"?\])?\s*(\{{)?')
_RELATION: Final = re.compile(
    rf'({_NAME}|"[^"]{{1,80}}")\s+([|}}][|o])(--|\.\.)([|o][|{{])\s+({_NAME}|"[^"]{{1,80}}")\s*(?::\s*(.*))?'
)
_FIELD: Final = re.compile(
    r'([\w()\[\],.~-]+)\s+([\w*().~-]+)(?:\s+(?:PK|FK|UK)(?:\s*,\s*(?:PK|FK|UK))*)?(?:\s+"[^"]*")?'
)
_PERSON: Final = re.compile(rf"(?:participant|actor)\s+({_NAME})(?:\s+as\s+(.+))?")
_FRAME: Final = re.compile(r"(alt|opt|loop|par|break|critical|else|and|option|end)(?:\s+(.*))?")
_MESSAGE: Final = re.compile(
    r"([^\s:<>-][^:<>\n-]{0,60}?)\s*(<<-->>|<<->>|-->>|->>|--\)|-\)|--x|-x|-->|"
    r"->)\s*[+-]?\s*([^\s:][^:\n]{0,60}?)\s*:\s*(.*)"
)


@dataclass(frozen=True)
class Message:
    source: str
    target: str
    words: str
    dashed: bool


@dataclass(frozen=True)
class Frame:
    """Where a frame begins (`alt`, `opt`, …), goes on in another way (`else`), or ends (`end`)."""

    kind: str
    words: str = ""


@dataclass
class Sequence:
    """Who says what to whom, in order, and in which frames."""

    people: dict[str, str] = field(default_factory=dict)
    steps: list[Message | Frame] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        return [step for step in self.steps if isinstance(step, Message)]


def kind_of(text: str) -> str:
    """Return the first word of a block: `flowchart`, `erDiagram`, …; empty when there is none."""
    lines = _lines(text)
    return lines[0].split()[0].rstrip(";") if lines else ""


def flowchart(text: str) -> Graph | None:
    """Return what a `flowchart` or `graph` block draws."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for line in _lines(text)[1:]:
        for part in line.split(";"):
            part = part.strip()
            if part and not _SKIPPED.match(part) and not _statement(part, nodes, edges):
                return None
    return Graph(list(nodes.values()), edges) if nodes else None


def _statement(text: str, nodes: dict[str, Node], edges: list[Edge]) -> bool:
    """Read `A["x"] -->|y| B & C`; False when it cannot be read to its end."""
    found = _group(text, 0, nodes)
    if found is None:
        return False
    before, at = found
    while at < len(text):
        link = _LINK.match(text, at)
        if link is None:
            return not text[at:].strip()
        found = _group(text, link.end(), nodes)
        if found is None:
            return False
        after, at = found
        sign = link["plain"] or f"{link['a']}{link['b']}"
        label = _said(link["label"] or link["text"] or "")
        for one in before:
            for other in after:
                target: End = "arrow" if ">" in sign else "none"
                source: End = "arrow" if sign.startswith("<") else "none"
                edges.append(Edge(one, other, label, "." in sign, source, target))
        before = after
    return True


def _group(text: str, at: int, nodes: dict[str, Node]) -> tuple[list[str], int] | None:
    """Read one node, or several joined by &."""
    keys = []
    while True:
        match = _NODE.match(text, at)
        if match is None:
            return None
        key, at = match[1], match.end()
        for opening, closing, shape in _SHAPES:
            if not text.startswith(opening, at):
                continue
            start = at + len(opening)
            if text.startswith('"', start):
                quote = text.find('"', start + 1)
                end = quote + 1 if quote > 0 and text.startswith(closing, quote + 1) else -1
            else:
                end = text.find(closing, start)
            if end < 0:
                return None
            nodes[key] = Node(key, _said(text[start:end]), shape)
            at = end + len(closing)
            break
        nodes.setdefault(key, Node(key, key))
        keys.append(key)
        rest = re.compile(r"\s*:::[\w-]+").match(text, at)
        at = rest.end() if rest else at
        more = re.compile(r"\s*&").match(text, at)
        if more is None:
            return keys, at
        at = more.end()


def states(text: str) -> Graph | None:
    """Return what a `stateDiagram` block draws."""
    labels: dict[str, str] = {}
    steps: list[tuple[str, str, str]] = []
    for line in _lines(text)[1:]:
        if re.match(r"(?:direction|classDef|class)\b", line):
            continue
        if match := _STATE_AS.fullmatch(line):
            labels[match[2]] = match[1]
        elif match := _STEP.fullmatch(line):
            steps.append((match[1], match[2], match[3] or ""))
            for name in match[1], match[2]:
                labels.setdefault(name, name.replace("_", " "))
        elif (match := _STATE.fullmatch(line)) and match[1] not in ("state", "note", "end"):
            labels[match[1]] = match[2] or match[1].replace("_", " ")
        else:
            return None
    nodes = [Node(key, _said(label), "round") for key, label in labels.items() if key != "[*]"]
    edges = []
    if any(source == "[*]" for source, _, _ in steps):
        nodes.insert(0, Node("\0start", "", "start"))
    if any(target == "[*]" for _, target, _ in steps):
        nodes.append(Node("\0end", "", "end"))
    for source, target, label in steps:
        one = "\0start" if source == "[*]" else source
        edges.append(Edge(one, "\0end" if target == "[*]" else target, _said(label)))
    return Graph(nodes, edges) if steps else None


def entities(text: str) -> Graph | None:
    """Return what an `erDiagram` block draws."""
    labels: dict[str, str] = {}
    rows: dict[str, list[tuple[str, str]]] = {}
    edges: list[Edge] = []
    inside = ""
    for line in _lines(text)[1:]:
        if inside:
            match = _FIELD.fullmatch(line)
            if line == "}":
                inside = ""
            elif match is None:
                return None
            else:
                rows[inside].append((match[2], match[1]))
        elif match := _RELATION.fullmatch(line):
            one, other = match[1].strip('"'), match[5].strip('"')
            for name in one, other:
                labels.setdefault(name, name)
                rows.setdefault(name, [])
            first: End = "many" if match[2].startswith("}") else "one"
            second: End = "many" if match[4].endswith("{") else "one"
            edges.append(Edge(one, other, "", match[3] == "..", first, second))
        elif match := _ENTITY.fullmatch(line):
            labels[match[1]] = match[2] or match[1]
            rows.setdefault(match[1], [])
            inside = match[1] if match[3] else ""
        else:
            return None
    nodes = [Node(key, _said(label), "record", tuple(rows[key])) for key, label in labels.items()]
    return Graph(nodes, edges) if nodes and not inside else None


def sequence(text: str) -> Sequence | None:
    """Return what a `sequenceDiagram` block draws."""
    found, depth = Sequence(), 0
    for line in _lines(text)[1:]:
        if re.match(r"(?:autonumber|activate|deactivate|title)\b", line):
            continue
        if match := _PERSON.fullmatch(line):
            found.people[match[1]] = _said(match[2] or match[1])
        elif match := _MESSAGE.fullmatch(line):
            for name in match[1], match[3]:
                found.people.setdefault(name, _said(name))
            found.steps.append(Message(match[1], match[3], _said(match[4]), match[2].startswith("--")))
        elif match := _FRAME.fullmatch(line):
            depth += {"end": -1}.get(match[1], 0 if match[1] in ("else", "and", "option") else 1)
            if depth < 0 or depth > MOST_DEPTH:
                return None
            found.steps.append(Frame(match[1], _said(match[2] or "")))
        else:
            return None
    return found if found.messages and depth == 0 else None


def _lines(text: str) -> list[str]:
    """Return the lines that say something; none when the block is larger than anybody would draw."""
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line and not line.startswith("%%")]
    if len(lines) > MOST_LINES or any(len(line) > MOST_LINE_CHARS for line in lines):
        return []
    return lines


def _said(text: str) -> str:
    """Return a label as plain words: no quotes, no line breaks of Mermaid's, no entities."""
    text = re.sub(r"<br\s*/?>", " ", text.strip().strip('"'), flags=re.IGNORECASE)
    return " ".join(text.replace("#quot;", '"').split())
