"""What pages and API read of teams, always starting from the person who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from accounts.errors import NotAllowed, NotReachable
from accounts.models import User
from teams.models import Role, Team, TeamMembership, TeamMonth, TeamQuerySet


def teams_of(user: User) -> TeamQuerySet:
    """Every team the user can see, each with the user's `role`, newest first: one query."""
    return Team.objects.visible_to(user).with_role_of(user)


def teams_named(wanted: str, among: TeamQuerySet) -> list[Team]:
    """The team with this id, else the teams of this name, oldest first: at most two queries."""
    found = list(among.filter(pk=int(wanted))) if wanted.isascii() and wanted.isdigit() else []
    return found or list(among.filter(name=wanted).order_by("id"))


def get_team(user: User, team_id: int) -> Team:
    """The team with the user's `role`; raises NotReachable."""
    team = teams_of(user).filter(pk=team_id).first()
    if team is None:
        raise NotReachable
    return team


def get_team_for_edit(user: User, team_id: int) -> Team:
    """A team whose sessions the user may start and steer; raises NotReachable (404) or NotAllowed (403)."""
    team = get_team(user, team_id)
    if team.role not in Role.editors():
        raise NotAllowed("Viewers of a team read; ask its owner for the role of member.")
    return team


def get_team_to_manage(user: User, team_id: int) -> Team:
    """A team whose members and settings the user may change; raises NotReachable (404) or NotAllowed (403)."""
    team = get_team(user, team_id)
    if team.role not in Role.managers():
        raise NotAllowed("Only owner and admins of a team may do this.")
    return team


@dataclass(frozen=True)
class Months:
    """What a team has spent and reserved in this month and spent in the one before (UTC)."""

    this: TeamMonth
    last: TeamMonth
    free_usd: Decimal | None  # what new calls may still reserve in this month; None without a cap


def months_of(team: Team) -> Months:
    """This month and the last one; zeros where nothing was: one query."""
    this = timezone.now().astimezone(UTC).date().replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    rows = {row.month: row for row in TeamMonth.objects.filter(team=team, month__in=[this, last])}
    now, before = (rows.get(month) or TeamMonth(team=team, month=month) for month in (this, last))
    cap = team.monthly_budget_usd
    return Months(now, before, None if cap is None else max(cap - now.spent_usd - now.reserved_usd, Decimal(0)))


def members_of(team: Team) -> QuerySet[TeamMembership]:
    """Who belongs to the team, in the order of joining, with their users: one query."""
    return team.memberships.select_related("user").order_by("joined_at", "id")


def get_member(team: Team, user_id: int) -> TeamMembership:
    """That person's membership of this team; raises NotReachable."""
    membership = members_of(team).filter(user_id=user_id).first()
    if membership is None:
        raise NotReachable
    return membership
