"""Is an interface description valid OpenAPI 3.1?"""

from functools import cache
from typing import Any

import yaml

from agents.checks.documents import load_yaml
from agents.checks.result import CheckResult, failed, passed
from agents.deliverable import Artifact

MAX_FINDINGS = 20


def check_openapi(artifact: Artifact) -> list[CheckResult]:
    """Is it OpenAPI 3.1 by openapi-spec-validator?"""
    try:
        document = load_yaml(artifact.content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []  # the yaml check says so, with the line
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.1."):
        return [failed("openapi", artifact.path, "Does not say that it is OpenAPI 3.1", "Begin with `openapi: 3.1.0`.")]
    results = []
    try:
        for error in _validator_class()(document).iter_errors():
            where = "/".join(str(part) for part in error.absolute_path) or "the document"
            said = f"{where}: {error.message[:300]}"
            results.append(failed("openapi", artifact.path, said, "Correct this part of the document."))
            if len(results) == MAX_FINDINGS:
                break
    except Exception as error:  # the library stumbles over some shapes that it should report
        said = f"The document cannot be read to its end: {error!r:.200}"
        results.append(
            failed("openapi", artifact.path, said, "Compare its structure with the OpenAPI 3.1 specification.")
        )
    return results or [passed("openapi", artifact.path, "Is valid OpenAPI 3.1")]


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
