"""A stage: the agent tasks of a session that run side by side."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession


class StageStatus(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(models.Model):
    """A numbered step of the workflow; the next one starts when all its tasks have ended well."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="stages", db_index=False)
    number = models.IntegerField()
    name = models.CharField(max_length=100)
    title = models.CharField(max_length=255)
    status = models.CharField(max_length=20, choices=StageStatus, default=StageStatus.PENDING)
    gate = models.JSONField(default=bool)  # false, true, or the rule by which the gate passes
    round = models.IntegerField(default=1)
    scores = models.JSONField(null=True, blank=True)  # 0 to 100 by name, once its round is reviewed
    quality = models.JSONField(null=True, blank=True)  # the same scores with parts and findings
    checkpoint_seq = models.IntegerField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "stages"
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_stage_per_number"),
            models.CheckConstraint(condition=Q(status__in=StageStatus.values), name="stage_status_known"),
            models.CheckConstraint(condition=Q(number__gte=1, round__gte=1), name="stage_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
