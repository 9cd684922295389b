"""Do references in the schema lead where names and relations of the domain say?"""

from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.views.names import is_reference, key, without_reference, words
from agents.checks.contract.views.relational import ForeignKey, Relational, Table
from agents.deliverable import Relation

# Records of these outlive what they speak of, so a key without a constraint is meant.
OUTLIVING = frozenset(
    "journal audit log history archive event outbox trail protocol protokoll dziennik historial".split()
)


def judge(facts: Facts) -> list[Finding] | None:
    relational = facts.relational
    if relational is None:
        return None
    found: list[Finding] = []
    for table in relational.tables.values():
        for reference in table.foreign_keys:
            found += _target(facts, relational, table, reference)
        found += _unbound(facts, table)
    for relation in facts.domain.relations if facts.domain else ():
        finding = _relation(facts, relational, relation)
        if finding is not None:
            found.append(finding)
    return found


def _target(facts: Facts, relational: Relational, table: Table, reference: ForeignKey) -> Iterator[Finding]:
    target = relational.tables.get(reference.target)
    if target is None:
        yield Finding(
            table.file,
            reference.line,
            f"`{table.name}.{', '.join(reference.columns)}` refers to `{reference.target}`, which is no table here",
            "Refer to a table of the schema.",
        )
        return
    for column in reference.target_columns:
        if column not in target.columns:
            yield Finding(
                table.file,
                reference.line,
                f"`{table.name}.{', '.join(reference.columns)}` refers to `{target.name}.{column}`, which is no column",
                f"Refer to the key of `{target.name}`.",
            )
    for column in reference.columns:
        if column not in table.columns:
            yield Finding(
                table.file,
                reference.line,
                f"The foreign key to `{target.name}` names the column `{column}`, which `{table.name}` does not have",
                "Name a column of the table.",
            )
            continue
        meant = _meant(facts, column)
        if meant is not None and meant is not target and not _is_part_of(meant, target):
            yield Finding(
                table.file,
                reference.line,
                f"`{table.name}.{column}` says `{meant.name}` by its name, but refers to `{target.name}`",
                f"Refer to `{meant.name}`, or give the column the name of what it leads to.",
            )
    yield from _pair(table, reference, target)


def _pair(table: Table, reference: ForeignKey, target: Table) -> Iterator[Finding]:
    """The two ends of a reference hold the same kind of value."""
    if len(reference.columns) != 1 or len(reference.target_columns) > 1:
        return
    primary = next((each.columns for each in target.uniques if each.kind == "primary"), ())
    ends = reference.target_columns or primary
    here, there = table.columns.get(reference.columns[0]), target.columns.get(ends[0] if len(ends) == 1 else "")
    if here and there and here.category != there.category and "other" not in (here.category, there.category):
        yield Finding(
            table.file,
            here.line,
            f"`{table.name}.{here.name}` is `{here.type}`, but refers to `{target.name}.{there.name}`, "
            f"a `{there.type}`",
            "Give both the same type.",
        )


def _meant(facts: Facts, column: str) -> Table | None:
    """Return the table that a column names: the whole word before `_id`, not a role such as `author`."""
    if not is_reference(column):
        return None
    return facts.names.table(without_reference(column)) if len(words(column)) > 1 else None


def _is_part_of(meant: Table, target: Table) -> bool:
    """Is the row of `meant` also one of `target`, as a subtype shares the key of its general type?"""
    primary = next((set(each.columns) for each in meant.uniques if each.kind == "primary"), set())
    return any(each.target == target.name and set(each.columns) <= primary for each in meant.foreign_keys)


def _unbound(facts: Facts, table: Table) -> Iterator[Finding]:
    """Columns that are named after a table but are bound to none."""
    if OUTLIVING & {key(word) for word in words(table.name)} or OUTLIVING & set(words(table.name)):
        return
    bound = {column for reference in table.foreign_keys for column in reference.columns}
    for column in table.columns.values():
        meant = _meant(facts, column.name) if column.name not in bound else None
        if meant is not None and column.category in ("integer", "uuid", "text") and meant is not table:
            yield Finding(
                table.file,
                column.line,
                f"`{table.name}.{column.name}` is named after `{meant.name}` but has no foreign key",
                f"Add a foreign key to `{meant.name}`, or say in the name what else it is.",
                serious=False,
            )


def _relation(facts: Facts, relational: Relational, relation: Relation) -> Finding | None:
    source, target = facts.names.tables.get(relation.source), facts.names.tables.get(relation.target)
    if source is None or target is None:
        return None
    forth = any(each.target == target.name for each in source.foreign_keys)
    back = any(each.target == source.name for each in target.foreign_keys)
    joined = any(
        {source.name, target.name} <= {each.target for each in other.foreign_keys}
        for other in relational.tables.values()
    )
    fits = {
        "many_to_one": forth or joined,
        "one_to_many": back or joined,
        "one_to_one": forth or back or joined,
        "many_to_many": joined or (source is target and forth),
    }[relation.kind]
    if fits:
        return None
    told = relation.kind.replace("_", " ")
    near = source if relation.kind != "one_to_many" else target
    return Finding(
        near.file,
        near.line,
        f"The relation of `{relation.source}` to `{relation.target}` ({told}) has no foreign key"
        + (" in this direction" if forth or back else ""),
        "Add the reference, or a table that joins both.",
    )


CHECK = ContractCheck(
    "contract.foreign_key",
    "Foreign keys with the tables, columns and types they refer to, with what their names say, and with the relations "
    "of domain.json",
    "failed; a column named after a table without a foreign key: warning",
    "References that the application keeps by itself; whether ON DELETE is right.",
    judge,
)
