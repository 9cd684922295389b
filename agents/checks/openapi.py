"""Is an interface description valid OpenAPI 3.1?"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from agents.checks.result import CheckResult, failed, passed
from agents.checks.yaml_text import MAX_DEPTH, YamlDocument, read_yaml
from agents.deliverable import Artifact

MAX_FINDINGS = 20
MAX_PARTS = 60_000
MAX_ENTRIES = 1_000  # of one list or mapping: paths, schemas, tags
MAX_DEFAULT = 200  # characters of a default that is compared with its schema

_REMEDIES = {
    "required": "Add what is missing.",
    "additionalProperties": "Remove it, or correct its name.",
    "unevaluatedProperties": "Remove it, or correct its name.",
    "type": "Write a value of the kind that belongs here.",
    "enum": "Use one of the values that are allowed.",
    "const": "Use the value that is allowed.",
    "pattern": "Write it in the form that belongs here.",
    "if": "Compare this part with the OpenAPI 3.1 specification.",
}


def check_openapi(artifact: Artifact) -> list[CheckResult]:
    """Is it OpenAPI 3.1 by openapi-spec-validator? What leads out of the file is not followed."""
    try:
        document = read_yaml(artifact.content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []  # the yaml check says so, with the line
    value = document.value
    if not isinstance(value, dict) or not str(value.get("openapi", "")).startswith("3.1."):
        told = "Does not say that it is OpenAPI 3.1"
        return [failed("openapi", artifact.path, told, "Begin with `openapi: 3.1.0`.", line=1)]
    found = [
        failed("openapi", artifact.path, message[:400], remedy, line=document.line_of(path))
        for path, message, remedy in _faults(document)
    ]
    return found or [passed("openapi", artifact.path, "Is valid OpenAPI 3.1")]


def _faults(document: YamlDocument) -> Iterator[tuple[list[Any], str, str]]:
    """Yield the path of each fault with message and remedy, at most MAX_FINDINGS."""
    refused = list(_refused(document.value))
    if refused:  # the library would follow references, into files of this machine too
        yield from refused[:MAX_FINDINGS]
        return
    count = 0
    try:
        for error in _validator_class()(_judged(document.value)).iter_errors():
            error = _deepest(error)
            path = list(error.absolute_path) or _path_told(error.message)
            where = "/".join(str(part) for part in path) or "the document"
            message = error.message if len(error.message) <= 300 else f"does not fit ({error.validator})"
            yield path, f"{where}: {message}", _REMEDIES.get(str(error.validator), "Correct this part of the document.")
            count += 1
            if count == MAX_FINDINGS:
                return
    except Exception as error:  # the library stumbles over some shapes that it should report
        told = f"The document cannot be read to its end: {type(error).__name__}: {str(error)[:200]}"
        yield [], told, "Compare its structure with the OpenAPI 3.1 specification; look for references in a circle."


def _path_told(message: str) -> list[Any]:
    """Return the path that a message names where the error has none of its own: the address of an operation."""
    found = re.search(r"'(/[^']*)'", message)
    return ["paths", found[1]] if found else []


def _refused(root: Any) -> Iterator[tuple[list[Any], str, str]]:
    """Yield references that lead out of the file or nowhere, and what is too large to judge."""
    parts = 0
    stack: list[tuple[Any, list[Any]]] = [(root, [])]
    while stack:
        value, path = stack.pop()
        parts += 1
        if parts > MAX_PARTS:
            yield [], f"The document has more than {MAX_PARTS} parts", "Describe the operations of the domain alone."
            return
        if not isinstance(value, dict | list):
            continue
        if len(path) > MAX_DEPTH:
            yield path[:3], f"Parts are nested more than {MAX_DEPTH} deep", "Name schemas, and refer to them by $ref."
            return
        if len(value) > MAX_ENTRIES:
            yield path, f"More than {MAX_ENTRIES} entries in one place", "Describe the operations of the domain alone."
            return
        if isinstance(value, dict):
            for name in ("$ref", "$dynamicRef", "operationRef"):
                target = value.get(name)
                if isinstance(target, str) and not target.startswith("#"):
                    yield (
                        [*path, name],
                        f"The reference {target[:120]} leads out of the file",
                        "Refer to a part of this file: #/components/…",
                    )
                elif isinstance(target, str) and name == "$ref" and not _leads_somewhere(root, target):
                    yield (
                        [*path, name],
                        f"The reference {target[:120]} leads nowhere",
                        "Add the part, or correct the reference.",
                    )
            if isinstance(value.get("$id"), str) and path:
                yield [*path, "$id"], "A schema names an address of its own", "Leave $id out."
        pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        stack += [(part, [*path, key]) for key, part in reversed(pairs)]


def _leads_somewhere(root: Any, reference: str) -> bool:
    at = root
    for step in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
        name = step.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
        if isinstance(at, dict) and name in {str(key) for key in at}:
            at = next(part for key, part in at.items() if str(key) == name)
        elif isinstance(at, list) and name.isdigit() and int(name[:9]) < len(at):
            at = at[int(name[:9])]
        else:
            return False
    return True


def _judged(value: Any) -> Any:
    """Return a copy without the defaults whose comparison with their schema may take for ever: patterns, long lists."""
    if isinstance(value, dict):
        left_out = "default" in value and ("pattern" in value or len(repr(value["default"])) > MAX_DEFAULT)
        return {str(key): _judged(part) for key, part in value.items() if not (key == "default" and left_out)}
    return [_judged(part) for part in value] if isinstance(value, list) else value


def _deepest(error: Any) -> Any:
    """Return the part of an error that says most: of alternatives the one that got furthest."""
    for _ in range(20):
        if not getattr(error, "context", None):
            break
        error = max(error.context, key=lambda each: len(each.absolute_path))
    return error


@cache
def _validator_class() -> Any:
    """The library's validator over a registry that is crawled once.

    As it comes, each $dynamicRef crawls all JSON Schema documents anew: 450 ms for 48 operations, against 145 ms.
    Imported here because the import takes 0.3 s, which only the processes that check should pay.
    """
    from jsonschema.validators import validator_for
    from jsonschema_specifications import REGISTRY
    from openapi_spec_validator import OpenAPIV31SpecValidator
    from openapi_spec_validator.schemas import schema_v31
    from referencing import Resource

    schema = dict(schema_v31)
    registry = REGISTRY.with_resource(schema["$id"], Resource.from_contents(schema)).crawl()

    class Validator(OpenAPIV31SpecValidator):
        schema_validator = validator_for(schema)(schema, registry=registry)

    return Validator
