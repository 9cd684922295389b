"""What an agent may build on, frozen at the first claim of each round."""

from __future__ import annotations

from typing import Any

from sessions_app.rules.state import SessionState, TaskRow


def frozen_context(state: SessionState, task: TaskRow) -> dict[str, Any]:
    """Say what the task may build on: the work of earlier stages and the decisions of people, as they are now."""
    earlier = [artifact for artifact in state.artifacts.values() if artifact.stage < task.stage]
    return {
        "stage": task.stage,
        "round": task.round,
        "last_decision": state.session.last_decision,
        "last_human_decision": state.session.last_human_decision,
        "artifacts": [[artifact.path, artifact.version] for artifact in sorted(earlier, key=lambda a: a.path)],
    }
