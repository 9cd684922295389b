from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import CreatedAtField, UpdatedAtField, User
from accounts.text import validate_storable
from teams.models.membership import TeamMembership
from teams.roles import Role

LONGEST_NAME = 255
LONGEST_DESCRIPTION = 10_000


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User | AnonymousUser) -> TeamQuerySet:
        """Shared teams of their members; a personal team is its owner's alone, whoever else has a membership."""
        return self._with_membership(user)

    def editable_by(self, user: User | AnonymousUser) -> TeamQuerySet:
        """Teams in which the user may start and steer sessions."""
        return self._with_membership(user, memberships__role__in=Role.editors())

    def managed_by(self, user: User | AnonymousUser) -> TeamQuerySet:
        """Teams whose members and settings the user may change."""
        return self._with_membership(user, memberships__role__in=Role.managers())

    def with_role_of(self, user: User) -> TeamQuerySet:
        """Adds `role`: what the user is in each team, None for who is no member."""
        own = TeamMembership.objects.filter(team=OuterRef("pk"), user=user)
        return self.annotate(role=Subquery(own.values("role")[:1]))

    def _with_membership(self, user: User | AnonymousUser, **asked: object) -> TeamQuerySet:
        # One filter() call, so that user and role are asked of the same membership row.
        return self.filter(Q(is_shared=True) | Q(owner=user.pk), memberships__user=user.pk, **asked)


class Team(models.Model):
    """People who share sessions, a budget and a journal; or one person's own place while it is not shared."""

    name = models.CharField(max_length=LONGEST_NAME, validators=[validate_storable])
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_teams", db_index=False)
    is_shared = models.BooleanField("shared", default=False, db_default=False)
    description = models.TextField(
        blank=True,
        default="",
        db_default="",
        validators=[validate_storable, MaxLengthValidator(LONGEST_DESCRIPTION)],
    )
    monthly_budget_usd = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="US dollars a calendar month (UTC); empty means no cap.",
    )
    defaults = models.JSONField(blank=True, default=dict, help_text="What a new session of the team starts with.")
    version = models.PositiveIntegerField(default=1, db_default=1, help_text="Goes up with each change.")
    created_at = CreatedAtField()
    updated_at = UpdatedAtField()

    role: str  # what one person is in it; only on rows read with_role_of(user)

    objects = TeamQuerySet.as_manager()

    class Meta:
        db_table = "teams"
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="teams_name_not_blank"),
            models.CheckConstraint(
                condition=Q(monthly_budget_usd__isnull=True) | Q(monthly_budget_usd__gte=0),
                name="teams_budget_not_negative",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="teams_version_from_one"),
        ]
        indexes = [
            models.Index(fields=["owner"], name="idx_teams_owner"),
            models.Index(fields=["is_shared"], name="idx_teams_is_shared"),
            models.Index(fields=["-created_at", "-id"], name="idx_teams_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:team-detail", args=[self.pk])

    @property
    def label(self) -> str:
        """The name with what kind of team it is, for lists to choose from."""
        return f"{self.name} ({'shared' if self.is_shared else 'personal'})"
