"""Sessions as a list, the form that starts one, its page and its bundle."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_refusal
from accounts.queries import signed_in_user
from agents.workflows import WORKFLOWS
from sessions_app.chosen_team import chosen_among, remember_team, teams_in
from sessions_app.engine.apply import create
from sessions_app.errors import InvalidInput
from sessions_app.forms import DecisionForm, SessionFilterForm, StartSessionForm
from sessions_app.journal.export import bundle_name, bundle_of, zipped
from sessions_app.queries import pages
from sessions_app.queries import sessions as session_queries
from sessions_app.queries.decisions import requirements_of
from sessions_app.queries.sessions import get_session
from sessions_app.rules.drafts import draft_session
from sessions_app.rules.sessions import start_session
from sessions_app.views.context import artifacts, decisions, feed, monitor, view_of
from teams.models import Role

UNPROCESSABLE = 422
PAGE_SIZE = 25


@login_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """All sessions the person can see, newest first, filtered by team, status and text."""
    user = signed_in_user(request)
    form = SessionFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    sessions = session_queries.narrowed(
        session_queries.sessions_of(user),
        team_id=asked.get("team"),
        status=asked.get("status") or None,
        text=asked.get("q", "").strip() or None,
    )
    page = Paginator(sessions.defer("brief").order_by("-created_at", "-id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = list(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "teams": teams_in(request),
        "page": page,
        "rows": session_queries.summaries(rows),
        "leaves": pages.leaves_of(row.pk for row in rows),
        "query": query.urlencode(),
        "is_filtered": any(asked.values()),
    }
    return render(request, "sessions/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest) -> HttpResponse:
    """Ask for name and brief, and start. What the rules refuse stands beside its field, with the input kept."""
    user = signed_in_user(request)
    teams = [team for team in teams_in(request) if team.role in Role.editors()]
    chosen = chosen_among(teams, request)
    initial = {"team": request.GET.get("team") or (chosen.pk if chosen else None)}
    form = StartSessionForm(request.POST if request.method == "POST" else None, teams=teams, initial=initial)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            new = draft_session(
                user,
                team_id=asked["team"],
                feature_name=asked["feature_name"],
                brief=asked["brief"],
                workflow=asked["workflow"] or next(iter(WORKFLOWS)),
                budget_usd=asked["budget_usd"],
            )
        except InvalidInput as refusal:
            show_refusal(form, refusal.detail, refusal.errors)
        else:
            remember_team(request, new.team_id)
            return redirect("sessions:detail", create(start_session, new))
    context = {"form": form, "teams": teams, "workflows": list(WORKFLOWS.values())}
    return render(request, "sessions/new.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@login_required
@require_safe
def session_detail(request: HttpRequest, session_id: int) -> HttpResponse:
    return session_page(request, get_session(signed_in_user(request), session_id), DecisionForm())


@login_required
@require_safe
def session_export(request: HttpRequest, session_id: int) -> HttpResponse:
    """The bundle of what exists so far, as a zip file."""
    session = get_session(signed_in_user(request), session_id)
    response = HttpResponse(zipped(bundle_of(session.pk)), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{bundle_name(session)}.zip") or ""
    return response


def session_page(request: HttpRequest, session: Any, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    view = view_of(request)
    context = monitor(session) | feed(session) | {"view": view, "form": form}
    if view == "decisions":
        context |= decisions(session)
    elif view == "artifacts":
        context |= artifacts(session)
    else:
        context["requirements"] = requirements_of(session)
    return render(request, "sessions/detail.html", context, status=status)
