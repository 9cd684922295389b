"""What the commands share that start a session: for whom, in which team, and where its bundle goes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from accounts.models import User
from accounts.rules.demo import DEMO_USERNAME, seed_demo_user
from sessions_app.terminal.exit_codes import BAD_INPUT
from teams.models import Team
from teams.queries import teams_named
from teams.rules.demo import seed_demo_team


def refuse_nobody(user: str | None) -> None:
    """Raise CommandError where the demo user would start something in production."""
    if user is None and settings.PRODUCTION:
        raise CommandError("In production say who starts the session: --user NAME.", returncode=BAD_INPUT)


def refuse_out_of_reach(folder: Path | None) -> None:
    """Raise CommandError for a folder that a bundle cannot be written to."""
    if folder is not None:
        nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise CommandError(f"The bundle cannot be written to {folder}: see {nearest}.", returncode=BAD_INPUT)


def user_called(name: str | None) -> User:
    """Return the person, or without a name the demo user, made when there is none. Raises CommandError."""
    user = User.objects.named(name or DEMO_USERNAME).first()
    if user is None and name is None:
        # Nobody can sign in with this password; `seed_demo` sets one that it tells.
        return seed_demo_user(password=secrets.token_urlsafe(24))
    if user is None or not user.is_active:
        raise CommandError(f"There is no active user “{name or DEMO_USERNAME}”.", returncode=BAD_INPUT)
    return user


def team_called(wanted: str | None, user: User, *, is_demo: bool) -> Team:
    """Return the team by id or name, or without one the demo user's or the only one. Raises CommandError."""
    if wanted is None and is_demo:
        return seed_demo_team(owner=user)
    if wanted is None:
        found = list(Team.objects.editable_by(user).order_by("id")[:2])
        problem = f"Say in which team: --team T; {user.username} works in " + ("several." if found else "none.")
    else:
        found = teams_named(wanted, Team.objects.visible_to(user))
        ids = ", ".join(str(team.pk) for team in found)
        problem = (
            f"{user.username} sees several teams “{wanted}”: take one by its id ({ids})."
            if found
            else f"{user.username} sees no team “{wanted}”."
        )
    if len(found) != 1:
        raise CommandError(problem, returncode=BAD_INPUT)
    return found[0]
