"""What happened in a session: events, snapshots, and all of it as a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.pages import PAGING, BySeq, SessionList
from sessions_app.api.parameters import AFTER, whole_number
from sessions_app.api.zip import ZIP, AlwaysZip, ZipRenderer
from sessions_app.journal.export import bundle_name, bundle_of, zipped
from sessions_app.models import ExecutionSession
from sessions_app.queries.calls import snapshot_shape, snapshots_of
from sessions_app.queries.events import event_shape, events_after
from sessions_app.queries.sessions import get_session


class SessionEventsAPI(SessionList):
    """The events of a session in order, each with the hash that seals it."""

    pages = BySeq

    @extend_schema(
        operation_id="sessions_events_list", responses={200: shapes.Page[shapes.Event]}, parameters=[AFTER, *PAGING]
    )
    def get(self, request: Request, session_id: int) -> Response:
        return self.answer(request, session_id)

    def rows(self, session: ExecutionSession) -> QuerySet[Any]:
        return events_after(session, whole_number(self.request, "after") or 0)

    def told(self, session: ExecutionSession, rows: Sequence[Any]) -> list[shapes.Event]:
        return [event_shape(row) for row in rows]


class SessionSnapshotsAPI(SessionList):
    """What agents knew, could do and decided when they handed in, newest first."""

    @extend_schema(
        operation_id="sessions_snapshots_list", responses={200: shapes.Page[shapes.Snapshot]}, parameters=PAGING
    )
    def get(self, request: Request, session_id: int) -> Response:
        return self.answer(request, session_id)

    def rows(self, session: ExecutionSession) -> QuerySet[Any]:
        return snapshots_of(session)

    def told(self, session: ExecutionSession, rows: Sequence[Any]) -> list[shapes.Snapshot]:
        return [snapshot_shape(row) for row in rows]


class SessionExportAPI(APIView):
    """The session as a zip: its files, a record of each decision, and a journal that can be verified."""

    renderer_classes = (ZipRenderer,)
    content_negotiation_class = AlwaysZip

    @extend_schema(responses={(200, ZIP): OpenApiTypes.BINARY})
    def get(self, request: Request, session_id: int) -> HttpResponse:
        session = get_session(signed_in_user(request), session_id)
        answer = HttpResponse(zipped(bundle_of(session.pk)), content_type=ZIP)
        answer["Content-Disposition"] = f'attachment; filename="{bundle_name(session)}.zip"'
        return answer
