"""The journal of what happened: numbered, chained by hashes, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession


class SessionEvent(models.Model):
    """One thing that happened in a session; `hash` seals it and everything before it."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="events", db_index=False)
    seq = models.IntegerField()
    type = models.CharField(max_length=50)
    at = models.DateTimeField()
    data = models.JSONField(null=True)
    data_salt = models.CharField(max_length=32, null=True)
    data_sha256 = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "session_events"
        ordering = ["session", "seq"]
        verbose_name = "event"
        constraints = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_event_per_number"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="event_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"


class ChainCheckpoint(models.Model):
    """The head of a session's chain at one moment; kept elsewhere, it shows a cut tail or a rewrite.

    A tombstone is what a purge leaves of a chain: the row outlives its session.
    """

    session = models.ForeignKey(ExecutionSession, models.SET_NULL, null=True, blank=True, related_name="checkpoints")
    chain_id = models.UUIDField(editable=False, db_index=True)
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    count = models.IntegerField()
    tombstone = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "chain_checkpoints"
        ordering = ["session", "seq", "id"]
        constraints = [
            models.UniqueConstraint(fields=["chain_id"], condition=Q(tombstone=True), name="one_tombstone_per_chain"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id} at {self.seq}"
