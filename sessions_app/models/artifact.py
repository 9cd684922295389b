"""Artifacts: the files agents hand in, their versions, and what the checks said of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from sessions_app.models.agent_task import AgentTask
from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession
from sessions_app.models.stage import Stage


class Artifact(models.Model):
    """A file of the session's result under its path; `version` is its newest."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="artifacts", db_index=False)
    path = models.CharField(max_length=255)
    kind = models.CharField(max_length=50)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "artifacts"
        ordering = ["session", "path"]
        constraints = [
            models.UniqueConstraint(fields=["session", "path"], name="one_artifact_per_path"),
            models.CheckConstraint(condition=Q(version__gte=1), name="artifact_version_from_one"),
        ]

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        return reverse("sessions:artifact", args=[self.pk])


class VersionQuerySet(SessionScopedQuerySet):
    session_path: ClassVar[str] = "artifact__session"


class ArtifactVersion(models.Model):
    """The content of an artifact as one agent or person left it; never changed."""

    artifact = models.ForeignKey(Artifact, models.CASCADE, related_name="versions", db_index=False)
    version = models.IntegerField()
    round = models.IntegerField(default=1)
    content = models.TextField()
    size = models.IntegerField()  # bytes in UTF-8
    sha256 = models.CharField(max_length=64)  # of the content in UTF-8
    media_type = models.CharField(max_length=100)
    implements = models.JSONField(default=list)  # numbers of the decisions it carries out
    agent_task = models.ForeignKey(AgentTask, models.CASCADE, null=True, blank=True, related_name="artifact_versions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        db_table = "artifact_versions"
        ordering = ["artifact", "version"]
        constraints = [
            models.UniqueConstraint(fields=["artifact", "version"], name="one_content_per_version"),
            models.CheckConstraint(
                condition=Q(agent_task__isnull=False, user__isnull=True)
                | Q(agent_task__isnull=True, user__isnull=False),
                name="artifact_version_has_one_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_id} v{self.version}"


class CheckSeverity(models.TextChoices):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class CheckStatus(models.TextChoices):
    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"


class ArtifactCheck(models.Model):
    """What one check found in an artifact's version, or in the session as a whole."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="checks")
    artifact_version = models.ForeignKey(ArtifactVersion, models.CASCADE, null=True, blank=True, related_name="checks")
    agent_task = models.ForeignKey(AgentTask, models.CASCADE, null=True, blank=True, related_name="checks")
    round = models.IntegerField(default=1)  # of the task that handed in what was checked
    reviewed_stage = models.ForeignKey(  # at whose end all files were held against each other; else a file's own check
        Stage, models.CASCADE, null=True, blank=True, related_name="review_checks"
    )
    name = models.CharField(max_length=100)
    severity = models.CharField(max_length=10, choices=CheckSeverity)
    status = models.CharField(max_length=10, choices=CheckStatus)
    line = models.IntegerField(null=True, blank=True)
    message = models.TextField(blank=True, default="")
    remedy = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "artifact_checks"
        ordering = ["session", "id"]
        verbose_name = "check"
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=CheckSeverity.values), name="check_severity_known"),
            models.CheckConstraint(condition=Q(status__in=CheckStatus.values), name="check_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.status}"
