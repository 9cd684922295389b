"""The dashboard: what waits for a person, what runs, and the way to start."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import signed_in_user
from agents.workflows import WORKFLOWS
from sessions_app.chosen_team import chosen_among, remember_team, teams_in
from sessions_app.queries import pages
from sessions_app.queries import sessions as session_queries
from sessions_app.queries.attention import needs_of
from sessions_app.queries.sessions import get_session
from sessions_app.views.context import lanes
from teams.models import Role
from teams.queries import months_of

LIVE_AT_MOST = 6


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for a person, what runs, and the way to start; of one team once it is chosen."""
    user = signed_in_user(request)
    teams = teams_in(request)
    asked = request.GET.get("team", "")
    if asked.isdecimal() and any(str(team.pk) == asked for team in teams):
        remember_team(request, int(asked))
    team = chosen_among(teams, request)
    overview = session_queries.dashboard(user, team_id=team.pk if team else None)
    shown = {row.id: row for row in [*overview.running, *overview.recent]}
    needs = needs_of(user)
    context: dict[str, Any] = {
        "needs": needs,
        "teams": teams,
        "team": team,
        "overview": overview,
        "leaves": pages.leaves_of(shown),
        "workflow": next(iter(WORKFLOWS.values())),
    }
    is_monitored = bool(team and overview.running)
    context["live"] = overview.running[is_monitored:][:LIVE_AT_MOST]
    if team:
        context["may_start"] = team.role in Role.editors()
        context["month"] = months_of(team).this
        if is_monitored:
            context |= lanes(get_session(user, overview.running[0].id))
    return render(request, "sessions/dashboard.html", context)
