"""`sessions/{id}/llm-calls` and `llm-calls/{id}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.pages import PAGING, SessionList
from sessions_app.api.parameters import one_of, search_text, whole_number
from sessions_app.models import CallStatus, ExecutionSession
from sessions_app.queries.calls import call_detail, call_shape, calls_of, get_call, narrowed_calls

FILTERS = [
    OpenApiParameter("agent", OpenApiTypes.STR, description="Only calls of this role, by its key."),
    OpenApiParameter("status", OpenApiTypes.STR, enum=CallStatus.values, description="Only calls in this status."),
    OpenApiParameter("model", OpenApiTypes.STR, description="Only calls of this model, by its full name."),
    OpenApiParameter("provider", OpenApiTypes.STR, description="Only calls of this provider."),
    OpenApiParameter("stage", OpenApiTypes.INT, description="Only calls of this stage, by its number."),
]


class SessionCallsAPI(SessionList):
    """The tries of model calls of a session, newest first, without prompts and answers."""

    @extend_schema(
        operation_id="sessions_llm_calls_list",
        responses={200: shapes.Page[shapes.Call]},
        parameters=[*FILTERS, *PAGING],
    )
    def get(self, request: Request, session_id: int) -> Response:
        return self.answer(request, session_id)

    def rows(self, session: ExecutionSession) -> QuerySet[Any]:
        calls: QuerySet[Any] = narrowed_calls(
            calls_of(session),
            agent=search_text(self.request, "agent"),
            status=one_of(self.request, "status", CallStatus.values),
            model=search_text(self.request, "model"),
            provider=search_text(self.request, "provider"),
            stage=whole_number(self.request, "stage"),
        )
        return calls

    def told(self, session: ExecutionSession, rows: Sequence[Any]) -> list[shapes.Call]:
        return [call_shape(row) for row in rows]


class CallAPI(APIView):
    """One try of a model call with its request and answer; both are null once they were erased."""

    @extend_schema(responses={200: shapes.CallDetail})
    def get(self, request: Request, call_id: int) -> Response:
        return Response(call_detail(get_call(signed_in_user(request), call_id)).as_json())
