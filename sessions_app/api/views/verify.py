"""`sessions/{id}/verify`: whether a session's journal is whole."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import signed_in_user
from sessions_app import shapes
from sessions_app.journal.verify import verify_session
from sessions_app.queries.sessions import get_session


class SessionVerifyAPI(APIView):
    """Recompute the hash chain, and compare it with every decision, file, gate and model call that it vouches for."""

    @extend_schema(responses={200: shapes.Verified})
    def get(self, request: Request, session_id: int) -> Response:
        session = get_session(signed_in_user(request), session_id)
        found = verify_session(session.pk)
        bad = found.first_bad
        told = shapes.Verified(
            valid=found.valid,
            events=found.events,
            head=found.head,
            first_bad=bad and shapes.FirstBad(seq=bad.seq, what=bad.what, problem=bad.problem),
        )
        return Response(told.as_json())
