"""Every error of the API as problem details (RFC 9457), and of a page as a page.

`{type, title, status, detail, code, errors?: {field: [...]}}` as `application/problem+json`, whether the API's own code
refused, DRF did, or Django before any view was found.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.errors import Refusal
from accounts.web_sessions import names_no_session

log = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
WHOLE_INPUT = "non_field_errors"
RETRY_LATER = {"Retry-After": "5"}


@dataclass(frozen=True)
class Problem:
    """One refusal, ready to be told."""

    status: int
    code: str
    title: str
    detail: str
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": f"urn:sage-mode:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": _printable(self.detail),
            "code": self.code,
        }
        if self.errors:
            body["errors"] = {name: [_printable(text) for text in texts] for name, texts in self.errors.items()}
        return body


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's way out of a view: what we know how to tell becomes a problem, the rest is a fault of ours."""
    request = context.get("request")
    problem = problem_of(exc, request)
    if problem is None:
        return None
    set_rollback()
    response = Response(problem.as_json(), status=problem.status, headers=dict(problem.headers))
    if getattr(getattr(request, "accepted_renderer", None), "format", "json") != "api":
        response.content_type = CONTENT_TYPE  # the browsable API shows the same facts as a page
        if request is not None:
            request.accepted_renderer = JSONRenderer()  # whatever the route renders when all is well, YAML or a page
    return response


def problem_of(exc: BaseException | None, request: Any = None) -> Problem | None:
    """What an exception says to the client; None for one that nobody foresaw."""
    match exc:
        case Refusal():
            headers = RETRY_LATER if exc.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
            return Problem(exc.status, exc.code, exc.title, exc.detail, exc.errors, headers)
        case exceptions.ValidationError():
            return _invalid(dict(_flat(exc.detail)))
        case ValidationError():
            named = exc.message_dict if hasattr(exc, "error_dict") else {WHOLE_INPUT: exc.messages}
            return _invalid({WHOLE_INPUT if name == "__all__" else name: texts for name, texts in named.items()})
        case exceptions.NotAuthenticated() if exc.status_code == HTTPStatus.UNAUTHORIZED:
            stale = request is not None and names_no_session(request)
            code, detail = (
                ("session_invalid", "Session invalid") if stale else ("not_authenticated", "Not authenticated")
            )
            return _plain(HTTPStatus.UNAUTHORIZED, detail, code=code, headers=_headers_of(exc))
        case exceptions.APIException():
            return _plain(HTTPStatus(exc.status_code), str(exc.detail), code=_code_of(exc), headers=_headers_of(exc))
        case Http404() | ObjectDoesNotExist():
            return _plain(HTTPStatus.NOT_FOUND, "Not found")
        case PermissionDenied():
            return _plain(HTTPStatus.FORBIDDEN, "You may not do this.", code="not_allowed")
        case RequestDataTooBig():
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request body is too large.", code="body_too_large")
        case SuspiciousOperation():
            return _plain(HTTPStatus.BAD_REQUEST, "The request cannot be understood.")
        case OperationalError() | InterfaceError():
            return _plain(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "The database does not answer. Nothing was written; try again in a moment.",
                code="database_away",
                headers=RETRY_LATER,
            )
    return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return answer(request, problem_of(exception) or _plain(HTTPStatus.BAD_REQUEST, "The request cannot be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return answer(request, _plain(HTTPStatus.FORBIDDEN, "You may not do this.", code="not_allowed"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return answer(request, _plain(HTTPStatus.NOT_FOUND, "Not found"))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500; a database that is away is 503."""
    error = sys.exc_info()[1]
    problem = problem_of(error)
    if problem is None or problem.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        problem = _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "Something failed on our side. It is in the log.")
        return answer(request, problem)
    log.warning("%s %s was refused: %s", request.method, request.path, error)
    response = answer(request, problem)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a sentence, not a traceback for each request
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    detail = "This page was open for too long or came from another site. Load it again and repeat what you did."
    if is_api(request):
        detail = f"CSRF check failed: {reason}"
    return answer(request, _plain(HTTPStatus.FORBIDDEN, detail, code="csrf_failed"))


def is_api(request: HttpRequest) -> bool:
    return request.path_info == "/api" or request.path_info.startswith("/api/")


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Tell a problem to whoever asked: as JSON under /api/, else as a page."""
    if is_api(request):
        response: HttpResponse = JsonResponse(problem.as_json(), status=problem.status, content_type=CONTENT_TYPE)
    else:
        # A failing server asks for no user and no database. What has no page of its own looks like any refusal.
        failing = problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        template = loader.select_template(["500.html"] if failing else [f"{problem.status}.html", "refused.html"])
        page = template.render({"refusal": problem}, None if failing else request)
        response = HttpResponse(page, status=problem.status)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _plain(status: HTTPStatus, detail: str, *, code: str = "", headers: Mapping[str, str] | None = None) -> Problem:
    code = code or status.phrase.lower().replace(" ", "_")
    return Problem(status.value, code, status.phrase, detail, headers=headers or {})


def _invalid(errors: Mapping[str, list[str]]) -> Problem:
    named = [name for name in errors if name != WHOLE_INPUT]
    detail = f"Not accepted: {', '.join(named)}." if named else " ".join(errors.get(WHOLE_INPUT, []))
    return Problem(HTTPStatus.BAD_REQUEST.value, "invalid", "Invalid input", detail, errors)


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested errors by dotted path, as `gates.1`: sentences in a list stay together."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == WHOLE_INPUT else f"{path}.{name}".lstrip("."))
    elif any(isinstance(inner, Mapping | list) for inner in detail):
        for position, inner in enumerate(detail):
            if inner:
                yield from _flat(inner, f"{path}.{position}".lstrip("."))
    elif detail:
        yield path or WHOLE_INPUT, [str(text) for text in detail]


def _code_of(exc: exceptions.APIException) -> str:
    code = exc.get_codes()
    return code if isinstance(code, str) else "error"


def _headers_of(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def _printable(text: str) -> str:
    """A message may quote what the client sent; lone surrogates in it cannot be encoded."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
