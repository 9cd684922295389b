"""`manage.py start` with everything real behind it: PostgreSQL, web, the queue's cluster, the reconciler."""

import signal
import time
import urllib.request

import psutil
import pytest

from tests.services import RunningApp, eventually, is_running, running_app


def family(app: RunningApp) -> list[int]:
    """The supervisor and all it started, and what those started."""
    supervisor = psutil.Process(app.process.pid)
    return [supervisor.pid, *(child.pid for child in supervisor.children(recursive=True))]


@pytest.mark.nightly
def test_sigterm_ends_everything_in_the_time_that_the_settings_allow():
    with running_app(first_start=True, is_measured=True, SAGE_SHUTDOWN_SECONDS="5") as app:
        eventually(lambda: f"Sage Mode is ready at {app.url}\n" in app.output())
        everything = family(app)
        started = time.monotonic()

        assert app.stop() == 0

        assert time.monotonic() - started < 7
        assert [pid for pid in everything if is_running(pid)] == []
        assert len(everything) > 10


def test_kill_9_of_the_supervisor_leaves_no_process_of_cluster_web_or_database():
    with running_app() as app:
        everything = family(app)

        app.process.kill()

        eventually(lambda: not any(is_running(pid) for pid in everything), what="the end of all processes")


@pytest.mark.nightly
def test_web_and_cluster_come_back_after_kill_9():
    with running_app() as app:
        children = psutil.Process(app.process.pid).children()
        web = next(child for child in children if "daphne" in child.cmdline())
        worker = next(child for child in children if "worker" in child.cmdline())
        cluster = worker.children(recursive=True)
        for process in (web, worker):
            process.send_signal(signal.SIGKILL)

        eventually(lambda: "worker has ended with code -9; starting it again" in app.output())
        app.wait_ready()

        with urllib.request.urlopen(f"{app.url}/health/live", timeout=5) as answer:
            assert answer.status == 200
        assert [process.pid for process in cluster if is_running(process.pid)] == []
