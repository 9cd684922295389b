"""The team that a first start and the demo work in."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from teams.models import Team
from teams.rules.teams import create_team

DEMO_TEAM = "Demo team"


def seed_demo_team(*, owner: User) -> Team:
    """The owner's shared demo team, made when there is none; two starts at once make one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)
        team = Team.objects.filter(owner=owner, name=DEMO_TEAM).order_by("id").first()
        return team or create_team(owner=owner, name=DEMO_TEAM, is_shared=True)
