"""Is everything there that the role owes?"""

from fnmatch import fnmatchcase

from agents.checks.result import CheckResult, failed, passed
from agents.deliverable import Deliverable
from agents.roles.role import Role


def check_owed(role: Role, deliverable: Deliverable) -> list[CheckResult]:
    """Return one result for each artifact that `role` owes; an empty file is as good as none."""
    results = []
    for owed in role.owes:
        found = [artifact for artifact in deliverable.artifacts if fnmatchcase(artifact.path, owed.path)]
        if any(artifact.content.strip() for artifact in found):
            results.append(passed("owed", owed.path, f"{owed.path} is there"))
        elif found:
            results.append(failed("owed", owed.path, f"{owed.path} is empty", "Write what the file is owed for."))
        else:
            results.append(
                failed("owed", owed.path, f"{role.name} owes {owed.path}, and it is missing", f"Hand in {owed.path}.")
            )
    return results
