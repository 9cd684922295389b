"""What people decide in a session, and everything that was decided in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.api.pages import PAGING, ByNumber, SessionList
from sessions_app.api.serializers import NewDecisionSerializer
from sessions_app.engine.apply import apply
from sessions_app.models import ExecutionSession
from sessions_app.queries.decisions import journal, session_decision_shape, session_decisions_of
from sessions_app.queries.sessions import get_session, get_session_for_edit
from sessions_app.rules.decisions import record_decision


class SessionDecisionsAPI(SessionList):
    """What people decided in a session; a new decision binds every task that starts later."""

    pages = ByNumber

    @extend_schema(
        operation_id="sessions_decisions_list", responses={200: shapes.Page[shapes.SessionDecision]}, parameters=PAGING
    )
    def get(self, request: Request, session_id: int) -> Response:
        return self.answer(request, session_id)

    @extend_schema(request=NewDecisionSerializer, responses={201: shapes.SessionDecision})
    def post(self, request: Request, session_id: int) -> Response:
        user = signed_in_user(request)
        session = get_session_for_edit(user, session_id)
        body = NewDecisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        facts = body.validated_data
        decision_id = apply(
            session.pk, record_decision, user_id=user.pk, by=user.username, text=facts.pop("decision_text"), **facts
        )
        row = session_decisions_of(session).get(pk=decision_id)
        return Response(session_decision_shape(row).as_json(), status=status.HTTP_201_CREATED)

    def rows(self, session: ExecutionSession) -> QuerySet[Any]:
        return session_decisions_of(session)

    def told(self, session: ExecutionSession, rows: Sequence[Any]) -> list[shapes.SessionDecision]:
        return [session_decision_shape(row) for row in rows]


class SessionJournalAPI(APIView):
    """Everything decided in a session: by people, and by each agent."""

    @extend_schema(responses={200: shapes.SessionJournal})
    def get(self, request: Request, session_id: int) -> Response:
        return Response(journal(get_session(signed_in_user(request), session_id)).as_json())
