"""The ledger of model calls: reserved before they are made, settled after."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agents.providers.names import SIMULATOR
from sessions_app.models.agent_task import AgentTask
from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession


class CallStatus(models.TextChoices):
    RESERVED = "reserved"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"  # may have been billed: its reservation stays spent


# Rows of former versions do not say so of a call that nobody waited for.
IS_SIMULATED = Q(simulated=True) | Q(provider=SIMULATOR)


class LLMCall(models.Model):
    """One try of one model call of a task; at most one try of a call succeeds."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="llm_calls")
    agent_task = models.ForeignKey(AgentTask, models.CASCADE, related_name="llm_calls")
    call_key = models.CharField(max_length=100)  # r<round>:<step>:<n>
    attempt = models.IntegerField(default=1)
    status = models.CharField(max_length=20, choices=CallStatus, default=CallStatus.RESERVED)
    month = models.DateField()  # first day, UTC: the team month that carries the cost
    provider = models.CharField(max_length=50)
    model = models.CharField(max_length=200)
    request = models.JSONField(null=True, blank=True)
    response = models.JSONField(null=True, blank=True)
    input_tokens = models.BigIntegerField(default=0)
    output_tokens = models.BigIntegerField(default=0)
    cached_tokens = models.BigIntegerField(default=0, db_default=0)  # of the input, read from the provider's cache
    cache_write_tokens = models.BigIntegerField(default=0, db_default=0)  # of the input, put into it
    reasoning_tokens = models.BigIntegerField(default=0, db_default=0)  # of the output
    cost_usd = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)  # what the budgets count
    # Nobody knows what it cost (no usage, no price, no answer): `cost_usd` is the reservation.
    estimated = models.BooleanField(default=False, db_default=False)
    simulated = models.BooleanField(default=False)
    reserved_usd = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0))
    latency_ms = models.IntegerField(null=True, blank=True)
    first_token_ms = models.IntegerField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "llm_calls"
        ordering = ["-id"]
        verbose_name = "model call"
        indexes = [
            models.Index(fields=["session"], condition=Q(status=CallStatus.RESERVED), name="idx_calls_open"),
            # Rows come in the order of time: a range of blocks is enough to find a day, and costs a write nothing.
            BrinIndex(fields=["created_at"], name="idx_calls_created", autosummarize=True, pages_per_range=32),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agent_task", "call_key"],
                condition=Q(status=CallStatus.SUCCEEDED),
                name="one_success_per_call",
            ),
            models.CheckConstraint(condition=Q(status__in=CallStatus.values), name="call_status_known"),
            models.CheckConstraint(
                condition=Q(reserved_usd__gte=0, input_tokens__gte=0, output_tokens__gte=0)
                & Q(cached_tokens__gte=0, cache_write_tokens__gte=0, reasoning_tokens__gte=0)
                & (Q(cost_usd__isnull=True) | Q(cost_usd__gte=0)),
                name="call_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_key} {self.model}"
