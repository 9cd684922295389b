"""The schema for PostgreSQL: tables, the constraints that carry the brief's rules and numbers, indexes."""

import re
from typing import Final

from agents.deliverable import Entity
from agents.simulator.bounds import Bound, plain
from agents.simulator.carried_over import reason
from agents.simulator.enforcement import Enforcement, constraint_name, is_money, kept_for
from agents.simulator.indexes import indexes_of
from agents.simulator.keys import key_column, key_type, only_this_key
from agents.simulator.material import Material, Reference
from agents.simulator.naming import quoted
from agents.simulator.routes import routes_on
from agents.simulator.shape import Attribute, attributes, span_of
from agents.simulator.supporting import support_of
from agents.simulator.text import sql_comment, sql_text

TYPES: Final = {
    "string": "text",
    "text": "text",
    "integer": "integer",
    "decimal": "numeric(14, 4)",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamptz",
    "duration": "interval",
    "email": "text",
    "url": "text",
    "enum": "text",
    "json": "jsonb",
    "binary": "bytea",
    "reference": "bigint",
}
MOST_CHARACTERS: Final = {"string": 255, "text": 20_000, "email": 254, "url": 2_000}
CURRENCY: Final = re.compile(r"^(?:currency|waehrung|devise|moneda|waluta)$")
PERCENTAGE: Final = re.compile(r"percent|prozent|pourcent|porcentaje|procent")
BYTES: Final = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


def columns(material: Material, entity: Entity) -> list[str]:
    """Return the names of the columns of an entity's table."""
    return ["id", *(attribute.name for attribute in attributes(material, entity)), "created_at"]


def schema(material: Material) -> str:
    """Return the whole schema as SQL that applies, statement by statement, to an empty schema."""
    parts = [_head(material)]
    parts += [_table(material, entity) for entity in material.entities]
    parts += [_join_tables(material)]
    parts += ["\n".join(support.statements) for support in material.once(support_of)]
    parts += [_foreign_keys(material)]
    parts += [_indexes(material, entity) for entity in material.entities]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(material: Material) -> str:
    lines = [f"-- {sql_comment(material.title)}: {len(material.entities)} tables of the domain, for PostgreSQL."]
    why = reason(material)
    lines += [f"-- {sql_comment(why, most=400)}"] if why else []
    lines += [f"-- {sql_comment(said, most=400)}" for said in material.steering.lines()]
    return "\n".join(lines)


def _table(material: Material, entity: Entity) -> str:
    body = [key_column(material)]
    body += [_column(material, attribute) for attribute in attributes(material, entity)]
    body.append("created_at timestamptz NOT NULL DEFAULT now()")
    body += _constraints(material, entity)
    name = quoted(entity.table)
    told = f"{entity.label} ({', '.join(entity.requirements[:6]) or 'needed by its operations'}): {entity.source}"
    lines = [
        *(f"-- {made.rule.key}: {sql_comment(made.rule.text)}" for made in kept_for(material, entity)[:8]),
        f"CREATE TABLE {name} (",
        ",\n".join(f"  {line}" for line in body),
        ");",
        f"COMMENT ON TABLE {name} IS {sql_text(told.rstrip(': '), most=300)};",
    ]
    for attribute in attributes(material, entity):
        if attribute.why and (attribute.bound or attribute.why[:2] in ("C-", "L-")):
            about = f"{name}.{quoted(attribute.name)}"
            lines.append(f"COMMENT ON COLUMN {about} IS {sql_text(attribute.why, most=240)};")
    for made in kept_for(material, entity, "privilege", "columns", "rows"):
        lines.append(f"-- {made.rule.key} is kept by privileges, not by the table: {made.words}.")
    return "\n".join(dict.fromkeys(lines))


def _column(material: Material, attribute: Attribute) -> str:
    kind = key_type(material) if attribute.reference is not None else TYPES[attribute.type]
    if attribute.type == "decimal" and is_money(attribute.name):
        kind = "numeric(14, 2)"
    parts = [quoted(attribute.name), kind]
    if attribute.required:
        parts.append("NOT NULL")
    if attribute.default:
        parts.append(f"DEFAULT {attribute.default}")
    elif attribute.is_state and attribute.values:
        parts.append(f"DEFAULT {sql_text(attribute.values[0])}")
    if attribute.unique:
        parts.append("UNIQUE")
    check = _check(attribute)
    return " ".join([*parts, *([f"CHECK ({check})"] if check else [])])


def _check(attribute: Attribute) -> str:
    """Return the condition that a column's values must meet, the brief's numbers before the usual ones."""
    name = quoted(attribute.name)
    bound = attribute.bound
    if attribute.values:
        return f"{name} IN ({', '.join(sql_text(value) for value in attribute.values)})"
    if bound is not None and bound.purpose == "size" and bound.value is not None:
        most = plain(bound.value * BYTES.get(bound.limit.unit, 1))
        return f"octet_length({name}{'' if attribute.type in ('binary', 'text', 'url') else '::text'}) <= {most}"
    if (
        bound is not None
        and bound.purpose in ("range", "most")
        and attribute.type in ("integer", "decimal", "duration")
    ):
        return _between(attribute, bound)
    if attribute.type in MOST_CHARACTERS:
        return _characters(attribute, name)
    if PERCENTAGE.search(attribute.name) and attribute.type in ("integer", "decimal"):
        return f"{name} BETWEEN 0 AND 100"
    if attribute.type == "decimal" and is_money(attribute.name):
        return f"{name} >= 0"
    return ""


def _between(attribute: Attribute, bound: Bound) -> str:
    name, unit = quoted(attribute.name), bound.limit.unit

    def value(number: str) -> str:
        return f"interval '{number} {unit}s'" if attribute.type == "duration" and unit else number

    if attribute.low is not None and attribute.high is not None:
        return f"{name} BETWEEN {value(plain(attribute.low))} AND {value(plain(attribute.high))}"
    if attribute.high is not None:
        return f"{name} <= {value(plain(attribute.high))}"
    return f"{name} >= {value(plain(attribute.low))}" if attribute.low is not None else ""


def _characters(attribute: Attribute, name: str) -> str:
    if CURRENCY.match(attribute.name):
        return f"{name} ~ '^[A-Z]{{3}}$'"
    most = str(MOST_CHARACTERS[attribute.type])
    if attribute.bound is not None and attribute.bound.purpose == "length":
        if attribute.low is not None:
            return f"char_length({name}) >= {plain(attribute.low)}"
        most = plain(attribute.high) or most
    form = {"email": f" AND position('@' in {name}) > 1", "url": f" AND {name} ~ '^https?://'"}
    return f"char_length({name}) <= {most}{form.get(attribute.type, '')}"


def _constraints(material: Material, entity: Entity) -> list[str]:
    body = []
    start, end = span_of(material, entity)
    if start and end:
        name = constraint_name(entity.table, end, "after", start)
        body.append(f"CONSTRAINT {name} CHECK ({quoted(end)} > {quoted(start)})")
    for made in kept_for(material, entity, "unique", "exclude", "apart"):
        over = ", ".join(quoted(column) for column in made.columns)
        if made.way == "apart":
            asked, decided = (quoted(column) for column in made.columns)
            body.append(f"CONSTRAINT {made.name} CHECK ({decided} IS NULL OR {decided} <> {asked})")
        elif made.way == "exclude":
            body.append(f"CONSTRAINT {made.name} {_exclusion(material, made, start, end)}")
        elif not made.where:
            body.append(f"CONSTRAINT {made.name} UNIQUE ({over})")
    return body


def _exclusion(material: Material, made: Enforcement, start: str, end: str) -> str:
    """A range over the one key stands for equality, so that no extension is needed."""
    column = quoted(made.columns[0])
    where = " AND ".join(part for part in (f"{column} IS NOT NULL", made.where) if part)
    return (
        f"EXCLUDE USING gist (\n    {only_this_key(material, made.columns[0])} WITH &&, "
        f"tstzrange({quoted(start)}, {quoted(end)}) WITH &&\n  ) WHERE ({where})"
    )


def _join_tables(material: Material) -> str:
    lines = []
    for join in material.joins:
        left, right = (quoted(column) for column in join.columns)
        name = quoted(join.table)
        lines += [
            f"CREATE TABLE {name} (",
            f"  {left} {key_type(material)} NOT NULL REFERENCES {quoted(join.left.table)} (id) ON DELETE CASCADE,",
            f"  {right} {key_type(material)} NOT NULL REFERENCES {quoted(join.right.table)} (id) ON DELETE CASCADE,",
            f"  PRIMARY KEY ({left}, {right})",
            ");",
            f"COMMENT ON TABLE {name} IS "
            f"{sql_text(f'{join.left.label_plural} and {join.right.label_plural}: {join.relation.label}')};",
            f"CREATE INDEX {constraint_name(join.table, join.columns[1], 'idx')} ON {name} ({right}, {left});",
        ]
    return "\n".join(lines)


def on_delete(material: Material, reference: Reference) -> str:
    """Return what happens to a row when the row it refers to goes; nothing may go that is still needed."""
    holder = material.entity(reference.relation.source)
    sealed = holder is not None and bool(kept_for(material, holder, "privilege"))
    if not routes_on(material, reference.target, "delete") or (sealed and reference.required):
        return ""
    if reference.required and reference.by_caller:
        return " ON DELETE CASCADE"
    if not reference.required:
        return " ON DELETE SET NULL"
    return " ON DELETE CASCADE" if reference.relation.label in ("of", "has", "into", "in") else ""


def _foreign_keys(material: Material) -> str:
    lines = []
    for entity in material.entities:
        for reference in material.references[entity.name]:
            name = constraint_name(entity.table, reference.column, "fkey")
            lines.append(
                f"ALTER TABLE {quoted(entity.table)} ADD CONSTRAINT {name} FOREIGN KEY ({quoted(reference.column)}) "
                f"REFERENCES {quoted(reference.target.table)} (id){on_delete(material, reference)};"
            )
    return "\n".join(lines)


def _indexes(material: Material, entity: Entity) -> str:
    lines = []
    for index in material.once(indexes_of)[entity.name]:
        kind = "UNIQUE INDEX" if index.unique else "INDEX"
        where = f" WHERE {index.where}" if index.where else ""
        using = f" USING {index.using}" if index.using else ""
        lines.append(f"CREATE {kind} {index.name} ON {quoted(entity.table)}{using} ({index.over}){where};")
        lines.append(f"COMMENT ON INDEX {index.name} IS {sql_text(index.serves)};")
    return "\n".join(lines)
