"""The model calls of a session: a tab with filters, and a page for one call."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import signed_in_user
from sessions_app.errors import NotReachable
from sessions_app.forms import CallFilterForm
from sessions_app.models import CallStatus, ExecutionSession
from sessions_app.queries.calls import calls_of, get_call, models_called, narrowed_calls
from sessions_app.queries.sessions import get_session

PAGE_SIZE = 25


def calls(request: HttpRequest, session: ExecutionSession) -> dict[str, Any]:
    """What the tab shows: the tries that the address asks for, newest first. Three queries."""
    roles = [task["role"] for stage in session.workflow["stages"] for task in stage["tasks"]]
    form = CallFilterForm(request.GET, roles=roles, models=models_called(session))
    asked = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    rows = narrowed_calls(calls_of(session), **asked).order_by("-created_at", "-id")
    query = request.GET.copy()
    query["view"] = "calls"
    live = query.urlencode()
    query.pop("page", None)
    return {
        "session": session,
        "call_filter": form,
        "calls": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "call_query": query.urlencode(),
        "call_live_query": live,
        "is_narrowed": bool(asked),
    }


@login_required
@require_safe
def session_calls(request: HttpRequest, session_id: int) -> HttpResponse:
    """The table alone, as the live page fetches it anew."""
    session = get_session(signed_in_user(request), session_id)
    return render(request, "sessions/_calls.html", calls(request, session))


@login_required
@require_safe
def call_detail(request: HttpRequest, session_id: int, call_id: int) -> HttpResponse:
    """One try with what was asked and what came back, as plain text."""
    call = get_call(signed_in_user(request), call_id)
    if call.session_id != session_id:
        raise NotReachable("This session has no such model call.")
    asked, answer = call.request, call.response or {}
    context = {
        "session": call.session,
        "call": call,
        "asked": asked,
        "schema": _readable((asked or {}).get("schema")),
        "answer": answer,
        "text": _readable(answer.get("text")),
        "is_running": call.status == CallStatus.RESERVED,
        "retention_days": settings.RETENTION_DAYS,
    }
    return render(request, "sessions/call.html", context)


def _readable(kept: Any) -> str:
    """JSON with a line for each part; any other text as it is."""
    if isinstance(kept, str):
        try:
            kept = json.loads(kept)
        except (ValueError, RecursionError):
            return str(kept)
    return json.dumps(kept, ensure_ascii=False, indent=2) if kept else ""
