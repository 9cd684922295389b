"""Is each operation that people do called by some page?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.names import exact, key


def judge(facts: Facts) -> list[Finding] | None:
    domain, pages = facts.domain, facts.pages
    if domain is None or pages is None or not domain.operations:
        return None
    called = {found_by.name for call in pages.calls if (found_by := facts.operations.of_call(call)) is not None}
    spans = {span for _, _, span in pages.spans} | {call.name for call in pages.calls if call.name}
    called |= {meant.name for span in spans if (meant := facts.operations.named(span)) is not None}
    named = {same(span) for span in spans for same in (exact, key)}
    if not called and not any(exact(operation.key) in named for operation in domain.operations):
        return [
            Finding(
                pages.files[0],
                1,
                "The pages name no call that can be compared with the interface",
                "Name the operations of each page, as `operationId` or as method and address.",
                serious=False,
            )
        ]
    people = {actor.key for actor in domain.actors if actor.kind == "person"}
    found = []
    for operation in domain.operations:
        if not people & set(operation.actors) or exact(operation.key) in named or key(operation.key) in named:
            continue
        call = facts.operations.api_of(operation)
        if call is None and facts.interface is not None:
            continue  # no page can call it; the check of operations says so
        if call is None or call.name not in called:
            who = ", ".join(actor for actor in operation.actors if actor in people)
            found.append(
                Finding(
                    pages.files[0],
                    1,
                    f"No page calls `{call.name if call else operation.key}` ({operation.title}), though {who} may",
                    "Let a page call it.",
                )
            )
    return found


CHECK = ContractCheck(
    "contract.operation_page",
    "Operations that people may do, by domain.json, with the calls of pages",
    "failed; pages that name no call at all: warning",
    "Calls that a page describes in words only; whether the right people reach the page.",
    judge,
)
