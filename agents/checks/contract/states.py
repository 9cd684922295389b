"""Are the states and other listed values the same in domain, interface and database?"""

from collections.abc import Iterator

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.matching import kept
from agents.checks.contract.views.interface import Property, Schema
from agents.checks.contract.views.names import exact, key, listed, words
from agents.checks.contract.views.relational import Column
from agents.deliverable import DOMAIN_PATH, Entity

STATE_WORDS = frozenset("status state stage phase zustand etat statut estado stan stav".split())


def judge(facts: Facts) -> list[Finding] | None:
    if facts.domain is None and (facts.interface is None or facts.relational is None):
        return None
    found: list[Finding] = []
    judged = False
    for entity in facts.domain.entities if facts.domain else ():
        found += _transitions(facts, entity)
        for name, values in _lists(entity):
            judged = True
            found += _interface(facts, entity, name, values)
            found += _database(facts, entity, name, values)
    listed_by_domain = {
        (entity.name, key(name))
        for entity in (facts.domain.entities if facts.domain else ())
        for name, _ in _lists(entity)
    }
    for schema, prop, column, file in _both(facts, listed_by_domain):
        judged = True
        if _set(prop.values) != _set(column.values):
            found.append(
                _differ(
                    facts.interface.file if facts.interface else None,
                    prop.line,
                    f"`{schema.name}.{prop.name}`",
                    prop.values,
                    f"`{column.name}` in {file} (line {column.line})",
                    column.values,
                )
            )
    return found if judged else None


def _set(values: tuple[str, ...] | list[str]) -> set[str]:
    return {exact(value) or value for value in values}


def _lists(entity: Entity) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each field with listed values; that of the states for what has a life of its own."""
    named = {field.name for field in entity.fields if STATE_WORDS & set(words(field.name))}
    for field in entity.fields:
        values = [*entity.states] if field.name in named and entity.states else field.values
        if values:
            yield field.name, values
    if entity.states and not named:
        yield "status", [*entity.states]


def _transitions(facts: Facts, entity: Entity) -> Iterator[Finding]:
    if not entity.states:
        return
    known = _set(entity.states)
    for transition in entity.transitions:
        for state in (*transition.sources, transition.target):
            if (exact(state) or state) not in known:
                yield Finding(
                    DOMAIN_PATH,
                    facts.domain_line("entities", entity.name),
                    f"A transition of `{entity.name}` names the state `{state}`, none of {listed(entity.states)}",
                    "Add the state, or name one there is.",
                )


def _properties(facts: Facts, entity: Entity, name: str, values: list[str]) -> Iterator[tuple[Schema, Property, str]]:
    """Yield the properties that show a listed field: called so, or with most of its values."""
    interface = facts.interface
    for schema_name, use in facts.names.schemas.items() if interface else ():
        if use.entity is not entity or use.kind == "page" or interface is None:
            continue
        schema = interface.schemas[schema_name]
        same = [prop for prop in schema.properties if key(prop.name) == key(name)]
        like = [
            prop
            for prop in schema.properties
            if prop.values and len(_set(prop.values) & _set(values)) * 2 >= len(values)
        ]
        for prop in same or like[:1]:
            yield schema, prop, use.kind


def _interface(facts: Facts, entity: Entity, name: str, values: list[str]) -> Iterator[Finding]:
    for schema, prop, kind in _properties(facts, entity, name, values):
        file = facts.interface.file if facts.interface else None
        mine, aim = _set(prop.values), _set(values)
        # What is sent may be some of the values: nobody sets the state that time brings.
        if prop.values and (not mine <= aim if kind == "input" else mine != aim):
            there = f"`{entity.name}.{name}` in domain.json"
            yield _differ(file, prop.line, f"`{schema.name}.{prop.name}`", prop.values, there, values)
        elif not prop.values and prop.type == "string" and kind == "main":
            yield Finding(
                file,
                prop.line,
                f"`{schema.name}.{prop.name}` lists no values; domain.json lists {listed(values)}",
                "Add the `enum`.",
                serious=False,
            )


def _column(facts: Facts, entity: Entity, name: str, values: list[str]) -> Column | None:
    table, relational = facts.table_of(entity), facts.relational
    if table is None or relational is None:
        return None
    place = kept(name, table, relational)
    if place is not None:
        return place.column if place.how == "same" else None
    like = [column for column in table.columns.values() if len(_set(column.values) & _set(values)) * 2 >= len(values)]
    return like[0] if like else None


def _database(facts: Facts, entity: Entity, name: str, values: list[str]) -> Iterator[Finding]:
    column, table = _column(facts, entity, name, values), facts.table_of(entity)
    if column is None or table is None:
        return
    told = f"`{table.name}.{column.name}`"
    if column.values and _set(column.values) != _set(values):
        yield _differ(table.file, column.line, told, column.values, f"`{entity.name}.{name}` in domain.json", values)
    elif not column.values and column.category == "text":
        yield Finding(
            table.file,
            column.line,
            f"{told} takes any text; domain.json lists {listed(values)}",
            "Add a CHECK with the values, a type, or a table of them.",
            serious=False,
        )


def _both(facts: Facts, known: set[tuple[str, str]]) -> Iterator[tuple[Schema, Property, Column, str]]:
    """Yield what is listed in interface and database, but not in the domain."""
    interface, relational = facts.interface, facts.relational
    if interface is None or relational is None:
        return
    for name, use in facts.names.schemas.items():
        if use.kind != "main" or use.table is None:
            continue
        for prop in interface.schemas[name].properties:
            if prop.values and not (use.entity and (use.entity.name, key(prop.name)) in known):
                place = kept(prop.name, use.table, relational)
                if place and place.how == "same" and place.column and place.column.values:
                    yield interface.schemas[name], prop, place.column, use.table.file


def _differ(
    file: str | None,
    line: int,
    here: str,
    mine: tuple[str, ...] | list[str],
    there: str,
    others: tuple[str, ...] | list[str],
) -> Finding:
    more = [value for value in mine if (exact(value) or value) not in _set(others)]
    less = [value for value in others if (exact(value) or value) not in _set(mine)]
    told = " and ".join(
        part for part in (f"allows {listed(more)}" if more else "", f"lacks {listed(less)}" if less else "") if part
    )
    return Finding(file, line, f"{here} {told}, other than {there}", "Give both the same values.")


CHECK = ContractCheck(
    "contract.states",
    "States and other listed values in domain.json, in enumerations of the interface, and in checks and types of SQL",
    "failed; values that one side leaves open: warning",
    "Values in a table of their own; the order of states; whether each transition is guarded.",
    judge,
)
