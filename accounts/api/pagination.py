"""Lists in pages: `?limit=` and `?cursor=`, answered as `{"next", "previous", "results"}`.

A cursor names the row at the edge of a page by the values of the list's order, so rows that come or go meanwhile
neither repeat nor hide others, and the thousandth page costs what the first one does.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from accounts.text import is_storable

DEFAULT_LIMIT = 25
HIGHEST_LIMIT = 100


@dataclass(frozen=True)
class Cursor:
    """The row at the edge, which is itself not in the page; `backwards` reads towards the start of the list."""

    values: tuple[str, ...]
    backwards: bool = False

    def encoded(self) -> str:
        plain = json.dumps([int(self.backwards), *self.values], separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()

    @classmethod
    def decoded(cls, text: str) -> Cursor:
        """Raises ValueError for anything that `encoded` did not write."""
        try:
            plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (binascii.Error, RecursionError) as fault:
            raise ValueError(text) from fault
        if not isinstance(plain, list) or not all(isinstance(value, str) for value in plain[1:]):
            raise ValueError(text)
        return cls(tuple(plain[1:]), backwards=plain[:1] == [1])


class CursorPages(BasePagination):
    """Base of every list. A subclass names its order: non-null model fields, all in one direction, the last unique."""

    ordering: ClassVar[tuple[str, ...]]
    url: str
    next_cursor: Cursor | None = None
    previous_cursor: Cursor | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The page of a queryset that the request asks for; raises ValidationError for a bad limit or cursor."""
        self.url = request.build_absolute_uri()
        limit = _limit_of(request)
        cursor = self._cursor_of(request)
        backwards = cursor is not None and cursor.backwards
        rows = queryset.order_by(*self._order(backwards=backwards))
        if cursor is not None:
            rows = rows.filter(self._beyond(queryset.model, cursor))
        page = list(rows[: limit + 1])
        more = len(page) > limit
        page = page[:limit]
        if backwards:
            page.reverse()
        if page and (more or backwards):
            self.next_cursor = self._at(page[-1])
        if page and (more if backwards else cursor is not None):
            self.previous_cursor = self._at(page[0], backwards=True)
        return page

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response(
            {"next": self._link(self.next_cursor), "previous": self._link(self.previous_cursor), "results": data}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": DEFAULT_LIMIT}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": limit},
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
        ]

    def _order(self, *, backwards: bool) -> tuple[str, ...]:
        if not backwards:
            return self.ordering
        return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in self.ordering)

    def _fields(self) -> list[str]:
        return [name.removeprefix("-") for name in self.ordering]

    def _at(self, row: models.Model, *, backwards: bool = False) -> Cursor:
        values = (row._meta.get_field(name).value_to_string(row) for name in self._fields())  # type: ignore[union-attr]
        return Cursor(tuple(values), backwards)

    def _link(self, cursor: Cursor | None) -> str | None:
        if cursor is None:
            return None
        return replace_query_param(remove_query_param(self.url, "cursor"), "cursor", cursor.encoded())

    def _cursor_of(self, request: Request) -> Cursor | None:
        text = request.query_params.get("cursor")
        if not text:
            return None
        try:
            cursor = Cursor.decoded(text)
        except ValueError as fault:
            raise _bad_cursor() from fault
        if len(cursor.values) != len(self.ordering):
            raise _bad_cursor()
        return cursor

    def _beyond(self, model: type[models.Model], cursor: Cursor) -> Q:
        """Rows after the cursor's: (a, b) compared as one value, in SQL that an index on both can serve."""
        descending = self.ordering[0].startswith("-") != cursor.backwards
        lookup = "lt" if descending else "gt"
        beyond, equal_so_far = Q(), Q()
        for name, text in zip(self._fields(), cursor.values, strict=True):
            value = _typed(model, name, text)
            beyond |= equal_so_far & Q(**{f"{name}__{lookup}": value})
            equal_so_far &= Q(**{name: value})
        first = self._fields()[0]
        return Q(**{f"{first}__{lookup}e": _typed(model, first, cursor.values[0])}) & beyond


class NewestFirst(CursorPages):
    """The order of most lists; the id breaks ties."""

    ordering = ("-created_at", "-id")


def _limit_of(request: Request) -> int:
    text = request.query_params.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= HIGHEST_LIMIT):
        raise exceptions.ValidationError({"limit": [f"A whole number from 1 to {HIGHEST_LIMIT}."]})
    return int(text)


def _typed(model: type[models.Model], name: str, text: str) -> Any:
    try:
        field = model._meta.get_field(name)
        value = field.to_python(text)  # type: ignore[union-attr]
    except (ValidationError, FieldDoesNotExist, ValueError, OverflowError) as fault:
        raise _bad_cursor() from fault
    if value is None or not is_storable(text) or (isinstance(value, datetime) and timezone.is_naive(value)):
        raise _bad_cursor()
    return value


def _bad_cursor() -> exceptions.ValidationError:
    return exceptions.ValidationError({"cursor": ["This is no cursor of this list."]})
