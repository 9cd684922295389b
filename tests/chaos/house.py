"""A whole house of the laboratory's own: PostgreSQL, Redis, proxy, fake provider, and `manage.py start` behind them.

Everything runs as a child of this process and can be stopped, frozen and killed one by one. Use it from the main
thread: PostgreSQL ends with the thread that started it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from sagemode.postgres import PostgresServer
from tests.chaos.lab import MODEL
from tests.services import READY_SECONDS, ROOT, app_environment, eventually, free_port, prepare

SOCKET_FILE = ".s.PGSQL.5432"


class House:
    """What stands in the folder: `provider.jsonl` and `failpoints/`; `log` is what supervisor and children printed."""

    def __init__(self, folder: Path, *, seed: int = 0, **variables: str) -> None:
        self.folder = folder
        self.seed = seed
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.provider_log = folder / "provider.jsonl"
        self.failpoints = folder / "failpoints"
        self.log = folder / "start.log"
        self.postgres = PostgresServer(folder / "pg", settings={"fsync": "off"})
        self.redis: subprocess.Popen[bytes] | None = None
        self.redis_port = free_port()
        self.provider: subprocess.Popen[bytes] | None = None
        self.provider_port = 0
        self.proxy: subprocess.Popen[bytes] | None = None
        self.proxy_ports = {"redis": free_port(), "provider": free_port()}
        self.app: subprocess.Popen[bytes] | None = None
        self._variables = variables

    # --- up and down ---

    def start(self) -> House:
        for name in ("pg", "var", "px", "failpoints", "pids"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o755)  # as root the server may run as another user
        prepare(self.folder / "pg")
        self.postgres.start()
        self.start_redis()
        self.provider, self.provider_port = self._start_provider()
        self._start_proxy()
        self.start_app()
        return self

    def stop(self) -> None:
        """End everything, whatever state it is in."""
        for pid in self.frozen():
            os.kill(pid, signal.SIGCONT)
        if self.proxy is not None:
            with suppress(OSError):
                for route in ("postgres", "redis", "provider"):
                    self.order(route, mode="pass")
        try:
            self.stop_app()
        finally:
            for child in (self.proxy, self.provider, self.redis):
                if child is not None and child.poll() is None:
                    child.kill()
                    child.wait()
            self.postgres.stop(at_once=True)

    def start_app(self) -> None:
        with self.log.open("ab") as output:
            self.app = subprocess.Popen(
                [sys.executable, "manage.py", "start", "--no-demo"],
                cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def stop_app(self, seconds: float = 30) -> None:
        if self.app is None:
            return
        if self.app.poll() is None:
            self.app.send_signal(signal.SIGTERM)
            try:
                self.app.wait(seconds)
            except subprocess.TimeoutExpired:
                self.app.kill()
                self.app.wait()

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return when web answers and a worker is there."""
        try:
            eventually(self.is_ready, seconds=seconds, what="the house")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log.read_text(errors='replace')[-5000:]}") from None

    def is_ready(self) -> bool:
        assert self.app is not None
        assert self.app.poll() is None, f"start ended:\n{self.log.read_text(errors='replace')[-5000:]}"
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def environment(self) -> dict[str, str]:
        """What every Django process of the house is given."""
        lab = {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "DATABASE_URL": f"postgres://sage@/sage?host={quote(str(self.folder / 'px'), safe='')}",
            "REDIS_URL": f"redis://127.0.0.1:{self.proxy_ports['redis']}/0",
            "SAGE_MODEL": MODEL,
            "SAGE_LAB_PROVIDER_URL": f"http://127.0.0.1:{self.proxy_ports['provider']}/v1",
            "SAGE_TIMEOUT_CONNECT": "2",
            "SAGE_TIMEOUT_LARGE": "4",
            "SAGE_TIMEOUT_TOTAL": "20",
            "SAGE_LAB_FOLDER": str(self.folder),
            "SAGE_FAILPOINT": f"@{self.failpoints}",
            "SAGE_RATE_USER": "0",
            "SAGE_RATE_GLOBAL": "0",
            "LOG_LEVEL": "INFO",
        }
        return app_environment(self.folder / "var", self.port, **lab | self._variables)

    # --- what stands around the house ---

    @property
    def database_url(self) -> str:
        """The server itself, past the proxy."""
        return self.postgres.url

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database_url, autocommit=True, connect_timeout=5)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(sql, parameters).fetchall()

    def start_redis(self) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: `make test` installs it"
        options = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.redis = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, cwd=self.folder)

    def flush_redis(self) -> None:
        with socket.create_connection(("127.0.0.1", self.redis_port), timeout=2) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            assert connection.recv(5) == b"+OK\r\n"

    def _start_provider(self) -> tuple[subprocess.Popen[bytes], int]:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.provider", str(self.provider_log), "--seed", str(self.seed)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert child.stdout is not None
        return child, int(child.stdout.readline())

    def _start_proxy(self) -> None:
        assert self.postgres.home is not None
        routes = [
            f"postgres={self.folder / 'px' / SOCKET_FILE}->{self.postgres.home.socket / SOCKET_FILE}",
            f"redis=127.0.0.1:{self.proxy_ports['redis']}->127.0.0.1:{self.redis_port}",
            f"provider=127.0.0.1:{self.proxy_ports['provider']}->127.0.0.1:{self.provider_port}",
        ]
        self.proxy = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.proxy", str(self.folder / "px" / "control"), *routes],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.proxy.stdout is not None
        assert self.proxy.stdout.readline() == b"ready\n"

    def order(self, route: str, **wish: Any) -> dict[str, Any]:
        """Tell the proxy how a route behaves from now on; return its counters."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(5)
            control.connect(str(self.folder / "px" / "control"))
            control.sendall(json.dumps({"route": route, **wish}).encode() + b"\n")
            return dict(json.loads(control.makefile().readline()))

    def provide(self, **wish: Any) -> None:
        """Tell the provider how to behave: latency, hostile, faults."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.provider_port}/lab", json.dumps(wish).encode())
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert answer.status == 200

    def calls(self, **facts: Any) -> list[dict[str, Any]]:
        """What the provider was asked, in order; only lines with these facts."""
        lines = self.provider_log.read_text().splitlines() if self.provider_log.exists() else []
        found = [json.loads(line) for line in lines]
        return [line for line in found if all(line.get(name) == value for name, value in facts.items())]

    # --- who lives in it ---

    def processes(self) -> dict[str, list[int]]:
        """Pids by what they are: web, reconciler, quarantine, cluster, sentinel, worker, monitor, pusher."""
        found: dict[str, list[int]] = {}
        assert self.app is not None
        with suppress(psutil.Error):
            for child in psutil.Process(self.app.pid).children():
                with suppress(psutil.Error):
                    line = child.cmdline()
                    if "daphne" in line:
                        found.setdefault("web", []).append(child.pid)
                    elif "reconcile" in line:
                        found.setdefault("reconciler", []).append(child.pid)
                        found.setdefault("quarantine", []).extend(below.pid for below in child.children())
                    elif "worker" in line:
                        found.setdefault("cluster", []).append(child.pid)
                        for below in child.children(recursive=True):
                            found.setdefault(self._name_of(below.pid), []).append(below.pid)
        return found

    def _name_of(self, pid: int) -> str:
        with suppress(OSError):
            return (self.folder / "pids" / str(pid)).read_text()
        return "sentinel"

    def postgres_pids(self) -> list[int]:
        """The postmaster and all its backends."""
        with suppress(psutil.Error):
            if self.postgres.pid:
                postmaster = psutil.Process(self.postgres.pid)
                return [postmaster.pid, *(child.pid for child in postmaster.children())]
        return []

    def frozen(self) -> list[int]:
        """Every process of ours that is stopped by a signal."""
        found = []
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if child.status() == psutil.STATUS_STOPPED:
                    found.append(child.pid)
        return found

    # --- failpoints ---

    def arm(self, name: str, action: str, *, case: str = "", **only: Any) -> str:
        """Arm a failpoint while everything runs, and return its key; `only` are selectors, `seconds` and `times`."""
        key = ":".join(filter(None, (name, action, case)))
        draft = self.folder / "px" / key
        draft.write_text(json.dumps(only))
        draft.rename(self.failpoints / key)
        return key

    def disarm(self, key: str) -> None:
        """Take back what has not fired."""
        (self.failpoints / key).unlink(missing_ok=True)

    def fired(self) -> dict[str, dict[str, Any]]:
        """The firings so far, by key; the last one of each."""
        path = self.failpoints / "fired.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return {line["key"]: line for line in map(json.loads, lines)}


class Starter:
    """Starts sessions through the rules, in a process of its own inside the house (`starter.py`)."""

    def __init__(self, house: House) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.starter"],
            cwd=ROOT, env=house.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._answer() == "ready"

    def start(self, **wish: Any) -> tuple[int, dict[str, int]]:
        """Start a session with failpoints armed (`arm`); return its id and the ids of its tasks by role."""
        said = self._ask(wish)
        return said["session_id"], said["tasks"]

    def cancel(self, session_id: int) -> None:
        self._ask({"cancel": session_id})

    def close(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(10)

    def _ask(self, wish: dict[str, Any]) -> dict[str, Any]:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(wish) + "\n")
        self._child.stdin.flush()
        return dict(json.loads(self._answer()))

    def _answer(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline().strip()


@contextmanager
def running_house(*, seed: int = 0, keep: Path | None = None, **variables: str) -> Iterator[House]:
    """Start a house, wait until it is ready, and end all of it; its folder stays with `keep`."""
    folder = keep or Path(tempfile.mkdtemp(prefix="sage-lab-"))
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, seed=seed, **variables)
    try:
        house.start()
        house.wait_ready()
        yield house
    finally:
        house.stop()
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def wait_gone(pid: int, seconds: float = 5) -> None:
    """Return when a process has ended."""
    ends = time.monotonic() + seconds
    while psutil.pid_exists(pid) and time.monotonic() < ends:
        time.sleep(0.01)
