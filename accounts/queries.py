"""What pages and API read of people."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import User


def signed_in_user(request: HttpRequest | Request) -> User:
    """The person behind a request that only signed-in people get through (login_required, IsAuthenticated)."""
    user = request.user
    assert isinstance(user, User), "nobody is signed in"
    return user
