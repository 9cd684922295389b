"""A key of a team's own for a model provider; nobody is shown it again."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import CreatedAtField, User
from teams.models import Team


class ProviderKeyQuerySet(models.QuerySet["ProviderKey"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keys of the teams that the user can see: which there are, never what they are."""
        return self.filter(team__in=Team.objects.visible_to(user))

    def managed_by(self, user: User | AnonymousUser) -> Self:
        """Keys of the teams whose settings the user may change."""
        return self.filter(team__in=Team.objects.managed_by(user))


class ProviderKey(models.Model):
    """The team's calls of `provider` go to `base_url` with this key, and it is sent to no other origin."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="provider_keys")
    provider = models.CharField(max_length=50)  # as in the front of a full model name
    base_url = models.CharField(max_length=500)
    origin = models.CharField(max_length=300)  # scheme, host and port that the key was entered for
    encrypted_key = models.TextField()  # under SAGE_FIELD_KEY
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = CreatedAtField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ProviderKeyQuerySet.as_manager()

    class Meta:
        db_table = "provider_keys"
        ordering = ("provider",)
        constraints = [models.UniqueConstraint(fields=["team", "provider"], name="one_key_per_provider_of_a_team")]

    def __str__(self) -> str:
        return f"{self.provider} at {self.origin}"
