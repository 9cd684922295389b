"""Do YAML and JSON files parse?"""

import json

import yaml

from agents.checks.result import CheckResult, failed, passed
from agents.checks.yaml_text import read_yaml
from agents.deliverable import Artifact


def load_yaml(text: str) -> object:
    """Return the value of the one document in `text`; raises yaml.YAMLError or ValueError."""
    return read_yaml(text).value


def check_yaml(artifact: Artifact) -> list[CheckResult]:
    """Does it parse, and is it a mapping or a list?"""
    try:
        value = load_yaml(artifact.content)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error) or "nested too deep"
        line = mark.line + 1 if mark else None
        return [failed("yaml", artifact.path, f"Is no YAML: {why}", "Correct the line, or quote the value.", line=line)]
    if not isinstance(value, dict | list):
        return [failed("yaml", artifact.path, "Holds no mapping and no list", "Write the document as a mapping.")]
    return [passed("yaml", artifact.path, "Parses as YAML")]


def check_json(artifact: Artifact) -> list[CheckResult]:
    """Does it parse as JSON proper, without NaN and without the same key twice?"""
    try:
        json.loads(artifact.content, parse_constant=_refuse, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        why = getattr(error, "msg", None) or str(error)
        return [failed("json", artifact.path, f"Is no JSON: {why}", "Correct the notation.", line=line)]
    return [passed("json", artifact.path, "Parses as JSON")]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON value")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        doubled = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the key “{doubled[:60]}” stands twice")
    return found
