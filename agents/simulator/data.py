"""The DBA's deliverable: the schema for PostgreSQL and the queries it is made for."""

from agents.brief.identifiers import RESERVED
from agents.deliverable import Artifact, Decision, Deliverable, DomainField, Entity
from agents.simulator.choices import Choice, decide
from agents.simulator.material import Material, Reference
from agents.simulator.text import listing, md, sql_comment, sql_text, table

_TYPES = {
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

CHOICES = (
    Choice(
        "relational",
        (),
        "schema",
        "Each of {all} is a table with a bigint identity key, and every reference between them a foreign key "
        "with an index",
        "The rules of {title} join {things}; a join without a key and an index is neither right nor fast.",
        (
            ("UUID keys", "made anywhere; tell nothing", "twice the size; scattered inserts"),
            (
                "One table of JSON documents",
                "no migrations",
                "no foreign keys, no checks, no statistics for the planner",
            ),
        ),
        ("Orphans cannot exist.", "Deleting a parent needs a decision for its children: it is refused."),
        sure=82,
    ),
    Choice(
        "checked",
        (),
        "schema",
        "The values of {things} are held by types, NOT NULL and CHECK in the database",
        "Every door passes the database; a rule that stands there needs no second copy.",
        (
            ("Rules in the application alone", "friendlier messages", "an import or a repair script walks past them"),
            ("Enumerated types of PostgreSQL", "small and named", "a value can be added but never taken away"),
        ),
        ("A new state is a migration of one CHECK.",),
        sure=78,
    ),
    Choice(
        "indexed",
        (),
        "performance",
        "Lists of {things} have an index in the order they are shown",
        "A list is read far more often than it is written, and its first page must not sort the table.",
        (
            (
                "Indexes when a query is slow",
                "no space for unused ones",
                "the first slow day is a bad day to build one",
            ),
            ("Index every column", "any filter is covered", "each write pays for all of them"),
        ),
        ("Each index names its query in a comment.",),
        sure=76,
    ),
    Choice(
        "exclusion",
        ("same_time", "calendar"),
        "consistency",
        "Overlapping {things} are refused by an exclusion constraint over their time range",
        "Only a constraint sees two transactions that are open at once.",
        (
            (
                "SELECT … FOR UPDATE before the insert",
                "plain SQL",
                "locks rows that exist; the new one does not exist yet",
            ),
            (
                "SERIALIZABLE isolation for all",
                "no constraint to write",
                "every caller must be ready to repeat any transaction",
            ),
        ),
        ("The error code 23P01 becomes a 409.", "Times are half-open ranges, so that one may begin when another ends."),
        sure=84,
    ),
    Choice(
        "unique",
        ("uniqueness",),
        "consistency",
        "What must be one of its kind among {things} is a unique index",
        "The same fact twice is then an error, or a mark, at the moment it happens.",
        (
            ("A nightly search for doubles", "never refuses anything", "by morning somebody has used both"),
            ("A lock around the insert", "no index", "all inserts wait in line"),
        ),
        ("Where the brief wants a mark and no refusal, the index is not unique and the query looks for the first.",),
        sure=76,
    ),
    Choice(
        "aged",
        ("retention", "expiry"),
        "data",
        "Age is counted on created_at by the database's clock, with an index that the nightly deletion of "
        "{things} reads: {limit}",
        "Deletion in small batches by an index never holds a long lock.",
        (
            (
                "Partitions by month",
                "a month is dropped in no time",
                "every key must carry the month; too much for this volume",
            ),
            ("Delete all at once", "one statement", "a long lock and a bloated table"),
        ),
        ("Each batch deletes at most 1,000 rows.",),
        sure=76,
    ),
    Choice(
        "journal",
        ("audit",),
        "evidence",
        "A trail of {things} is a table of its own that is only inserted into",
        "It must outlive the row it speaks of and cannot be part of it.",
        (
            ("Columns for the last change", "no further table", "know only the last of many"),
            (
                "Logical decoding of the write-ahead log",
                "misses nothing",
                "does not know the person; needs a consumer that never stops",
            ),
        ),
        ("The role of the application has INSERT and SELECT on it, nothing else.",),
        sure=80,
    ),
    Choice(
        "decimal",
        ("money",),
        "data",
        "Amounts of {things} are numeric, never negative unless the brief says so",
        "Binary fractions cannot hold a tenth.",
        (
            ("bigint of cents", "compact", "rates and currencies without cents do not fit"),
            ("The type money", "formats itself", "follows a setting of the server"),
        ),
        ("Sums are made in the database.",),
        sure=82,
    ),
    Choice(
        "counted",
        ("quota", "rate_limit"),
        "abuse",
        "Bounds on {things} ({limit}) are counted under a lock on the row they belong to",
        "Counting and inserting are one act only while the owner's row is held.",
        (
            ("A counter column", "no count to run", "drifts when a row is deleted by hand"),
            ("Count without lock", "fastest", "two inserts see the same count"),
        ),
        ("The lock is on one row and short.",),
        sure=74,
    ),
    Choice(
        "sealed",
        ("privacy", "credentials"),
        "privacy",
        "Protected columns of {things} are readable for one database role, and secrets are stored as hashes",
        "A query that was not meant to see them then fails instead of leaking.",
        (
            (
                "Row-level security everywhere",
                "the database asks for every row",
                "the plan of each query changes; hard to test",
            ),
            ("Encryption of the disk alone", "no change in the schema", "protects a stolen disk, not a curious query"),
        ),
        ("Dumps for developers leave these columns out.",),
        sure=72,
    ),
)


def write(material: Material) -> Deliverable:
    decisions = decide(material, CHOICES, prefix="DB", cover=True)
    keys = [decision.key for decision in decisions]
    return Deliverable(
        summary=(
            f"{len(material.entities)} tables for {listing([e.label_plural for e in material.entities])}, with the "
            "rules of the brief as constraints."
        ),
        decisions=decisions,
        artifacts=[
            Artifact(path="db/schema.sql", media_type="application/sql", content=schema(material), implements=keys),
            Artifact(
                path="db/queries.md", media_type="text/markdown", content=_queries(material, decisions), implements=keys
            ),
        ],
        handoff=(
            "Tables and columns have the names of domain.json; the journal tables are written by the application "
            "in the same transaction."
        ),
    )


def quoted(name: str) -> str:
    """Return an identifier, in quotes where SQL would read it as a word of its own."""
    return f'"{name}"' if name in RESERVED or not name.replace("_", "a").isalnum() or not name[0].isalpha() else name


def columns(material: Material, entity: Entity) -> list[str]:
    """Return the names of the columns of an entity's table."""
    names = [
        "id",
        *(field.name for field in entity.fields),
        *(reference.column for reference in material.references[entity.name]),
    ]
    return list(dict.fromkeys([*names, *(["ends_at"] if _is_booked(material, entity) else []), "created_at"]))


def schema(material: Material) -> str:
    """Return the whole schema as SQL that applies to an empty database."""
    lines = [f"-- {sql_comment(material.title)}: schema for PostgreSQL. Tables carry the names of domain.json."]
    lines += [f"-- H-{decision.number} binds: {sql_comment(decision.text)}" for decision in material.human_decisions]
    lines.append("")
    for entity in material.entities:
        lines += [*_table(material, entity), ""]
    audited = _audited(material)
    for entity in audited:
        lines += [*_journal(material, entity), ""]
    for entity in material.entities:
        for reference in material.references[entity.name]:
            lines.append(
                f"ALTER TABLE {quoted(entity.table)} ADD CONSTRAINT "
                f"{_name(entity.table, reference.column, 'fk')} FOREIGN KEY ({quoted(reference.column)})"
                f" REFERENCES {quoted(reference.target.table)} (id);"
            )
    lines.append("")
    for entity in material.entities:
        lines += _indexes(material, entity)
    return "\n".join(lines).rstrip() + "\n"


def _name(*parts: str) -> str:
    """A constraint's name within PostgreSQL's 63 bytes, still telling its table."""
    return quoted("_".join(part[: 56 // len(parts)].strip("_") for part in parts))


def _is_booked(material: Material, entity: Entity) -> bool:
    """Is it something with a beginning that must not overlap?"""
    taken = {field.name for field in entity.fields}
    return (
        "starts_at" in taken
        and "ends_at" not in taken
        and bool(set(entity.requirements) & set(material.raised("same_time", "calendar")))
    )


def _only_one_at_a_time(material: Material, entity: Entity) -> list[Reference]:
    """The references that take part in one thing at a time: people, and what the brief says must not be given twice."""
    people = {actor.key for actor in material.domain.actors}
    clashing = set(material.raised("same_time"))
    return [
        reference
        for reference in material.references[entity.name]
        if reference.target.name in people or clashing & set(reference.target.requirements)
    ][:4]


def _column(field: DomainField) -> str:
    kind = (
        "numeric(14, 2)"
        if field.type == "decimal" and field.name in ("amount", "price", "total", "fee", "cost")
        else _TYPES["enum" if field.values else field.type]
    )
    parts = [quoted(field.name), kind]
    if field.required:
        parts.append("NOT NULL")
        if field.name == "status" and field.values:
            parts.append(f"DEFAULT {sql_text(field.values[0])}")
    if field.values:
        parts.append(
            f"CHECK ({quoted(field.name)} IN ({', '.join(sql_text(value) for value in dict.fromkeys(field.values))}))"
        )
    elif field.type == "string":
        parts.append(f"CHECK (char_length({quoted(field.name)}) <= 255)")
    elif field.type == "decimal" and field.name in (
        "amount",
        "price",
        "total",
        "fee",
        "cost",
        "weight",
        "distance",
        "hours",
        "preis",
        "betrag",
        "prix",
        "montant",
        "precio",
        "importe",
    ):
        parts.append(f"CHECK ({quoted(field.name)} >= 0)")
    elif field.type == "email":
        parts.append(f"CHECK (position('@' in {quoted(field.name)}) > 1)")
    return " ".join(parts)


def _table(material: Material, entity: Entity) -> list[str]:
    body = ["id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"]
    taken = {"id", "created_at"}
    for field in entity.fields:
        if field.name not in taken:
            taken.add(field.name)
            body.append(_column(field))
    for reference in material.references[entity.name]:
        if reference.column not in taken:
            taken.add(reference.column)
            body.append(f"{quoted(reference.column)} bigint")
    if _is_booked(material, entity):
        body.append("ends_at timestamptz")
        body.append("CHECK (ends_at > starts_at)")
        for reference in _only_one_at_a_time(material, entity):
            body.append(
                f"CONSTRAINT {_name('one', entity.name, 'at_a_time', reference.column)} EXCLUDE USING gist"
                f" (int8range({quoted(reference.column)}, {quoted(reference.column)}, '[]') WITH &&, "
                "tstzrange(starts_at, ends_at) WITH &&)"
            )
    body += _uniqueness(material, entity)
    body.append("created_at timestamptz NOT NULL DEFAULT now()")
    lines = [f"CREATE TABLE {quoted(entity.table)} (", ",\n".join(f"  {line}" for line in body), ");"]
    told = f"{entity.label}: {entity.source or 'needed by the operations'}"
    if entity.requirements:
        told += f" ({', '.join(entity.requirements[:6])})"
    lines.append(f"COMMENT ON TABLE {quoted(entity.table)} IS {sql_text(told)};")
    for limit in material.limits_of(entity=entity)[:6]:
        if limit.kind in ("retention", "count", "rate"):
            lines.append(f"-- {limit.key} ({limit.kind}): {sql_comment(limit.text)}")
    return lines


def _uniqueness(material: Material, entity: Entity) -> list[str]:
    """A unique rule over the fields that a sentence of uniqueness names; over key-like fields in any case."""
    names = {field.name for field in entity.fields}
    key_like = [
        name
        for name in (
            "key",
            "code",
            "barcode",
            "email",
            "username",
            "isbn",
            "iban",
            "serial",
            "plate",
            "kennzeichen",
            "matricula",
        )
        if name in names
    ]
    body = [f"CONSTRAINT {_name('one', entity.name, 'with', name)} UNIQUE ({quoted(name)})" for name in key_like[:1]]
    raised = set(material.raised("uniqueness")) & set(entity.requirements)
    flagged = any("flag" in material.said(key).lower() for key in raised)
    references = material.references[entity.name]
    if raised and len(references) >= 2 and not flagged and not body:
        body.append(
            f"CONSTRAINT {_name('one', entity.name, 'each')} UNIQUE "
            f"({', '.join(quoted(reference.column) for reference in references[:2])}, created_at)"
        )
    return body


def _audited(material: Material) -> list[Entity]:
    """The entities whose every act must be provable."""
    keys = material.raised("audit")
    people = {actor.key for actor in material.domain.actors}
    found = [entity for entity in material.concerned(keys) if entity.name not in people] or material.concerned(keys)
    if keys and not found and material.main is not None:
        found = [material.main]
    return found[:3]


def _journal(material: Material, entity: Entity) -> list[str]:
    name = f"{entity.table[:50].rstrip('_')}_journal"
    acts = [operation.key for operation in material.operations_of(entity)]
    told = f"Who did what with {entity.label_plural}, only inserted into ({', '.join(material.raised('audit'))})"
    return [
        f"CREATE TABLE {quoted(name)} (",
        "  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,",
        f"  {quoted(entity.name[:50].rstrip('_') + '_id')} bigint NOT NULL,",
        "  actor text NOT NULL,",
        f"  act text NOT NULL CHECK (act IN ({', '.join(sql_text(act) for act in acts)})),",
        "  facts jsonb NOT NULL DEFAULT '{}',",
        "  at timestamptz NOT NULL DEFAULT now()",
        ");",
        f"COMMENT ON TABLE {quoted(name)} IS {sql_text(told)};",
        f"CREATE INDEX {_name(name, 'by', 'record')} ON {quoted(name)} "
        f"({quoted(entity.name[:50].rstrip('_') + '_id')}, at);",
    ]


def _indexes(material: Material, entity: Entity) -> list[str]:
    lines = []
    listed = next(
        (operation.key for operation in material.operations_of(entity) if operation.kind == "list"), "the list"
    )
    for reference in material.references[entity.name]:
        index = _name(entity.table, reference.column, "idx")
        lines.append(f"CREATE INDEX {index} ON {quoted(entity.table)} ({quoted(reference.column)}, id);")
        lines.append(f"COMMENT ON INDEX {index} IS {sql_text(f'{listed} of one {reference.target.label}')};")
    if any(field.name == "status" for field in entity.fields):
        index = _name(entity.table, "status", "idx")
        lines.append(f"CREATE INDEX {index} ON {quoted(entity.table)} (status, id);")
        lines.append(f"COMMENT ON INDEX {index} IS {sql_text(f'{listed} in one state')};")
    if material.limits_of(entity=entity, kinds=("retention",)):
        index = _name(entity.table, "created_at", "idx")
        lines.append(f"CREATE INDEX {index} ON {quoted(entity.table)} (created_at);")
        lines.append(
            f"COMMENT ON INDEX {index} IS "
            f"{sql_text('deletion by age: ' + material.limits_of(entity=entity, kinds=('retention',))[0].text)};"
        )
    return lines


def _queries(material: Material, decisions: list[Decision]) -> str:
    parts = [
        f"# {md(material.title, most=160)}: queries",
        "Each query names the operation it serves and the index it reads.",
    ]
    for entity in material.entities:
        lines = [f"## {md(entity.label_plural)}", ""]
        for operation in material.operations_of(entity):
            statement = _statement(material, entity, operation.kind, operation.verb, operation.reads)
            if statement:
                lines += [
                    f"`{operation.key}` ({', '.join(operation.requirements) or 'follows from the others'}):",
                    "",
                    "```sql",
                    statement,
                    "```",
                    "",
                ]
        parts.append("\n".join(lines).rstrip())
    kept = material.limits_of(kinds=("retention",))
    rows = [
        [
            md(entity.label_plural),
            md(next((limit.text for limit in kept if limit.entity == entity.name), "until it is deleted")),
        ]
        for entity in material.entities
    ]
    parts.append("## How long it is kept\n\n" + table(["table", "kept"], rows))
    for limit in kept:
        held = material.entity(limit.entity or "") or material.main
        if held is not None and limit.value.isdigit() and limit.unit in ("day", "week", "month", "year"):
            parts.append(
                f"{limit.key}, nightly, until it deletes nothing:\n\n```sql\nDELETE FROM {quoted(held.table)} "
                f"WHERE id IN (\n  SELECT id FROM {quoted(held.table)}"
                f"\n  WHERE created_at < now() - interval '{limit.value} {limit.unit}s' ORDER BY created_at "
                "LIMIT 1000);\n```"
            )
    others = [limit for limit in material.domain.limits if limit.kind in ("count", "rate")]
    if others:
        parts.append(
            "## Bounds\n\n"
            + "\n".join(
                f"- {limit.key}: {md(limit.text)}, counted in {md(limit.entity or 'the request')}" for limit in others
            )
        )
    parts.append("## Decisions\n\n" + "\n".join(f"- {decision.key}: {md(decision.text)}" for decision in decisions))
    return "\n\n".join(parts) + "\n"


def _statement(material: Material, entity: Entity, kind: str, verb: str, reads: bool) -> str:
    name = quoted(entity.table)
    if kind == "list":
        references = material.references[entity.name]
        where = f"{quoted(references[0].column)} = $1 AND id > $2" if references else "id > $1"
        return f"SELECT * FROM {name} WHERE {where} ORDER BY id LIMIT 26;"
    if kind == "action" and not reads:
        status = next((field for field in entity.fields if field.name == "status" and field.values), None)
        goal = next((value for value in status.values[1:] if value[:4] == verb[:4]), None) if status else None
        if status and goal:
            return (
                f"UPDATE {name} SET status = {sql_text(goal)} WHERE id = $1 AND status = "
                f"{sql_text(status.values[0])} RETURNING *;"
            )
    if kind == "delete":
        return f"DELETE FROM {name} WHERE id = $1 RETURNING id;"
    return ""
