"""`sessions`, `sessions/{id}` and what a person does with a whole session."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import NewestFirst
from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.answers import detail_answer, started_answer
from sessions_app.api.pages import PAGING
from sessions_app.api.parameters import QUERY, TEAM, one_of, search_text, whole_number
from sessions_app.api.serializers import NewSessionSerializer, SessionChangesSerializer
from sessions_app.engine.apply import apply, create
from sessions_app.models import SessionStatus
from sessions_app.queries.sessions import (
    full_rows,
    get_session_for_edit,
    narrowed,
    session_ended,
    sessions_of,
)
from sessions_app.rules.control import change_session
from sessions_app.rules.drafts import checked_changes, draft_session
from sessions_app.rules.sessions import delete_session, end_session, start_session

STATUS = OpenApiParameter("status", str, enum=SessionStatus.values, description="Only sessions in this status.")


class SessionsAPI(APIView):
    """The sessions that you can see, newest first; start another."""

    @extend_schema(
        operation_id="sessions_list",
        responses={200: shapes.Page[shapes.Session]},
        parameters=[TEAM, STATUS, QUERY, *PAGING],
    )
    def get(self, request: Request) -> Response:
        sessions = narrowed(
            sessions_of(signed_in_user(request)),
            team_id=whole_number(request, "team"),
            status=one_of(request, "status", SessionStatus.values),
            text=search_text(request, "q"),
        )
        pages = NewestFirst()
        rows = pages.paginate_queryset(sessions, request, view=self)
        return pages.get_paginated_response([row.as_json() for row in full_rows(rows)])

    @extend_schema(request=NewSessionSerializer, responses={201: shapes.StartedSession})
    def post(self, request: Request) -> Response:
        body = NewSessionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        session_id = create(start_session, draft_session(signed_in_user(request), **body.validated_data))
        return started_answer(request, session_id)


class SessionAPI(APIView):
    """One session with its stages, tasks, gates, questions and counts."""

    @extend_schema(responses={200: shapes.SessionDetail})
    def get(self, request: Request, session_id: int) -> Response:
        return detail_answer(request, session_id)

    @extend_schema(request=SessionChangesSerializer, responses={200: shapes.SessionDetail})
    def patch(self, request: Request, session_id: int) -> Response:
        """Change name, cap and gates; the brief only before an agent has read it."""
        user = signed_in_user(request)
        session = get_session_for_edit(user, session_id)
        body = SessionChangesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        apply(session.pk, change_session, by=user.username, **checked_changes(session, body.validated_data))
        return detail_answer(request, session.pk)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: int) -> Response:
        """Cancel what still runs, and hide the session."""
        user = signed_in_user(request)
        session = get_session_for_edit(user, session_id)
        apply(session.pk, delete_session, by=user.username)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionEndAPI(APIView):
    """Complete a session before its time: what is open is cancelled. Ending it again changes nothing."""

    @extend_schema(request=None, responses={200: shapes.SessionEnded})
    def post(self, request: Request, session_id: int) -> Response:
        return _end(request, session_id)


class SessionCompleteAPI(APIView):
    """The same as `end`, under its other name."""

    @extend_schema(request=None, responses={200: shapes.SessionEnded})
    def put(self, request: Request, session_id: int) -> Response:
        return _end(request, session_id)


def _end(request: Request, session_id: int) -> Response:
    user = signed_in_user(request)
    session = get_session_for_edit(user, session_id)
    apply(session.pk, end_session, by=user.username)
    return Response(session_ended(session.pk).as_json())
