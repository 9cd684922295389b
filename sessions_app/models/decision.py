"""Decisions: those of agents (D-n) and those of people (H-n). One sequence gives both their ids."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sessions_app.models.agent_task import AgentTask
from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession

DECISION_IDS = "decision_ids"  # the sequence both tables draw from, so `decisions/{id}` means one thing


class DecisionStatus(models.TextChoices):
    ACCEPTED = "accepted"
    CHALLENGED = "challenged"
    SUPERSEDED = "superseded"


class TaskDecision(models.Model):
    """What an agent decided, and why."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="decisions", db_index=False)
    agent_task = models.ForeignKey(AgentTask, models.CASCADE, related_name="decisions")
    round = models.IntegerField(default=1)
    key = models.CharField(max_length=100, blank=True, default="")  # its author's own name for it
    number = models.IntegerField()  # D-n in the session
    decision_text = models.TextField()
    rationale = models.TextField()
    category = models.CharField(max_length=100)
    confidence = models.IntegerField(validators=[MinValueValidator(0), MaxValueValidator(100)])
    alternatives = models.JSONField(default=list)
    consequences = models.JSONField(default=list)
    requirements = models.JSONField(default=list)  # keys R-n
    status = models.CharField(max_length=20, choices=DecisionStatus, default=DecisionStatus.ACCEPTED)
    superseded_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="supersedes")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "task_decisions"
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_decision_per_number"),
            models.CheckConstraint(condition=Q(confidence__range=(0, 100)), name="decision_confidence_in_percent"),
            models.CheckConstraint(condition=Q(status__in=DecisionStatus.values), name="decision_status_known"),
        ]

    def __str__(self) -> str:
        return f"D-{self.number} {self.decision_text}"


class SessionDecision(models.Model):
    """What a person decided; it binds every task that starts later."""

    class Confidence(models.TextChoices):
        HIGH = "high"
        MEDIUM = "medium"
        LOW = "low"

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="session_decisions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="session_decisions")
    number = models.IntegerField()  # H-n in the session
    decision_text = models.TextField()
    category = models.CharField(max_length=100, blank=True, default="")
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.HIGH)
    rationale = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "session_decisions"
        ordering = ["session", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "number"], name="one_human_decision_per_number"),
            models.CheckConstraint(
                condition=Q(confidence__in=["high", "medium", "low"]), name="human_decision_confidence_known"
            ),
        ]

    def __str__(self) -> str:
        return f"H-{self.number} {self.decision_text}"
