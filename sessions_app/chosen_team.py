"""The team a person works in at the moment: chosen once, remembered by the web session."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from teams.models import Team

KEY = "team_id"


def remember_team(request: HttpRequest, team_id: int) -> None:
    """Keep the choice for the pages that follow."""
    if request.session.get(KEY) != team_id:
        request.session[KEY] = team_id


def chosen_among(teams: Iterable[Team], request: HttpRequest) -> Team | None:
    """The chosen team, when it is one of these: a choice gives no right to see anything."""
    chosen = request.session.get(KEY)
    return next((team for team in teams if team.pk == chosen), None)
