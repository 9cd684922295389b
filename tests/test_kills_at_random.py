"""Kill any process of the house, again and again, while many sessions run. Takes minutes: `make nightly`."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress

import psutil
import psycopg
import pytest

from tests.services import RunningApp, eventually, running_app
from tests.test_kills import Observer, assert_whole, start_session

SESSIONS = 12
KILLS = 30


def victims(app: RunningApp) -> dict[str, list[psutil.Process]]:
    """Every process below the supervisor, by what it is; postgres stands for its postmaster."""
    found: dict[str, list[psutil.Process]] = {}
    for child in psutil.Process(app.process.pid).children():
        with suppress(psutil.Error):  # it died between two looks
            line = child.cmdline()
            if line[0].endswith("postgres"):
                found["postgres"] = [child]
            elif "daphne" in line:
                found["web"] = [child]
            elif "reconcile" in line:
                found["reconciler"] = [child]
            elif "worker" in line:
                found["cluster"] = [child]
                found["in the cluster"] = child.children(recursive=True)
    return found


@pytest.mark.nightly
def test_sessions_complete_whatever_dies():
    dice = random.Random(7)
    hits: Counter[str] = Counter()
    with running_app(SIMULATOR_LATENCY="2") as app:
        look = Observer(app)
        sessions = [start_session(app) for _ in range(SESSIONS)]
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.5, 2.5))
            kinds = {kind: processes for kind, processes in victims(app).items() if processes}
            kind = dice.choice(sorted(kinds))
            with suppress(ProcessLookupError):
                os.kill(dice.choice(kinds[kind]).pid, signal.SIGKILL)
                hits[kind] += 1
            if dice.random() < 0.3:
                with suppress(AssertionError):  # while PostgreSQL is away nobody can start one
                    sessions.append(start_session(app))

        def all_ended() -> bool:
            with suppress(psycopg.OperationalError):
                return all(look.status(session_id) != "active" for session_id in sessions)
            return False

        eventually(all_ended, seconds=240, what="the end of all sessions")
        assert sum(hits.values()) >= KILLS * 0.8
        assert {look.status(session_id) for session_id in sessions} == {"completed"}
        for session_id in sessions:
            assert_whole(look, session_id)
        print(f"{len(sessions)} sessions, killed: {dict(hits)}")
