"""Which operations a document must speak of, and whether it does."""

from dataclasses import dataclass

from agents.checks.contract.facts import Facts
from agents.checks.contract.views.interface import ApiOperation
from agents.checks.contract.views.names import key, words
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


class Subjects:
    """All operations that documents must speak of, and which of them a text speaks of."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.all = subjects(facts)
        self._by_name: dict[str, Subject] = {}
        self._by_address: dict[tuple[str, tuple[str, ...]], Subject] = {}
        self._leads: dict[str, dict[str, Subject]] = {}
        own = {key(subject.key) for subject in self.all}
        for subject in self.all:
            names = self._names(subject)
            for name in names:
                if len(words(name)) > 1:
                    self._by_name.setdefault(key(name), subject)
            if subject.call is not None:
                self._by_address[subject.call.method, facts.operations.address(subject.call.path)] = subject
            for name in (subject.title, *names):
                # The title of one may be the name of another; then it is the other's.
                if name and (key(name) == key(subject.key) or key(name) not in own):
                    self._leads.setdefault(key(name), {})[subject.key] = subject

    def _names(self, subject: Subject) -> list[str]:
        asked = self._facts.operations.domain_of.get(subject.key, [])
        return [subject.key, *(operation.key for operation in asked)]

    def in_text(self, mentions: Mentions) -> dict[str, Subject]:
        """Return by its key each operation named by its id, by method and address, or as what begins an entry."""
        found = {}
        for name in mentions.names.keys() & self._by_name.keys():
            found[self._by_name[name].key] = self._by_name[name]
        for method, path, _ in mentions.calls:
            subject = self._by_address.get((method, self._facts.operations.address(path)))
            if subject is not None:
                found[subject.key] = subject
        for lead in mentions.leads.keys() & self._leads.keys():
            found |= self._leads[lead]
        return found
