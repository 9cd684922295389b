"""The outline of a file: what others refer to (headings, operations, tables, keys), without the bodies."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

MOST_LINES: Final = 160
MOST_LINE_CHARS: Final = 160

_HEADING: Final = re.compile(r"^#{1,6} ")
_TABLE_ROW: Final = re.compile(r"^\|\s*([^|]+)\|")
_SQL: Final = re.compile(r"^\s*(?:CREATE|ALTER|COMMENT|CONSTRAINT|\);?|[a-z_\"][\w\"]* [a-z])", re.IGNORECASE)
_YAML: Final = re.compile(r"^(?:\s{0,4}[\w/{}$.'\"-]+:|\s*operationId:)")
_HTML: Final = re.compile(
    r"<(title|h[1-6]|a|button|label|form|th)\b[^>]{0,300}>([^<]{0,120})|<form\b[^>]{0,300}>", re.IGNORECASE
)


def outline(path: str, text: str) -> str:
    """Return the outline of a file, at most MOST_LINES lines, with a first line that says what it is."""
    kind = path.rpartition(".")[2].lower()
    lines = list(_KINDS.get(kind, _first)(text))[:MOST_LINES]
    kept = "\n".join(line.rstrip()[:MOST_LINE_CHARS] for line in lines)
    return f"[outline of {text.count(chr(10)) + 1} lines; the file itself did not fit]\n{kept}"


def _markdown(text: str) -> Iterable[str]:
    fenced = False
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and _HEADING.match(line):
            yield line
        elif not fenced and (row := _TABLE_ROW.match(line)) and not set(row[1]) <= set("-: "):
            yield f"  | {row[1].strip()}"


def _sql(text: str) -> Iterable[str]:
    return (line for line in text.split("\n") if _SQL.match(line) and not line.lstrip().startswith("--"))


def _yaml(text: str) -> Iterable[str]:
    return (line for line in text.split("\n") if _YAML.match(line))


def _html(text: str) -> Iterable[str]:
    for found in _HTML.finditer(text[:200_000]):
        if found[1] and found[2].strip():
            yield f"{found[1].lower()}: {' '.join(found[2].split())}"


def _json(text: str) -> Iterable[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _first(text)
    return _keys(value, depth=0)


def _keys(value: Any, *, depth: int) -> Iterable[str]:
    if depth > 3:
        return
    items = value.items() if isinstance(value, dict) else [("-", item) for item in value[:20]]
    for key, item in items:
        if isinstance(item, dict | list):
            yield f"{'  ' * depth}{key}"
            yield from _keys(item, depth=depth + 1)
        elif depth < 3:
            yield f"{'  ' * depth}{key}: {str(item)[:60]}"


def _first(text: str) -> Iterable[str]:
    return text.split("\n")[:40]


_KINDS: Final[dict[str, Callable[[str], Iterable[str]]]] = {
    "md": _markdown,
    "sql": _sql,
    "yaml": _yaml,
    "yml": _yaml,
    "html": _html,
    "json": _json,
}
