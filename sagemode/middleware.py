"""What every request passes: one address with and without a trailing slash, and refusals turned into answers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.api.problems import answer, problem_of
from accounts.errors import Refusal

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class TrailingSlash:
    """Strip one trailing slash under /api/, so that both forms of an address answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path_info = without_trailing_slash(request.path_info)
        request.path = without_trailing_slash(request.path)
        return self.get_response(request)


class Refusals:
    """Show a page that says why something was refused; the API has its own handler."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal with its own status, a database that is away with 503; anything else is not ours."""
        if isinstance(exception, OperationalError | InterfaceError) or getattr(exception, "status", 0) == 503:
            problem = problem_of(exception)
            log.warning("%s %s was refused: %s", request.method, request.path, exception)
            return answer(request, problem) if problem else None
        if not isinstance(exception, Refusal):
            return None
        return render(request, "refused.html", {"refusal": exception}, status=exception.status)


def without_trailing_slash(path: str) -> str:
    """Return an API or socket path without its last slash; other paths, and the API's root, stay as they are."""
    if path.startswith(("/api/", "/ws/")) and path.endswith("/") and path not in ("/api/v1/", "/ws/"):
        return path[:-1]
    return path
