"""A gate: the place after a stage where a person decides whether the session goes on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession
from sessions_app.models.stage import Stage


class GateStatus(models.TextChoices):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class Gate(models.Model):
    """One decision of a person over a stage's round."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="gates")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="gates", db_index=False)
    round = models.IntegerField(default=1)
    status = models.CharField(max_length=20, choices=GateStatus, default=GateStatus.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    feedback = models.TextField(blank=True, default="")
    roles = models.JSONField(default=list)  # who works again after a rejection
    scores = models.JSONField(null=True, blank=True)  # of the stage as the gate was made: they change no more
    quality = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "gates"
        ordering = ["session", "id"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "round"], name="one_gate_per_round"),
            models.CheckConstraint(condition=Q(status__in=GateStatus.values), name="gate_status_known"),
        ]

    def __str__(self) -> str:
        return f"Gate after {self.stage}"
