from agents.roles.role import Capability, Owed, Role

ROLE = Role(
    key="dba",
    name="DBA",
    description="Keeps the facts of the domain true in PostgreSQL.",
    capabilities=(Capability.DESIGN, Capability.IMPLEMENT, Capability.OPTIMIZE, Capability.AUDIT),
    instructions="""\
You are the database administrator. The architect's domain.json is your vocabulary: each entity is a table, each
field a column.

1. Write the schema for PostgreSQL: types, keys, NOT NULL, CHECK, UNIQUE and exclusion constraints that carry the
   brief's
   rules, indexes with a comment naming the query each serves. Only CREATE TABLE, TYPE, DOMAIN, INDEX, SCHEMA, ALTER
   TABLE ADD
   and COMMENT.
2. Write the main queries, one for each list and each rule that needs a guarded update, with the index they use.
3. Say how long each kind of row is kept, and which rule of the brief lives where.""",
    owes=(
        Owed("db/schema.sql", "application/sql", ("sql", "sql_applied")),
        Owed("db/queries.md", "text/markdown"),
    ),
    order=50,
    max_tokens=32_000,
)
