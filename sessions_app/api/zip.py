"""A route that answers with a zip whatever the client prefers, and with a problem when it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

ZIP = "application/zip"


class ZipRenderer(JSONRenderer):
    """Names the type in the schema; what it is asked to render is only ever a problem, in JSON."""

    media_type = ZIP
    format = "zip"


class AlwaysZip(BaseContentNegotiation):
    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)
