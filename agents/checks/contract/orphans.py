"""Operations, tables and properties that nothing in the domain asks for."""

from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.foreign_keys import OUTLIVING
from agents.checks.contract.mentioned import is_infrastructure
from agents.checks.contract.views.names import is_reference, key, listed, without_reference, words
from agents.checks.contract.views.relational import Relational, Table
from agents.deliverable import Entity

# Tables and columns that a careful schema has beside what the brief names.
_PLUMBING_TABLES = OUTLIVING | frozenset(
    "session sessions token tokens job jobs queue lock locks idempotency migration migrations setting settings "
    "attachment attachments file files role roles user users account accounts person people permission permissions "
    "counter counters notification notifications message messages delivery deliveries".split()
)
_PLUMBING_FIELDS = frozenset(
    "id uuid created updated deleted modified changed version revision etag at by tenant links self url href sequence "
    "position order slug hash checksum key status state starts ends start end since until search vector count counts "
    "total totals currency language locale timezone".split()
)


def judge(facts: Facts) -> list[Finding] | None:
    domain = facts.domain
    if domain is None or not domain.entities or (facts.interface is None and facts.relational is None):
        return None
    return [*_operations(facts), *_tables(facts), *_properties(facts)]


def _operations(facts: Facts) -> Iterator[Finding]:
    interface = facts.interface
    if interface is None or not facts.domain or not facts.domain.operations:
        return
    for call in interface.operations:
        if call.name not in facts.operations.domain_of and not is_infrastructure(call):
            yield Finding(
                interface.file,
                call.line,
                f"Nothing in domain.json asks for `{call.name}` ({call.method} {call.path})",
                "Take it out, or have the operation added to the domain with the requirement it serves.",
                serious=False,
            )


def _tables(facts: Facts) -> Iterator[Finding]:
    relational = facts.relational
    for table in relational.tables.values() if relational else ():
        if relational is None or table.name in facts.names.entity_of_table or _is_support(facts, relational, table):
            continue
        yield Finding(
            table.file,
            table.line,
            f"Nothing in domain.json asks for the table `{table.name}`",
            "Take it out, or have the entity added to the domain.",
            serious=False,
        )


def _is_support(facts: Facts, relational: Relational, table: Table) -> bool:
    """Does it join tables, list values for one, hold parts of one, or is it plumbing?"""
    parts = set(words(table.name))
    if _PLUMBING_TABLES & (parts | {key(part) for part in parts}):
        return True
    targets = {reference.target for reference in table.foreign_keys}
    if any(each.target == table.name for other in relational.tables.values() for each in other.foreign_keys):
        return len(table.columns) <= 4
    own = set(key(table.name).split())
    return len(targets) >= 2 or any(own & set(key(target).split()) for target in targets)


def _properties(facts: Facts) -> Iterator[Finding]:
    """Properties of an entity's main schema that no field, relation or state of it explains; one finding a schema."""
    interface, relational = facts.interface, facts.relational
    if interface is None:
        return
    for entity in facts.domain.entities if facts.domain else ():
        name = facts.names.schema_of(entity)
        if name is None or not entity.fields:
            continue
        explained = _explained(facts, entity)
        extra = [
            prop
            for prop in interface.schemas[name].properties
            if not {key(prop.name), without_reference(prop.name)} & explained
            and not set(words(prop.name)) & _PLUMBING_FIELDS
            and not prop.ref
            and not (is_reference(prop.name) and facts.names.entity(without_reference(prop.name)))
        ]
        if extra and relational is not None:
            yield Finding(
                interface.file,
                extra[0].line,
                f"Nothing in domain.json asks for {listed(prop.name for prop in extra)} of `{name}`",
                "Take it out, or have the field added to the domain with the words of the brief it comes from.",
                serious=False,
            )


def _explained(facts: Facts, entity: Entity) -> set[str]:
    found = {
        name for field in entity.fields for name in (key(field.name), without_reference(field.name), key(field.label))
    }
    for relation in facts.domain.relations if facts.domain else ():
        for one, other in ((relation.source, relation.target), (relation.target, relation.source)):
            if one == entity.name:
                target = facts.names.entities.get(other)
                found |= {key(other), key(target.table) if target else "", key(target.label_plural) if target else ""}
    table = facts.table_of(entity)
    for reference in table.foreign_keys if table else ():
        found |= {without_reference(column) for column in reference.columns}
        found |= {key(column) for column in reference.columns}
    return found


CHECK = ContractCheck(
    "contract.orphan",
    "Operations, tables and properties with the operations, entities and fields of domain.json that ask for them",
    "warning",
    "Parts that serve the brief though the domain forgot them; columns that no schema shows.",
    judge,
)
