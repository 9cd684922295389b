"""Who joins, changes role, and leaves."""

from __future__ import annotations

from django.db import transaction

from accounts.errors import InvalidInput, NotAllowed, NotReachable
from accounts.models import User
from accounts.text import is_storable
from teams.errors import CannotInviteYourself, OwnerStays, TeamIsPersonal, UnknownUser
from teams.models import Role, Team, TeamMembership
from teams.rules.teams import lock_team


def invite_user(team: Team, *, username: str, by: User, role: Role = Role.MEMBER) -> bool:
    """Let a person of that name join at once; True when they are new, False when they were a member already.

    Raises TeamIsPersonal, UnknownUser, CannotInviteYourself, and InvalidInput for a role nobody can be given.
    """
    _require_grantable(role)
    with transaction.atomic():
        if not lock_team(team).is_shared:
            raise TeamIsPersonal
        username = username.strip()
        person = User.objects.named(username).filter(is_active=True).first() if is_storable(username) else None
        if person is None:
            raise UnknownUser(username)
        if person == by:
            raise CannotInviteYourself
        _, joined = TeamMembership.objects.get_or_create(team=team, user=person, defaults={"role": role})
    return joined


def change_role(membership: TeamMembership, *, role: Role) -> TeamMembership:
    """The membership in its new role; raises OwnerStays, NotReachable when it is gone, and InvalidInput."""
    _require_grantable(role)
    if membership.is_owner:
        raise OwnerStays
    if not TeamMembership.objects.filter(pk=membership.pk).exclude(role=Role.OWNER).update(role=role):
        raise NotReachable  # left meanwhile
    membership.role = role
    return membership


def remove_member(membership: TeamMembership, *, by: User) -> None:
    """End a membership: one's own, or as owner or admin another's. Raises OwnerStays and NotAllowed."""
    manages = TeamMembership.objects.filter(team=membership.team_id, user=by, role__in=Role.managers()).exists()
    if membership.user_id != by.pk and not manages:
        raise NotAllowed("Only owner and admins of a team may remove somebody else.")
    if membership.is_owner:
        raise OwnerStays
    membership.delete()


def _require_grantable(role: Role) -> None:
    if role not in Role.grantable():
        raise InvalidInput({"role": [f"One of {', '.join(Role.grantable())}; a team has one owner."]})
