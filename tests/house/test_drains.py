"""SIGTERM at any moment, to one process or to all: work finishes or is given back, and counts as no loss."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

import psutil
import pytest

from tests.house.test_cluster_faults import Service, part, serving
from tests.services import eventually
from tests.test_kills import assert_whole

TARGETS = ["cluster", "sentinel", "worker", "all processes", "twice"]


def terminate(service: Service, target: str) -> bool:
    """Send SIGTERM as a person, a deploy or a process manager would; False when there was nobody."""
    main = part(service.app, "cluster")
    if target in ("all processes", "twice"):
        victims = [main, *main.children(recursive=True)] if main else []
        victims = victims if target == "all processes" else victims[:1] * 2
    else:
        victims = [part(service.app, target)]
    for victim in victims:
        with suppress(psutil.Error, AttributeError):
            os.kill(victim.pid, signal.SIGTERM)
    return bool(victims and victims[0])


def losses(service: Service) -> list[tuple[int, int, int]]:
    return service.look.rows(
        "SELECT session_id, id, lost_count FROM agent_tasks WHERE lost_count > 0 OR retry_count > 0"
    )


@pytest.mark.nightly
def test_a_drain_gives_back_what_does_not_finish_and_the_next_cluster_takes_it():
    with serving(SIMULATOR_LATENCY="60", SAGE_SHUTDOWN_SECONDS="6") as service:
        session_id = service.start_session()
        eventually(lambda: service.look.running_roles(session_id), what="a running task")
        first = service.look.holders(session_id)

        assert terminate(service, "all processes")

        eventually(lambda: service.look.holders(session_id) - first, seconds=45, what="the next holder")
        [(data,)] = service.look.rows(
            "SELECT data FROM session_events WHERE session_id = %s AND type = 'agent_task_released'", session_id
        )
        assert data["reason"] == "the worker is shutting down"
        assert losses(service) == []


@pytest.mark.nightly
def test_sigterm_at_random_moments_loses_nothing_and_counts_as_no_loss():
    dice = random.Random(11)
    hits: Counter[str] = Counter()
    with serving(SIMULATOR_LATENCY="1.5") as service:
        sessions = []
        for _ in range(30):
            sessions.append(service.start_session())
            time.sleep(dice.choice([0.02, 0.2, 1.0, 3.0]) * dice.uniform(0.5, 1.5))
            target = dice.choice(TARGETS)
            hits[target] += terminate(service, target)

        def all_ended() -> bool:
            return all(service.look.status(session_id) != "active" for session_id in sessions)

        eventually(all_ended, seconds=240, what="the end of all sessions")
        print(f"{len(sessions)} sessions, SIGTERM to: {dict(hits)}")
        assert {service.look.status(session_id) for session_id in sessions} == {"completed"}
        assert losses(service) == []
        for session_id in sessions:
            assert_whole(service.look, session_id)


@pytest.mark.nightly
def test_nobody_is_blamed_while_the_database_is_frozen():
    with serving() as service:
        service.serve()
        before = service.look.worker_pids()
        postmaster = int((service.app.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        servers = [psutil.Process(postmaster), *psutil.Process(postmaster).children()]

        for process in servers:
            process.suspend()
        time.sleep(30)
        for process in servers:
            with suppress(psutil.Error):
                process.resume()

        service.serve()
        assert service.look.worker_pids() == before
        assert "is frozen" not in service.app.output()


@pytest.mark.nightly
@pytest.mark.parametrize(("words", "name"), [("reconcile", "reconciler"), ("daphne", "web")])
def test_a_frozen_web_or_reconciler_is_replaced(words, name):
    with serving() as service:
        children = psutil.Process(service.app.process.pid).children()
        [victim] = [child for child in children if any(words in part for part in child.cmdline())]
        time.sleep(2)

        victim.suspend()

        eventually(lambda: f"{name} gave no sign of life" in service.app.output(), seconds=30)
        service.app.wait_ready()
        service.serve()
