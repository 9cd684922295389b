from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import CreatedAtField
from teams.roles import Role


class TeamMembership(models.Model):
    """One person in one team, in one role. The owner has a row as well."""

    team = models.ForeignKey("teams.Team", models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", db_index=False)
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    joined_at = CreatedAtField()

    class Meta:
        db_table = "team_memberships"
        ordering = ("joined_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_person"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="team_memberships_known_role"),
            models.UniqueConstraint(fields=["team"], condition=Q(role=Role.OWNER), name="one_owner_per_team"),
        ]
        indexes = [
            models.Index(fields=["user"], name="idx_memberships_user"),
            models.Index(fields=["team"], name="idx_memberships_team"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} as {self.get_role_display().lower()}"

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER
