"""A requirement: what the brief, or a person, asks for."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession


class Requirement(models.Model):
    """A numbered sentence (R-n) that decisions and artifacts must satisfy."""

    class Source(models.TextChoices):
        BRIEF = "brief"
        PERSON = "person"

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="requirements", db_index=False)
    key = models.CharField(max_length=20)
    text = models.TextField()
    kind = models.CharField(max_length=20, blank=True, default="")
    source = models.CharField(max_length=10, choices=Source, default=Source.BRIEF)
    source_text = models.TextField(blank=True, default="")  # the brief's own sentence
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "requirements"
        ordering = ["session", "id"]
        constraints = [models.UniqueConstraint(fields=["session", "key"], name="one_requirement_per_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.text}"
