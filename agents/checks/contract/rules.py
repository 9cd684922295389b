"""Is what must be unique, exclusive or used once kept by something that two requests at once cannot pass?"""

import re
from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.matching import kept
from agents.checks.contract.views.names import key, without_reference
from agents.checks.contract.views.relational import Relational, Table
from agents.deliverable import Entity, Rule

_GUARD = re.compile(r"for update|advisory|serializable|compare.and.swap|\bwhere\b.{0,200}\bstatus\b", re.IGNORECASE)


def judge(facts: Facts) -> list[Finding] | None:
    domain, relational = facts.domain, facts.relational
    if domain is None:
        return None
    found: list[Finding] = []
    judged = False
    for rule in domain.rules:
        entity = facts.names.entities.get(rule.entity) or facts.names.entity(rule.entity)
        if entity is None:
            continue
        table = facts.table_of(entity)
        if rule.kind in ("unique", "exclusive", "once") and relational is not None and table is not None:
            judged = True
            found += _constraint(facts, relational, rule, entity, table)
        if rule.kind == "append_only" and facts.interface is not None:
            judged = True
            found += _append_only(facts, rule, entity)
    for entity in domain.entities:
        table = facts.table_of(entity)
        for field in entity.fields:
            if field.unique and table is not None and relational is not None:
                judged = True
                columns = _columns(facts, relational, table, [field.name])
                if columns and not any(columns & set(each.columns) for each in table.uniques):
                    found.append(
                        Finding(
                            table.file,
                            table.line,
                            f"`{entity.name}.{field.name}` must be unique, but nothing in `{table.name}` keeps it so",
                            f"Add a UNIQUE constraint or a unique index over {', '.join(sorted(columns))}.",
                        )
                    )
    return found if judged else None


def _columns(facts: Facts, relational: Relational, table: Table, fields: list[str]) -> set[str]:
    """Return the columns of `table` that a rule speaks of: fields, or references to entities."""
    found: set[str] = set()
    for name in fields:
        place = kept(name, table, relational)
        if place is not None and place.column is not None:
            found.add(place.column.name)
        target = facts.names.tables.get(name)
        for reference in table.foreign_keys:
            if target is not None and reference.target == target.name:
                found |= set(reference.columns)
        found |= {column for column in table.columns if without_reference(column) == key(name)}
    return found


def _constraint(facts: Facts, relational: Relational, rule: Rule, entity: Entity, table: Table) -> Iterator[Finding]:
    columns = _columns(facts, relational, table, rule.fields)
    for each in table.uniques:
        own_key = each.kind == "primary" and set(each.columns) <= {"id", f"{entity.name}_id", "uuid"}
        if not own_key and (not columns or columns & set(each.columns)):
            return
    for other in relational.tables.values() if rule.kind != "unique" or not columns else ():
        # A row of a joining table, such as a claim or a used token, may carry the rule.
        bound = {column for each in other.foreign_keys if each.target == table.name for column in each.columns}
        if bound and any(bound & set(each.columns) for each in other.uniques):
            return
    if rule.kind == "once" and _refused(facts, entity):
        return
    guarded = rule.kind != "unique" and any(
        _GUARD.search(artifact.content[:100_000])
        for artifact in facts.bundle.artifacts
        if artifact.path.startswith("db/") and artifact.path.endswith((".md", ".sql")) and artifact.path != table.file
    )
    told = {"unique": "be one of its kind", "exclusive": "not overlap or be given twice", "once": "happen once"}[
        rule.kind
    ]
    yield Finding(
        table.file,
        table.line,
        f"{rule.key} says that this must {told} (“{rule.text[:120]}”), but no constraint of `{table.name}` keeps it"
        + (" over " + ", ".join(sorted(columns)) if columns else ""),
        "Add a UNIQUE or EXCLUDE constraint, or a unique index, over what the rule speaks of.",
        serious=not guarded,
    )


def _refused(facts: Facts, entity: Entity) -> bool:
    """Does some operation that changes the entity answer that it is too late, or take a key against repeats?"""
    names = facts.operations
    for operation in facts.domain.operations if facts.domain else ():
        call = names.api_of(operation) if operation.entity == entity.name else None
        if call is None or call.method == "GET":
            continue
        if {"409", "410", "412"} & set(call.statuses) or any("idempot" in each.lower() for each in call.parameters):
            return True
    return False


def _append_only(facts: Facts, rule: Rule, entity: Entity) -> Iterator[Finding]:
    names = facts.operations
    interface = facts.interface
    for operation in interface.operations if interface else ():
        last = names.resource(operation)
        if (
            operation.method in ("PUT", "PATCH", "DELETE")
            and last is entity
            and operation.path.rstrip("/").endswith("}")
        ):
            yield Finding(
                interface.file if interface else None,
                operation.line,
                f"{rule.key} says that `{entity.name}` is only added to (“{rule.text[:120]}”), but `{operation.name}` "
                f"changes it ({operation.method})",
                "Take the operation out, or let it add a record.",
            )


CHECK = ContractCheck(
    "contract.rule",
    "Rules of the domain (unique, exclusive, once, append only) and unique fields with constraints in SQL, and where "
    "a refusal is enough, with the answers of the interface",
    "failed; where the queries show a lock or a guarded update instead: warning",
    "Rules of ownership, visibility and conditions; whether the condition of a partial index is the right one.",
    judge,
)
