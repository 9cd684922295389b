"""The answer that nearly every act on a session gives."""

from __future__ import annotations

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import signed_in_user
from sessions_app.queries.sessions import get_session, session_detail


def detail_answer(request: Request, session_id: int, code: int = status.HTTP_200_OK) -> Response:
    """Answer with the session as it is now. Raises NotReachable."""
    return Response(session_detail(get_session(signed_in_user(request), session_id)).as_json(), status=code)
