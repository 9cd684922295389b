"""The answers that nearly every act on a session gives."""

from __future__ import annotations

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import signed_in_user
from sessions_app.queries.sessions import get_session, session_detail
from sessions_app.queries.warnings import start_warnings
from sessions_app.shapes import StartedSession


def started_answer(request: Request, session_id: int) -> Response:
    """Answer with the session that was just started, and with warnings. Raises NotReachable."""
    session = get_session(signed_in_user(request), session_id)
    warnings = start_warnings(session.workflow, model=session.model, team_id=session.team_id)
    told = StartedSession(**dict(session_detail(session)), warnings=warnings)
    return Response(told.as_json(), status=status.HTTP_201_CREATED)


def detail_answer(request: Request, session_id: int, code: int = status.HTTP_200_OK) -> Response:
    """Answer with the session as it is now. Raises NotReachable."""
    return Response(session_detail(get_session(signed_in_user(request), session_id)).as_json(), status=code)
