"""The indexes of each table, each with the query it serves."""

from dataclasses import dataclass

from agents.brief.identifiers import unique
from agents.deliverable import Entity
from agents.simulator.bounds import bounds
from agents.simulator.enforcement import constraint_name, enforcements_of, kept_for
from agents.simulator.keys import kind_of
from agents.simulator.material import Material
from agents.simulator.naming import quoted
from agents.simulator.routes import Route, routes_on
from agents.simulator.shape import attributes, span_of, state_of


@dataclass(frozen=True)
class Index:
    name: str
    over: str  # as it stands between the brackets
    serves: str  # the operation or rule, in words
    where: str = ""
    unique: bool = False
    using: str = ""
    columns: tuple[str, ...] = ()


def order_of(material: Material, entity: Entity) -> tuple[str, ...]:
    """Return the columns by which lists of an entity are sorted; the last one is unique, for the cursor."""
    start, _ = span_of(material, entity)
    rank = next(
        (found.name for found in attributes(material, entity) if found.name in ("position", "rank", "seed")), ""
    )
    if rank or start:
        return (rank or start, "id")
    return ("id",) if kind_of(material) == "bigint" else ("created_at", "id")


def indexes_of(material: Material) -> dict[str, list[Index]]:
    """Return the indexes of each entity's table, by its name; names are given once in the schema."""
    taken = {made.name for made in material.once(enforcements_of) if made.name}
    taken |= {entity.table.lower() for entity in material.entities}
    return {entity.name: _indexes(material, entity, taken) for entity in material.entities}


def index_for(material: Material, entity: Entity, column: str) -> str:
    """Return the name of the index that begins with `column`; the primary key where there is none."""
    for index in material.once(indexes_of).get(entity.name, []):
        if index.columns[:1] == (column,):
            return index.name
    return f"{entity.table}_pkey"


def list_route(material: Material, entity: Entity) -> Route | None:
    return next(iter(routes_on(material, entity, "list")), None)


def _indexes(material: Material, entity: Entity, taken: set[str]) -> list[Index]:
    found: list[Index] = []
    order = order_of(material, entity)
    route = list_route(material, entity)
    listed = route.operation.key if route else "the list"

    def add(columns: tuple[str, ...], serves: str, where: str = "", *, name: str = "", is_unique: bool = False) -> None:
        columns = tuple(dict.fromkeys(columns))
        if not name and any(other.columns[: len(columns)] == columns and other.where == where for other in found):
            return
        name = name or unique(constraint_name(entity.table, *columns[:2], "idx"), taken)
        over = ", ".join(quoted(column) for column in columns)
        found.append(Index(name, over, serves, where, is_unique, columns=columns))

    for made in kept_for(material, entity, "unique"):
        if made.where:
            said = f"{made.rule.key}: {made.rule.text}"
            add(made.columns, said, made.where, name=made.name, is_unique=True)
    for made in kept_for(material, entity, "marked"):
        add(made.columns, f"{made.rule.key}, the first of its kind: {made.rule.text}", name=made.name)
    if len(order) > 1:
        add(order, f"{listed}, in the order of {order[0]}")
    for reference in material.references[entity.name]:
        add((reference.column, *order), f"{listed} of one {reference.target.label}")
    state = state_of(material, entity)
    if state is not None:
        add((state.name, *order), f"{listed} in one state of {', '.join(state.values[:6])}")
    searched = [
        attribute.name
        for attribute in attributes(material, entity)
        if attribute.type in ("string", "text") and set(entity.requirements) & set(material.raised("search"))
    ]
    if searched:
        name = unique(constraint_name(entity.table, "search", "idx"), taken)
        words = " || ' ' || ".join(f"coalesce({quoted(column)}, '')" for column in searched[:4])
        over = f"to_tsvector('simple', {words})"
        serves = f"{listed} by words ({', '.join(material.raised('search')[:3])})"
        found.append(Index(name, over, serves, using="gin", columns=("", *searched)))
    for bound in bounds(material, "expiry", entity=entity):
        if any(attribute.name == "expires_at" for attribute in attributes(material, entity)):
            add(("expires_at",), f"what has expired, {bound.key}: {bound.limit.text}")
    for bound in bounds(material, "age", entity=entity)[:1]:
        add(("created_at",), f"the nightly deletion, {bound.key}: {bound.limit.text}")
    return found
