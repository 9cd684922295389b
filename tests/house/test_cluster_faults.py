"""Kill and freeze each process of the queue's cluster: it serves again, within 45 s each time. Times are printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

from tests.services import ROOT, RunningApp, eventually, running_app
from tests.test_kills import START_A_SESSION, Observer

WATCHDOG_SECONDS = 8
SERVES_AGAIN_SECONDS = 45
PARTS = ["cluster", "sentinel", "pusher", "monitor", "worker"]

# Starts a session for every line it reads: a new Python for each would hide the times that we measure.
STARTER = "import sys" + START_A_SESSION.replace("\nprint(", "\nfor _ in sys.stdin: print(")


def part(app: RunningApp, name: str) -> psutil.Process | None:
    """Return a process of the cluster by what it is, the first of several."""
    for process in psutil.Process(app.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            if process.name() == f"sage-{name}":
                return process
    return None


class Service:
    """The app with somebody who starts sessions and looks how they fare."""

    def __init__(self, app: RunningApp, starter: subprocess.Popen[str]) -> None:
        self.app = app
        self.look = Observer(app)
        self._starter = starter

    def start_session(self) -> int:
        self._starter.stdin.write("one more\n")
        self._starter.stdin.flush()
        return int(self._starter.stdout.readline())

    def serve(self) -> None:
        """Start a session and return when all its agents are done."""
        session_id = self.start_session()
        eventually(
            lambda: self.look.status(session_id) == "completed", seconds=SERVES_AGAIN_SECONDS, what="the session's end"
        )

    def whole(self) -> bool:
        """Whether every part of the cluster is there and none is stopped."""
        found = [part(self.app, name) for name in PARTS]
        with suppress(psutil.Error):
            return all(process and process.status() != psutil.STATUS_STOPPED for process in found)
        return False

    def hit(self, name: str, number: signal.Signals) -> float:
        """Send a signal to a part of the cluster; return the seconds until it was replaced and a session completed."""
        victim = part(self.app, name)
        began = time.monotonic()
        os.kill(victim.pid, number)
        self.serve()
        eventually(lambda: not victim.is_running(), seconds=SERVES_AGAIN_SECONDS, what=f"the end of the {name}")
        eventually(self.whole, seconds=SERVES_AGAIN_SECONDS, what=f"a new {name}")
        self.serve()
        seconds = time.monotonic() - began
        print(f"{number.name} of the {name}: serves again after {seconds:.1f} s")
        return seconds


# A worker as a container runs it, without our supervisor, whose canaries arrive nowhere.
DEAF_WORKER = """
from sagemode import cluster
cluster._hear = lambda task, **_: None
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "worker", "--processes", "1"])
"""


@contextmanager
def serving(**variables: str) -> Iterator[Service]:
    with running_app(SAGE_WATCHDOG_SECONDS=str(WATCHDOG_SECONDS), **variables) as app:
        environment = app.environment() | {"DJANGO_SETTINGS_MODULE": "sagemode.settings"}
        with subprocess.Popen(
            [sys.executable, "-c", STARTER],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as starter:
            yield Service(app, starter)
            starter.stdin.close()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with serving() as running:
        running.serve()
        yield running


def test_an_idle_worker_that_is_killed_costs_nobody_anything(service):
    assert service.hit("worker", signal.SIGKILL) < SERVES_AGAIN_SECONDS


def test_a_worker_that_is_frozen_is_replaced_while_its_neighbour_works_on(service):
    neighbours = service.look.worker_pids()

    assert service.hit("worker", signal.SIGSTOP) < SERVES_AGAIN_SECONDS

    assert len(neighbours & service.look.worker_pids()) == 1
    assert "is frozen" in service.app.output()


@pytest.mark.nightly
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("name", PARTS)
def test_whatever_is_killed_or_frozen_in_the_cluster_comes_back(service, name, number):
    assert service.hit(name, number) < SERVES_AGAIN_SECONDS


@pytest.mark.nightly
def test_an_idle_worker_killed_twenty_times_never_freezes_the_cluster(service):
    times = sorted(service.hit("worker", signal.SIGKILL) for _ in range(20))

    print(f"20 kills of an idle worker: median {times[10]:.1f} s, longest {times[-1]:.1f} s")
    assert times[-1] < SERVES_AGAIN_SECONDS


@pytest.mark.nightly
def test_a_cluster_through_which_no_message_passes_is_started_anew_also_without_a_supervisor(service, tmp_path):
    environment = service.app.environment() | {"DJANGO_SETTINGS_MODULE": "sagemode.settings"}
    log = tmp_path / "worker.log"
    command = [sys.executable, "-c", f"import django; django.setup()\n{DEAF_WORKER}"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment | {"SAGE_WATCHDOG_SECONDS": str(WATCHDOG_SECONDS), "COLUMNS": "200"},
            stdout=output,
            stderr=output,
        )
    try:
        said = "no message comes through"
        eventually(lambda: log.read_text().count(said) >= 2, seconds=90, what="the second new cluster")
        assert worker.poll() is None
    finally:
        worker.terminate()
        assert worker.wait(30) == 0
