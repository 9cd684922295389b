"""A team as an operator names it on the command line."""

from __future__ import annotations

from django.core.management.base import CommandError

from sessions_app.terminal.exit_codes import BAD_INPUT
from teams.models import Team
from teams.queries import teams_named


def team_named(wanted: str) -> int:
    """Return the id of the team. Raises CommandError when there is none, or several of that name."""
    found = teams_named(wanted, Team.objects.all())
    if len(found) > 1:
        ids = ", ".join(str(team.pk) for team in found)
        raise CommandError(f"Several teams are called “{wanted}”: take one by its id ({ids}).", returncode=BAD_INPUT)
    if not found:
        raise CommandError(f"There is no team “{wanted}”.", returncode=BAD_INPUT)
    return int(found[0].pk)
