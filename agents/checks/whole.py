"""The formal checks of a whole bundle, for one that lies in a folder: nobody hands it in any more."""

from __future__ import annotations

from collections.abc import Iterator

from agents.checks import check_deliverable
from agents.checks.bundle import Bundle
from agents.checks.result import CheckResult
from agents.deliverable import Artifact, Deliverable
from agents.roles import ROLES
from agents.roles.role import Capability, Role
from agents.workflows import WORKFLOWS
from agents.workflows.workflow import role_in

_NOBODY = Role("", "Nobody", "", (Capability.REVIEW,), "", ())


def check_files(bundle: Bundle) -> list[CheckResult]:
    """Return what the checks of single files say of a bundle, and which files its roles owe and have not handed in.

    Files of a role that the bundle's workflow does not know are checked by what their names say.
    """
    results: list[CheckResult] = []
    files = {
        artifact.path: Artifact.model_construct(
            path=artifact.path, media_type=artifact.media_type, content=artifact.content, implements=[]
        )
        for artifact in bundle.artifacts
    }
    authors = {artifact.path: artifact.role for artifact in bundle.artifacts}
    for role in _roles_of(bundle):
        own = [files.pop(path) for path, author in authors.items() if author == role.key and path in files]
        results += check_deliverable(role, _handed_in(own))
    return results + check_deliverable(_NOBODY, _handed_in(list(files.values())))


def _roles_of(bundle: Bundle) -> Iterator[Role]:
    """The roles that have handed in, each owing what its tasks say in all stages together."""
    workflow = WORKFLOWS.get(bundle.workflow)
    frozen = [task for stage in workflow.frozen()["stages"] for task in stage["tasks"]] if workflow else []
    for key in sorted(bundle.roles & set(ROLES)):
        tasks = [role_in(ROLES[key], task) for task in frozen if task["role"] == key]
        if tasks:
            owes = tuple(dict.fromkeys(owed for task in tasks for owed in task.owes))
            yield Role(**{**vars(ROLES[key]), "owes": owes})


def _handed_in(files: list[Artifact]) -> Deliverable:
    return Deliverable.model_construct(summary="", artifacts=files)
