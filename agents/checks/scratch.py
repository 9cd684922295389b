"""Does a schema apply? Tried in the scratch database, in one transaction that is rolled back.

Only what the allow-list lets through gets here. The walls behind it: a role without any right on our database, one
prepared statement at a time (the protocol takes no second one), limits of time, and the server's own word for what each
statement was. Without a fit scratch database a schema counts as parsed only, which is no fault of the schema.
"""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from psycopg.pq import TransactionStatus

from accounts.database.limits import LimitedConnection, time_limit
from agents.checks.result import CheckResult, failed, passed
from agents.checks.scratch_errors import line_of, message_of, remedy_of
from agents.checks.sql import faults_in
from agents.checks.sql_statements import Statement, UnreadableSql, read_statements
from agents.deliverable import Artifact

NAME = "sql_applied"
CONNECT_SECONDS = 2
STATEMENT_SECONDS = 5
WHOLE_SECONDS = 20  # for one schema; a schema of sixty tables takes half a second
WAIT_SECONDS = 10  # for the schemas of others to be done
AWAY_SECONDS = 30  # that a database which did not answer is not asked again: each try would hold up all others
MAX_FINDINGS = 10
ONE_SCHEMA_AT_A_TIME = 0x5A6F  # key of the advisory lock in the scratch database; any number that is always the same
# What the server may say that it has done. Whatever else it did: nothing further is sent, and it is swept away.
DONE = frozenset(
    {"CREATE TABLE", "CREATE TYPE", "CREATE DOMAIN", "CREATE INDEX", "CREATE SCHEMA", "ALTER TABLE", "COMMENT"}
)
_FIT = """
SELECT current_database(),
    role.rolsuper OR role.rolcreatedb OR role.rolcreaterole OR role.rolreplication OR role.rolbypassrls
        OR EXISTS (SELECT FROM pg_auth_members WHERE member = role.oid),
    EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = role.oid
        AND (dbid NOT IN (0, here.oid) OR classid = 'pg_database'::regclass AND objid <> here.oid)),
    EXISTS (SELECT FROM pg_class AS kept JOIN pg_namespace AS place ON place.oid = kept.relnamespace
        WHERE kept.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND place.nspname !~ '^pg_' AND place.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND objid = kept.oid AND deptype = 'e')),
    has_database_privilege(here.oid, 'CREATE')
FROM pg_roles AS role, pg_database AS here WHERE role.rolname = session_user AND here.datname = current_database()
"""
_away_until: dict[str, float] = {}  # address -> when it is asked again, by this process's clock
_one_at_a_time = threading.Lock()  # a schema takes hundreds of the server's locks, which all databases share


class NotApplied(Exception):
    """Why a schema cannot be tried here: a phrase that names no address and no secret."""


class Away(NotApplied):
    """The database does not answer; it is left alone for a while."""


def check_sql_applied(artifact: Artifact) -> list[CheckResult]:
    """Does the schema apply to an empty PostgreSQL? Nothing of it stays; without a scratch database it is not tried."""
    try:
        statements = read_statements(artifact.content)
    except UnreadableSql:
        return []  # the sql check says so
    if not statements or any(not fault.is_warning for fault in faults_in(statements)):
        return []
    try:
        found = apply(settings.SCRATCH_URL, statements)
    except NotApplied as reason:
        return [passed(NAME, artifact.path, f"Parsed only, not applied: {reason}")]
    told = f"{len(statements)} statements apply to an empty PostgreSQL"
    return [failed(NAME, artifact.path, message, remedy, line=line) for line, message, remedy in found] or [
        passed(NAME, artifact.path, told)
    ]


def why_not_applied(url: str) -> str:
    """Return why schemas are parsed only, as a phrase; empty when they are applied."""
    try:
        with _connected(url):
            return ""
    except NotApplied as reason:
        return str(reason)


def apply(
    url: str, statements: Sequence[Statement], *, statement_seconds: float = STATEMENT_SECONDS
) -> list[tuple[int, str, str]]:
    """Apply statements in one transaction, roll it back, and return line, message and remedy of each that failed.

    Raises NotApplied when the database is missing, unfit, busy or away: nothing is known about the schema then.
    """
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise NotApplied("other schemas were being applied all the time")
    try:
        if time.monotonic() < _away_until.get(url, 0):
            raise NotApplied("the scratch database did not answer a moment ago")
        with _connected(url, statement_seconds) as connection:
            return _Trial(connection, statements, statement_seconds).run()
    except Away:
        _away_until[url] = time.monotonic() + AWAY_SECONDS
        raise
    except psycopg.Error as error:
        if error.sqlstate is None:
            _away_until[url] = time.monotonic() + AWAY_SECONDS
        raise NotApplied(f"the scratch database gave up ({error.sqlstate or 'no answer'})") from error
    finally:
        _one_at_a_time.release()


class _Trial:
    """One schema in one transaction."""

    def __init__(self, connection: Any, statements: Sequence[Statement], statement_seconds: float) -> None:
        self.connection, self.statements, self.statement_seconds = connection, statements, statement_seconds
        self.schema = f"check_{connection.info.backend_pid}"  # one backend has one transaction
        self.found: list[tuple[int, str, str]] = []
        self.lost: set[str] = set()  # names of what failed; what fails for want of them is no fault of its own

    def run(self) -> list[tuple[int, str, str]]:
        ends_at = time.monotonic() + WHOLE_SECONDS
        self._begin()
        in_order = False
        try:
            for statement in self.statements:
                if time.monotonic() > ends_at:
                    raise NotApplied(f"it took more than {WHOLE_SECONDS} s")
                if not self._apply(statement) or len(self.found) >= MAX_FINDINGS:
                    break
            in_order = True
        finally:
            self._end(sweep=not in_order)
        return self.found

    def _begin(self) -> None:
        # Schemas are named by the file: two that make the same one would wait for each other.
        alone = any(statement.kind == "CreateSchemaStmt" for statement in self.statements)
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        self.connection.execute("BEGIN")
        self.connection.execute(f"SET LOCAL lock_timeout = '{STATEMENT_SECONDS - 1}s'")
        self.connection.execute(f"SELECT {lock}({ONE_SCHEMA_AT_A_TIME})")
        self.connection.execute("SET LOCAL lock_timeout = '1s'")
        self.connection.execute(f"SET LOCAL statement_timeout = {int(self.statement_seconds * 1000)}")
        self.connection.execute(f"CREATE SCHEMA {self.schema}")
        self.connection.execute(f"SET LOCAL search_path = {self.schema}, public")

    def _apply(self, statement: Statement) -> bool:
        """Send one statement; False when nothing more may be sent."""
        self.connection.execute("SAVEPOINT before")
        try:
            done = self.connection.execute(statement.text.encode(), prepare=True)
        except psycopg.Error as error:
            if self.connection.closed or _is_no_fault(error.sqlstate or ""):
                raise
            self._note(statement, error)
            if self.connection.info.transaction_status != TransactionStatus.INERROR:
                return self._stop(statement, "the end of a transaction")
            self.connection.execute("ROLLBACK TO before")
            return True
        tag = re.sub(r" \d+( \d+)?$", "", done.statusmessage or "")
        if tag not in DONE or self.connection.info.transaction_status != TransactionStatus.INTRANS:
            return self._stop(statement, tag or "none")
        self.connection.execute("RELEASE before")
        return True

    def _stop(self, statement: Statement, taken_for: str) -> bool:
        """The allow-list was wrong about a statement: send nothing more, and remove what it may have left."""
        told = f"The server took the statement for {taken_for}, which makes no schema"
        self.found.append((statement.line, told, "Write only what makes tables, types and indexes."))
        self._end(sweep=True)
        return False

    def _note(self, statement: Statement, error: psycopg.Error) -> None:
        message = message_of(error, schema=self.schema)
        named = set(re.findall(r'"([^"]+)"', message))
        if error.sqlstate in ("42P01", "42704", "3F000") and named & self.lost:
            self.lost |= _made_by(statement)
            return
        self.lost |= _made_by(statement)
        self.found.append((line_of(statement, error, message), message, remedy_of(error)))

    def _end(self, *, sweep: bool) -> None:
        """Roll back; after a statement that was none of ours, also remove whatever outlived the transaction."""
        if self.connection.closed:
            return
        self.connection.execute("ROLLBACK")
        if sweep:
            owned = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspowner = session_user::regrole"
            for (schema,) in self.connection.execute(owned).fetchall():
                self.connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE".encode())


def _is_no_fault(sqlstate: str) -> bool:
    """Whether an error tells of the server: no connection, no resources, a lock of others, its shutdown."""
    if sqlstate == "57014":  # our own limit of time
        return False
    return sqlstate[:2] in ("", "08", "53", "57", "58") or sqlstate == "55P03"


def _made_by(statement: Statement) -> set[str]:
    node = statement.node
    if statement.kind == "CreateStmt":
        return {node.relation.relname, f"{node.relation.schemaname}.{node.relation.relname}"}
    if statement.kind == "CompositeTypeStmt":
        return {node.typevar.relname}
    if statement.kind in ("CreateEnumStmt", "CreateDomainStmt"):
        parts = node.type_name if statement.kind == "CreateEnumStmt" else node.domainname
        return {part.string.sval for part in parts[-1:]}
    return {node.idxname} if statement.kind == "IndexStmt" else set()


@contextmanager
def _connected(url: str, statement_seconds: float = STATEMENT_SECONDS) -> Iterator[Any]:
    """Have a connection as a role that is fit for strangers' SQL. Raises NotApplied."""
    if not url:
        raise NotApplied("there is no scratch database (SAGE_SCRATCH_URL)")
    limits = {
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "lock_timeout": "1s",
        "idle_in_transaction_session_timeout": "10s",
        "standard_conforming_strings": "on",
        "client_min_messages": "error",
        "default_transaction_read_only": "off",
    }
    with time_limit(statement_seconds + 2):  # should the server's own limit have been lifted, or the server hang
        connection = _open(url, " ".join(f"-c {name}={value}" for name, value in limits.items()))
        try:
            _require_fit(connection)
            yield connection
        finally:
            connection.close()


def _open(url: str, options: str) -> Any:
    ends_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return LimitedConnection.connect(
                url, autocommit=True, connect_timeout=CONNECT_SECONDS, options=options, application_name="sage-scratch"
            )
        except psycopg.ProgrammingError as error:
            raise NotApplied("SAGE_SCRATCH_URL cannot be read") from error
        except psycopg.OperationalError as error:
            if "too many connections" not in str(error) or time.monotonic() > ends_at:
                raise Away("the scratch database cannot be reached") from error
            time.sleep(0.1)  # other processes are trying theirs


def _require_fit(connection: Any) -> None:
    try:
        database, mighty, elsewhere, is_in_use, may_create = connection.execute(_FIT).fetchone()
    except psycopg.Error as error:
        raise Away("the scratch database does not answer") from error
    if mighty:
        raise NotApplied("the role of SAGE_SCRATCH_URL has rights that strangers' SQL must not have")
    if elsewhere:
        raise NotApplied("the role of SAGE_SCRATCH_URL has rights in another database")
    if is_in_use:  # ours, or somebody's: what is swept away afterwards must never be theirs
        raise NotApplied(f"{database} holds tables, and has to be empty")
    if not may_create:
        raise NotApplied(f"the role of SAGE_SCRATCH_URL may not create a schema in {database}")
