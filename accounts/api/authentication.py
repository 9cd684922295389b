"""How the API knows who asks. Bearer tokens come in front of the cookie once there are any."""

from __future__ import annotations

from rest_framework.authentication import CSRFCheck, SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


class CookieAuthentication(SessionAuthentication):
    """The web session's user; unsafe methods need the CSRF token.

    Names a challenge, so that anonymous is 401 and 403 is left for people who are known. A cookie that signs nobody in
    counts as none: public routes answer all the same, and `accounts.api.problems` tells the two apart.
    """

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    def enforce_csrf(self, request: Request) -> None:
        check = CSRFCheck(lambda _: None)  # type: ignore[arg-type]
        # Django's request, not DRF's: that one would parse the body to look for a token, and refuse the body first.
        check.process_request(request._request)
        reason = check.process_view(request._request, None, (), {})  # type: ignore[arg-type]
        if reason:
            raise PermissionDenied(f"CSRF check failed: {reason}", code="csrf_failed")
