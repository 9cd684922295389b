"""Does each entity have a table, and each of its fields a column?"""

from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.matching import kept
from agents.checks.contract.views.names import listed
from agents.checks.contract.views.relational import Relational, Table
from agents.deliverable import DomainField, Entity


def judge(facts: Facts) -> list[Finding] | None:
    domain, relational = facts.domain, facts.relational
    if domain is None or relational is None or not domain.entities:
        return None
    found = []
    for entity in domain.entities:
        table = facts.table_of(entity)
        if table is None:
            found.append(
                Finding(
                    relational.files[0],
                    1,
                    f"The entity `{entity.name}` has no table; there are {listed(relational.tables)}",
                    f"Create the table `{entity.table}`, or rename the one that is meant.",
                )
            )
        else:
            found += _fields(facts, relational, entity, table)
    return found


def _fields(facts: Facts, relational: Relational, entity: Entity, table: Table) -> Iterator[Finding]:
    for field in entity.fields:
        if field.type == "reference" and _refers(facts, field, table, relational):
            continue
        if kept(field.name, table, relational, others=[field.label]) is None:
            yield Finding(
                table.file,
                table.line,
                f"The field `{entity.name}.{field.name}` has no column in `{table.name}`",
                f"Add the column `{field.name}`, or keep the name that domain.json gives it.",
            )


def _refers(facts: Facts, field: DomainField, table: Table, relational: Relational) -> bool:
    target = facts.names.tables.get(field.references or "")
    if target is None:
        return False
    return any(each.target == target.name for each in table.foreign_keys) or any(
        {table.name, target.name} <= {each.target for each in other.foreign_keys}
        for other in relational.tables.values()
    )


CHECK = ContractCheck(
    "contract.entity_table",
    "Entities of domain.json and their fields with tables and their columns",
    "failed",
    "Entities that are kept outside of SQL on purpose; fields kept inside a JSON column.",
    judge,
)
