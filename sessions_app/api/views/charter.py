"""`sessions/{id}/charter`: what a scoping session ends with."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.queries.charter import charter_of
from sessions_app.queries.sessions import get_session


class SessionCharterAPI(APIView):
    """The charter as Markdown and in parts; 404 `no_charter` before it is written, and in workflows without one."""

    @extend_schema(responses={200: shapes.Charter})
    def get(self, request: Request, session_id: int) -> Response:
        return Response(charter_of(get_session(signed_in_user(request), session_id)).as_json())
