"""Signed-in browsers: a cookie that names a row in PostgreSQL, 24 hours that slide, 14 days at most."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.models import User

LONGEST_SECONDS = timedelta(days=14).total_seconds()
RENEW_EVERY_SECONDS = timedelta(minutes=10).total_seconds()  # a write for each request would buy nothing
SIGNED_IN_AT = "signed_in_at"
RENEWED_AT = "renewed_at"


def sign_in(request: HttpRequest, user: User) -> None:
    """Open a web session under a new key; the one the browser came with is deleted, whoever it belonged to."""
    request.session.flush()
    login(request, user)


def sign_out(request: HttpRequest) -> None:
    """Delete the session on the server; without one nothing happens."""
    logout(request)


def names_no_session(request: HttpRequest) -> bool:
    """Whether the browser sent a session cookie that signs nobody in: unknown, run out, or of a blocked user."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return request.session.session_key is None or SESSION_KEY in request.session


def slide(session: SessionBase) -> None:
    """Let a session that is in use live on, never past its last day."""
    now = time.time()
    signed_in_at = session.get(SIGNED_IN_AT)
    if signed_in_at is None or now - session[RENEWED_AT] < RENEW_EVERY_SECONDS:
        return
    seconds_left = signed_in_at + LONGEST_SECONDS - now
    if seconds_left > 0:
        session[RENEWED_AT] = now
        session.set_expiry(int(min(settings.SESSION_COOKIE_AGE, seconds_left)) or 1)


def stamp(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """Note when the session began, at every door that signs in, the admin's as well."""
    request.session[SIGNED_IN_AT] = request.session[RENEWED_AT] = time.time()


user_logged_in.connect(stamp, dispatch_uid="accounts.web_sessions.stamp")
