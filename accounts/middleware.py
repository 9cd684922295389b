"""What every request passes on its way to a page or the API."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from accounts import web_sessions


class SlidingSession(MiddlewareMixin):
    """Renews a web session that was used; stands after Django's session middleware, which writes it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.session.accessed:
            web_sessions.slide(request.session)
        return response
