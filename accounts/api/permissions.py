"""Who may come to a route that asks for no session."""

from __future__ import annotations

from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.errors import ForeignOrigin


class OwnOrigin(BasePermission):
    """Refuses what a page of another site sends; a client that names no Origin is no browser and passes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        # The comparison that the CSRF check makes: scheme, host and port of the request, or CSRF_TRUSTED_ORIGINS.
        check = CsrfViewMiddleware(lambda _: HttpResponse())
        if "HTTP_ORIGIN" in request.META and not check._origin_verified(request):  # type: ignore[attr-defined]
            raise ForeignOrigin
        return True
