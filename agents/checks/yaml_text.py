"""YAML as a value that knows its lines, read without danger for this process.

The C library descends by recursion, and scans nested flow collections in quadratic time: some thousand characters in
the right order end or block the process that reads them. So depth and size are bounded before it builds anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_ALIASES = 200  # a few lines of nested aliases unfold to gigabytes
MAX_DEPTH = 100
MAX_EVENTS = 120_000
MAX_NUMBER = 400  # characters; longer ones are read in quadratic time
_BRACKET = re.compile(r"[\[\]{}]")
_DASHES = re.compile(r"(?:[-?:][ \t]++(?:[&!][^\s]*+[ \t]++)*+){60}")
_NUMBER = re.compile(r"[-+0-9:_.xXa-fA-F]+\Z")


@dataclass(frozen=True)
class YamlDocument:
    """The value of a file, and where each part of it stands."""

    value: Any
    node: Any

    def line_of(self, path: Sequence[Any]) -> int:
        """Return the line of the part that `path` (keys and positions) leads to, or of the nearest part around it."""
        node, line = self.node, 1
        for step in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if str(key.value) == str(step):
                        found, line = value, key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
                found = node.value[step]
                line = found.start_mark.line + 1
            if found is None:
                return line
            node = found
        return line


def read_yaml(text: str) -> YamlDocument:
    """Return the one document in `text`. Raises yaml.YAMLError, with a mark where there is one, or ValueError."""
    _require_bounds(text)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return YamlDocument(None, None)
        _require_unique_keys(node)
        return YamlDocument(loader.construct_document(node), node)
    finally:
        loader.dispose()


def _require_bounds(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            raise yaml.YAMLError(f"more than {MAX_DEPTH} brackets are open at once")
    if _DASHES.search(text):
        raise yaml.YAMLError("lists are nested too deep in one line")
    depth = aliases = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        elif isinstance(event, yaml.ScalarEvent) and _is_long_number(event):
            raise yaml.YAMLError(f"a number of {len(event.value)} characters")
        if depth > MAX_DEPTH:
            raise yaml.YAMLError(f"parts are nested more than {MAX_DEPTH} deep")
        if count > MAX_EVENTS:
            raise yaml.YAMLError(f"more than {MAX_EVENTS} parts, and no file of a design has as many")
    if aliases > MAX_ALIASES:
        raise yaml.YAMLError(f"{aliases} aliases, at most {MAX_ALIASES} are read")


def _is_long_number(event: yaml.ScalarEvent) -> bool:
    return bool(len(event.value) > MAX_NUMBER and event.implicit[0] and _NUMBER.match(event.value))


def _require_unique_keys(root: Any) -> None:
    stack, seen = [root], {id(root)}
    while stack:
        node = stack.pop()
        parts = node.value
        if isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                    if key.value in keys:
                        raise yaml.constructor.ConstructorError(
                            None, None, f"the key “{key.value[:60]}” stands twice", key.start_mark
                        )
                    keys.add(key.value)
            parts = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.ScalarNode):
            continue
        for part in parts:
            if id(part) not in seen:  # an alias may lead into itself
                seen.add(id(part))
                stack.append(part)
