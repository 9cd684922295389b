"""Django's error pages for developers (DEBUG): without the settings, and without any secret that we know.

What everybody else is shown is a sentence of ours (accounts/api/problems.py).
"""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from agents.secrets import redact_line


class WithoutSettings(SafeExceptionReporterFilter):
    """DEFAULT_EXCEPTION_REPORTER_FILTER: addresses with passwords stand in settings that no name gives away."""

    def get_safe_settings(self) -> dict[str, Any]:
        return {}


class ErrorReport(ExceptionReporter):
    """DEFAULT_EXCEPTION_REPORTER: the traceback with its variables, secrets taken out."""

    def get_traceback_html(self) -> SafeString:
        return _written(super().get_traceback_html())

    def get_traceback_text(self) -> SafeString:
        return _written(super().get_traceback_text())


def _written(page: str) -> SafeString:
    """Return what a template wrote, and escaped, without its secrets."""
    return SafeString(redact_line(page))
