"""Lists that hang on a session, each in the order the specification gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import DEFAULT_LIMIT, CursorPages, NewestFirst
from accounts.queries import signed_in_user
from sessions_app.models import ExecutionSession
from sessions_app.queries.sessions import get_session
from sessions_app.shapes import Shape

PAGING = [
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"Items in a page, 1 to 100; {DEFAULT_LIMIT} when absent."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="From `next` or `previous`; it means nothing by itself."),
]


class BySeq(CursorPages):
    ordering = ("seq",)


class ByNumber(CursorPages):
    ordering = ("number",)


class ByPath(CursorPages):
    ordering = ("path",)


class ById(CursorPages):
    ordering = ("id",)


class SessionList(APIView):
    """Base of the lists of one session: the rows, in pages, each told as a shape."""

    pages: ClassVar[type[CursorPages]] = NewestFirst

    def rows(self, session: ExecutionSession) -> QuerySet[Any]:
        raise NotImplementedError

    def told(self, session: ExecutionSession, rows: Sequence[Any]) -> Sequence[Shape]:
        raise NotImplementedError

    def answer(self, request: Request, session_id: int) -> Response:
        """The page that the request asks for. Raises NotReachable, and ValidationError for a bad parameter."""
        session = get_session(signed_in_user(request), session_id)
        pages = self.pages()
        rows = pages.paginate_queryset(self.rows(session), request, view=self)
        return pages.get_paginated_response([shape.as_json() for shape in self.told(session, rows)])


def whole_list(items: Sequence[Shape]) -> Response:
    """Answer a short list that is always whole in the form of a page."""
    return Response({"next": None, "previous": None, "results": [item.as_json() for item in items]})
