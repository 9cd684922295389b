"""The teams behind a request, and the one a person works in: chosen once, remembered by the web session."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from accounts.queries import signed_in_user
from teams.models import Team
from teams.queries import teams_of

KEY = "team_id"


def teams_in(request: HttpRequest) -> list[Team]:
    """The teams of the person who asks, each with the person's `role`: one query for a whole page and its frame."""
    if not hasattr(request, "sage_teams"):
        request.sage_teams = list(teams_of(signed_in_user(request)))  # type: ignore[attr-defined]
    teams: list[Team] = request.sage_teams  # type: ignore[attr-defined]
    return teams


def remember_team(request: HttpRequest, team_id: int) -> None:
    """Keep the choice for the pages that follow."""
    if request.session.get(KEY) != team_id:
        request.session[KEY] = team_id


def chosen_among(teams: Iterable[Team], request: HttpRequest) -> Team | None:
    """The chosen team, when it is one of these: a choice gives no right to see anything."""
    chosen = request.session.get(KEY)
    return next((team for team in teams if team.pk == chosen), None)
