"""What model calls came to, for people."""

from __future__ import annotations

from datetime import UTC

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import signed_in_user
from sessions_app.chosen_team import teams_in
from sessions_app.errors import InvalidInput, NotReachable
from sessions_app.queries.usage import GROUPS, MOST_ROWS, Period, teams_to_ask, usage

TITLES = {
    "model": "Model",
    "provider": "Provider",
    "role": "Role",
    "day": "Day",
    "session": "Session",
    "user": "Person",
    "team": "Team",
}


@login_required
@require_safe
def usage_page(request: HttpRequest) -> HttpResponse:
    """Calls, tokens and costs of a period. One that cannot be understood is told, and this month is shown instead."""
    asked = request.GET
    today = timezone.now().astimezone(UTC).date()
    faults: list[str] = []
    try:
        period = Period.between(asked.get("from") or None, asked.get("to") or None, today=today)
    except InvalidInput as refusal:
        faults = [sentence for sentences in refusal.errors.values() for sentence in sentences]
        period = Period.between(None, None, today=today)
    group_by = asked.get("group_by", "")
    group_by = group_by if group_by in GROUPS else "model"
    told = usage(teams_to_ask(signed_in_user(request), _team(request)), period=period, group_by=group_by)
    context = {
        "usage": told,
        "faults": faults,
        "group_title": TITLES[group_by],
        "groupings": TITLES,
        "teams": teams_in(request),
        "chosen": _team(request),
        "most_rows": MOST_ROWS,
    }
    return render(request, "sessions/usage.html", context)


def _team(request: HttpRequest) -> int | None:
    """The team that is asked for, among those the person can see; all of them without one. Raises NotReachable."""
    asked = request.GET.get("team", "")
    if not asked:
        return None
    found = next((team.pk for team in teams_in(request) if str(team.pk) == asked), None)
    if found is None:
        raise NotReachable("There is no such team.")
    return int(found)
