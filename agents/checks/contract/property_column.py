"""Does every property that the interface shows or takes have a column that can hold it?"""

from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.entities import SchemaUse
from agents.checks.contract.facts import Facts
from agents.checks.contract.matching import kept
from agents.checks.contract.types import misfit
from agents.checks.contract.views.interface import Interface, Property, Schema
from agents.checks.contract.views.names import is_reference, key, without_reference, words
from agents.checks.contract.views.relational import Relational, Table
from agents.deliverable import Entity

# What callers send to steer a call, and what answers carry beside the record.
_CONTROL = frozenset(
    "idempotency confirm confirmation captcha csrf expand cursor limit offset page link self href etag include dry "
    "reason comment token otp".split()
)
_COMPUTED = ("computed", "calculated", "derived", "berechnet", "calcul", "abgeleitet", "obliczan")


def judge(facts: Facts) -> list[Finding] | None:
    interface, relational = facts.interface, facts.relational
    if interface is None or relational is None:
        return None
    uses = [(interface.schemas[name], use) for name, use in facts.names.schemas.items() if use.table is not None]
    if not uses:
        return None
    found: list[Finding] = []
    told: set[tuple[str, str]] = set()
    for schema, use in sorted(uses, key=lambda pair: pair[1].kind != "main"):
        if use.kind != "page" and use.table is not None:
            for prop in schema.properties:
                if (use.table.name, key(prop.name)) not in told:
                    findings = list(_property(interface, relational, schema, use, use.table, prop))
                    told |= {(use.table.name, key(prop.name))} if findings else set()
                    found += findings
    return found


def _property(
    interface: Interface, relational: Relational, schema: Schema, use: SchemaUse, table: Table, prop: Property
) -> Iterator[Finding]:
    field = _field(use.entity, prop.name)
    place = kept(prop.name, table, relational)
    if place is None:
        if _needs_no_column(interface, relational, prop):
            return
        stored = field is not None
        serious = stored or not (prop.read_only or prop.type == "array" or _is_aside(prop) or bool(prop.children))
        yield Finding(
            interface.file,
            prop.line,
            f"`{schema.name}.{prop.name}` has no column in `{table.name}` ({table.file})",
            f"Add a column for it to `{table.name}`, use the name it has there, or take the property out.",
            serious,
        )
    elif place.how == "same" and place.column is not None and not _is_link(prop):
        wrong = misfit(prop, place.column)
        if wrong is not None:
            said, serious = wrong
            yield Finding(
                interface.file,
                prop.line,
                f"`{schema.name}.{prop.name}` {said} ({table.file}, line {place.column.line})",
                "Give both the same kind of value.",
                serious,
            )
    elif place.how == "near" and place.column is not None and is_reference(prop.name):
        wrong = misfit(prop, place.column)
        if wrong is not None and wrong[1]:
            yield Finding(
                interface.file,
                prop.line,
                f"`{schema.name}.{prop.name}` {wrong[0]}",
                "Give both the same kind of value.",
            )


def _field(entity: Entity | None, name: str) -> object | None:
    wanted = {key(name), without_reference(name)}
    return next((field for field in entity.fields if key(field.name) in wanted), None) if entity else None


def _is_link(prop: Property) -> bool:
    """Another record in place of its number, or a list of them."""
    return prop.type == "object" and bool(prop.ref)


def _is_aside(prop: Property) -> bool:
    return (
        prop.write_only
        or prop.name.startswith(("_", "$", "@"))
        or bool(_CONTROL & set(words(prop.name)))
        or any(word in prop.description.lower() for word in _COMPUTED)
    )


def _needs_no_column(interface: Interface, relational: Relational, prop: Property) -> bool:
    """Is it a record or list of records with a table of its own, or nothing that is kept?"""
    if prop.ref and (prop.type in ("object", "array")):
        target = interface.schemas.get(prop.ref)
        return target is None or not target.values
    if prop.type in ("array", "object") and any(
        key(name).split()[-1:] == key(prop.name).split()[-1:] for name in relational.tables
    ):
        return True
    if prop.type == "array" and is_reference(prop.name) and _names_a_table(relational, prop.name):
        return True
    return prop.name.startswith(("_", "$", "@")) or any(word in prop.description.lower() for word in _COMPUTED)


def _names_a_table(relational: Relational, name: str) -> bool:
    """Is a list of numbers one of rows of some table, which a joining table or their own reference keeps?"""
    return any(key(table) == without_reference(name) for table in relational.tables)


CHECK = ContractCheck(
    "contract.property_column",
    "Properties of the interface's schemas with the columns of the tables they show: existence and compatible types",
    "failed; computed, control and read-only properties and doubtful types: warning",
    "Schemas written in place in an operation; values put together by views or code; lengths and precision.",
    judge,
)
