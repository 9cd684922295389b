"""Every error under /api/ is a problem document, whoever noticed it."""

import json
import sys

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from rest_framework import exceptions, serializers

from accounts.api import problems
from accounts.api.fields import FlagField
from accounts.errors import InvalidInput, NotAllowed
from accounts.tests.factories import browser_of, make_user, send
from accounts.tests.problems import problem_in

SIGNUP = "/api/v1/auth/signup"


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v2/teams", "/api/", "/api/v1/teams/abc", "/api/v1/auth/nul%00"]
)
def test_an_unknown_address_is_404(client: Client, path: str) -> None:
    problem_in(client.get(path), 404, "not_found")


def test_a_wrong_method_is_405(client: Client) -> None:
    response = client.get(SIGNUP)

    problem_in(response, 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/v1/schema", "/api/v1/docs"])
def test_a_route_that_answers_no_json_still_refuses_in_json(client: Client, path: str) -> None:
    problem_in(client.post(path), 405, "method_not_allowed")


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_media_type_is_415(client: Client, media_type: str) -> None:
    problem_in(client.post(SIGNUP, "a=b", content_type=media_type), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b'{"a": NaN}',
        b"\xff\xfe\xfa",
        b"[" * 100_000,
        b'{"username": ' + b"9" * 5000 + b"}",
        b'"\x00"',
    ],
)
def test_malformed_json_is_400(client: Client, body: bytes) -> None:
    problem_in(send(client, "POST", SIGNUP, body), 400, "parse_error")


@pytest.mark.parametrize("body", [b"[]", b"7", b'"text"', b"null", b"true"])
def test_json_that_is_no_object_is_400(client: Client, body: bytes) -> None:
    assert problem_in(send(client, "POST", SIGNUP, body), 400, "invalid")["errors"]


def test_an_empty_body_names_the_fields(client: Client) -> None:
    assert problem_in(send(client, "POST", SIGNUP, b""), 400, "invalid")["errors"]["username"]


def test_a_huge_body_is_413(client: Client, settings: object) -> None:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # type: ignore[attr-defined]
    body = json.dumps({"username": "x" * limit}).encode()

    problem_in(send(client, "POST", SIGNUP, body), 413, "body_too_large")


def test_a_charset_that_decompresses_is_400(client: Client) -> None:
    response = client.generic("POST", SIGNUP, b"x", content_type="application/json; charset=bz2_codec")

    problem_in(response, 400, "parse_error")


@pytest.mark.django_db
def test_a_bad_csrf_token_is_403_and_says_why() -> None:
    client = browser_of(make_user(), checks_csrf=True)

    assert "CSRF" in problem_in(client.post("/api/v1/auth/logout"), 403, "csrf_failed")["detail"]


def test_a_page_answers_with_a_page(client: Client) -> None:
    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_a_form_without_its_token_is_refused_with_a_page() -> None:
    response = browser_of(checks_csrf=True).post("/login/", {"login": "demo", "password": "x"})

    assert response.status_code == 403
    assert response.headers["Content-Type"].startswith("text/html")


def test_a_host_that_is_not_ours_is_400_in_both_languages(client: Client) -> None:
    assert problem_in(client.get("/api/v1/auth/me", headers={"Host": "evil.example"}), 400)
    assert client.get("/login/", headers={"Host": "evil.example"}).status_code == 400


# --- what Django hands over when no view could answer ---------------------------------------------------------------


@pytest.fixture
def api_request() -> HttpRequest:
    return RequestFactory().get("/api/v1/teams")


def test_a_fault_of_ours_is_500_without_its_message(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("accounts.api.views.sign_up", lambda **_: 1 / 0)
    body = {"username": "newcomer", "email": "n@example.org", "password": "seven quiet leaves"}

    problem = problem_in(send(client, "POST", SIGNUP, body), 500, "internal_server_error")

    assert "division" not in json.dumps(problem)


def test_a_database_that_is_away_is_503_with_a_time_to_try_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise OperationalError("connection refused on /secret/socket")

    monkeypatch.setattr("accounts.api.views.sign_up", away)
    body = {"username": "newcomer", "email": "n@example.org", "password": "seven quiet leaves"}

    response = send(client, "POST", SIGNUP, body)

    assert "secret" not in json.dumps(problem_in(response, 503, "database_away"))
    assert int(response.headers["Retry-After"]) > 0


def test_the_500_page_of_a_database_that_is_away_is_503(api_request: HttpRequest) -> None:
    try:
        raise OperationalError
    except OperationalError:
        assert sys.exc_info()[0]
        response = problems.server_error(api_request)

    problem_in_bytes(response, 503)


def test_django_s_own_refusals_are_problems_too(api_request: HttpRequest) -> None:
    problem_in_bytes(problems.permission_denied(api_request, PermissionError()), 403)
    problem_in_bytes(problems.not_found(api_request, Http404()), 404)
    problem_in_bytes(problems.csrf_failure(api_request, "no cookie"), 403)


def problem_in_bytes(response: object, status: int) -> None:
    assert response.status_code == status  # type: ignore[attr-defined]
    assert response.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert json.loads(response.content)["status"] == status  # type: ignore[attr-defined]


# --- how errors are told ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("detail", "errors"),
    [
        ({"name": ["Too long."]}, {"name": ["Too long."]}),
        ("Just no.", {"non_field_errors": ["Just no."]}),
        ({"gates": {1: ["No such stage."]}}, {"gates.1": ["No such stage."]}),
        ({"rows": [{}, {"text": ["Empty."]}]}, {"rows.1.text": ["Empty."]}),
        ({"inner": {"non_field_errors": ["Neither."]}}, {"inner": ["Neither."]}),
    ],
)
def test_nested_errors_are_named_by_their_path(detail: object, errors: dict[str, list[str]]) -> None:
    problem = problems.problem_of(exceptions.ValidationError(detail))  # type: ignore[arg-type]

    assert problem is not None
    assert problem.as_json()["errors"] == errors


def test_a_models_own_validation_is_told_by_field() -> None:
    by_field = problems.problem_of(ValidationError({"name": ["Blank."], "__all__": ["Twice."]}))
    whole = problems.problem_of(ValidationError("Twice."))

    assert by_field is not None
    assert by_field.errors == {"name": ["Blank."], "non_field_errors": ["Twice."]}
    assert whole is not None
    assert (whole.detail, whole.errors) == ("Twice.", {"non_field_errors": ["Twice."]})


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (PermissionDenied(), 403, "not_allowed"),
        (RequestDataTooBig(), 413, "body_too_large"),
        (SuspiciousOperation(), 400, "bad_request"),
        (Http404(), 404, "not_found"),
        (exceptions.NotFound(), 404, "not_found"),
    ],
)
def test_what_django_and_drf_raise_has_a_code(fault: Exception, status: int, code: str) -> None:
    problem = problems.problem_of(fault)

    assert problem is not None
    assert (problem.status, problem.code) == (status, code)


def test_a_refusal_brings_its_own_status_code_and_title() -> None:
    problem = problems.problem_of(NotAllowed("Viewers read."))

    assert problem is not None
    assert problem.as_json() == {
        "type": "urn:sage-mode:problem:not_allowed",
        "title": "Not allowed",
        "status": 403,
        "detail": "Viewers read.",
        "code": "not_allowed",
    }


def test_a_message_that_quotes_half_a_character_can_be_sent() -> None:
    problem = problems.problem_of(InvalidInput({"role": ['"\ud800" is no role.']}))

    assert problem is not None
    assert json.dumps(problem.as_json(), ensure_ascii=False).encode()


def test_a_limit_says_when_to_come_back() -> None:
    problem = problems.problem_of(exceptions.Throttled(wait=7.2))

    assert problem is not None
    assert (problem.status, problem.headers["Retry-After"]) == (429, "8")


def test_an_error_nobody_foresaw_is_left_to_django() -> None:
    assert problems.problem_of(ZeroDivisionError()) is None


def test_the_browsable_api_shows_an_error_as_a_page(client: Client) -> None:
    response = client.get("/api/v1/auth/me", headers={"Accept": "text/html"})

    assert response.status_code == 401
    assert response.headers["Content-Type"].startswith("text/html")
    assert b"Not authenticated" in response.content


@pytest.mark.parametrize("value", [1, "true", None, [], "yes"])
def test_a_flag_is_true_or_false_and_nothing_like_it(value: object) -> None:
    class Body(serializers.Serializer[object]):
        flag = FlagField()

    assert not Body(data={"flag": value}).is_valid()
    assert Body(data={"flag": True}).is_valid()
