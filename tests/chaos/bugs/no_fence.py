"""Whoever writes for a task is believed to hold it, whatever its status and fence say by now."""

from __future__ import annotations

from sessions_app.models import TaskStatus
from sessions_app.rules.state import Held, SessionState, TaskRow
from tests.chaos.bugs import replace

NAME = "no_fence"


def plant() -> None:
    replace(SessionState, "held", believed)


def believed(self: SessionState, held: Held) -> TaskRow:
    task = self.task(held.task_id)
    task.status = TaskStatus.RUNNING
    return task
