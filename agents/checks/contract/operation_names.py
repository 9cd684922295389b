"""Which operation of the interface is which operation of the domain, and which call of a page is which of them."""

from functools import cached_property

from agents.checks.contract.entities import EntityNames
from agents.checks.contract.views.interface import ApiOperation, Interface, path_key
from agents.checks.contract.views.names import exact, key, words
from agents.checks.contract.views.pages import Call
from agents.deliverable import Domain, Entity, Operation

_VERSIONS = frozenset({"api", "rest", "v1", "v2", "v3", "v4"})
_METHODS = {
    "create": ("POST", "PUT"),
    "list": ("GET",),
    "read": ("GET",),
    "update": ("PATCH", "PUT", "POST"),
    "delete": ("DELETE", "POST"),
}


class OperationNames:
    """Matches operations by name, and where names differ, by what method and address say."""

    def __init__(self, domain: Domain | None, interface: Interface | None, entities: EntityNames) -> None:
        self._asked = domain.operations if domain else []
        self._entities = entities
        self._operations = interface.operations if interface else []
        self._prefixes = interface.prefixes if interface else ()

    @cached_property
    def _by_name(self) -> dict[str, ApiOperation]:
        found: dict[str, ApiOperation] = {}
        for same in (exact, key):
            for operation in self._operations:
                if operation.id:
                    found.setdefault(same(operation.id), operation)
        return found

    @cached_property
    def _by_address(self) -> dict[tuple[str, tuple[str, ...]], ApiOperation]:
        return {(each.method, self.address(each.path)): each for each in self._operations}

    @cached_property
    def addresses(self) -> set[tuple[str, ...]]:
        return {self.address(each.path) for each in self._operations}

    def address(self, path: str) -> tuple[str, ...]:
        """Return an address to compare: without server, prefix and version, parameters as `{}`."""
        parts = path_key(path, self._prefixes)
        while parts and parts[0].lower() in _VERSIONS:
            parts = parts[1:]
        return parts

    def named(self, name: str) -> ApiOperation | None:
        return self._by_name.get(exact(name)) or self._by_name.get(key(name))

    def called(self, method: str, path: str) -> ApiOperation | None:
        return self._by_address.get((method, self.address(path)))

    def of_call(self, call: Call) -> ApiOperation | None:
        return (self.named(call.name) if call.name else None) or (
            self.called(call.method, call.path) if call.path else None
        )

    def resource(self, operation: ApiOperation) -> Entity | None:
        """Return the entity whose address an operation's path ends with."""
        return self._resources[id(operation)]

    @cached_property
    def _resources(self) -> dict[int, Entity | None]:
        found = {}
        for operation in self._operations:
            static = [part for part in self.address(operation.path) if part != "{}"]
            found[id(operation)] = self._entities.entity(static[-1]) if static else None
        return found

    @cached_property
    def _matches(self) -> dict[str, ApiOperation]:
        """The operation of the interface for each key of an operation of the domain."""
        found: dict[str, ApiOperation] = {}
        for operation in self._asked:
            named = self.named(operation.key)
            if named is not None:
                found[operation.key] = named
        # Two operations of the domain may share one call: a list and a search, or two ways to change a record.
        taken = {id(each) for each in found.values()}
        for operation in self._asked:
            if operation.key not in found:
                free = [each for each in self._operations if id(each) not in taken]
                match = self._by_shape(operation, free)
                if match is not None:
                    found[operation.key] = match
        return found

    def api_of(self, operation: Operation) -> ApiOperation | None:
        return self._matches.get(operation.key)

    @cached_property
    def domain_of(self) -> dict[str, list[Operation]]:
        """The operations of the domain for each name of an operation of the interface."""
        found: dict[str, list[Operation]] = {}
        for operation in self._asked:
            match = self._matches.get(operation.key)
            if match is not None:
                found.setdefault(match.name, []).append(operation)
        return found

    def _by_shape(self, operation: Operation, free: list[ApiOperation]) -> ApiOperation | None:
        entity = self._entities.entities.get(operation.entity)
        if entity is None:
            return None
        if operation.kind == "action":
            return self._action(operation, entity, free)
        for method in _METHODS[operation.kind]:
            for each in free:
                item = self.address(each.path)[-1:] == ("{}",)
                if each.method != method or self.resource(each) is not entity:
                    continue
                if item == (operation.kind in ("read", "update", "delete")):
                    return each
        # An entity that is there once, such as a profile or settings, has no number in its address.
        singles = [each for each in free if each.method in _METHODS[operation.kind] and self.resource(each) is entity]
        verbs = set(words(operation.key)[:1]) | set(words(operation.verb))
        return next((each for each in singles if verbs & set(words(each.id))), None)

    def _action(self, operation: Operation, entity: Entity, free: list[ApiOperation]) -> ApiOperation | None:
        verbs = {key(word) for word in (*words(operation.verb), *words(operation.key)[:1])}
        names = {key(name) for name in (entity.name, entity.label, entity.label_plural, entity.path)}
        for each in free:
            static = [key(part) for part in self.address(each.path) if part != "{}"]
            if len(static) > 1 and verbs & set(static[-1].split()) and names & set(static[:-1]):
                return each
        for each in free:
            told = {key(word) for word in words(each.id)}
            if verbs & told and any(set(name.split()) <= told for name in names):
                return each
        for each in self._operations:
            said = {key(word) for word in words(each.text[:200])}
            if each.method in ("PATCH", "PUT", "POST") and self.resource(each) is entity and verbs & said:
                return each
        return None
