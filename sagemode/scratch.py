"""The scratch database: where schemas that agents wrote are applied for a moment, by a role without a right on ours.

The embedded server gets both at its start. For a server of yours, `manage.py init_scratch` makes them or prints how.
"""

from pathlib import Path
from urllib.parse import quote

from sagemode.postgres_home import socket_folder

ROLE = "sage_scratch"
DATABASE = "sage_scratch"
# Whoever can enter the socket's folder is the application; as this role it reaches this database and no other.
ACCESS_RULE = f"local {DATABASE} {ROLE} trust\n"
CONNECTIONS = 20  # one for each process that checks: workers, and those that run suspects alone
LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "1s",
    "idle_in_transaction_session_timeout": "10s",
    "temp_file_limit": "64MB",  # a superuser alone may set it; the others the role could lift for itself
    "work_mem": "4MB",
    "maintenance_work_mem": "16MB",
    "max_parallel_maintenance_workers": "0",
}


def scratch_url(data_dir: Path) -> str:
    """Return the address of the scratch database on the embedded server; nothing is started or looked up."""
    return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(socket_folder(data_dir)), safe='')}"


def making_statements(
    *, ours: str, our_role: str, role: str = ROLE, database: str = DATABASE, password: str | None = None
) -> list[str]:
    """Return the SQL that makes role and database, one statement each, to be run by a superuser outside a transaction.

    `ours` and `our_role` are the application's database and role; everybody else loses the right to connect to it.
    """
    role, database, ours, our_role = (_quoted(name, '"') for name in (role, database, ours, our_role))
    secret = f" PASSWORD {_quoted(password, chr(39))}" if password else ""
    return [
        f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT "
        f"CONNECTION LIMIT {CONNECTIONS}{secret}",
        *(f"ALTER ROLE {role} SET {name} = '{value}'" for name, value in LIMITS.items()),
        f"CREATE DATABASE {database}",
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT, CREATE ON DATABASE {database} TO {role}",
        f"GRANT CONNECT ON DATABASE {ours} TO {our_role}",
        f"REVOKE CONNECT ON DATABASE {ours} FROM PUBLIC",
    ]


def _quoted(text: str, mark: str) -> str:
    """Return a name or a text in quotes. By hand, as the supervisor starts without a database driver."""
    return f"{mark}{text.replace(mark, mark * 2)}{mark}"
