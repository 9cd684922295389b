"""`manage.py start`: the database, web, workers and reconciler under one roof. Knows nothing of Django.

Everything is a direct child of this process, started from its main thread, so the kernel ends it all when we are
killed. What dies is started again; a signal ends all in order: web, workers and reconciler first, the database last.
"""

import argparse
import errno
import http.client
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from sagemode.environment import UNREADABLE, Environment, unreadable
from sagemode.owner_lock import OwnerLock, read_holder
from sagemode.postgres import DatabaseUnavailable, PostgresServer
from sagemode.processes import Child

BASE_DIR = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(BASE_DIR / "manage.py")]
CHECKED = "--skip-checks"  # for what starts after `migrate`, which has checked the settings for all of them
HIGHEST_PORT = 65_535
DATABASE_STOP_SECONDS = 5
DATABASE_PAUSE_SECONDS = 10  # between two tries to start it again
# One of them makes Sage Mode use a model provider, which is asked how it is before anything starts.
PROVIDER_VARIABLES = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENROUTER_API_KEY",
    "OPENROUTER_BASE_URL",
    "OLLAMA_BASE_URL",
    "SAGE_FALLBACK_MODELS",
)
GIVE_UP_AFTER = 4  # quick ends in a row of one child before we were ever ready


class StartRefused(Exception):
    """Sage Mode cannot start; the message says why and what to do."""


class StopRequested(Exception):
    """Somebody asked us to end."""


@dataclass(frozen=True)
class Options:
    """What the supervisor has to know of the settings, with the names and defaults that settings.py uses."""

    environment: str
    host: str
    port: int
    data_dir: Path
    database_url: str
    allowed_host: str
    heartbeat_seconds: int
    shutdown_seconds: int
    watchdog_seconds: int
    log_format: str
    asks_providers: bool
    requires_provider: bool
    demo: bool

    @classmethod
    def from_environment(cls, *, demo: bool) -> "Options":
        """Read the environment, and `.env` where it is silent. Raises StartRefused for a value that is no number."""
        if os.environ.get("ENVIRONMENT") != "testing" and (BASE_DIR / ".env").is_file():
            Environment.read_env(BASE_DIR / ".env", overwrite=False)
        env = Environment()
        environment = env.str("ENVIRONMENT", default="development")
        try:
            host = env.str("HOST", default="127.0.0.1")
            hosts = [name for name in env.list("ALLOWED_HOSTS", default=[]) if not name.startswith(("*", "."))]
            return cls(
                environment=environment,
                host=host,
                port=env.int("PORT", default=8000),
                data_dir=BASE_DIR / (env.str("SAGE_DATA_DIR", default="") or "var"),
                database_url=env.str("DATABASE_URL", default=""),
                allowed_host=hosts[0] if hosts else "localhost",
                heartbeat_seconds=env.int("WS_HEARTBEAT_INTERVAL", default=30),
                shutdown_seconds=env.int("SAGE_SHUTDOWN_SECONDS", default=30 if environment == "production" else 5),
                watchdog_seconds=env.int("SAGE_WATCHDOG_SECONDS", default=30),
                log_format=env.str("LOG_FORMAT", default="console"),
                asks_providers=env.str("SAGE_MODEL", default="simulator") != "simulator"
                or any(env.str(name, default="") for name in PROVIDER_VARIABLES),
                requires_provider=env.bool("SAGE_REQUIRE_PROVIDER", default=False),
                demo=demo and environment != "production",
            )
        except UNREADABLE as error:
            raise StartRefused(unreadable(error)) from error

    @property
    def near_host(self) -> str:
        """Where a program on this machine finds the web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host.strip("[]"))  # noqa: S104

    @property
    def url(self) -> str:
        host = f"[{self.near_host}]" if ":" in self.near_host else self.near_host
        return f"http://{host}:{self.port}"


class Supervisor:
    """Starts everything, keeps it running, and ends it."""

    deaf_seconds = 60.0  # after which a PostgreSQL that answers nobody is ended; it recovers from its log

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lock = OwnerLock(options.data_dir / "start.lock")
        self.listener: socket.socket | None = None
        self.database: PostgresServer | None = None
        self.children: list[Child] = []
        self.stop_signal: signal.Signals | None = None
        self.hurry = False
        self.stopping = False
        self.was_ready = False
        self._database_again_at = 0.0

    def run(self) -> int:
        """Run until a signal ends us, and return the exit code."""
        exit_code = 0
        with self._signals():
            try:
                self._claim_folder_and_port()
                self._start_database()
                self.prepare()
                self._start_children()
                self._watch()
            except StopRequested:
                assert self.stop_signal is not None
                self.say(f"Stopping on {self.stop_signal.name}. A second Ctrl-C ends everything at once.")
            except (StartRefused, DatabaseUnavailable) as error:
                self.say(str(error), level="error")
                exit_code = 1
            finally:
                self._shut_down()
        return exit_code

    def say(self, text: str, *, level: str = "info") -> None:
        """Tell the operator; a terminal that has gone must not keep us from going on."""
        if self.options.log_format == "json":
            facts = {"timestamp": datetime.now(UTC).isoformat(), "level": level, "logger": "supervisor", "event": text}
            text = json.dumps(facts)
        with suppress(OSError):
            print(text, flush=True)

    # --- the way up --------------------------------------------------------------------------------------------------

    def _claim_folder_and_port(self) -> None:
        try:
            self.options.data_dir.mkdir(parents=True, exist_ok=True)
            first = self.lock.acquire(url=self.options.url)
        except OSError as error:
            raise StartRefused(
                f"The data folder {self.options.data_dir} cannot be written ({error.strerror}): "
                "set SAGE_DATA_DIR to a folder of your own."
            ) from error
        if not first:
            holder = read_holder(self.lock.path)
            raise StartRefused(
                f"Sage Mode already runs on {self.options.data_dir}: process {holder.get('pid')} at "
                f"{holder.get('url')}. Stop it first, or set SAGE_DATA_DIR to another folder."
            )
        self.listener = self._listen()

    def _listen(self) -> socket.socket:
        """Take the port now, so that nobody else can while the database starts; web inherits it."""
        host, port = self.options.host, self.options.port
        if not 0 <= port <= HIGHEST_PORT:  # getaddrinfo takes the number modulo 65,536, and nobody would find us
            raise StartRefused(f"PORT={port} is no port: use a number up to {HIGHEST_PORT}, for example PORT=8000.")
        deadline = time.monotonic() + 1  # what a killed supervisor left may still be letting go
        while True:
            try:
                family, *_, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
                return socket.create_server(address[:2], family=family, backlog=1024)
            except (OSError, OverflowError) as error:
                reason = str(error)
                if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
                    if time.monotonic() < deadline:
                        self._sleep(0.1)
                        continue
                    reason = "another program uses it"
            raise StartRefused(
                f"Port {port} on {host} cannot be used: {reason}. "
                f"Set PORT to a free one, for example PORT={port + 1 if port < HIGHEST_PORT else 8000}."
            )

    def _start_database(self) -> None:
        if self.options.database_url:
            return
        self.say("Starting PostgreSQL")
        self.database = PostgresServer(self.options.data_dir)
        told = False
        while not self.database.acquire():
            if not told:
                holder = read_holder(self.options.data_dir / "postgres.lock")
                self.say(f"The database is in use by process {holder.get('pid')} ({holder.get('command')}): waiting.")
            told = True
            self._sleep(0.2)
        self.database.start(pause=self._sleep, say=self.say)

    def prepare(self) -> None:
        """Bring tables and static files up to date, side by side. Raises StartRefused when one of them fails."""
        self.say("Bringing tables and static files up to date")
        quiet = ["--no-input", "--verbosity", "0"]
        self.children = [Child(name, [*MANAGE, name, *quiet]) for name in ("migrate", "collectstatic")]
        for chore in self.children:
            chore.start()
        while any(chore.running for chore in self.children):
            self._sleep(0.2)
        for chore in self.children:
            if chore.exit_code != 0:
                raise StartRefused(f"{chore.name} failed with exit code {chore.exit_code}; its reason stands above.")
        if self.options.asks_providers or self.options.requires_provider:
            self._ask_providers()

    def _ask_providers(self) -> None:
        """Tell of providers that do not answer. Raises StartRefused when one is required and none does."""
        chore = Child("check_providers", [*MANAGE, "check_providers", "--at-start", CHECKED])
        self.children = [chore]
        chore.start()
        while chore.running:
            self._sleep(0.2)
        if chore.exit_code != 0 and self.options.requires_provider:
            raise StartRefused("No model provider answers (see above), and SAGE_REQUIRE_PROVIDER is on.")

    def _start_children(self) -> None:
        self.say("Starting web, workers and reconciler")
        self.children = self.roles()
        for child in self.children:
            child.start()

    def roles(self) -> list[Child]:
        """Return the processes that make up Sage Mode, in the order in which they are started and asked to end."""
        assert self.listener is not None
        inherited = self.listener.fileno()
        if self.listener.family == socket.AF_INET:
            where = ["--endpoint", f"fd:fileno={inherited}"]
        else:  # daphne adopts IPv4 sockets only
            self.listener.close()
            self.listener, where = None, ["--bind", self.options.host.strip("[]"), "--port", str(self.options.port)]
        web = [sys.executable, "-m", "daphne", "--verbosity", "0", *where]
        web += ["--ping-interval", str(self.options.heartbeat_seconds), "sagemode.asgi:application"]
        patience = self.options.watchdog_seconds
        return [
            Child("web", web, pass_fds=(inherited,) if self.listener else (), patience_seconds=patience),
            Child("worker", [*MANAGE, "worker", CHECKED], patience_seconds=patience),
            Child("reconciler", [*MANAGE, "reconcile", CHECKED], patience_seconds=patience),
        ]

    # --- while it runs -----------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Start again what ends, and say once when everything is ready; only a signal or a failure leads out."""
        demo: Child | None = None
        while True:
            self._sleep(1.0 if self.was_ready else 0.2)
            if self.database:
                self._keep_database_running(self.database)
            for child in self.children:
                if child is not demo:
                    self._keep_running(child)
            if demo is not None and not demo.running:
                self._finish_first_run(demo)
                demo = None
            if not self.was_ready and self._answers_ready():
                self.was_ready = True
                if self.options.demo and not self._sign_in_path.exists():
                    demo = Child("first run", [*MANAGE, "seed_demo", "--first-run", CHECKED])
                    self.children.append(demo)
                    demo.start()
                else:
                    self._say_ready()

    def _keep_database_running(self, database: PostgresServer) -> None:
        """Start it again when it has ended, or lives and does not commit; what cannot start now may in a while."""
        if time.monotonic() < self._database_again_at:
            return
        try:
            if not database.alive:
                self.say("PostgreSQL has ended; starting it again", level="warning")
                database.start(pause=self._sleep, say=self.say)
            elif (silent_seconds := database.silent_seconds()) >= self.deaf_seconds:
                self.say(f"PostgreSQL has not answered for {silent_seconds:.0f} s; ending it by force", level="error")
                database.restart(pause=self._sleep, say=self.say)
                self.say("PostgreSQL answers again")
        except DatabaseUnavailable as error:
            self.say(f"{error}\nTrying again in {DATABASE_PAUSE_SECONDS} s.", level="error")
            self._database_again_at = time.monotonic() + DATABASE_PAUSE_SECONDS

    def _keep_running(self, child: Child) -> None:
        if child.is_frozen():
            self.say(f"{child.name} gave no sign of life for {child.patience_seconds:g} s; ending it", level="warning")
            child.kill()
        if child.ended_unasked():
            self.say(f"{child.name} has ended with code {child.exit_code}; starting it again", level="warning")
            if (ends := child.restarts.quick_ends) >= GIVE_UP_AFTER and not self.was_ready:
                raise StartRefused(f"{child.name} ended {ends} times in a row; its reason stands above.")
        child.start_again_when_due()

    def _answers_ready(self) -> bool:
        """Ask web whether it is migrated and has a worker."""
        connection = http.client.HTTPConnection(self.options.near_host, self.options.port, timeout=1)
        try:
            connection.request("GET", "/health/ready", headers={"Host": self.options.allowed_host})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _finish_first_run(self, demo: Child) -> None:
        self.children.remove(demo)
        if demo.exit_code != 0:
            self.say(f"The demo session did not complete (exit code {demo.exit_code}).", level="warning")
        self._say_ready()

    def _say_ready(self) -> None:
        self.say(f"Sage Mode is ready at {self.options.url}")
        if self.options.demo and self._sign_in_path.exists():
            self.say(self._sign_in_path.read_text().strip())

    @property
    def _sign_in_path(self) -> Path:
        """Written by `seed_demo --first-run` at its end: one line that tells how to sign in, for our ready message."""
        return self.options.data_dir / "demo-sign-in"

    # --- the way down ------------------------------------------------------------------------------------------------

    def _shut_down(self) -> None:
        """End everything within `shutdown_seconds` and a little, whatever state we are in."""
        self.stopping = True
        if self.listener:
            self.listener.close()
        for child in self.children:
            child.terminate()
        deadline = time.monotonic() + self.options.shutdown_seconds
        tell_at = time.monotonic() + 1
        while (waiting := [child.name for child in self.children if child.running]) and not self.hurry:
            left_seconds = deadline - time.monotonic()
            if left_seconds <= 0:
                self.say(f"Ending {', '.join(waiting)} by force", level="warning")
                break
            if time.monotonic() >= tell_at:
                self.say(f"Waiting for {', '.join(waiting)} ({left_seconds:.0f} s left)")
                tell_at += 1
            self._sleep(min(left_seconds, 0.2))
        for child in self.children:
            child.kill()
        if self.database:
            self.database.stop(timeout_seconds=DATABASE_STOP_SECONDS, at_once=self.hurry)
        self.lock.release()
        if self.children:
            self.say("Stopped")

    # --- signals -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Have signals wake `_sleep` instead of interrupting whatever we are doing."""
        self._wake_reader, writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        writer.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to be woken
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            writer.close()
            self._wake_reader.close()

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self.stop_signal is not None and number == signal.SIGINT:
            self.hurry = True
        self.stop_signal = self.stop_signal or signal.Signals(number)

    def _sleep(self, seconds: float) -> None:
        """Wait, but not beyond a signal or a child's end. Raises StopRequested once somebody asked us to end."""
        if not self.stop_signal or self.stopping:
            select.select([self._wake_reader], [], [], seconds)
        with suppress(BlockingIOError):
            self._wake_reader.recv(4096)
        if self.stop_signal and not self.stopping:
            raise StopRequested


def main(arguments: Sequence[str]) -> int:
    """Run `manage.py start`; returns the exit code: 0 after a signal, 1 when it could not start or go on."""
    parser = argparse.ArgumentParser(
        prog="manage.py start",
        description="Start PostgreSQL (unless DATABASE_URL is set), web, workers and reconciler. Ctrl-C ends all.",
        epilog="Settings come from the environment and from .env; .env.example lists them.",
    )
    parser.add_argument("--no-demo", action="store_true", help="leave out the demo session of the first start")
    demo = not parser.parse_args(arguments).no_demo
    os.chdir(BASE_DIR)
    try:
        options = Options.from_environment(demo=demo)
    except StartRefused as error:
        print(error, file=sys.stderr)
        return 2
    return Supervisor(options).run()
