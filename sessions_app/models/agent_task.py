"""An agent task: one role's piece of work in a stage, and the snapshot it leaves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from sessions_app.models.scopes import SessionScopedQuerySet
from sessions_app.models.session import ExecutionSession
from sessions_app.models.stage import Stage


class TaskStatus(models.TextChoices):
    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    ERROR = "error"
    CANCELLED = "cancelled"

    @classmethod
    def terminal(cls) -> tuple[TaskStatus, ...]:
        """The statuses in which a task moves no more by itself."""
        return (cls.COMPLETED, cls.ERROR, cls.CANCELLED)


class AgentTask(models.Model):
    """One agent's piece of work in a stage; a worker holds it by lease and fence."""

    session = models.ForeignKey(ExecutionSession, models.CASCADE, related_name="tasks", db_index=False)
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="tasks", db_index=False)
    agent_role = models.CharField(max_length=100)  # a key of the role registry
    task_description = models.CharField(max_length=500)
    input_data = models.JSONField(null=True, blank=True)  # what the claim found: the context is frozen there
    output_data = models.JSONField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=TaskStatus, default=TaskStatus.PENDING)
    round = models.IntegerField(default=1)
    ready_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.FloatField(null=True, blank=True)
    error_message = models.TextField(blank=True, default="")
    retry_count = models.IntegerField(default=0)  # failures that the task reported
    lost_count = models.IntegerField(default=0)  # deaths of the process that held it
    lost_alone = models.IntegerField(default=0)  # those of them that can be nobody else's fault
    alone = models.BooleanField(default=False)  # whether it was last claimed by a process that runs nothing else
    call_number = models.IntegerField(default=1)  # its model call in this round: new after a failure or an answer
    attempt = models.IntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=200, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    progress = models.JSONField(null=True, blank=True)
    queue_task_id = models.BigIntegerField(null=True, blank=True)  # row of the queue that carries the wake-up

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        db_table = "agent_tasks"
        ordering = ["session", "id"]
        indexes = [
            models.Index(fields=["session"], name="idx_agent_tasks_session"),
            models.Index(fields=["agent_role"], name="idx_agent_tasks_role"),
            models.Index(fields=["status"], name="idx_agent_tasks_status"),
            models.Index(
                fields=["ready_at", "id"],
                condition=Q(status=TaskStatus.PENDING, ready_at__isnull=False),
                name="idx_agent_tasks_ready",
            ),
            models.Index(
                fields=["session"],
                condition=Q(status=TaskStatus.PENDING, ready_at__isnull=False),
                name="idx_agent_tasks_ready_session",
            ),
            models.Index(
                fields=["ready_at"],
                condition=Q(status=TaskStatus.PENDING, lost_count__gte=2),  # `SUSPECT_AFTER` of the rules
                name="idx_agent_tasks_suspects",
            ),
            models.Index(fields=["lease_until"], condition=Q(status=TaskStatus.RUNNING), name="idx_agent_tasks_lease"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["stage", "agent_role"], name="one_task_per_role"),
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="task_status_known"),
            models.CheckConstraint(
                condition=Q(retry_count__gte=0, lost_count__gte=0, lost_alone__gte=0)
                & Q(attempt__gte=0, fence__gte=0, round__gte=1, call_number__gte=1),
                name="task_counters_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(status=TaskStatus.RUNNING)
                | (Q(lease_until__isnull=False, deadline__isnull=False) & ~Q(lease_owner="")),
                name="task_running_means_held",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=TaskStatus.terminal()) | Q(completed_at__isnull=False),
                name="task_ended_when_terminal",
            ),
        ]

    def __str__(self) -> str:
        return self.task_description


class SnapshotQuerySet(SessionScopedQuerySet):
    session_path: ClassVar[str] = "agent_task__session"


class AgentSnapshot(models.Model):
    """What an agent knew, could do and decided when it handed in a round's work."""

    agent_task = models.ForeignKey(AgentTask, models.CASCADE, related_name="snapshots", db_index=False)
    round = models.IntegerField(default=1)
    agent_role = models.CharField(max_length=100)
    context_state = models.JSONField()
    capabilities = models.JSONField()
    decisions = models.JSONField()
    execution_metadata = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        db_table = "agent_snapshots"
        ordering = ["agent_task", "id"]
        indexes = [models.Index(fields=["agent_task"], name="idx_snapshots_task")]
        constraints = [models.UniqueConstraint(fields=["agent_task", "round"], name="one_snapshot_per_round")]

    def __str__(self) -> str:
        return f"{self.agent_role}, round {self.round}"
