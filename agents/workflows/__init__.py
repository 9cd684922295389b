"""The registry of workflows. A new workflow is one new module here that declares `WORKFLOW`."""

import sys
from collections.abc import Mapping
from types import MappingProxyType

from agents.discovery import declared
from agents.errors import UnknownWorkflow
from agents.workflows.workflow import StageSpec, TaskSpec, Workflow

__all__ = ["WORKFLOWS", "StageSpec", "TaskSpec", "Workflow", "get_workflow"]


def _discover() -> Mapping[str, Workflow]:
    found = [entry for entry in declared(sys.modules[__name__], "WORKFLOW") if isinstance(entry, Workflow)]
    return MappingProxyType({entry.key: entry for entry in sorted(found, key=lambda entry: (entry.order, entry.key))})


WORKFLOWS: Mapping[str, Workflow] = _discover()


def get_workflow(key: str) -> Workflow:
    """Return the workflow called `key`; raises UnknownWorkflow."""
    try:
        return WORKFLOWS[key]
    except KeyError:
        raise UnknownWorkflow(f"There is no workflow “{key}”; known are {', '.join(WORKFLOWS)}.") from None
