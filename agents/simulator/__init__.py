"""Writes each role's deliverable by rules from the brief and from what earlier roles handed in."""

from collections.abc import Callable, Mapping

from agents.assignment import Assignment
from agents.deliverable import Deliverable
from agents.simulator import any_role, architect, backend, data, interface, operations, security, wireframes
from agents.simulator.material import Material

__all__ = ["write_deliverable"]

_WRITERS: Mapping[str, Callable[[Material], Deliverable]] = {
    "architect": architect.write,
    "backend_dev": backend.write,
    "dba": data.write,
    "frontend_dev": interface.write,
    "it_admin": operations.write,
    "security_specialist": security.write,
    "ui_ux_designer": wireframes.write,
}


def write_deliverable(assignment: Assignment) -> Deliverable:
    """Return what the role of `assignment` hands in; the same for the same assignment.

    A role without a writer of its own gets the artifacts it owes from the facts of the brief.
    """
    return _WRITERS.get(assignment.role.key, any_role.write)(Material(assignment))
