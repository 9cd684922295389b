"""How the entities of a domain point at each other: reference columns, and tables between two of them."""

import re
from dataclasses import dataclass

from agents.brief.identifiers import MAX_CHARS
from agents.deliverable import Domain, Entity, Relation

# Relations that were read from a verb or a word for "of"; the others only say that two things were named together.
_LOOSE = frozenset({"", "named together", "taken to belong to", "related to", "references"})
_OR_ANY = re.compile(
    r"\W{1,3}(?:or|oder|ou|o|lub)\W{1,4}(?:any|none|no one|keine|irgend|beliebig|n'importe|aucun|cualquier|"
    r"ningun|dowoln|żad)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reference:
    """A column that leads from one entity to another."""

    column: str
    target: Entity
    relation: Relation
    required: bool = False
    unique: bool = False  # at most one row for each target
    by_caller: bool = False  # it is whoever makes the call, so nobody sends it


@dataclass(frozen=True)
class Join:
    """A table between two entities of which each has many of the other."""

    table: str
    left: Entity
    right: Entity
    relation: Relation

    @property
    def columns(self) -> tuple[str, str]:
        return column_of(self.left), column_of(self.right)


def column_of(entity: Entity) -> str:
    """Return the column that leads to `entity`."""
    return f"{entity.name[:50].rstrip('_')}_id"


def references_of(domain: Domain) -> dict[str, list[Reference]]:
    """Return the reference columns of each entity, by its name: its fields of type reference, then its relations.

    A column is required only when no circle of required columns comes of it, else no first row could be written.
    """
    entities = {entity.name: entity for entity in domain.entities}
    actors = {actor.key for actor in domain.actors}
    found: dict[str, list[Reference]] = {name: [] for name in entities}
    needs: dict[str, set[str]] = {name: set() for name in entities}

    def add(holder: Entity, reference: Reference) -> None:
        taken = {field.name.lower() for field in holder.fields if field.type != "reference"}
        taken |= {other.column.lower() for other in found[holder.name]} | {"id", "created_at"}
        if reference.column.lower() in taken:
            return
        if reference.required:
            needs[holder.name].add(reference.target.name)
        found[holder.name].append(reference)

    for holder in entities.values():
        for field in holder.fields:
            goal = entities.get(field.references or "") if field.type == "reference" else None
            if goal is not None:
                required = field.required and not _leads(needs, goal.name, holder.name)
                label = field.label or field.name.replace("_", " ")
                relation = Relation(source=holder.name, target=goal.name, label=label)
                add(holder, Reference(field.name, goal, relation, required, field.unique))
    for relation in domain.relations:
        source, target = relation.source, relation.target
        if relation.kind == "one_to_many":
            source, target = target, source
        holder_, goal = entities.get(source), entities.get(target)
        if holder_ is None or goal is None or relation.kind == "many_to_many":
            continue
        if any(other.target.name == goal.name for other in found[source]):
            continue  # a field of type reference says it already
        column = f"parent_{column_of(goal)}" if holder_.name == goal.name else column_of(goal)
        by_caller = goal.name in actors and relation.label.endswith(" by")
        firm = relation.label not in _LOOSE and not _may_be_open(relation, goal)
        required = firm and not _leads(needs, goal.name, source)
        add(holder_, Reference(column, goal, relation, required, relation.kind == "one_to_one", by_caller))
    return found


def joins_of(domain: Domain) -> list[Join]:
    """Return the tables that relations of many to many need, each pair once."""
    entities = {entity.name: entity for entity in domain.entities}
    taken = {entity.table.lower() for entity in domain.entities}
    joins: list[Join] = []
    for relation in domain.relations:
        left, right = entities.get(relation.source), entities.get(relation.target)
        if relation.kind != "many_to_many" or left is None or right is None or left.name == right.name:
            continue
        if any({join.left.name, join.right.name} == {left.name, right.name} for join in joins):
            continue
        table = f"{left.name[: MAX_CHARS // 2]}_{right.table[: MAX_CHARS // 2]}".rstrip("_")
        while table.lower() in taken:
            table += "_links"
        taken.add(table.lower())
        joins.append(Join(table, left, right, relation))
    return joins


def _may_be_open(relation: Relation, goal: Entity) -> bool:
    """Does the brief say `practitioner or "anyone"`?"""
    place = relation.evidence.lower().find(goal.label.lower()) if goal.label else -1
    return place >= 0 and bool(_OR_ANY.match(relation.evidence, place + len(goal.label)))


def _leads(needs: dict[str, set[str]], start: str, goal: str) -> bool:
    """Does a chain of required references lead from `start` to `goal`?"""
    open_, seen = [start], {start}
    while open_:
        name = open_.pop()
        if name == goal:
            return True
        open_ += sorted(needs[name] - seen)
        seen |= needs[name]
    return False
