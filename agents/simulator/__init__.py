"""Writes each task's deliverable by rules from the brief and from what earlier roles handed in.

A new writer is one new module here, or in a package here, that declares `WRITER`.
"""

import sys
from functools import cache

from agents.assignment import Assignment
from agents.deliverable import Deliverable
from agents.discovery import declared
from agents.roles import ROLES
from agents.simulator import any_role, architect, backend, data, interface, operations, security, wireframes
from agents.simulator.material import Material
from agents.simulator.steered.cited import with_people_cited
from agents.simulator.writer import Writer, writer_for

__all__ = ["write_deliverable", "writers"]

_BY_ROLE = {
    "architect": architect.write,
    "backend_dev": backend.write,
    "dba": data.write,
    "frontend_dev": interface.write,
    "it_admin": operations.write,
    "security_specialist": security.write,
    "ui_ux_designer": wireframes.write,
}


def write_deliverable(assignment: Assignment) -> Deliverable:
    """Return what `assignment` asks for; the same for the same assignment.

    The writer is chosen by the artifacts that are owed. What it does not write, and all of it when nobody does, comes
    from the facts of the brief.
    """
    material = Material(assignment)
    writer = writer_for(assignment.role.owes, writers())
    written = any_role.complete(material, writer.write(material)) if writer else any_role.write(material)
    return with_people_cited(written, material.steering)


@cache
def writers() -> tuple[Writer, ...]:
    """Return every writer; they are looked for once."""
    of_roles = [Writer(tuple(owed.path for owed in ROLES[role].owes), write) for role, write in _BY_ROLE.items()]
    found = [entry for entry in declared(sys.modules[__name__], "WRITER") if isinstance(entry, Writer)]
    return (*of_roles, *found)
