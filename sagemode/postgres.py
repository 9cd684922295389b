"""The embedded PostgreSQL: one server per data folder, a direct child of the process that owns the folder.

Settings only name its socket (`embedded_url`); commands that need the database say `with database(...)`.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote

from sagemode.owner_lock import OwnerLock, read_holder
from sagemode.postgres_home import FAR_FOLDER, SOCKET_FILE, DatabaseUnavailable, Home, settle, socket_folder
from sagemode.postgres_identity import Identity, possible_identities
from sagemode.postgres_probe import PostgresProbe
from sagemode.scratch import ACCESS_RULE as SCRATCH_ACCESS_RULE
from sagemode.scratch import making_statements as scratch_statements

__all__ = ["DatabaseUnavailable", "PostgresServer", "database", "embedded_url"]

ROLE = "sage"
DATABASE = "sage"
SUPERUSER = "postgres"
START_SECONDS = 60  # for a server that does not say that it is starting
TELL_EVERY_SECONDS = 10.0
LONGEST_LOG_BYTES = 10_000_000
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "fsync": "on",
    "jit": "off",  # compiling costs more than our short queries
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# The superuser cannot log in at all; its few statements go through single-user mode while no server runs.
# Whoever can enter the socket's folder (mode 0700) is the application.
ACCESS_RULES = f"local all {ROLE} trust\n{SCRATCH_ACCESS_RULE}"
FIRST_STATEMENTS = (
    "CREATE EXTENSION vector",  # in template1, so that test and scratch databases have it too
    f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB",
    f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
)
SCRATCH_STATEMENTS = scratch_statements(ours=DATABASE, our_role=ROLE)
SCRATCH_RECORD = "sage-scratch-1"  # in the cluster's folder: it has the scratch role and database; counts their changes

Pause = Callable[[float], object]
Say = Callable[[str], None]


def embedded_url(data_dir: Path) -> str:
    """Return the address of the server that belongs to a data folder; nothing is started or looked up."""
    return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(socket_folder(data_dir)), safe='')}"


class PostgresServer:
    """The server of one data folder, started and stopped by the process that holds the folder's lock."""

    def __init__(
        self,
        data_dir: Path,
        *,
        identities: Sequence[Identity] | None = None,
        far_folder: Path = FAR_FOLDER,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.url = embedded_url(data_dir)
        self.home: Home | None = None
        self._identities = identities
        self._far_folder = far_folder
        self._settings = SETTINGS | (settings or {})
        self._lock = OwnerLock(_lock_path(self.data_dir))
        self._child: subprocess.Popen[bytes] | None = None
        self._probe: PostgresProbe | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, while there is one."""
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        """Whether the postmaster runs; it may still be starting."""
        return self._child is not None and self._child.poll() is None

    @property
    def log_path(self) -> Path:
        return self.data_dir / "postgres.log"

    def silent_seconds(self) -> float:
        """Look whether it still works, and return for how long it has not; to be called about once a second."""
        return self._probe.silent_seconds() if self._probe else 0.0

    def acquire(self) -> bool:
        """Become the owner of the data folder; False when another process is. Raises DatabaseUnavailable."""
        _make_data_dir(self.data_dir)
        try:
            return self._lock.held or self._lock.acquire(command=_own_command())
        except PermissionError as error:
            raise DatabaseUnavailable(
                f"{self._lock.path} belongs to another user: run as that user, or set SAGE_DATA_DIR or DATABASE_URL."
            ) from error

    def start(self, *, pause: Pause = time.sleep, say: Say | None = None) -> Self:
        """Start the server, at the first time with a new database, and return when it answers.

        Also the way back after a crash: what an earlier server left is ended or removed first. Recovery takes as long
        as it takes; `say` hears of it, and an exception from `pause` ends the wait and the server. To be called from
        the main thread. Raises DatabaseUnavailable with the reason and the way out.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("PostgreSQL ends with the thread that started it: start it from the main thread.")
        # A killed owner takes a moment to let go.
        deadline = time.monotonic() + 1
        while not self.acquire():
            if time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            holder = read_holder(self._lock.path)
            raise DatabaseUnavailable(
                f"The database in {self.data_dir} is in use by process {holder.get('pid')} ({holder.get('command')})."
            )
        try:
            self.home = settle(self.data_dir, self._identities or possible_identities(), far_folder=self._far_folder)
            _end_leftovers(self.home)
            if not (self.home.data / "PG_VERSION").exists():
                _create_cluster(self.home)
            if not (self.home.data / SCRATCH_RECORD).exists():
                _add_scratch(self.home)
            self.home.identity.take(self.home.data)
            (self.home.data / "pg_hba.conf").write_text(ACCESS_RULES)
            self._start_child(self.home)
            self._wait_ready(pause, say)
            self._probe = PostgresProbe(self.home.socket / SOCKET_FILE, role=ROLE, database=DATABASE)
        except BaseException:
            self.stop(at_once=True)
            raise
        return self

    def _wait_ready(self, pause: Pause, say: Say | None) -> None:
        """Return when the server accepts connections; raises DatabaseUnavailable when it ends or does nothing."""
        began = time.monotonic()
        patience_ends, tell_at = began + START_SECONDS, began + TELL_EVERY_SECONDS
        while not _is_ready(self.data_dir, pid=self.pid):
            now = time.monotonic()
            if not self.alive:
                raise DatabaseUnavailable(f"PostgreSQL ended while starting:\n{self._last_words()}")
            if _postmaster(self.data_dir / "postgres") == (self.pid, "starting"):
                patience_ends = now + START_SECONDS  # reading its log after a crash may take many minutes
            if now > patience_ends:
                raise DatabaseUnavailable(f"PostgreSQL is not ready after {START_SECONDS} s:\n{self._last_words()}")
            if say and now >= tell_at:
                say(f"PostgreSQL has been starting for {now - began:.0f} s: {self._last_words(lines=1)}")
                tell_at += TELL_EVERY_SECONDS
            pause(0.01)

    def stop(self, *, timeout_seconds: float = 10, at_once: bool = False) -> None:
        """End the server and give the folder back: fast shutdown, with force when that takes too long.

        With `at_once` it ends without a checkpoint; the next start recovers from the log.
        """
        self._end_child(timeout_seconds=timeout_seconds, at_once=at_once)
        self._lock.release()

    def restart(self, *, pause: Pause = time.sleep, say: Say | None = None) -> Self:
        """End a server that does not answer, at once, and start it again; nobody else gets the folder meanwhile."""
        self._end_child(at_once=True)
        return self.start(pause=pause, say=say)

    def _end_child(self, *, timeout_seconds: float = 10, at_once: bool = False) -> None:
        if self._child is None:
            return
        if self._probe:
            self._probe.close()
            self._probe = None
        steps = [(signal.SIGINT, timeout_seconds), (signal.SIGQUIT, 3), (signal.SIGKILL, 3)]
        for signal_number, patience_seconds in steps[1:] if at_once else steps:
            if self._child.poll() is None:
                self._child.send_signal(signal_number)
                try:
                    self._child.wait(patience_seconds)
                except subprocess.TimeoutExpired:
                    continue
            break
        assert self.home is not None
        _end_leftovers(self.home, at_once=at_once)
        self._child = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start_child(self, home: Home) -> None:
        settings = self._settings | {"unix_socket_directories": str(home.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        if self.log_path.exists() and self.log_path.stat().st_size > LONGEST_LOG_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        # Statements that fail are logged with their values: nobody else's business.
        with open(self.log_path, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as log:
            self._child = home.identity.start(
                [home.programs / "postgres", "-D", home.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                process_group=0,  # Ctrl-C in a terminal is for us; we end the server last
            )

    def _last_words(self, lines: int = 8) -> str:
        return _last_lines(self.log_path.read_bytes(), lines)


@contextmanager
def database(data_dir: Path, url: str = "", *, say: Say = lambda line: print(line, flush=True)) -> Iterator[str]:
    """Have a database for the length of the block, and get its address.

    With `url` (DATABASE_URL) there is nothing to do. Else attach to the server of a running owner, or own the folder
    and run the server until the block ends and nobody else uses it any more.
    """
    if url:
        yield url
        return
    server = PostgresServer(data_dir)
    users = OwnerLock(_users_path(server.data_dir))
    if _attach_or_own(server, users):
        with users:
            yield server.url
        return
    try:
        server.start(say=say)
        yield server.url
    finally:
        try:
            _wait_for_the_others(users, say)
        finally:
            server.stop()
            users.release()


def _attach_or_own(server: PostgresServer, users: OwnerLock) -> bool:
    """Return True as a user of somebody's running server, False as the owner of the folder."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        postmaster, status = _postmaster(server.data_dir / "postgres")
        if status == "starting" and postmaster and _is_alive(postmaster):
            deadline = time.monotonic() + START_SECONDS  # it recovers, and its owner waits for it as well
        if server.acquire():
            return False
        # Use is announced before the look, so that an owner who is about to stop sees us or we see it stopping.
        if users.acquire(shared=True):
            if _is_ready(server.data_dir):
                return True
            users.release()
        time.sleep(0.05)
    holder = read_holder(_lock_path(server.data_dir))
    raise DatabaseUnavailable(
        f"Process {holder.get('pid')} ({holder.get('command')}) owns the database in {server.data_dir}, "
        f"but it is not ready after {START_SECONDS} s."
    )


def _wait_for_the_others(users: OwnerLock, say: Say) -> None:
    """Return when no other command uses our server, and keep new ones away."""
    if users.acquire():
        return
    say("Other commands still use this database: waiting for them. Ctrl-C stops it now.")
    while not users.acquire():
        time.sleep(0.1)


def _create_cluster(home: Home) -> None:
    """Make the database files. They take their place only when complete, so a crash on the way leaves nothing half."""
    draft = home.data.with_name("postgres.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    home.identity.take(draft)
    initdb: list[str | Path] = [home.programs / "initdb", "-D", draft, f"--username={SUPERUSER}", "--no-instructions"]
    initdb += ["--auth=reject", "--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
    _require_success(home.identity.run(initdb), "initdb")
    first = _run_alone(home, draft, [*FIRST_STATEMENTS, *SCRATCH_STATEMENTS])
    _require_success(first, "The first start of PostgreSQL")
    (draft / SCRATCH_RECORD).touch()
    draft.rename(home.data)


def _add_scratch(home: Home) -> None:
    """Give a cluster of an earlier version the scratch role and database; what is there already stays as it is.

    Without them schemas are parsed and not applied, so a failure is no reason not to start: the next start tries again.
    """
    home.identity.take(home.data)
    done = _run_alone(home, home.data, SCRATCH_STATEMENTS, past_errors=True)
    errors = [line for line in done.stdout.splitlines() if b"ERROR:" in line and b"already exists" not in line]
    if done.returncode == 0 and not errors:
        (home.data / SCRATCH_RECORD).touch()


def _run_alone(
    home: Home, data: Path, statements: Sequence[str], *, past_errors: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """Run statements as the superuser in single-user mode, while no server runs on the files."""
    command: list[str | Path] = [home.programs / "postgres", "--single", "-j", "-D", data]
    command += ["-c", f"exit_on_error={'off' if past_errors else 'on'}", "template1"]
    return home.identity.run(command, input="".join(f"{statement};\n\n" for statement in statements).encode())


def _require_success(done: subprocess.CompletedProcess[bytes], what: str) -> None:
    if done.returncode != 0:
        raise DatabaseUnavailable(f"{what} failed with exit code {done.returncode}:\n{_last_lines(done.stdout)}")


def _last_lines(output: bytes, lines: int = 8) -> str:
    return "\n".join(output.decode(errors="replace").splitlines()[-lines:])


def _end_leftovers(home: Home, *, at_once: bool = False) -> None:
    """End what an earlier server of this folder left running, and remove what it left lying.

    We hold the folder's lock, so every server in it is an orphan: its owner was killed and it is shutting down, or its
    postmaster was killed and its backends are about to notice. Two servers on one folder would destroy it.
    """
    steps = [(signal.SIGINT, 10), (signal.SIGQUIT, 3), (signal.SIGKILL, 5)]
    for signal_number, patience_seconds in steps[1:] if at_once else steps:
        postmaster = _postmaster(home.data)[0]
        left = _processes_in(home.data)
        for pid in left:
            if signal_number != signal.SIGINT or pid == postmaster:  # a backend takes SIGINT for a cancelled query
                _kill(pid, signal_number, folder=home.data)
        deadline = time.monotonic() + patience_seconds
        while left and time.monotonic() < deadline:
            time.sleep(0.02)
            left = _processes_in(home.data)
        if not left:
            break
    # A pid in these files may by now be anybody's; PostgreSQL would refuse to start beside it.
    for path in (home.data / "postmaster.pid", home.socket / SOCKET_FILE, home.socket / f"{SOCKET_FILE}.lock"):
        path.unlink(missing_ok=True)


def _processes_in(folder: Path) -> list[int]:
    """Return the PostgreSQL processes that work in a data folder; each of them has it as its current directory."""
    if not Path("/proc/self").exists():  # macOS: the pid file is all there is to go by
        postmaster = _postmaster(folder)[0]
        return [postmaster] if postmaster and _is_alive(postmaster) else []
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, folder)]


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return os.readlink(process / "cwd") == str(folder) and "postgres" in os.readlink(process / "exe")
    except OSError:
        return False  # it has just ended, or it is none of ours


def _kill(pid: int, signal_number: int, *, folder: Path) -> None:
    """Send a signal to a PostgreSQL process of the folder, and to nobody who got its number meanwhile."""
    with suppress(ProcessLookupError):
        if not hasattr(os, "pidfd_open"):
            os.kill(pid, signal_number)
            return
        process = os.pidfd_open(pid)
        try:
            if _works_in(Path("/proc") / str(pid), folder):
                signal.pidfd_send_signal(process, signal_number)
        finally:
            os.close(process)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _postmaster(data: Path) -> tuple[int | None, str]:
    """Return pid and status of the server that the folder names, as pg_ctl reads them; (None, "") without one."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError, IndexError):
        return None, ""


def _is_ready(data_dir: Path, *, pid: int | None = None) -> bool:
    """Say whether a server accepts connections for the data folder; with `pid`, whether that one does."""
    found, status = _postmaster(data_dir / "postgres")
    return status == "ready" and found is not None and pid in (None, found) and _is_alive(found)


def _make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(13, "not writable", str(data_dir))
    except OSError as error:
        raise DatabaseUnavailable(
            f"The data folder {data_dir} cannot be made or written ({error.strerror}): "
            "set SAGE_DATA_DIR to a folder of your own, or DATABASE_URL to a PostgreSQL server."
        ) from error


def _own_command() -> str:
    arguments = Path("/proc/self/cmdline")
    return arguments.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip() if arguments.exists() else ""


def _lock_path(data_dir: Path) -> Path:
    return data_dir / "postgres.lock"


def _users_path(data_dir: Path) -> Path:
    return data_dir / "postgres-users.lock"
