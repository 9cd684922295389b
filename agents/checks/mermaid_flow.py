"""Flowcharts of Mermaid, read statement by statement: nodes with their shapes, links with their arrows, subgraphs."""

import re
from collections.abc import Iterator

_HEAD = re.compile(r"(flowchart|graph)(-elk)?(\s+(TB|TD|BT|RL|LR))?\s*;?\s*(.*)$")
_KEYWORD = re.compile(r"(classDef|class|style|linkStyle|click|accTitle|accDescr|direction|title)\b")
_ID = re.compile(r"\w(?:[\w.:/]|-(?![-.>]))*")
_LINK = re.compile(
    r"(?:\w+@)?(?:(?:[<]|[xo](?=[-=]))?(?:--+[->xo]|==+[=>xo]|-\.+-[>xo]?|~~~+))(?:\s*\|(?:\"[^\"]*\"|[^|\"]*)\|)?"
)
_LINK_WITH_TEXT = re.compile(
    r"(?:<|[xo](?=[-=]))?(?:--|==|-\.)\s+(?:\"[^\"]*\"|[^\"|\[\](){}]*?)\s+(?:--+[->xo]|==+[=>xo]|\.+-[>xo]?)"
)
# What opens a shape, and what may close it; the longest first.
_SHAPES = (
    ("(((", (")))",)),
    ("((", ("))",)),
    ("([", ("])",)),
    ("[[", ("]]",)),
    ("[(", (")]",)),
    ("[/", ("/]", "\\]")),
    ("[\\", ("\\]", "/]")),
    ("{{", ("}}",)),
    ("@{", ("}",)),
    ("(", (")",)),
    ("[", ("]",)),
    ("{", ("}",)),
    (">", ("]",)),
)
_UNQUOTED = re.compile(r"[()\[\]{}\"]")
_RESERVED = frozenset({"end", "subgraph", "graph", "flowchart"})

Fault = tuple[int, str, str]


class _Wrong(Exception):
    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def flow_faults(lines: list[tuple[int, str]]) -> Iterator[Fault]:
    """Yield what Mermaid would not draw, with the line."""
    begins, first = lines[0]
    head = _HEAD.match(first)
    rest = head[5] if head else ""
    if head and rest and not head[3] and not first.rstrip().endswith(";") and re.match(r"\w+\s*$", rest):
        yield begins, f"“{rest.strip()}” is no direction", "Use TB, TD, BT, RL or LR."
        rest = ""
    opened: list[int] = []
    for number, line in [(begins, rest), *lines[1:]]:
        for statement in _statements(line):
            if statement == "end":
                if not opened:
                    yield number, "“end” closes no subgraph", "Remove it."
                else:
                    opened.pop()
            elif re.match(r"subgraph\b", statement):
                opened.append(number)
            elif not _KEYWORD.match(statement):
                try:
                    _read(statement)
                except _Wrong as wrong:
                    yield number, str(wrong), wrong.remedy
    for number in opened:
        yield number, "A subgraph is never closed", "Add end."


def _statements(line: str) -> Iterator[str]:
    """Cut at semicolons outside quotes and shapes."""
    if ";" not in line:
        if line.strip():
            yield line.strip()
        return
    start, depth, quoted, piped = 0, 0, False, False
    for place, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "([{":
            depth += 1
        elif not quoted and character == "|" and not depth:
            piped = not piped
        elif not quoted and character in ")]}":
            depth = max(0, depth - 1)
        elif character == ";" and not (quoted or piped or depth):
            if line[start:place].strip():
                yield line[start:place].strip()
            start = place + 1
    if line[start:].strip():
        yield line[start:].strip()


def _read(statement: str) -> None:
    """Read node, link, node, …; `&` joins nodes. Raises _Wrong."""
    at = _node(statement, 0)
    while at < len(statement):
        at = _spaces(statement, at)
        if at >= len(statement):
            return
        if statement[at] == "&":
            at = _node(statement, _spaces(statement, at + 1))
            continue
        link = _LINK.match(statement, at) or _LINK_WITH_TEXT.match(statement, at)
        if not link:
            raise _Wrong(
                f"“{statement[at : at + 40]}” is no arrow that Mermaid knows", "Write A --> B or A -->|label| B."
            )
        at = _spaces(statement, link.end())
        if at >= len(statement):
            raise _Wrong("An arrow leads nowhere", "Name the node that it leads to.")
        at = _node(statement, at)


def _node(statement: str, at: int) -> int:
    found = _ID.match(statement, at)
    if not found:
        raise _Wrong(f"“{statement[at : at + 40]}” is no node", "Begin a node with letters or digits.")
    if found[0] in _RESERVED:
        raise _Wrong(f"A node cannot be called {found[0]}", "Choose another name, or write it with a capital.")
    at = found.end()
    name = re.sub(r":::[\w-]*$", "", found[0])
    if name.endswith(":"):
        raise _Wrong(f"“{found[0][:40]}” is no node", "Leave the colon out.")
    for opening, closings in _SHAPES:
        if statement.startswith(opening, at):
            at = _shape(statement, at + len(opening), closings, opening)
            break
    if style := re.compile(r":::[\w-]+").match(statement, at):
        at = style.end()
    return at


def _shape(statement: str, at: int, closings: tuple[str, ...], opening: str) -> int:
    inner = _spaces(statement, at)
    if inner < len(statement) and statement[inner] == '"':
        close = statement.find('"', inner + 1)
        if close < 0:
            raise _Wrong("A quote is never closed", "Close it; write #quot; for a quote in a label.")
        at = _spaces(statement, close + 1)
        for closing in closings:
            if statement.startswith(closing, at):
                return at + len(closing)
        raise _Wrong(f"“{opening}” is not closed after the label", f"Write {closings[0]} after the quote.")
    places = [(place, closing) for closing in closings if (place := statement.find(closing, at)) >= 0]
    if not places:
        raise _Wrong(f"“{opening}” is never closed", f"Add {closings[0]}.")
    place, closing = min(places)
    label = statement[at:place]
    if opening != "@{" and (_UNQUOTED.search(label) or not label.strip()):
        raise _Wrong(f"The label “{label[:60]}” needs quotes", f'Write {opening}"…"{closing}.')
    return place + len(closing)


def _spaces(statement: str, at: int) -> int:
    while at < len(statement) and statement[at] in " \t":
        at += 1
    return at
