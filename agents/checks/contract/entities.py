"""Which table and which schemas stand for which entity of the domain, whatever their names look like."""

from dataclasses import dataclass
from functools import cached_property

from agents.checks.contract.views.interface import Interface
from agents.checks.contract.views.names import exact, key, loosely_alike, words
from agents.checks.contract.views.relational import Relational, Table
from agents.deliverable import Domain, Entity

_INPUT = frozenset(
    "input create creation update patch request new write form payload body post put edit upsert command in add "
    "eingabe entrada entree change changes draft".split()
)
_PAGE = frozenset(
    "page pages list listing collection paginated paged results result envelope set array many liste".split()
)
_READ = frozenset(
    "summary detail details read response out output view dto ref reference base item resource model "
    "entity full brief short row object data record info public schema".split()
)
_TABLE_PREFIXES = frozenset("t tb tbl tab app".split())


@dataclass(frozen=True)
class SchemaUse:
    """What a schema of the interface stands for."""

    entity: Entity | None
    table: Table | None
    kind: str  # "main", "input" or "page"


class EntityNames:
    """Finds what belongs together by exact names first, then by their keys, then by loose endings."""

    def __init__(self, domain: Domain | None, relational: Relational | None, interface: Interface | None) -> None:
        self._domain = domain
        self._relational = relational
        self._interface = interface

    @cached_property
    def entities(self) -> dict[str, Entity]:
        return {entity.name: entity for entity in self._domain.entities} if self._domain else {}

    @cached_property
    def _by_key(self) -> dict[str, Entity]:
        """Entities by each key of a name of theirs; the plain name wins over plurals and addresses."""
        found: dict[str, Entity] = {}
        for index in range(5):
            for entity in self.entities.values():
                aliases = (entity.name, entity.table, entity.label, entity.label_plural, entity.path)
                if aliases[index]:
                    found.setdefault(key(aliases[index]), entity)
        return found

    def entity(self, name: str, *, loosely: bool = True) -> Entity | None:
        """Return the entity that `name` means: singular or plural, in any case style."""
        wanted = key(name)
        if wanted in self._by_key or not loosely or not wanted:
            return self._by_key.get(wanted)
        return next((entity for known, entity in self._by_key.items() if loosely_alike(known, wanted)), None)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The table of each entity, by the entity's name."""
        if self._relational is None:
            return {}
        found: dict[str, Table] = {}
        taken: set[str] = set()
        by_exact = {exact(name): table for name, table in reversed(self._relational.tables.items())}
        by_key = {key(name): table for name, table in reversed(self._relational.tables.items())}
        for entity in self.entities.values():
            table = by_exact.get(exact(entity.table))
            if table is not None:
                found[entity.name] = table
                taken.add(table.name)
        for entity in self.entities.values():
            if entity.name in found:
                continue
            aliases = (entity.table, entity.name, entity.label_plural, entity.label)
            keys = [key(alias) for alias in aliases if alias]
            free = {known: table for known, table in by_key.items() if table.name not in taken}
            table = (
                next((free[each] for each in keys if each in free), None)
                or next((table for known, table in free.items() if any(_prefixed(known, each) for each in keys)), None)
                or next(
                    (table for known, table in free.items() if any(loosely_alike(known, each) for each in keys)), None
                )
            )
            if table is not None:
                found[entity.name] = table
                taken.add(table.name)
        return found

    @cached_property
    def entity_of_table(self) -> dict[str, Entity]:
        return {table.name: self.entities[name] for name, table in self.tables.items()}

    def table(self, name: str) -> Table | None:
        """Return the table that `name` means: that of an entity, or one called so."""
        entity = self.entity(name, loosely=False)
        if entity is not None and entity.name in self.tables:
            return self.tables[entity.name]
        return self._tables_by_name.get(exact(name)) or self._tables_by_name.get(key(name))

    @cached_property
    def _tables_by_name(self) -> dict[str, Table]:
        found: dict[str, Table] = {}
        tables = self._relational.tables if self._relational else {}
        for same in (exact, key):
            for name, table in tables.items():
                found.setdefault(same(name), table)
        return found

    @cached_property
    def schemas(self) -> dict[str, SchemaUse]:
        """What each schema of the interface stands for; those that stand for nothing known are left out."""
        found = {}
        for name in self._interface.schemas if self._interface else ():
            use = self._use(name)
            if use is not None:
                found[name] = use
        return found

    def _use(self, name: str) -> SchemaUse | None:
        parts = list(words(name))
        kinds: list[str] = []
        while parts:
            subject = " ".join(parts)
            entity = self.entity(subject, loosely=not kinds)
            table = self.tables.get(entity.name) if entity else self._tables_by_name.get(key(subject))
            if entity is not None or table is not None:
                kind = "page" if "page" in kinds else "input" if "input" in kinds else "main"
                return SchemaUse(entity, table, kind)
            if len(parts) > 1 and _affix(parts[-1]):
                kinds.append(_affix(parts.pop()))
            elif len(parts) > 1 and _affix(parts[0]):
                kinds.append(_affix(parts.pop(0)))
            else:
                return None
        return None

    def schema_of(self, entity: Entity) -> str | None:
        """Return the schema that shows an entity: the one with most properties among those for it."""
        mine = [name for name, use in self.schemas.items() if use.entity is entity and use.kind == "main"]
        schemas = self._interface.schemas if self._interface else {}
        return max(mine, key=lambda name: (len(schemas[name].properties), -len(name)), default=None)


def _affix(word: str) -> str:
    return "input" if word in _INPUT else "page" if word in _PAGE else "main" if word in _READ else ""


def _prefixed(known: str, wanted: str) -> bool:
    first, _, rest = known.partition(" ")
    return rest == wanted and first in _TABLE_PREFIXES
