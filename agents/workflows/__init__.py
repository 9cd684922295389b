"""The registry of workflows. A new workflow is one new module here that declares `WORKFLOW`."""

from agents.discovery import Registry
from agents.errors import UnknownWorkflow
from agents.workflows.workflow import StageSpec, TaskSpec, Workflow, role_in

__all__ = ["WORKFLOWS", "StageSpec", "TaskSpec", "Workflow", "get_workflow", "role_in"]

WORKFLOWS = Registry(__name__, "WORKFLOW", Workflow)


def get_workflow(key: str) -> Workflow:
    """Return the workflow called `key`; raises UnknownWorkflow."""
    try:
        return WORKFLOWS[key]
    except KeyError:
        raise UnknownWorkflow(f"There is no workflow “{key}”; known are {', '.join(WORKFLOWS)}.") from None
