"""Processes that work for us, as they last reported."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class WorkerHeartbeat(models.Model):
    """The sign of life of one worker or reconciler process."""

    owner = models.CharField(max_length=200, unique=True)  # boot id, pid namespace, pid, start time
    host = models.CharField(max_length=255)
    cluster = models.CharField(max_length=100)  # `agents`, or `reconciler`
    slots = models.IntegerField(default=0)
    running = models.IntegerField(default=0)
    version = models.CharField(max_length=50)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "worker_heartbeats"
        ordering = ["-seen_at", "-id"]
        indexes = [models.Index(fields=["cluster", "-seen_at"], name="idx_heartbeats_seen")]

    def __str__(self) -> str:
        return f"{self.cluster} {self.owner}"
