"""Which operations a document must speak of, and whether it does."""

from collections.abc import Iterable
from dataclasses import dataclass

from agents.checks.contract.facts import Facts
from agents.checks.contract.views.interface import ApiOperation
from agents.checks.contract.views.names import exact, key, words
from agents.checks.contract.views.prose import Mentions

# Plumbing of an interface that no feature asks for, and that needs no line of its own.
INFRASTRUCTURE = frozenset(
    "health healthz ready readiness live liveness metrics ping version openapi docs swagger status login logout signin "
    "signout session sessions token tokens auth oauth refresh csrf".split()
)


@dataclass(frozen=True)
class Subject:
    """An operation as documents may call it."""

    key: str
    title: str
    call: ApiOperation | None


def subjects(facts: Facts) -> list[Subject]:
    """Return the operations of the interface but for its plumbing, and those of the domain that it lacks."""
    found = []
    by_name = facts.operations.domain_of
    for call in facts.interface.operations if facts.interface else ():
        asked = by_name.get(call.name, [])
        if asked or not is_infrastructure(call):
            found.append(Subject(call.name, asked[0].title if asked else "", call))
    for operation in facts.domain.operations if facts.domain else ():
        if facts.interface is None:
            found.append(Subject(operation.key, operation.title, None))
    return found


def is_infrastructure(call: ApiOperation) -> bool:
    parts = {word for part in call.path.split("/") for word in words(part)[:1]}
    return call.internal or bool(INFRASTRUCTURE & parts)


def is_named(facts: Facts, mentions: Mentions, subject: Subject, others: Iterable[str]) -> bool:
    """Do `mentions` name an operation: by its id, its method and address, or as what an entry begins with?"""
    names = [subject.key]
    for operation in facts.operations.domain_of.get(subject.key, []):
        names.append(operation.key)
    if any(len(words(name)) > 1 and key(name) in mentions.names for name in names):
        return True
    call = subject.call
    if call is not None:
        wanted = (call.method, facts.operations.address(call.path))
        if any((method, facts.operations.address(path)) == wanted for method, path, _ in mentions.calls):
            return True
    taken = {key(other) for other in others} - {key(subject.key)}
    leads = {key(name) for name in (subject.title, *names) if name}
    return any(lead in mentions.leads for lead in leads - taken) or any(exact(name) in mentions.leads for name in names)
