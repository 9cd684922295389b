"""Where data lies: the tables of the schema as the DBA handed it in, and what lies outside the database.

Read by a scanner of its own, not by PostgreSQL's parser: the schema may be written for another database.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from agents.deliverable import Entity
from agents.simulator.material import Material

MAX_SCHEMA_CHARS = 400_000
MAX_TABLES = 120
_TABLE = re.compile(
    r"\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>[\w\"`.\[\]]{1,200})\s*\(", re.IGNORECASE
)
_NO_COLUMN = frozenset("constraint primary foreign unique check exclude like key index fulltext".split())
_KINDS = (("exclude", "exclusion"), ("unique", "unique"), ("foreign", "foreign key"), ("check", "check"))
_INDEX = re.compile(
    r"\bCREATE\s+UNIQUE\s+INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>[\w\"`]{1,100})\s+ON\s+(?P<table>[\w\"`.]{1,200})"
    r"\s*(?:USING\s+\w+\s*)?\((?P<columns>[^)]{1,300})\)",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"\bALTER\s+TABLE\s+(?:ONLY\s+)?(?P<table>[\w\"`.]{1,200})\s+ADD\s+(?P<rest>CONSTRAINT\s[^;]{1,600});",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Constraint:
    """A rule that the database keeps; `name` is empty where the schema gives none."""

    name: str
    kind: str  # unique, exclusion, check, foreign key
    text: str


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    text: str  # the whole definition


@dataclass(frozen=True)
class Store:
    """One table; `entity` is what of the domain it holds, None for a table that the DBA added (a journal, a queue)."""

    name: str
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]
    entity: Entity | None = None
    in_schema: bool = True

    def constraint(self, *kinds: str, about: str = "") -> Constraint | None:
        """Return the first named constraint of these kinds, one whose text holds `about` before others."""
        found = [constraint for constraint in self.constraints if constraint.kind in kinds and constraint.name]
        return next((constraint for constraint in found if about and about in constraint.text), None) or next(
            iter(found), None
        )


def stores(material: Material) -> list[Store]:
    """Return every table: those of the schema in its order, then those of the domain that it lacks."""
    entities = {_key(entity.table): entity for entity in material.entities}
    entities |= {_key(entity.name): entity for entity in material.entities if _key(entity.name) not in entities}
    found: dict[str, Store] = {}
    for name, columns, constraints in _tables(_schema(material)):
        if name not in found:
            found[name] = Store(name, columns, constraints, entities.get(_key(name)))
    held = {store.entity.name for store in found.values() if store.entity is not None}
    for entity in material.entities:
        if entity.name not in held:
            columns = tuple(Column(field.name, field.type, "") for field in entity.fields)
            columns += tuple(Column(ref.column, "bigint", "") for ref in material.references[entity.name])
            found.setdefault(entity.table, Store(entity.table, columns, (), entity, in_schema=False))
    return list(found.values())


def store_of(found: list[Store], entity: Entity) -> Store:
    """Return the table of an entity."""
    return next(
        (store for store in found if store.entity is not None and store.entity.name == entity.name),
        Store(entity.table, (), (), entity, in_schema=False),
    )


def _schema(material: Material) -> str:
    for artifact in material.assignment.artifacts:
        if artifact.path.lower().endswith(".sql") and _TABLE.search(artifact.content[:MAX_SCHEMA_CHARS]):
            return artifact.content[:MAX_SCHEMA_CHARS]
    return ""


def _tables(sql: str) -> Iterator[tuple[str, tuple[Column, ...], tuple[Constraint, ...]]]:
    sql = _without_comments(sql)
    outside: dict[str, list[Constraint]] = {}
    for match in _INDEX.finditer(sql):
        outside.setdefault(_plain(match["table"]), []).append(
            Constraint(_plain(match["name"]), "unique", " ".join(match["columns"].split()))
        )
    for match in _ADDED.finditer(sql):
        constraint = _constraint(match["rest"])
        if constraint is not None:
            outside.setdefault(_plain(match["table"]), []).append(constraint)
    for match in islice(_TABLE.finditer(sql), MAX_TABLES):  # one whose brackets never close is read to the end
        columns: list[Column] = []
        constraints: list[Constraint] = []
        for part in _parts(sql, match.end()):
            word = re.match(r"[\w\"`\[\]]+", part)
            if word is None:
                continue
            if word[0].lower() in _NO_COLUMN:
                constraint = _constraint(part)
                constraints += [constraint] if constraint else []
                continue
            name = _plain(word[0])
            kind = re.match(r"\s*(\w+(?:\s*\([\d,\s]*\))?)", part[word.end() :])
            columns.append(Column(name, kind[1].lower() if kind else "", part[:400]))
            if re.search(r"\bUNIQUE\b", part, re.IGNORECASE):
                constraints.append(Constraint("", "unique", name))
            if re.search(r"\bCHECK\s*\(", part, re.IGNORECASE):
                constraints.append(Constraint("", "check", part[:400]))
        name = _plain(match["name"])
        yield name, tuple(columns[:120]), (*constraints[:60], *outside.get(name, [])[:60])


def _constraint(part: str) -> Constraint | None:
    named = re.match(r"CONSTRAINT\s+([\w\"`]+)\s+(.*)", part, re.IGNORECASE | re.DOTALL)
    rest = named[2] if named else part
    for word, kind in _KINDS:
        if rest[: len(word)].lower() == word:
            return Constraint(_plain(named[1]) if named else "", kind, " ".join(rest.split())[:400])
    return None


def _parts(sql: str, start: int) -> Iterator[str]:
    """Yield what stands between the commas of a table's brackets, strings and inner brackets kept whole."""
    depth, begun, quote = 0, start, ""
    for place in range(start, min(len(sql), start + 60_000)):
        mark = sql[place]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "'\"":
            quote = mark
        elif mark == "(":
            depth += 1
        elif mark == ")" and depth:
            depth -= 1
        elif mark in ",)" and not depth:
            yield sql[begun:place].strip()
            begun = place + 1
            if mark == ")":
                return


def _without_comments(sql: str) -> str:
    """Take comments out, but not what looks like one inside a string. Reads the text once, whatever it holds."""
    kept: list[str] = []
    place = 0
    for mark in re.finditer(r"'|\"|--|/\*", sql):
        if mark.start() < place:
            continue
        end = {"--": "\n", "/*": "*/"}.get(mark[0], mark[0])
        closed = sql.find(end, mark.end())
        closed = len(sql) if closed < 0 else closed + (0 if end == "\n" else len(end))
        kept.append(sql[place : mark.start()])
        kept.append(" " if mark[0] in ("--", "/*") else sql[mark.start() : closed])
        place = closed
    return "".join([*kept, sql[place:]])


def _plain(name: str) -> str:
    return name.rpartition(".")[2].strip('"`[]')


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
