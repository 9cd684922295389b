"""YAML and JSON as plain values that know the line each key stands on. Bounded, not recursive, builds no objects."""

import re
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_CHARS = 600_000
MAX_EVENTS = 150_000
MAX_DEPTH = 60  # libyaml takes quadratic time for deeper brackets: ten minutes for 500 kB of "["

_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?(?:[eE][-+]?\d{1,2})?\Z")
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_JSON_TOKEN = re.compile(r'\s*(?:([{}\[\],:])|"((?:[^"\\\n]|\\.)*)"|([^\s{}\[\],:"]+))')
_JSON_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')
_JSON_CHARS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Unreadable(Exception):
    """The text is no such document, or too large or too deep to be looked at."""


class Mapping(dict[str, Any]):
    """A mapping that knows its line and that of each of its keys, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def put(self, name: str, value: Any, line: int) -> None:
        self[name] = value
        self.lines[name] = line

    def line_of(self, name: str) -> int:
        return self.lines.get(name, self.line)

    def mapping(self, name: str) -> "Mapping":
        """Return the mapping under `name`; an empty one where there is something else or nothing."""
        value = self.get(name)
        return value if isinstance(value, Mapping) else Mapping(self.line_of(name))

    def items_of(self, name: str) -> "list[tuple[Any, int]]":
        """Return the values of the list under `name` with their lines; nothing where there is no list."""
        value = self.get(name)
        return list(zip(value, value.lines, strict=True)) if isinstance(value, Sequence) else []

    def text(self, name: str) -> str:
        value = self.get(name)
        return value if isinstance(value, str) else ""


class Sequence(list[Any]):
    """A list that knows the line of each of its values."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []

    def put(self, value: Any, line: int) -> None:
        self.append(value)
        self.lines.append(line)


class _Builder:
    """Puts values together as they come, with a stack of its own."""

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[tuple[Mapping | Sequence, list[tuple[str, int]]]] = []
        self.count = 0

    def enter(self, box: Mapping | Sequence, line: int) -> None:
        self.add(box, line)
        self.open.append((box, []))
        if len(self.open) > MAX_DEPTH:
            raise Unreadable(f"is nested deeper than {MAX_DEPTH} levels")

    def leave(self) -> Mapping | Sequence:
        box, _ = self.open.pop()
        merged = box.pop("<<", None) if isinstance(box, Mapping) else None
        for other in merged if isinstance(merged, Sequence) else [merged]:
            if isinstance(other, Mapping) and isinstance(box, Mapping):
                for name in other:
                    if name not in box:
                        box.put(name, other[name], other.line_of(name))
        return box

    def add(self, value: Any, line: int) -> None:
        self.count += 1
        if self.count > MAX_EVENTS:
            raise Unreadable(f"holds more than {MAX_EVENTS} values")
        if not self.open:
            self.root = value
            return
        box, names = self.open[-1]
        if isinstance(box, Sequence):
            box.put(value, line)
        elif names:
            name, where = names.pop()
            box.put(name, value, where)
        else:
            names.append((str(value) if not isinstance(value, Mapping | Sequence) else "", line))


def parse_yaml(text: str) -> Any:
    """Return the first document of `text`; raises Unreadable."""
    if len(text) > MAX_CHARS:
        raise Unreadable(f"is longer than {MAX_CHARS // 1000} kB")
    builder = _Builder()
    anchors: dict[str, Any] = {}
    open_anchors: list[str | None] = []  # known when its box ends: an alias inside its own anchor would be a ring
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.DocumentEndEvent):
                break
            if isinstance(event, yaml.ScalarEvent):
                value = _plain(event.value) if event.implicit[0] else event.value
                if event.anchor:
                    anchors[event.anchor] = value
                builder.add(_key_text(builder, event.value, value), line)
            elif isinstance(event, yaml.AliasEvent):
                builder.add(anchors.get(event.anchor or ""), line)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                box = Mapping(line) if isinstance(event, yaml.MappingStartEvent) else Sequence(line)
                builder.enter(box, line)
                open_anchors.append(event.anchor)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                box = builder.leave()
                anchor = open_anchors.pop()
                if anchor:
                    anchors[anchor] = box
    except (yaml.YAMLError, ValueError, IndexError) as error:
        raise Unreadable(f"is no YAML ({str(error).splitlines()[0][:80] if str(error) else 'broken'})") from None
    return builder.root


def _key_text(builder: _Builder, written: str, value: Any) -> Any:
    """A key keeps its letters: `on`, `no` and `200` are names there."""
    if builder.open:
        box, names = builder.open[-1]
        if isinstance(box, Mapping) and not names:
            return written
    return value


def _plain(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _NUMBER.match(text):
        return float(text) if any(char in text for char in ".eE") else int(text)
    return text


def parse_json(text: str) -> Any:
    """Return the value of `text`; raises Unreadable."""
    if len(text) > MAX_CHARS:
        raise Unreadable(f"is longer than {MAX_CHARS // 1000} kB")
    builder = _Builder()
    line, counted, at = 1, 0, 0
    end = len(text.rstrip())
    while at < end:
        match = _JSON_TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"is no JSON (line {line})")
        line += text.count("\n", counted, match.end())
        counted = at = match.end()
        mark, quoted, bare = match.groups()
        if mark is None:
            builder.add(_unescape(quoted) if quoted is not None else _bare(bare, line), line)
        elif mark in "{[":
            builder.enter(Mapping(line) if mark == "{" else Sequence(line), line)
        elif mark in "}]":
            if not builder.open:
                raise Unreadable(f"is no JSON (line {line})")
            builder.leave()
    if builder.open or builder.count == 0:
        raise Unreadable("is no JSON (it ends too early)")
    return builder.root


def _bare(text: str, line: int) -> Any:
    if text not in ("true", "false", "null") and not _NUMBER.match(text):
        raise Unreadable(f"is no JSON (line {line})")
    return _plain(text)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def char(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] == "u" else _JSON_CHARS.get(code, code)

    return _JSON_ESCAPE.sub(char, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def parse(path: str, text: str) -> Any:
    """Return the value of a YAML or JSON file by what it begins with; raises Unreadable."""
    looks_json = text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") and (path.lower().endswith(".json") or '"' in text[:80])
    if looks_json:
        try:
            return parse_json(text.lstrip("\ufeff"))
        except Unreadable:
            if path.lower().endswith(".json"):
                raise
    return parse_yaml(text)
