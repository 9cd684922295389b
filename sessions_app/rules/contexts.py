"""What an agent may build on, frozen at the first claim of each round."""

from __future__ import annotations

from typing import Any

from sessions_app.models import GateStatus
from sessions_app.rules.state import SessionState, TaskRow


def frozen_context(state: SessionState, task: TaskRow) -> dict[str, Any]:
    """Say what the task may build on: the work of earlier stages and the decisions of people, as they are now.

    After a rejected gate also why it was rejected, and what the task had handed in before.
    """
    artifacts = sorted(state.artifacts.values(), key=lambda artifact: artifact.path)
    context = {
        "stage": task.stage,
        "round": task.round,
        "last_decision": state.session.last_decision,
        "last_human_decision": state.session.last_human_decision,
        "artifacts": [[each.path, each.version] for each in artifacts if each.stage < task.stage],
    }
    if task.round > 1:
        context["feedback"] = _feedback(state, task)
        context["former_round"] = max((row.round for row in _former_decisions(state, task)), default=task.round - 1)
        context["former_artifacts"] = [[each.path, each.version] for each in artifacts if each.agent_task_id == task.id]
    return context


def _feedback(state: SessionState, task: TaskRow) -> str:
    """Return what the person wrote who sent the stage back into this round."""
    rejected = [gate for gate in state.gates if gate.stage == task.stage and gate.status == GateStatus.REJECTED]
    return next((gate.feedback for gate in rejected if gate.round == task.round - 1), "")


def _former_decisions(state: SessionState, task: TaskRow) -> list[Any]:
    return [row for row in state.decisions if row.agent_task_id == task.id and row.round < task.round]
