"""Entry points of the queue."""

from __future__ import annotations

from sessions_app.engine.worker import current_worker


def run_agent_task(task_id: int) -> None:
    """Take an agent task if it is still to be had. The message is a wake-up; the claim decides what there is to do."""
    current_worker().take(task_id)
