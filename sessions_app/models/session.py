"""An execution session: one feature brief on its way through a workflow."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from agents.model_choice import answering
from agents.providers.names import SIMULATOR
from sessions_app.models.scopes import SessionScopedQuerySet

NO_HASH = "0" * 64  # what stands before the first event of a chain


class SessionStatus(models.TextChoices):
    ACTIVE = "active"
    PAUSED = "paused"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @classmethod
    def terminal(cls) -> tuple[SessionStatus, ...]:
        """The statuses in which nothing of a session moves any more."""
        return (cls.COMPLETED, cls.FAILED, cls.CANCELLED)


class SessionQuerySet(SessionScopedQuerySet):
    session_path: ClassVar[str] = ""

    def open(self) -> Self:
        """Keep the sessions that still move or wait for a person."""
        return self.exclude(status__in=SessionStatus.terminal())


class ExecutionSession(models.Model):
    """A feature brief, the workflow it takes, and how far it has come."""

    team = models.ForeignKey("teams.Team", models.PROTECT, related_name="sessions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sessions", db_index=False)
    feature_name = models.CharField(max_length=255)
    brief = models.TextField()
    workflow = models.JSONField()  # frozen at the start: stages, roles, gates
    status = models.CharField(max_length=20, choices=SessionStatus, default=SessionStatus.ACTIVE)
    status_reason = models.CharField(max_length=255, blank=True, default="")
    chain_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    model = models.CharField(max_length=200)
    budget_usd = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    spent_usd = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0))
    reserved_usd = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0))
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    last_seq = models.IntegerField(default=0)
    last_decision = models.IntegerField(default=0)
    last_human_decision = models.IntegerField(default=0)
    chain_head = models.CharField(max_length=64, default=NO_HASH)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="forks")
    parent_stage = models.IntegerField(null=True, blank=True)
    replay_of = models.UUIDField(null=True, blank=True, editable=False)  # the chain whose recorded calls it replays
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    active_since = models.DateTimeField(null=True, blank=True)  # when a person last set it going
    ended_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.FloatField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        db_table = "execution_sessions"
        ordering = ["-created_at", "-id"]
        verbose_name = "session"
        indexes = [
            models.Index(fields=["team", "-created_at", "-id"], name="idx_sessions_team"),
            models.Index(fields=["user", "-created_at", "-id"], name="idx_sessions_user"),
            models.Index(fields=["status", "-created_at", "-id"], name="idx_sessions_status"),
            models.Index(fields=["-created_at", "-id"], name="idx_sessions_newest"),
            models.Index(fields=["user", "id"], condition=Q(status=SessionStatus.ACTIVE), name="idx_sessions_active"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_status_known"),
            models.CheckConstraint(
                condition=Q(spent_usd__gte=0, reserved_usd__gte=0)
                & (Q(budget_usd__isnull=True) | Q(budget_usd__gte=0)),
                name="session_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(input_tokens__gte=0, output_tokens__gte=0, last_seq__gte=0),
                name="session_counters_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(status__in=SessionStatus.terminal(), ended_at__isnull=False, duration_seconds__isnull=False)
                | (~Q(status__in=SessionStatus.terminal()) & Q(ended_at__isnull=True)),
                name="session_ended_when_terminal",
            ),
        ]

    def __str__(self) -> str:
        return self.feature_name

    def get_absolute_url(self) -> str:
        return reverse("sessions:detail", args=[self.pk])

    @property
    def is_terminal(self) -> bool:
        """Whether the session has ended, well or not."""
        return self.status in SessionStatus.terminal()

    @property
    def is_simulated(self) -> bool:
        """Whether the simulator answers all its calls, so that nobody is charged."""
        roles = {task["role"] for stage in self.workflow["stages"] for task in stage["tasks"]}
        models = self.workflow.get("models")
        asked = {name for role in roles for name in answering(models, model=self.model, role=role).models}
        return (asked or {self.model}) == {SIMULATOR}
