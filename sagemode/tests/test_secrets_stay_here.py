"""Log lines and error pages: whatever is logged or fails, no secret of the house is in it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.views.debug import technical_500_response

from sagemode.logs import logging_config
from sagemode.urls import handler500

__all__ = ["handler500"]  # the URLs of this module are those of a house

CANARIES = {
    "SECRET_KEY": "canary-of-the-secret-key-0123456789",
    "FIELD_KEY": "canary-of-the-field-key-0123456789",
    "ANTHROPIC_API_KEY": "sk-ant-canary-of-the-operator-0123456789",
    "OPENAI_API_KEY": 'canary&of<openai>\'s "key" 0123456789',
    "DATABASE_URL": "postgres://sage:canary-of-the-database@db.example:5432/sage",
}


@pytest.fixture
def canaries(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Secrets in settings and environment; returns what must not be seen."""
    monkeypatch.setenv("ACME_ACCESS_TOKEN", "canary-of-the-environment")
    for name, value in CANARIES.items():
        setattr(settings, name, value)
    return [*(value for name, value in CANARIES.items() if name != "DATABASE_URL"), "canary-of", "canary&"]


@contextmanager
def logged(format: str) -> Iterator[StringIO]:
    """What is written to standard error under a format; put back afterwards."""
    root, stream, stderr = logging.getLogger(), StringIO(), sys.stderr
    before = root.handlers[:], root.level
    sys.stderr = stream
    try:
        logging_config(level="INFO", format=format)
        yield stream
    finally:
        sys.stderr = stderr
        root.handlers[:] = before[0]
        root.setLevel(before[1])


@pytest.mark.parametrize("format", ["console", "json"])
def test_neither_format_of_the_log_writes_a_secret(canaries: list[str], format: str) -> None:
    secret, log = CANARIES["OPENAI_API_KEY"], logging.getLogger("sagemode.tests")

    with logged(format) as stream:
        log.warning("The key %s was sent to %s", secret, CANARIES["DATABASE_URL"])
        log.error("with more", extra={"token": CANARIES["SECRET_KEY"]})
        log.warning("llm_call", extra={"error": f"Bearer {CANARIES['ANTHROPIC_API_KEY']}", "key": secret})
        structlog.get_logger("sagemode.tests").info("llm_call", error=CANARIES["ANTHROPIC_API_KEY"], key=secret)
        try:
            raise ValueError(f"{secret} and {CANARIES['FIELD_KEY']}") from RuntimeError("canary-of-the-environment")
        except ValueError:
            log.exception("It failed")

    written = stream.getvalue()
    assert "The key [redacted] was sent to" in " ".join(written.split())
    assert "ValueError" in written
    assert "RuntimeError" in written
    assert not any(canary in written for canary in canaries)


def broken(request: HttpRequest) -> HttpResponse:
    dsn, key = CANARIES["DATABASE_URL"], CANARIES["ANTHROPIC_API_KEY"]
    raise RuntimeError(f"{dsn} with {key} and {CANARIES['OPENAI_API_KEY']}")


urlpatterns = [path("broken/", broken), path("api/v1/broken", broken)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("where", ["/broken/", "/api/v1/broken"])
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("accept", ["text/html", "text/plain", "application/json"])
def test_no_error_page_shows_a_secret_or_a_setting(
    canaries: list[str], settings: Any, where: str, debug: bool, accept: str
) -> None:
    settings.DEBUG = debug

    response = Client(raise_request_exception=False).get(where, headers={"Accept": accept})

    page = response.content.decode()
    assert response.status_code == 500
    assert ("RuntimeError" in page) is debug
    assert not any(canary in page for canary in canaries)
    assert "PASSWORD_HASHERS" not in page
    assert str(settings.DATA_DIR) not in page


def test_the_developers_page_would_show_it_without_us(canaries: list[str], settings: Any) -> None:
    settings.DEFAULT_EXCEPTION_REPORTER = "django.views.debug.ExceptionReporter"
    settings.DEFAULT_EXCEPTION_REPORTER_FILTER = "django.views.debug.SafeExceptionReporterFilter"
    try:
        broken(HttpRequest())
    except RuntimeError:
        response = technical_500_response(RequestFactory().get("/"), *sys.exc_info())

    assert "canary" in response.content.decode()
