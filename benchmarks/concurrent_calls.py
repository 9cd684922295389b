"""A thousand model calls at once in one worker process: do they all overlap, and what memory do they take?

Run by itself: `python -m benchmarks.concurrent_calls [--calls N] [--seconds S]`. The calls are the first tasks of as
many sessions, through the whole engine on the embedded PostgreSQL; each is answered by a server of another process, as
a stream that takes S seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
CALLS = 1000
SECONDS = 10.0
MODEL = "openai:large-1"
BRIEF = "Members borrow tools from each other. A tool has a name and an owner. A loan ends after four weeks."
MOST_WAIT_SECONDS = 300


def main() -> None:
    """Print how the calls overlapped, how long the tasks took, and the memory of the cluster."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    given = parser.parse_args()
    print(measured(given.calls, given.seconds))


def measured(calls: int, seconds: float) -> str:
    """Return the figures as they are to be printed. The settings name an empty database that runs."""
    from tests.wire import WireProcess

    with WireProcess(latency=seconds, pieces=20, answers="small") as wire:
        ids = _sessions(calls)
        began = time.time()
        with _cluster(wire.openai_url, calls) as cluster:
            memory = _until_done(ids, cluster)
        taken = time.time() - began
        seen = wire.completions()
        most = wire.most_at_once()
    first, last = min(each.at for each in seen), max(each.ended_at for each in seen)
    begun = max(each.at for each in seen) - first
    rows = [
        ("from the first request to the last answer", f"{last - first:.1f} s"),
        ("from the first request to the last one", f"{begun:.1f} s"),
        ("calls that overlapped at the peak", f"{most} of {len(seen)}"),
        ("memory of the cluster while all calls run, PSS", f"{memory['calling']:.0f} MB"),
        ("at the most, while answers are checked (RSS)", f"{memory['pss']:.0f} MB ({memory['rss']:.0f} MB)"),
        ("from the cluster's start to all tasks done", f"{taken:.1f} s"),
    ]
    title = f"\n{calls} calls of {seconds:g} s in one worker process"
    return "\n".join([title, *(f"{name:48} {value}" for name, value in rows)])


def _sessions(count: int) -> list[int]:
    """Start sessions that wait at a gate once their first task is done."""
    from accounts.models import User
    from sessions_app.engine.apply import create
    from sessions_app.rules.drafts import draft_session
    from sessions_app.rules.sessions import start_session
    from teams.models import Role, Team, TeamMembership

    owner, _ = User.objects.get_or_create(username="bench", defaults={"email": "bench@example.org"})
    team, _ = Team.objects.get_or_create(name="Bench", owner=owner)
    TeamMembership.objects.get_or_create(team=team, user=owner, defaults={"role": Role.OWNER})
    return [
        create(
            start_session,
            draft_session(owner, team_id=team.pk, feature_name=f"Tools {n}", brief=BRIEF, gates=[1], model=MODEL),
        )
        for n in range(count)
    ]


@contextmanager
def _cluster(base_url: str, calls: int) -> Iterator[psutil.Process]:
    environment = os.environ | {
        "OPENAI_BASE_URL": base_url,
        "SAGE_MODEL": MODEL,  # as where a real model is used: what is loaded before a fork depends on it
        "SAGE_WORKERS": "1",
        "SAGE_WORKER_CONCURRENCY": str(calls),
        "SAGE_MAX_RUNNING_TASKS_PER_USER": "0",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL) as cluster:
        try:
            yield psutil.Process(cluster.pid)
        finally:
            cluster.terminate()
            cluster.wait(60)


def _until_done(ids: list[int], cluster: psutil.Process) -> dict[str, float]:
    """Wait until no first task is open any more; return the memory when it was most, in megabytes."""
    from sessions_app.models import AgentTask, TaskStatus

    tasks = AgentTask.objects.filter(session__in=ids, stage__number=1)
    most = {"pss": 0.0, "rss": 0.0, "calling": 0.0}  # "calling": until the first of them is done
    ends = time.monotonic() + MOST_WAIT_SECONDS
    while tasks.exclude(status__in=(TaskStatus.COMPLETED, TaskStatus.ERROR)).exists():
        assert time.monotonic() < ends, "the tasks do not end"
        now = _memory(cluster)
        now["calling"] = 0.0 if tasks.filter(status=TaskStatus.COMPLETED).exists() else now["pss"]
        most = {name: max(most[name], now[name]) for name in most}
        time.sleep(0.5)
    failed = list(tasks.filter(status=TaskStatus.ERROR).values_list("error_message", flat=True)[:3])
    assert not failed, failed
    return most


def _memory(cluster: psutil.Process) -> dict[str, float]:
    """Sum up the cluster's processes: what each has alone and its share of what they have together (PSS), and RSS."""
    found: dict[str, float] = {"pss": 0.0, "rss": 0.0}
    for process in [cluster, *cluster.children(recursive=True)]:
        try:
            facts = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        found["pss"] += facts.pss / 1e6
        found["rss"] += facts.rss / 1e6
    return found


if __name__ == "__main__":
    os.environ["ENVIRONMENT"] = "testing"
    os.environ["DJANGO_SETTINGS_MODULE"] = "sagemode.settings"
    os.environ["OPENAI_API_KEY"] = "nobodys"
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="sage-bench-") as folder:
        Path(folder).chmod(0o755)  # as root the server may run as another user
        os.environ["SAGE_DATA_DIR"] = folder
        import django

        django.setup()
        from django.core.management import call_command

        from sagemode.postgres import database

        with database(Path(folder)):
            call_command("migrate", verbosity=0)
            main()
