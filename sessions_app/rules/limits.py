"""How much may run at once for one person and one team, so that nobody takes every slot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much may run at once; 0 is no limit."""

    tasks_per_user: int = 0
    stages_per_user: int = 0  # stages with a running task
    tasks_per_team: int = 0

    def __bool__(self) -> bool:
        return bool(self.tasks_per_user or self.stages_per_user or self.tasks_per_team)

    def reached(self, load: Load, *, starts_stage: bool) -> str:
        """Name the limit that one more running task would break; empty when there is room.

        `starts_stage` tells whether the task would be the first of its stage that runs.
        """
        if self.tasks_per_user and load.user_tasks >= self.tasks_per_user:
            return "tasks_per_user"
        if self.stages_per_user and starts_stage and load.user_stages >= self.stages_per_user:
            return "stages_per_user"
        if self.tasks_per_team and load.team_tasks >= self.tasks_per_team:
            return "tasks_per_team"
        return ""


@dataclass(frozen=True)
class Load:
    """What runs now, in all sessions, for the person and the team of one."""

    user_tasks: int = 0
    user_stages: int = 0
    team_tasks: int = 0


AskLoad = Callable[[], Load]
"""Counts what runs, in the transaction that asks, and keeps others from starting more until it ends."""


def nothing_runs() -> Load:
    """Answer where nobody else is: in a session that is just being made."""
    return Load()
