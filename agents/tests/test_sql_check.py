"""Schemas are parsed by PostgreSQL's parser and reduced to what a schema may hold."""

import time

import pytest

from agents.checks.sql import check_sql
from agents.deliverable import Artifact
from agents.tests.bounds import BOUNDED_SECONDS

GOOD = """\
-- Every clause that a careful schema uses.
CREATE SCHEMA app;
CREATE TYPE app.status AS ENUM ('open', 'done');
CREATE TYPE address AS (street text, city text);
CREATE DOMAIN email AS text CHECK (VALUE ~* '^[^@]+@[^@]+$') NOT NULL;
CREATE TABLE app.users (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 5) PRIMARY KEY,
  mail email UNIQUE,
  home address CHECK ((home).city <> ''),
  status app.status NOT NULL DEFAULT 'open'::app.status,
  tags text[] NOT NULL DEFAULT '{}' CHECK (tags[1] <> 'x' AND cardinality(tags) <= 10),
  key uuid DEFAULT gen_random_uuid(),
  low text COLLATE "C" GENERATED ALWAYS AS (lower(replace(mail, ' ', ''))) STORED,
  price numeric(10, 2) CHECK (price BETWEEN 0 AND 1000),
  manager bigint REFERENCES app.users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  made_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CHECK (trim(low) <> '' AND position('@' IN low) > 1 AND substring(low FROM 1 FOR 2) <> 'x'),
  CHECK (low LIKE 'a%' OR low SIMILAR TO 'b+' OR low = ANY (ARRAY['c', 'd']) OR price IN (1, 2)),
  CHECK (CASE WHEN price > 1 THEN status = 'open' ELSE true END AND coalesce(price, 0) >= 0),
  CHECK (extract(year FROM made_at) > 2000 AND made_at < lower(during) + interval '5 days'),
  CHECK (num_nonnulls(price, manager) = 1 AND (price, manager) IS NOT NULL),
  EXCLUDE USING gist (int8range(id, id, '[]') WITH &&, during WITH &&) WHERE (status <> 'done')
);
CREATE UNIQUE INDEX ON app.users (lower(low) DESC NULLS LAST) INCLUDE (price) WHERE price > 1;
CREATE INDEX users_tags ON app.users USING gin (tags) WITH (fastupdate = off);
ALTER TABLE app.users ADD COLUMN IF NOT EXISTS note text DEFAULT '',
  ADD CONSTRAINT one UNIQUE NULLS NOT DISTINCT (note);
ALTER TABLE ONLY app.users ADD FOREIGN KEY (manager) REFERENCES app.users;
CREATE TABLE logs (id bigserial, at timestamptz NOT NULL, d double precision, PRIMARY KEY (id, at))
  PARTITION BY RANGE (at);
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
COMMENT ON TABLE app.users IS 'R-1: people; they''re; $$;';
COMMENT ON COLUMN app.users.mail IS $q$COMMIT; DROP TABLE x;$q$;
COMMENT ON CONSTRAINT one ON app.users IS 'one note';
"""


def checked(text: str):
    return check_sql(Artifact.model_construct(path="db/schema.sql", media_type="application/sql", content=text))


def test_a_schema_with_every_clause_that_may_be_used_passes():
    assert [(result.status, result.message) for result in checked(GOOD)] == [
        ("passed", "14 statements parse as PostgreSQL and consist of what a schema may hold")
    ]


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("CREATE TABLE a (id bigint);\nCREATE TALBE b (id bigint);", 2, "no PostgreSQL", "Correct"),
        ("CREATE TABLE a (\n id bigint,,\n x int);\nCREATE TABLE b (y int y);", 2, "no PostgreSQL", "Correct"),
        ("-- ä\n\n/* ö; */ DROP TABLE a;", 3, "DROP TABLE", "empty database"),
        ("CREATE TABLE public.a (b int);", 1, "schema public", "Leave “public.” out"),
        ("CREATE TABLE a (\n  b int,\n  c int REFERENCES auth_user (id)\n);", 3, "auth_user", "Create the table"),
        ("CREATE TABLE a (\n  b citext\n);", 2, "citext", "lower"),
        ("CREATE TABLE a (\n  b int,\n  LIKE pg_class\n);", 3, "LIKE", "columns"),
        ("CREATE TABLE a (b int);\nALTER TABLE a\n  DROP COLUMN b;", 2, "DropColumn", "ADD"),
        ("CREATE TABLE a (b int);\nCREATE INDEX CONCURRENTLY i ON a (b);", 2, "concurrent", "CONCURRENTLY"),
        ("CREATE TABLE a (b int) TABLESPACE fast;", 1, "tablespace", "TABLESPACE"),
        ("CREATE TABLE a (b int CHECK (b > 0)", 1, "end of input", "Correct"),
        ("CREATE TABLE a (b text DEFAULT 'x", 1, "unterminated", "Close"),
    ],
)
def test_what_may_not_be_applied_is_told_with_its_line_and_what_to_write_instead(text, line, message, remedy):
    first = checked(text)[0]

    assert (first.name, first.status, first.severity, first.line) == ("sql", "failed", "error", line)
    assert message in first.message
    assert remedy in first.remedy


def test_every_fault_of_a_file_is_told_at_once():
    found = checked("BEGIN;\nCREATE TABLE a (b int c);\nDROP TABLE x;\nINSERT INTO a VALUES (1);\nCOMMIT;")

    assert [result.line for result in found] == [1, 2, 3, 4, 5]


def test_a_clock_in_a_rule_is_a_warning_and_in_a_default_is_none():
    found = checked("CREATE TABLE a (\n b timestamptz DEFAULT now(),\n c timestamptz CHECK (c > now()));")

    assert [(result.status, result.line) for result in found] == [("warning", 3), ("passed", None)]


HOSTILE = {
    "terms": "CREATE TABLE a (b int CHECK (b > " + "1+" * 250_000 + "1));",
    "casts": "CREATE TABLE a (b int CHECK (b" + "::int" * 100_000 + " > 1));",
    "terms in many statements": ("CREATE TABLE a (b int CHECK (b > " + "1+" * 1_900 + "1));\n") * 130,
    "brackets": "CREATE TABLE a (b int CHECK (" + "(" * 250_000 + "b" + ")" * 250_000 + "));",
    "comments in comments": "/*" * 250_000,
    "operators": "SELECT " + "-" * 1_000 + "\n" + "*/" * 250_000,
    "negations": "CREATE TABLE a (b int CHECK (" + "NOT " * 120_000 + "b));",
    "statements": "CREATE TABLE a (b int);\n" * 22_000,
    "semicolons": ";" * 500_000,
    "a hundred thousand statements": "BEGIN;" * 100_000,
    "quotes": "'" * 500_001,
    "dollars": "$a$ $b$ " * 60_000,
    "columns": "CREATE TABLE a (" + ",".join(f"c{n} int" for n in range(40_000)) + ");",
    "many tables": "\n".join(f"CREATE TABLE t{n} (id serial PRIMARY KEY);" for n in range(1_500)),
    "faults": "CREATE TABLE a (b nope DEFAULT pg_sleep(1));\n" * 1_900,
    "a long text": "CREATE TABLE a (b text DEFAULT '" + "x" * 500_000 + "');",
    "long names": "CREATE TABLE " + "x" * 500_000 + " (b int);",
    "a megabyte": "-- " + "x" * 1_000_000,
    "NUL": "CREATE TABLE a (b int);\0 DROP TABLE x;",
    "half a character": "CREATE TABLE a (b text DEFAULT '\ud800');",
    "nothing": " \n\t",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time_and_ends_nobody(name):
    began = time.process_time()

    found = checked(HOSTILE[name])

    assert found
    assert found[0].status == "failed" or name in ("brackets", "long names")
    assert len(found) <= 21
    assert all(len(result.message) <= 400 for result in found)
    assert time.process_time() - began < BOUNDED_SECONDS
