"""How a provider was when it was last asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from teams.models import Team


class ProviderStatus(models.Model):
    """One row for each endpoint that is looked after; whoever looks next takes the row first."""

    class Status(models.TextChoices):
        HEALTHY = "healthy"
        UNHEALTHY = "unhealthy"
        UNKNOWN = "unknown"  # never asked

    provider = models.CharField(max_length=50)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")  # None: the operator's
    status = models.CharField(max_length=20, choices=Status, default=Status.UNKNOWN)
    latency_ms = models.IntegerField(default=0)
    message = models.CharField(max_length=300, blank=True, default="")
    checked_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)  # when the status became what it is

    class Meta:
        db_table = "provider_statuses"
        verbose_name_plural = "provider statuses"
        ordering = ("provider", "team_id")
        constraints = [
            models.UniqueConstraint(fields=["provider", "team"], name="one_status_per_endpoint", nulls_distinct=False),
            models.CheckConstraint(condition=Q(latency_ms__gte=0), name="latency_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.status}"
