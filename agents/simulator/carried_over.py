"""When people chose another database: why the schema is stated for PostgreSQL, and how it is carried over."""

from typing import Final

from agents.simulator.choices import Choice, Ground
from agents.simulator.enforcement import enforcements_of
from agents.simulator.material import Material
from agents.simulator.shape import attributes
from agents.simulator.supporting import support_of
from agents.simulator.text import md, table

_RELATIONAL: Final = {
    "mysql": {
        "identity": "BIGINT AUTO_INCREMENT",
        "timestamptz": "DATETIME(6), always UTC",
        "text": "VARCHAR(n) with n from the CHECK",
        "jsonb": "JSON",
        "interval": "BIGINT of seconds",
        "bytea": "VARBINARY",
        "partial": "a generated column that is NULL outside the condition, and a UNIQUE over it",
        "exclude": "SELECT … FOR UPDATE on the row above, then a look for an overlap, in one transaction",
        "skip": "FOR UPDATE SKIP LOCKED, as it is",
    },
    "sqlite": {
        "identity": "INTEGER PRIMARY KEY",
        "timestamptz": "TEXT in ISO 8601, always UTC",
        "text": "TEXT with its CHECK",
        "jsonb": "TEXT with json_valid",
        "interval": "INTEGER of seconds",
        "bytea": "BLOB",
        "partial": "a partial unique index, as it is",
        "exclude": "a look for an overlap inside BEGIN IMMEDIATE, which lets one writer in",
        "skip": "one worker, since there is one writer",
    },
    "sql server": {
        "identity": "BIGINT IDENTITY",
        "timestamptz": "DATETIMEOFFSET",
        "text": "NVARCHAR(n) with n from the CHECK",
        "jsonb": "NVARCHAR(MAX) with ISJSON",
        "interval": "BIGINT of seconds",
        "bytea": "VARBINARY(MAX)",
        "partial": "a filtered unique index",
        "exclude": "an update lock on the row above (UPDLOCK, HOLDLOCK), then a look for an overlap",
        "skip": "READPAST with UPDLOCK",
    },
    "oracle": {
        "identity": "NUMBER GENERATED ALWAYS AS IDENTITY",
        "timestamptz": "TIMESTAMP WITH TIME ZONE",
        "text": "VARCHAR2(n CHAR) with n from the CHECK",
        "jsonb": "JSON",
        "interval": "INTERVAL DAY TO SECOND",
        "bytea": "BLOB",
        "partial": "a unique index over a CASE that is NULL outside the condition",
        "exclude": "SELECT … FOR UPDATE on the row above, then a look for an overlap",
        "skip": "FOR UPDATE SKIP LOCKED, as it is",
    },
}
_DOCUMENTS: Final = {
    "identity": "the key of the document",
    "timestamptz": "its date type, always UTC",
    "text": "a string, its length in the validator of the collection",
    "jsonb": "an embedded document",
    "interval": "a number of seconds",
    "bytea": "binary",
    "partial": "a unique index with the same filter where the product has one, else a document for each claim",
    "exclude": "a document for each claimed span, written in the same transaction under a unique key",
    "skip": "find and update in one step",
}


def is_other(material: Material) -> bool:
    """Did people choose another database than PostgreSQL?"""
    said = material.steering.database
    return said.is_decided and not said.name.lower().startswith(("postgres", "cockroach"))


def reason(material: Material) -> str:
    """Return why the schema is stated for PostgreSQL all the same; empty when that is the database."""
    if not is_other(material):
        return ""
    said = material.steering.database
    return (
        f"{who(said.cite)} chooses {said.name}. The schema is stated in PostgreSQL's dialect, the one in which it can "
        f"be applied and checked here; db/queries.md says how each part is carried over to {said.name}."
    )


def who(cite: str) -> str:
    """Return what decided, as the beginning of a sentence."""
    return {"feedback": "The feedback", "answer": "The answer to a question"}.get(cite, cite)


def carried_over(material: Material) -> str:
    """Return the section that maps what this schema uses to the database that people chose."""
    if not is_other(material):
        return ""
    said = material.steering.database
    names = _names(said.name)
    types = {found.type for entity in material.entities for found in attributes(material, entity)}
    made = material.once(enforcements_of)
    rows = [["keys", md(names["identity"])], ["`timestamptz`", md(names["timestamptz"])]]
    for kinds, shown in (
        (("string", "text", "enum", "email", "url"), "text"),
        (("json",), "jsonb"),
        (("duration",), "interval"),
        (("binary",), "bytea"),
    ):
        if types & set(kinds):
            rows.append([f"`{shown}`", md(names[shown])])
    for one in made:
        if one.way == "exclude" or (one.way == "unique" and one.where):
            kept = names["exclude" if one.way == "exclude" else "partial"]
            rows.append([f"`{one.name}` ({one.rule.key})", md(kept)])
    outboxes = [found.table for found in material.once(support_of) if found.kind == "outbox"]
    rows += [[f"the worker on `{name}`", md(names["skip"])] for name in outboxes]
    head = ["here", f"in {md(said.name)}"]
    return f"## Carrying it over to {md(said.name)}\n\n{md(reason(material))}\n\n" + table(head, rows)


def _names(database: str) -> dict[str, str]:
    low = database.lower()
    if low.startswith("maria"):
        low = "mysql"
    return next((names for key, names in _RELATIONAL.items() if low.startswith(key)), _DOCUMENTS)


def _ground(material: Material) -> Ground | None:
    if not is_other(material):
        return None
    said = material.steering.database
    main = material.main
    keys = tuple(main.requirements[:4]) if main else ()
    return Ground(keys, {"decided": who(said.cite), "chosen": said.name}, main, weight=60)


DIALECT = Choice(
    "dialect",
    (),
    "database",
    "The tables of {title} run on {chosen} ({decided}); they are stated for PostgreSQL and carried over",
    "{decided} binds. A schema that was never applied is a guess, and PostgreSQL is where this one is applied.",
    (
        (
            "Write the schema in the dialect of {chosen} at once",
            "nothing to carry over",
            "no rule of a {thing} could be tried out before the first release",
        ),
        (
            "Stay with PostgreSQL",
            "ranges, partial indexes and checks of {things} as they are",
            "a person has decided otherwise ({decided})",
        ),
    ),
    (
        "Every table, column and name stays the same in {chosen}.",
        "Bad: constraints that {chosen} lacks become code, and need tests of their own with two writers of {many}.",
    ),
    sure=72,
    ground=_ground,
)
