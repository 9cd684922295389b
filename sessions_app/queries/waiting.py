"""What a task that does not run waits for, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q

from sessions_app.models import AgentTask, ExecutionSession, SessionStatus, TaskStatus
from sessions_app.rules.claims import SUSPECT_AFTER
from sessions_app.rules.limits import Limits, Load


@dataclass(frozen=True)
class Waiting:
    """Why a task does not run now. `code` is one of the keys of SENTENCES; `until` is known for a retry alone."""

    code: str
    until: datetime | None = None

    @property
    def sentence(self) -> str:
        return SENTENCES[self.code]


SENTENCES = {
    "answers": "Waits for answers to its questions.",
    "stage": "Waits for the stages before it.",
    "gate": "Waits for a decision at the gate.",
    "paused": "Waits until the session is resumed.",
    "retry": "Tries again in a moment.",
    "quarantine": "Waits to run alone, because the process that ran it died twice.",
    "tasks_per_user": "Waits: as many tasks of the person who started the session run as are allowed at once.",
    "stages_per_user": "Waits: as many stages of the person who started the session run as are allowed at once.",
    "tasks_per_team": "Waits: as many tasks of the team run as are allowed at once.",
    "slot": "Waits for a free worker.",
}


def waiting_for(
    task: AgentTask, *, session_status: str, stage_runs: bool, load: Load, limits: Limits, now: datetime
) -> Waiting | None:
    """Return what the task waits for; None when it runs or has ended.

    `stage_runs` tells whether another task of its stage runs, `load` what runs for its person and team.
    """
    if task.status == TaskStatus.WAITING:
        return Waiting("answers")
    if task.status != TaskStatus.PENDING or session_status in SessionStatus.terminal():
        return None
    if session_status == SessionStatus.AWAITING_APPROVAL:
        return Waiting("gate")
    if session_status == SessionStatus.PAUSED:
        return Waiting("paused")
    if task.ready_at is None:
        return Waiting("stage")
    if task.ready_at > now:
        return Waiting("retry", until=task.ready_at)
    if limit := limits.reached(load, starts_stage=not stage_runs):
        return Waiting(limit)
    return Waiting("quarantine" if task.lost_count >= SUSPECT_AFTER else "slot")


def waiting_in(session: ExecutionSession, tasks: Iterable[AgentTask], *, now: datetime) -> dict[int, Waiting]:
    """Return what each of a session's tasks waits for, by id; those that run or have ended are left out.

    One query, and none when no task is ready.
    """
    tasks = list(tasks)
    running_stages = {task.stage_id for task in tasks if task.status == TaskStatus.RUNNING}
    some_ready = any(task.status == TaskStatus.PENDING and task.ready_at is not None for task in tasks)
    load = load_of(session) if some_ready and session.status == SessionStatus.ACTIVE else Load()
    waits = {
        task.pk: waiting_for(
            task,
            session_status=session.status,
            stage_runs=task.stage_id in running_stages,
            load=load,
            limits=current_limits(),
            now=now,
        )
        for task in tasks
    }
    return {task_id: waiting for task_id, waiting in waits.items() if waiting is not None}


def load_of(session: ExecutionSession) -> Load:
    """Return what runs now for the person and the team of a session: one query."""
    ours = Q(session__user=session.user_id)
    running = AgentTask.objects.filter(ours | Q(session__team=session.team_id), status=TaskStatus.RUNNING)
    counts = running.order_by().aggregate(
        user_tasks=Count("id", filter=ours),
        user_stages=Count("stage_id", filter=ours, distinct=True),
        team_tasks=Count("id", filter=Q(session__team=session.team_id)),
    )
    return Load(**counts)


def current_limits() -> Limits:
    """Return the limits as the settings have them."""
    return Limits(
        tasks_per_user=settings.MAX_RUNNING_TASKS_PER_USER,
        stages_per_user=settings.MAX_RUNNING_STAGES_PER_USER,
        tasks_per_team=settings.MAX_RUNNING_TASKS_PER_TEAM,
    )
