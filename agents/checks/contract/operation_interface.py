"""Can each operation of the domain be called?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts


def judge(facts: Facts) -> list[Finding] | None:
    domain, interface = facts.domain, facts.interface
    if domain is None or interface is None or not domain.operations:
        return None
    people = {actor.key for actor in domain.actors if actor.kind == "person"}
    found = []
    for operation in domain.operations:
        if facts.operations.api_of(operation) is None:
            internal = not people & set(operation.actors)
            found.append(
                Finding(
                    interface.file,
                    interface.paths_line,
                    f"The interface has no operation for `{operation.key}` ({operation.title})",
                    f"Add it with `operationId: {operation.key}`.",
                    # What nobody calls, such as a nightly deletion, may live outside of the interface.
                    serious=not internal,
                )
            )
    return found


CHECK = ContractCheck(
    "contract.operation_interface",
    "Operations of domain.json with those of the interface, by operationId or by method and address",
    "failed; an operation of the system itself: warning",
    "Whether the operation does what its name says.",
    judge,
)
