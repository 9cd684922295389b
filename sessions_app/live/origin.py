"""Where a socket was opened from: a page of another site must not use somebody's cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

# A cookie travels by itself, so a client that names no Origin cannot be told from a page that hides it.
HEADERS = {b"origin": "HTTP_ORIGIN", b"host": "HTTP_HOST", b"x-forwarded-proto": "HTTP_X_FORWARDED_PROTO"}


def is_own_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the Origin is scheme, host and port of the request, or one of CSRF_TRUSTED_ORIGINS."""
    request = _SocketRequest(scope)
    if "HTTP_ORIGIN" not in request.META:
        return False
    check = CsrfViewMiddleware(lambda _: HttpResponse())  # the comparison that pages and API make
    return bool(check._origin_verified(request))  # type: ignore[attr-defined]


class _SocketRequest(HttpRequest):
    """As much of a request as the comparison asks for."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        super().__init__()
        self._is_secure = scope.get("scheme") in ("wss", "https")
        host, port = scope.get("server") or ("localhost", 80)
        self.META = {"SERVER_NAME": host, "SERVER_PORT": str(port)}
        for name, value in scope.get("headers", ()):
            if name.lower() in HEADERS:
                self.META[HEADERS[name.lower()]] = value.decode("latin1")

    def _get_scheme(self) -> str:
        return "https" if self._is_secure else "http"
