"""Servers that tests talk to: Redis, and Sage Mode itself as an operator starts it."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90


def free_port() -> int:
    """Return a TCP port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], object], *, seconds: float = 30, what: str = "the condition") -> None:
    """Return as soon as the condition holds; AssertionError when it does not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds:g} s"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Say whether a process lives; a zombie that nobody has asked for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis of our own that keeps nothing on disk."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: `make test` installs it"
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir()) as server:
        try:
            eventually(lambda: _answers(port), what="Redis")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


@dataclass
class RunningApp:
    """`manage.py start` on a data folder of its own: supervisor, PostgreSQL, web, workers and reconciler."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def output(self) -> str:
        """Everything that supervisor and children have printed so far."""
        return self.log.read_text(errors="replace")

    def is_ready(self) -> bool:
        """Whether web answers and a worker is there; AssertionError when the supervisor has ended."""
        assert self.process.poll() is None, f"start ended with {self.process.returncode}:\n{self.output()}"
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        try:
            eventually(self.is_ready, seconds=seconds, what="Sage Mode")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output()}") from None

    def environment(self) -> dict[str, str]:
        """What another command needs to work on the same data."""
        return app_environment(self.data_dir, self.port)

    def stop(self, seconds: float = 30) -> int:
        """End it as an operator does, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def app_environment(data_dir: Path, port: int, *, is_measured: bool = False, **variables: str) -> dict[str, str]:
    """Return an environment for one of our programs that is free of what the caller's shell has set.

    With `is_measured` the program counts for coverage. That makes it half as fast, and what many houses do alike is
    counted in a few of them.
    """
    passing = ("PATH", "HOME", "LANG", *(("COVERAGE",) if is_measured else ()))
    kept = {name: value for name, value in os.environ.items() if name.startswith(passing)}
    own = {"ENVIRONMENT": "testing", "SAGE_DATA_DIR": str(data_dir), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    return kept | own | variables


def prepare(data_dir: Path) -> None:
    """Fill a data folder with what a first start leaves there: an empty database with its tables, and static files.

    It is made once in a run of the tests, by the commands that people use, and copied from then on. Outside of one the
    folder stays as it is: a first start fills it.
    """
    if "PYTEST_VERSION" not in os.environ:
        return
    shelf = Path(os.environ["SAGE_DATA_DIR"])
    prepared = shelf / "prepared"
    with (shelf / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of the run's other processes, each waits for the first
        if not prepared.exists():
            draft = shelf / "draft"
            for command in (["init_db"], ["collectstatic", "--no-input"]):
                program = [sys.executable, "manage.py", *command, "--verbosity", "0"]
                subprocess.run(program, cwd=ROOT, env=app_environment(draft, 0), check=True, stdout=subprocess.DEVNULL)
            draft.rename(prepared)
    subprocess.run(["cp", "-a", f"{prepared}/.", data_dir], check=True)  # as root, files belong to another user


@contextmanager
def running_app(
    *,
    ready: bool = True,
    demo: bool = False,
    first_start: bool = False,
    is_measured: bool = False,
    **variables: str,
) -> Iterator[RunningApp]:
    """Start Sage Mode on a data folder of its own and a free port, and stop it with everything it left.

    `variables` go to its environment, such as SIMULATOR_LATENCY="1". Without `ready` it is still starting; with `demo`
    it runs the demo session of a first start; with `first_start` the data folder is empty.
    """
    data_dir = Path(tempfile.mkdtemp(prefix="sage-app-"))
    data_dir.chmod(0o755)
    if not first_start:
        prepare(data_dir)
    port = free_port()
    log = data_dir / "start.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "start", *([] if demo else ["--no-demo"])],
            cwd=ROOT,
            env=app_environment(data_dir, port, is_measured=is_measured, **variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    app = RunningApp(process, data_dir, port, log)
    try:
        if ready:
            app.wait_ready()
        yield app
    finally:
        try:
            app.stop()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            shutil.rmtree(data_dir, ignore_errors=True)
