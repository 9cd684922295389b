"""Making, changing and deleting teams."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from accounts.errors import InvalidInput, NotAllowed, NotReachable
from accounts.models import User
from teams.errors import StaleVersion, TeamHasSessions
from teams.models import Role, Team, TeamMembership


class TeamFields(TypedDict, total=False):
    """What people may say of a team; what is absent stays as it is."""

    name: str
    description: str
    is_shared: bool
    monthly_budget_usd: Decimal | None


def create_team(*, owner: User, **fields: Unpack[TeamFields]) -> Team:
    """A new team with its owner as first member; raises InvalidInput."""
    team = Team(owner=owner)
    _set(team, fields)
    with transaction.atomic():
        team.save(force_insert=True)
        TeamMembership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def update_team(team: Team, *, by: User, version: int | None = None, **fields: Unpack[TeamFields]) -> Team:
    """The team as changed, its version one higher; the same values again change nothing.

    `version` is the one the caller read: raises StaleVersion when the team has moved on. Also raises InvalidInput, and
    NotAllowed when somebody but the owner would close a shared team to everybody else.
    """
    with transaction.atomic():
        current = lock_team(team, version=version)
        if current.is_shared and fields.get("is_shared") is False and current.owner_id != by.pk:
            raise NotAllowed("Only the owner can make a shared team personal.")
        changed = _set(current, fields)
        if changed:
            current.version += 1
            current.save(update_fields=[*changed, "version", "updated_at"])
    return current


def delete_team(team: Team, *, by: User) -> None:
    """Remove the team with memberships and months; raises NotAllowed for all but the owner, and TeamHasSessions."""
    with transaction.atomic():
        current = lock_team(team)
        if current.owner_id != by.pk:
            raise NotAllowed("Only the owner can delete a team.")
        try:
            current.delete()
        except ProtectedError as protected:
            raise TeamHasSessions from protected


def lock_team(team: Team, *, version: int | None = None) -> Team:
    """The row as it is now, held until the transaction ends.

    Raises NotReachable when it is gone, and StaleVersion when it is no longer at `version`, which the caller read.
    """
    current = Team.objects.select_for_update().filter(pk=team.pk).first()
    if current is None:
        raise NotReachable
    if version is not None and version != current.version:
        raise StaleVersion(current=current.version)
    return current


def _set(team: Team, fields: TeamFields) -> list[str]:
    """Put cleaned values on the team and return the names of those that differ; raises InvalidInput."""
    cleaned = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    changed = [name for name, value in cleaned.items() if getattr(team, name) != value]
    for name in changed:
        setattr(team, name, cleaned[name])
    try:
        team.clean_fields(exclude=["owner", "defaults", "version"])
    except ValidationError as fault:
        raise InvalidInput(fault.message_dict) from fault
    return changed
