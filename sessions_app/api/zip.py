"""A route that answers with a zip whatever the client prefers, and with a problem when it cannot."""

from __future__ import annotations

from collections.abc import Sequence
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
    def select_parser(self, request: Request, parsers: Sequence[Any]) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type
