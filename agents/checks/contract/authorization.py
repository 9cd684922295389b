"""Is it said for each operation who may, the same in domain, interface and security documents?"""

from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.mentioned import Subjects, is_infrastructure
from agents.checks.contract.views.interface import Interface
from agents.checks.contract.views.names import find, listed, words
from agents.checks.contract.views.security import Grant, Security

# Whoever may do without saying who they are.
_ANYBODY = frozenset(
    "visitor guest anonymous public everyone anyone anybody nobody besucher gast visiteur visitante".split()
)


def judge(facts: Facts) -> list[Finding] | None:
    interface, security = facts.interface, facts.security
    if interface is None and security is None:
        return None
    found: list[Finding] = []
    judged = False
    if interface is not None and (facts.domain is None or facts.domain.actors):
        judged = True
        found += _declared(facts, interface)
        found += _actors(facts, interface)
    if security is not None:
        judged = True
        found += _written(facts, security)
    return found if judged else None


def _declared(facts: Facts, interface: Interface) -> Iterator[Finding]:
    """Each operation of the interface asks who calls."""
    calls = [call for call in interface.operations if not is_infrastructure(call)]
    if calls and all(call.secured is None for call in calls):
        yield Finding(
            interface.file,
            1,
            "The interface says for no operation how callers are authorized",
            "Add `components/securitySchemes` and `security`.",
            serious=facts.domain is not None,
        )
        return
    for call in calls:
        if call.secured is not False or _is_for_anybody(facts, call.name):
            continue
        yield Finding(
            interface.file,
            call.line,
            f"`{call.name}` needs no authorization",
            "Add `security` to it, or say that anybody may call it.",
            # An empty list is somebody's decision that reading is free; a change without a caller never is.
            serious=call.method != "GET" or bool(facts.operations.domain_of.get(call.name)),
        )


def _is_for_anybody(facts: Facts, name: str) -> bool:
    asked = facts.operations.domain_of.get(name, [])
    actors = [actor for operation in asked for actor in operation.actors]
    labels = {word for actor in actors for name in (actor, *facts.actor_names.get(actor, ())) for word in words(name)}
    return bool(_ANYBODY & labels)


def _actors(facts: Facts, interface: Interface) -> Iterator[Finding]:
    """Actors that an operation of the interface names are those of the domain's operation."""
    for call in interface.operations:
        asked = facts.operations.domain_of.get(call.name, [])
        if call.actors is None or len(asked) != 1:
            continue
        mine = {_actor(facts, actor) for actor in call.actors} - {""}
        aim = {actor for actor in asked[0].actors if actor in facts.actor_names}
        if mine != aim and aim:
            yield Finding(
                interface.file,
                call.line,
                f"`{call.name}` is for {listed(sorted(mine)) or 'nobody'}, by domain.json for {listed(sorted(aim))}",
                "Name the same actors in both.",
            )


def _actor(facts: Facts, name: str) -> str:
    return next((key for key, names in facts.actor_names.items() if find(name, names)), "")


def _written(facts: Facts, security: Security) -> Iterator[Finding]:
    """The security documents say for each operation who may, and what the domain says."""
    file, line = security.authorization_at
    asked = Subjects(facts)
    if security.authorization is None:
        if asked.all:
            yield Finding(
                file, line, "No part says who may do what", "Add a matrix of operations and actors.", serious=True
            )
        return
    named = asked.in_text(security.authorization)
    for subject in asked.all:
        if subject.key not in named:
            yield Finding(
                file,
                line,
                f"The authorization matrix says nothing about `{subject.key}`",
                "Add who may call it.",
            )
    for grant in security.grants:
        yield from _grant(facts, asked, grant)


def _grant(facts: Facts, asked: Subjects, grant: Grant) -> Iterator[Finding]:
    meant = list(asked.in_text(grant.mentioned).values())
    if len(meant) != 1:
        return
    operations = facts.operations.domain_of.get(meant[0].key, [])
    if not operations and facts.domain:
        operations = [operation for operation in facts.domain.operations if operation.key == meant[0].key]
    if len(operations) != 1 or not operations[0].actors:
        return
    may = set(operations[0].actors)
    more = [actor for actor, allowed in grant.allowed.items() if allowed and actor not in may]
    less = [actor for actor, allowed in grant.allowed.items() if not allowed and actor in may]
    if more or less:
        told = " and ".join(
            part
            for part in (f"allows {listed(more)}" if more else "", f"forbids {listed(less)}" if less else "")
            if part
        )
        yield Finding(
            grant.file,
            grant.line,
            f"The matrix {told} for `{meant[0].key}`; by domain.json it is for {listed(operations[0].actors)}",
            "Give both the same actors.",
        )


CHECK = ContractCheck(
    "contract.authorization",
    "Operations with `security` and actors in the interface, and with the authorization matrix: is each there, and are "
    "the actors those of domain.json?",
    "failed; reading without a caller that no domain speaks of: warning",
    "Rights that depend on the row (“own only”) beyond yes and no; roles that the domain does not know.",
    judge,
)
