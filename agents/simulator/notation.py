"""JSON and YAML laid out for readers: what fits on a line stands on one, so that no line holds notation alone."""

import json
from typing import Any

import yaml

MOST_COLUMNS = 116


def compact_json(value: Any, *, columns: int = MOST_COLUMNS) -> str:
    """Return `value` as JSON in which each list or object that fits on a line stands on one."""
    return _json(value, 0, 0, columns)


def _json(value: Any, indent: int, used: int, columns: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or indent + used + len(flat) <= columns:
        return flat
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        parts = []
        for key, part in value.items():
            name = f"{json.dumps(str(key), ensure_ascii=False)}: "
            parts.append(f"{inner}{name}{_json(part, indent + 1, len(name), columns)}")
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    items = ",\n".join(f"{inner}{_json(part, indent + 1, 0, columns)}" for part in value)
    return "[\n" + items + "\n" + " " * indent + "]"


def compact_yaml(value: Any) -> str:
    """Return `value` as YAML in the order it was built, without aliases; small lists and mappings in flow style."""
    dumper = _CompactDumper
    return yaml.dump(_mark(value), Dumper=dumper, sort_keys=False, allow_unicode=True, width=MOST_COLUMNS + 4)


class _FlowMap(dict[Any, Any]):
    """A mapping that is written on one line."""


class _FlowList(list[Any]):
    """A list that is written on one line."""


class _CompactDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _flow_map(dumper: Any, value: _FlowMap) -> Any:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _flow_list(dumper: Any, value: _FlowList) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


def _block_text(dumper: Any, value: str) -> Any:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_CompactDumper.add_representer(_FlowMap, _flow_map)
_CompactDumper.add_representer(_FlowList, _flow_list)
_CompactDumper.add_representer(str, _block_text)


def _mark(value: Any, depth: int = 0) -> Any:
    """Mark what fits on a line; its length as JSON stands for its length as YAML, which is never longer by much."""
    if isinstance(value, dict | list) and value and depth > 1 and _fits(value, depth):
        return _FlowMap(value) if isinstance(value, dict) else _FlowList(value)
    if isinstance(value, dict):
        return {key: _mark(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_mark(part, depth + 1) for part in value]
    return value


def _fits(value: Any, depth: int) -> bool:
    flat = json.dumps(value, ensure_ascii=False)
    return "\\n" not in flat and len(flat) + 2 * depth <= MOST_COLUMNS - 8
