"""Do the diagrams in a Markdown file have the structure that Mermaid draws?

By the grammars of https://mermaid.js.org/syntax/; flowcharts, sequences, states and entities are read line by line, of
other kinds only the kind is.
"""

import re
from collections.abc import Callable, Iterator

from agents.checks.fences import Fenced, fenced_blocks
from agents.checks.mermaid_flow import flow_faults
from agents.checks.result import CheckResult, failed, passed
from agents.deliverable import Artifact

MAX_FINDINGS = 20
MAX_LINE = 2_000
MAX_LINES = 5_000  # of one diagram; Mermaid itself gives up at 50,000 characters

Fault = tuple[int, str, str]  # line, message, remedy
Line = tuple[int, str]

_OTHERS = re.compile(
    r"(classDiagram(-v2)?|gantt|pie|journey|mindmap|timeline|gitGraph|quadrantChart|requirementDiagram|"
    r"C4(Context|Container|Component|Dynamic|Deployment)|sankey(-beta)?|xychart(-beta)?|block(-beta)?|packet(-beta)?|"
    r"architecture(-beta)?|kanban|radar(-beta)?|treemap(-beta)?|zenuml)\b"
)
_COMMON = re.compile(r"(accTitle|accDescr|title|classDef|class|style|linkStyle|click|direction|autonumber)\b")
_NAME = r"(?:\"[^\"]*\"|[\w][\w.\-]*)"
_ARROW = re.compile(r"<<-->>|<<->>|-->>|->>|--x|-x|--\)|-\)|-->|->")
_NOTE = re.compile(r"(?i)note\s+(left of|right of|over)\s+[^:]+:\s*\S")
_OPENS = re.compile(r"(opt|alt|loop|par|par_over|critical|break|rect|box)\b")
_DIVIDES = {"else": ("alt",), "and": ("par", "par_over"), "option": ("critical",)}
_RELATION = re.compile(
    rf"({_NAME})\s+(\|o|\|\||\}}o|\}}\|)(--|\.\.)(o\||\|\||o\{{|\|\{{)\s+({_NAME})\s*:\s*(\"[^\"]*\"|\S.*)$"
)
_ATTRIBUTE = re.compile(
    r"[^\W\d][\w\-\[\](),.]*\s+\*?[^\W\d][\w\-\[\]()]*(\s+(PK|FK|UK)(\s*,\s*(PK|FK|UK))*)?(\s+\"[^\"]*\")?$"
)
_ENTITY = re.compile(rf"({_NAME})(\[[^\]]*\])?(:::\w+)?\s*(\{{)?$")
_TRANSITION = re.compile(rf"(\[\*\]|{_NAME})(:::\w+)?\s*-->\s*(\[\*\]|{_NAME})(:::\w+)?\s*(:\s*\S.*)?$")
_STATE = re.compile(rf"state\s+(\"[^\"]*\"\s+as\s+[\w.\-]+|{_NAME})\s*(<<\w+>>|\[\[\w+\]\])?\s*(\{{)?$")
_DESCRIBED = re.compile(rf"({_NAME})(:::\w+)?(\s*:\s*.*)?$")


def check_mermaid(artifact: Artifact) -> list[CheckResult]:
    """Is each Mermaid diagram of a known kind, balanced, and written in arrows that Mermaid knows?"""
    text = artifact.content
    if artifact.path.lower().endswith((".mmd", ".mermaid")):
        blocks = [Fenced("mermaid", 0, text.split("\n"), True)]
    else:
        blocks = [block for block in fenced_blocks(text) if block.language == "mermaid"]
    faults = [fault for block in blocks for fault in _faults(block)]
    if faults:
        return [
            failed("mermaid", artifact.path, message[:300], remedy, line=line)
            for line, message, remedy in faults[:MAX_FINDINGS]
        ]
    if not blocks:
        return []
    told = "1 diagram has" if len(blocks) == 1 else f"{len(blocks)} diagrams have"
    return [passed("mermaid", artifact.path, f"{told} the structure that Mermaid draws")]


def _faults(block: Fenced) -> list[Fault]:
    if not block.is_closed:
        return [(block.line, "The diagram's fence is never closed", "Add ``` after the diagram.")]
    lines = list(_lines(block))
    if not lines:
        return [(max(1, block.line), "The diagram is empty", "Draw it, or remove the fence.")]
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE for _, line in lines):
        return [(lines[0][0], "The diagram is too large to be drawn", "Draw the main parts alone.")]
    number, first = lines[0]
    for kind, read in _READERS:
        if kind.match(first):
            return list(read(lines))[:MAX_FINDINGS]
    if _OTHERS.match(first):
        return []
    told = f"“{first[:40]}” is no kind of diagram"
    return [(number, told, "Begin with flowchart LR, sequenceDiagram, stateDiagram-v2 or erDiagram.")]


def _lines(block: Fenced) -> Iterator[Line]:
    """Yield what is drawn: no comments, no settings in front, no description of several lines."""
    skipping = ""
    for number, line in enumerate(block.lines, start=block.line + 1):
        line = line.strip()
        if skipping:
            skipping = "" if line.endswith(skipping) else skipping
        elif line == "---" and number == block.line + 1:
            skipping = "---"
        elif re.match(r"accDescr\s*\{[^}]*$", line):
            skipping = "}"
        elif line.startswith("%%{") and not line.endswith("}%%"):
            skipping = "}%%"
        elif line and not line.startswith("%%"):
            yield number, line


def _sequence(lines: list[Line]) -> Iterator[Fault]:
    opened: list[tuple[int, str]] = []
    for number, line in lines[1:]:
        word = line.split()[0].rstrip(":")
        if word == "end":
            if not opened:
                yield number, "“end” closes nothing", "Remove it."
            else:
                opened.pop()
        elif word in _DIVIDES:
            if not opened or opened[-1][1] not in _DIVIDES[word]:
                yield number, f"“{word}” stands outside its block", f"Open one with {_DIVIDES[word][0]}."
        elif _OPENS.match(line) and _message_fault(line):
            opened.append((number, word))
        elif word.lower() == "note":
            if not _NOTE.match(line):
                yield number, "A note has no place or no text", "Write Note over A: text."
        elif re.match(r"(participant|actor|create|destroy|activate|deactivate|links?)\s+\S", line) or _COMMON.match(
            line
        ):
            continue
        elif fault := _message_fault(line):
            yield number, fault, "Write A->>B: text, or -->> for an answer."
    for number, word in opened:
        yield number, f"“{word}” is never closed", "Add end."


def _message_fault(line: str) -> str:
    """Return what is wrong with a message of a sequence; empty when nothing is."""
    way, _, text = line.partition(":")
    arrow = _ARROW.search(way)
    if not arrow or not way[: arrow.start()].strip() or not way[arrow.end() :].strip(" +-\t"):
        return f"“{line[:60]}” is no message"
    return "" if text.strip() else "A message has no text"


def _states(lines: list[Line]) -> Iterator[Fault]:
    opened: list[int] = []
    note = 0
    for number, line in lines[1:]:
        if note:
            note = 0 if line == "end note" else note
        elif line == "}":
            if not opened:
                yield number, "“}” closes nothing", "Remove it."
            else:
                opened.pop()
        elif re.match(r"note\s+(left|right) of\s+\S", line):
            note = 0 if ":" in line else number
        elif line == "--" or line.startswith("hide empty") or _COMMON.match(line):
            continue
        elif found := _STATE.match(line):
            if found[3]:
                opened.append(number)
        elif not (_TRANSITION.match(line) or _DESCRIBED.match(line)):
            yield number, f"“{line[:60]}” is no state and no transition", "Write A --> B : event."
    for number in opened:
        yield number, "“{” is never closed", "Add }."
    if note:
        yield note, "A note is never closed", "Add end note."


def _entities(lines: list[Line]) -> Iterator[Fault]:
    opened = 0
    for number, line in lines[1:]:
        if opened:
            if line == "}":
                opened = 0
            elif not _ATTRIBUTE.match(line):
                yield number, f"“{line[:60]}” is no attribute", 'Write type name, and PK, FK or UK, and a "comment".'
        elif _RELATION.match(line):
            continue
        elif found := _ENTITY.match(line):
            opened = number if found[4] else 0
        elif re.match(rf"{_NAME}\s+\S*(--|\.\.)\S*\s+{_NAME}\s*$", line):
            yield number, "A relation has no label", "Write A ||--o{ B : label."
        elif not (_COMMON.match(line) or re.match(rf"{_NAME}(\[[^\]]*\])?\s*\{{.*\}}$", line)):
            yield number, f"“{line[:60]}” is no entity and no relation", "Write A ||--o{ B : label."
    if opened:
        yield opened, "An entity is never closed", "Add }."


_READERS: tuple[tuple[re.Pattern[str], Callable[[list[Line]], Iterator[Fault]]], ...] = (
    (re.compile(r"(flowchart|graph)\b"), flow_faults),
    (re.compile(r"sequenceDiagram\b"), _sequence),
    (re.compile(r"stateDiagram(-v2)?\b"), _states),
    (re.compile(r"erDiagram\b"), _entities),
)
