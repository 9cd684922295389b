"""What drf-spectacular cannot see by itself."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension


class CookieScheme(OpenApiAuthenticationExtension):
    """The session cookie as a security scheme."""

    target_class = "accounts.api.authentication.CookieAuthentication"
    name = "cookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "Set by login. Unsafe calls repeat the cookie `csrftoken` in the header `X-CSRFToken`.",
        }


PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "Sentences by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def tell_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A hook of drf-spectacular: every route refuses in the same shape."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            for codes, says in (("4XX", "Refused, with the reason."), ("5XX", "Failed on our side.")):
                operation["responses"][codes] = {"description": says, "content": content}
    return result
