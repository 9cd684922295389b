"""How Sage Mode itself is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import signed_in_user
from sessions_app.queries.operations import operations_for


@login_required
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Workers, queue and providers: hosts and keys of teams for staff alone."""
    user = signed_in_user(request)
    return render(request, "sessions/operations.html", {"now": operations_for(user), "is_staff": user.is_staff})


@login_required
@require_safe
def operations_now(request: HttpRequest) -> HttpResponse:
    """The same without its frame, as the open page fetches it anew."""
    user = signed_in_user(request)
    return render(request, "sessions/_operations.html", {"now": operations_for(user), "is_staff": user.is_staff})
