"""A model's SQL that tries to break out: refused by the allow-list, and harmless where somebody goes round that."""

import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from agents.checks import scratch
from agents.checks.scratch import apply, check_sql_applied
from agents.checks.sql import check_sql
from agents.checks.sql_statements import read_statements
from agents.deliverable import Artifact
from agents.tests.test_scratch import left_in_scratch
from sagemode.scratch import LIMITS

MARK = Path(tempfile.gettempdir()) / "sage-attack-mark"  # one name for all processes: tests are named by it
EXPRESSIONS = [
    "pg_read_file('/etc/passwd')",
    "pg_catalog.\"pg_read_file\"('/etc/passwd')",
    "pg_sleep(30)::text",
    "lo_import('/etc/passwd')::text",
    "set_config('role', 'postgres', false)",
    "current_setting('data_directory')",
    "dblink('dbname=sage', 'DROP TABLE users')::text",
    "(SELECT rolpassword FROM pg_authid LIMIT 1)",
    "query_to_xml('SELECT 1', true, true, '')::text",
    "pg_terminate_backend(1)::text",
    "repeat('x', 1000000000)",
    "lpad('x', 1000000000)",
    "generate_series(1, 1000000000)::text",
    "pg_notify('sage_events', 'x')::text",
    "nextval(lo_import('/etc/passwd')::regclass)::text",
    "'pg_authid'::regclass::text",
    "replace('" + "a" * 5_000 + "', 'a', '" + "a" * 5_000 + "')",
    "('x' OPERATOR(public.||) 'y')",
    "count(*) OVER ()",
    "$1",
    "U&'\\0027' || pg_read_file('/etc/passwd')",
    "CASE WHEN true THEN pg_read_file('/etc/passwd') END",
    "coalesce(ARRAY[pg_read_file('/etc/passwd')], '{}')::text",
    "xmlelement(name a)::text",
    "('1'::bit(80000000))::text",
]
PLACES = {
    "default": "CREATE TABLE a (b text DEFAULT {});",
    "check": "CREATE TABLE a (b text, CHECK (b <> {}));",
    "generated": "CREATE TABLE a (c text, b text GENERATED ALWAYS AS ({}) STORED);",
    "index": "CREATE TABLE a (b text); CREATE INDEX i ON a (({}));",
    "index condition": "CREATE TABLE a (b text); CREATE INDEX i ON a (b) WHERE b <> {};",
    "domain": "CREATE DOMAIN d AS text CHECK (VALUE <> {});",
    "domain default": "CREATE DOMAIN d AS text DEFAULT {};",
    "added column": "CREATE TABLE a (b text); ALTER TABLE a ADD COLUMN c text DEFAULT {};",
    "added check": "CREATE TABLE a (b text); ALTER TABLE a ADD CHECK (b <> {});",
    "exclusion": "CREATE TABLE a (b text, EXCLUDE USING gist (int4range(1, 2) WITH &&) WHERE (b <> {}));",
    "partition bound": "CREATE TABLE a (b text) PARTITION BY LIST (b); CREATE TABLE c PARTITION OF a FOR VALUES IN({})",
    "partition key": "CREATE TABLE a (b text) PARTITION BY LIST (({}));",
    "option": "CREATE TABLE a (b text) WITH (fillfactor = 10, x = {});",
}
STATEMENTS = [
    "COMMIT",
    "ROLLBACK",
    "ROLLBACK AND CHAIN",
    "PREPARE TRANSACTION 'x'",
    "RELEASE before",
    "DROP TABLE users",
    "DROP DATABASE sage",
    "DROP OWNED BY sage CASCADE",
    f"DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch {MARK}'''; END $$",
    "DO $$ BEGIN COMMIT; END $$",
    f"COPY (SELECT 1) TO PROGRAM 'touch {MARK}'",
    f"COPY (SELECT 1) TO '{MARK}'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_export(lo_create(0), '/tmp/sage-attack-lo')",
    "SELECT pg_reload_conf()",
    "SET ROLE sage",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE sage_scratch SUPERUSER",
    "ALTER ROLE sage PASSWORD 'x'",
    "GRANT sage TO sage_scratch",
    "CREATE ROLE evil SUPERUSER",
    "CREATE DATABASE evil",
    "CREATE EXTENSION file_fdw",
    "CREATE FUNCTION evil() RETURNS int LANGUAGE internal AS 'pg_backend_pid'",
    "CREATE FUNCTION evil() RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'system'",
    "CREATE FUNCTION pg_catalog.now(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EVENT TRIGGER evil ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE SERVER evil FOREIGN DATA WRAPPER postgres_fdw",
    "CREATE SUBSCRIPTION evil CONNECTION 'dbname=sage' PUBLICATION x",
    "CREATE TABLESPACE evil LOCATION '/tmp'",
    "ALTER SYSTEM SET shared_preload_libraries = 'x'",
    "ALTER DATABASE sage SET search_path = 'x'",
    "LOAD '/tmp/x.so'",
    "LISTEN sage_events",
    "NOTIFY sage_events, 'x'",
    "CREATE TABLE evil AS SELECT * FROM pg_class",
    "SELECT 1 INTO evil",
    "INSERT INTO pg_class VALUES (1)",
    "CREATE VIEW evil AS SELECT 1",
    "CREATE MATERIALIZED VIEW evil AS SELECT 1",
    "CREATE TABLE public.evil (a int)",
    "CREATE TEMP TABLE evil (a int)",
    "CREATE RULE evil AS ON INSERT TO t DO INSTEAD NOTHING",
    "CREATE TRIGGER evil AFTER INSERT ON t EXECUTE FUNCTION tsvector_update_trigger()",
    "CREATE POLICY evil ON t USING (true)",
    "COMMENT ON DATABASE sage IS 'x'",
    "SECURITY LABEL ON TABLE t IS 'x'",
    "VACUUM",
    "CHECKPOINT",
    "DISCARD ALL",
    "DECLARE c CURSOR FOR SELECT 1",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE SELECT pg_sleep(1)",
    "LOCK TABLE pg_class",
]


def checked(text: str):
    return check_sql(Artifact.model_construct(path="db/schema.sql", media_type="application/sql", content=text))


@pytest.mark.parametrize("place", PLACES)
def test_an_evil_expression_is_refused_wherever_it_stands(place):
    for expression in EXPRESSIONS:
        found = checked(PLACES[place].format(expression))

        assert {result.status for result in found} - {"warning"} == {"failed"}, f"{expression} in {place}"


@pytest.mark.parametrize("statement", STATEMENTS)
def test_an_evil_statement_is_refused_alone_and_between_good_ones(statement):
    for text in (statement, f"CREATE TABLE t (a int);\n{statement};\nCREATE TABLE u (a int);"):
        found = checked(text)

        assert found[0].status == "failed"
        assert found[0].line == (2 if "\n" in text else 1)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE a (b text DEFAULT 'x'); -- '\nCOMMIT; --",
        "CREATE TABLE a (b text DEFAULT $x$ $y$ $x$); COMMIT; --$y$",
        "CREATE TABLE a (b text DEFAULT E'\\''); COMMIT; --'",
        "CREATE TABLE a (b text DEFAULT U&'!0027' UESCAPE '!'); COMMIT; --'",
        "/* /* */ CREATE TABLE a (b int); */ COMMIT",
        'CREATE TABLE "a"";COMMIT;" (b int); COMMIT',
        "CREATE TABLE a (b text DEFAULT 'x'\n'; COMMIT; --'); COMMIT",
        "cOmMiT",
        "CREATE TABLE a (b int)\ufeff; COMMIT",
        "\\! id\nCREATE TABLE a (b int);",
        "CREATE TABLE a (b int);\x00COMMIT;",
    ],
)
def test_quotes_and_comments_hide_no_statement(text):
    assert checked(text)[0].status == "failed"


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE \"a;b\" (c text DEFAULT '; COMMIT; --', d text DEFAULT $q$;COMMIT;$q$ /* ; COMMIT */);--; COMMIT",
        "CREATE TABLE a (b text DEFAULT U&'\\0027; COMMIT', c text DEFAULT E'\\'; COMMIT; --');",
    ],
)
def test_what_only_looks_like_a_statement_is_applied_as_the_text_it_is(text):
    assert [result.status for result in checked(text)] == ["passed"]

    [applied] = check_sql_applied(Artifact(path="a.sql", content=text))

    assert applied.status == "passed"
    assert "apply to" in applied.message


def test_what_the_allow_list_refuses_never_reaches_a_server(monkeypatch):
    monkeypatch.setattr(scratch, "apply", lambda *args, **options: pytest.fail("it was sent"))

    for statement in STATEMENTS:
        assert check_sql_applied(Artifact(path="a.sql", content=statement)) == []


# --- the walls behind it: the allow-list is gone round ---------------------------------------------------------------


@pytest.fixture
def our_database(db):
    """Our own database, with a table that must be there afterwards; returns how to look."""

    def look() -> tuple[int, list[str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
            tables = cursor.fetchone()[0]
            cursor.execute("SELECT rolname || rolsuper::text FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1")
            roles = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT datname FROM pg_database WHERE datname !~ '^test_' ORDER BY 1")
            return tables, roles + [row[0] for row in cursor.fetchall()]

    return look


@pytest.mark.parametrize("statement", STATEMENTS)
def test_gone_round_the_allow_list_an_attack_harms_nothing_and_leaves_nothing(statement, our_database):
    before = our_database()

    found = apply(
        settings.SCRATCH_URL,
        read_statements(f"CREATE SCHEMA mine; CREATE TABLE mine.t (a int); {statement}; CREATE TABLE mine.u (a int)"),
        statement_seconds=0.5,
    )

    assert found, "the server refused it, or took it for no part of a schema"
    assert our_database() == before
    assert left_in_scratch() == []
    assert not MARK.exists()


@pytest.mark.parametrize("expression", ["pg_read_file('/etc/passwd')", "pg_sleep(30)::text", "repeat('x', 2000000000)"])
def test_gone_round_the_allow_list_an_expression_is_refused_or_stopped(expression):
    began = time.monotonic()

    found = apply(
        settings.SCRATCH_URL,
        read_statements(f"CREATE TABLE a (b text); CREATE TABLE c AS SELECT {expression}"),
        statement_seconds=0.5,
    )

    assert found[0][1]
    assert time.monotonic() - began < 5
    assert left_in_scratch() == []


def test_one_string_never_holds_two_statements():
    [statement] = read_statements("CREATE TABLE a (b int)")
    two = type(statement)("CREATE TABLE a (b int); COMMIT", 1, statement.node, statement.kind)

    [finding] = apply(settings.SCRATCH_URL, [two])

    assert "cannot insert multiple commands" in finding[1]
    assert left_in_scratch() == []


def test_the_scratch_role_may_nothing_and_reaches_no_other_database():
    with psycopg.connect(settings.SCRATCH_URL) as role:
        flags = role.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit "
            "FROM pg_roles WHERE rolname = session_user"
        ).fetchone()
        limits = {name: role.execute(f"SHOW {name}").fetchone()[0] for name in LIMITS}
        may = role.execute("SELECT has_database_privilege('sage', 'CONNECT'), pg_has_role('sage', 'MEMBER')").fetchone()

    assert flags == (False,) * 6
    assert limits == LIMITS
    assert may == (False, False)
    for other in ("sage", "template1", "postgres"):
        with pytest.raises(psycopg.OperationalError, match=r"pg_hba|permission denied"):
            psycopg.connect(settings.SCRATCH_URL.replace("/sage_scratch?", f"/{other}?"))
