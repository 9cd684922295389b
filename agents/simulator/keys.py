"""The keys of all tables: numbers of the database, or what people decided instead."""

from agents.simulator.material import Material
from agents.simulator.naming import quoted

ULID = "^[0-9A-HJKMNP-TV-Z]{26}$"


def kind_of(material: Material) -> str:
    """Return `bigint`, `uuid` or `ulid`."""
    decided = str(material.steering.key_type).lower()
    return decided if decided in ("uuid", "ulid") else "bigint"


def key_type(material: Material) -> str:
    """Return the type of a column that holds a key, as PostgreSQL names it."""
    return {"uuid": "uuid", "ulid": "text"}.get(kind_of(material), "bigint")


def key_column(material: Material) -> str:
    """Return the definition of the primary key of a table of the domain."""
    return {
        "uuid": "id uuid PRIMARY KEY DEFAULT gen_random_uuid()",
        "ulid": f"id text PRIMARY KEY CHECK (id ~ '{ULID}')",
    }.get(kind_of(material), "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY")


def only_this_key(material: Material, column: str) -> str:
    """Return a range that overlaps that of another row only where both hold the same key.

    It stands for equality in an exclusion constraint, which would need an extension otherwise. Keys that are no
    numbers are hashed to 64 bits: two keys with one hash, once in 10^19 pairs, would refuse what could be allowed.
    """
    name = quoted(column)
    if kind_of(material) == "bigint":
        return f"int8range({name}, {name}, '[]')"
    hashed = f"hashtextextended({name}::text, 0)"
    return f"int8range({hashed}, {hashed}, '[]')"
