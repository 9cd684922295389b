"""What a member may do in a team."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """Owners and admins manage the team, members work in it, viewers read."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    MEMBER = "member", "Member"
    VIEWER = "viewer", "Viewer"

    @classmethod
    def editors(cls) -> tuple[Role, ...]:
        """Who may start, steer and end sessions."""
        return (cls.OWNER, cls.ADMIN, cls.MEMBER)

    @classmethod
    def managers(cls) -> tuple[Role, ...]:
        """Who may invite people and change the team."""
        return (cls.OWNER, cls.ADMIN)

    @classmethod
    def grantable(cls) -> tuple[Role, ...]:
        """What a manager can make of somebody; a team has one owner, who made it."""
        return (cls.ADMIN, cls.MEMBER, cls.VIEWER)
