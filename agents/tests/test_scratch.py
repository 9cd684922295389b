"""Schemas are tried on a real PostgreSQL, in a database of their own, and leave nothing."""

import socket
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from agents.checks.scratch import NotApplied, apply, check_sql_applied, why_not_applied
from agents.checks.sql_statements import read_statements
from agents.deliverable import Artifact
from agents.tests.factories import BRIEFS, content, run_session

GOOD = """\
CREATE SCHEMA app;
CREATE TYPE app.state AS ENUM ('draft', 'done');
CREATE TABLE app.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE bookings (
  id bigserial PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  state app.state NOT NULL DEFAULT 'draft',
  during tstzrange NOT NULL,
  embedding vector(3),
  created_at timestamptz NOT NULL DEFAULT now(),
  EXCLUDE USING gist (int8range(user_id, user_id, '[]') WITH &&, during WITH &&) WHERE (state = 'done')
);
CREATE INDEX bookings_by_user ON bookings (user_id, created_at DESC) WHERE state <> 'done';
ALTER TABLE bookings ADD COLUMN note text DEFAULT '', ADD CHECK (char_length(note) < 100);
COMMENT ON INDEX bookings_by_user IS 'the list of one user';
"""

LEFT = """
SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|public$)'
UNION ALL SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public'
UNION ALL SELECT oid::text FROM pg_largeobject_metadata
"""


def tried(text: str):
    return check_sql_applied(Artifact(path="db/schema.sql", content=text))


def left_in_scratch() -> list[str]:
    """Return everything in the scratch database that PostgreSQL does not bring along."""
    with psycopg.connect(settings.SCRATCH_URL) as scratch:
        rows = scratch.execute(LEFT).fetchall()
    return [row[0] for row in rows]


def test_a_good_schema_is_applied_and_nothing_of_it_stays():
    [result] = tried(GOOD)

    assert (result.status, result.name) == ("passed", "sql_applied")
    assert "apply to an empty PostgreSQL" in result.message
    assert left_in_scratch() == []


def test_a_database_that_does_not_answer_is_left_alone_for_a_while():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/scratch"
        with pytest.raises(NotApplied, match="cannot be reached"):
            apply(url, read_statements(GOOD))

        with pytest.raises(NotApplied, match="a moment ago"):
            apply(url, read_statements(GOOD))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "CREATE TABLE a (\n id int,\n b int\n   REFERENCES c (id)\n);\nCREATE TABLE c (id int PRIMARY KEY);",
            4,
            '"c"',
        ),
        (
            "CREATE TABLE a (id int);\nCREATE TABLE b (\n x int,\n a int REFERENCES a (id)\n);",
            4,
            "no unique constraint",
        ),
        ("CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (\n\n a text REFERENCES a);", 4, "incompatible types"),
        ("CREATE TABLE a (id int);\n\nCREATE INDEX ON a (\n  name);", 4, '"name"'),
        ("CREATE TABLE a (id int);\nCREATE TABLE a (id int);", 2, "already exists"),
        ("-- ä\nCREATE TABLE a (\n id int DEFAULT 'x'\n);", 3, "integer"),
        (
            "CREATE TABLE a (at timestamptz,\n d text GENERATED ALWAYS AS (date_trunc('day', at)::text) STORED);",
            2,
            "immutable",
        ),
        ("CREATE TABLE a (s text, EXCLUDE USING gist (s WITH =));", 1, "gist"),
    ],
)
def test_what_postgresql_refuses_is_told_in_its_words_with_the_line(text, line, message):
    [result] = tried(text)

    assert (result.status, result.severity, result.line) == ("failed", "error", line)
    assert message in result.message
    assert "check_" not in result.message
    assert result.remedy


def test_every_fault_of_its_own_is_told_at_once_and_what_follows_from_it_is_not():
    found = tried(
        "CREATE TABLE a (id int PRIMARY KEY, x nope_nothing REFERENCES a);\n"
        "CREATE TYPE t AS ENUM ('a', 'a');\n"
        "CREATE TABLE b (id int, t t);\n"
        "CREATE INDEX ON b (id);\n"
        "CREATE TABLE c (id int, y int REFERENCES d (id));\n"
        "CREATE TABLE d (id int);\n"
    )

    assert found == []  # the allow-list has refused a type that nobody made, so nothing was tried

    found = tried(
        "CREATE TYPE t AS ENUM ('a', 'a');\n"
        "CREATE TABLE b (id int, t t);\n"
        "CREATE INDEX ON b (id);\n"
        "CREATE TABLE c (id int, y int REFERENCES d (id));\n"
        "CREATE TABLE d (id int);\n"
    )

    assert [result.line for result in found] == [1, 4]


def test_without_a_scratch_database_a_schema_is_parsed_only_and_that_is_no_fault(settings):
    settings.SCRATCH_URL = ""

    [result] = tried(GOOD)

    assert (result.status, result.severity) == ("passed", "info")
    assert "Parsed only" in result.message
    assert "SAGE_SCRATCH_URL" in result.message


@pytest.mark.parametrize(
    "url", ["postgres://sage_scratch@/sage_scratch?host=/nowhere", "postgres://x@127.0.0.1:1/y", "nonsense url ="]
)
def test_a_scratch_database_that_is_away_is_no_fault_of_the_schema_and_its_address_is_not_told(settings, url):
    settings.SCRATCH_URL = url

    [result] = tried(GOOD)

    assert (result.status, result.severity) == ("passed", "info")
    assert "127.0.0.1" not in result.message
    assert "nowhere" not in result.message


@pytest.mark.django_db
def test_the_role_of_the_application_is_refused_for_strangers_sql(settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        name = cursor.fetchone()[0]
    ours = settings.SCRATCH_URL.replace("sage_scratch@/sage_scratch", f"sage@/{name}")

    assert "rights" in why_not_applied(ours)
    with pytest.raises(NotApplied):
        apply(ours, read_statements("CREATE TABLE a (b int)"))


def test_a_database_that_holds_tables_is_not_used_and_keeps_them(monkeypatch):
    monkeypatch.setattr("agents.checks.scratch.WHOLE_SECONDS", -1)  # what is given up is swept away afterwards
    with psycopg.connect(settings.SCRATCH_URL, autocommit=True) as scratch:
        scratch.execute("CREATE SCHEMA theirs CREATE TABLE kept (a int)")
        try:
            with pytest.raises(NotApplied, match="empty"):
                apply(settings.SCRATCH_URL, read_statements(GOOD))

            assert "kept" in {row[0] for row in scratch.execute("SELECT relname FROM pg_class")}
        finally:
            scratch.execute("DROP SCHEMA IF EXISTS theirs CASCADE")


def test_many_at_once_neither_wait_for_ever_nor_disturb_each_other():
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(tried, [GOOD] * 12))

    assert {result.status for results in found for result in results} == {"passed"}
    assert all("apply to" in result.message for [result] in found)
    assert left_in_scratch() == []


@pytest.mark.parametrize("name", ["library-loans", "clinic-appointments"])
def test_what_the_simulator_writes_for_a_brief_is_applied(name):
    session = run_session(BRIEFS[name], feature_name=name)

    [result] = tried(content(session, "db/schema.sql"))

    assert result.status == "passed"
    assert "apply to" in result.message


def test_a_schema_as_large_as_may_be_is_applied_without_using_up_the_servers_locks():
    table = (
        "CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text UNIQUE, b int, c jsonb);\n"
        "CREATE INDEX ON t{n} (b);\n"
    )

    [result] = tried("".join(table.format(n=number) for number in range(199)))

    assert "apply to" in result.message
    assert left_in_scratch() == []
