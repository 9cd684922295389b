"""A question of an agent, with options, a default and a deadline."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from sessions_app.models.agent_task import AgentTask
from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession


class Question(models.Model):
    """What an agent was unsure of; without an answer by the deadline its default holds."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="questions")
    agent_task = models.ForeignKey(AgentTask, models.CASCADE, related_name="questions")
    round = models.IntegerField(default=1)
    text = models.TextField()
    options = models.JSONField(default=list)
    default = models.TextField()
    deadline = models.DateTimeField()
    answer = models.TextField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "questions"
        ordering = ["session", "id"]

    def __str__(self) -> str:
        return self.text
