"""The least valid rows of teams, and the cast that every page and endpoint is asked by."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from accounts.tests.factories import make_user
from teams.models import Role, Team, TeamMembership

numbers = itertools.count(1)


def make_team(owner: User | None = None, *, is_shared: bool = True, **fields: Any) -> Team:
    """A team with its owner's membership."""
    fields.setdefault("name", f"Team {next(numbers)}")
    team = Team.objects.create(owner=owner or make_user(), is_shared=is_shared, **fields)
    TeamMembership.objects.create(team=team, user=team.owner, role=Role.OWNER)
    return team


def join(team: Team, user: User | None = None, role: Role = Role.MEMBER) -> User:
    """A person who belongs to the team in that role."""
    user = user or make_user()
    TeamMembership.objects.create(team=team, user=user, role=role)
    return user


@dataclass(frozen=True)
class Cast:
    """One shared team and everybody who may come to it."""

    team: Team
    owner: User
    admin: User
    member: User
    viewer: User
    outsider: User

    def named(self, who: str) -> User | None:
        """The person in that part; None for anonymous."""
        return None if who == "anonymous" else getattr(self, who)


def make_cast() -> Cast:
    team = make_team(make_user())
    roles = {name: join(team, role=Role(name)) for name in ("admin", "member", "viewer")}
    return Cast(team=team, owner=team.owner, outsider=make_user(), **roles)
