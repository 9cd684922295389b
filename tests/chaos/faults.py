"""What can go wrong around a running house, and the hand that does it, by seeded dice, noting what each fault hit.

A fault that finds nothing to hit (no idle worker, no task in flight) is not counted. All of it from the main thread:
PostgreSQL must be started from there.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.house import House

# How often each kind comes, against the others.
KINDS = {
    "kill worker": 6,
    "kill idle worker": 3,
    "kill cluster": 3,
    "kill sentinel": 1,
    "kill monitor": 2,
    "kill pusher": 1,
    "kill reconciler": 2,
    "kill quarantine": 1,
    "kill web": 2,
    "kill everything": 1,
    "freeze worker": 3,
    "freeze cluster": 2,
    "deploy": 2,
    "postgres immediate stop": 2,
    "postgres frozen": 2,
    "postgres backends terminated": 3,
    "postgres connections cut": 1,
    "postgres delayed": 1,
    "commit answer lost": 3,
    "redis killed": 1,
    "redis flushed": 1,
    "redis frozen": 1,
    "provider 429": 2,
    "provider 500": 2,
    "provider hang": 1,
    "provider cut": 2,
    "provider garbage": 2,
    "provider nonsense": 1,
}
LOSING_RULES = ("claim_tasks", "reserve_call", "settle_call", "complete_task")


@dataclass
class Fault:
    """One fault that hit something: when, what, whom, and what was in flight."""

    at: float  # unix seconds
    kind: str
    victim: str
    held: list[int]  # tasks that the victim held, or that depended on it
    in_flight: dict[int, int] = field(default_factory=dict)  # running task -> its session
    seconds: float = 0.0  # how long the fault lasted


class Injector:
    """Does faults one after the other until `wanted` of them have hit something."""

    def __init__(self, house: House, log: Path, *, seed: int, wanted: int, gap_seconds: float) -> None:
        self.house, self.wanted, self.gap_seconds = house, wanted, gap_seconds
        self.faults: list[Fault] = []
        self.missed = 0
        self._dice = random.Random(seed)
        self._log = log.open("a", buffering=1)
        self._bag: list[str] = []
        self._commits = 0

    def run(self, *, until: Callable[[], bool]) -> None:
        """Do faults until enough have hit, or `until` says that nothing is left to hit."""
        while len(self.faults) < self.wanted and not until():
            if not self.in_flight():
                time.sleep(0.1)
            elif self.strike(self._draw()) is not None:
                time.sleep(self._dice.uniform(0.5, 1.5) * self.gap_seconds)

    def strike(self, kind: str) -> Fault | None:
        """Do one fault and note it; None when it hit nothing."""
        in_flight = self.in_flight()
        began = time.time()
        before = {task_id: session_id for task_id, (session_id, _) in in_flight.items()}
        done = self._act(kind, in_flight) if in_flight else None
        if done is None:
            self.missed += 1
            return None
        victim, held = done
        fault = Fault(began, kind, victim, held, before, round(time.time() - began, 2))
        self.faults.append(fault)
        self._log.write(json.dumps(asdict(fault)) + "\n")
        return fault

    def in_flight(self) -> dict[int, tuple[int, int]]:
        """Every running task: its session, and the pid that holds it."""
        with suppress(psycopg.Error):
            sql = (
                "SELECT t.id, t.session_id, t.lease_owner FROM agent_tasks t JOIN execution_sessions s"
                " ON s.id = t.session_id WHERE t.status = 'running' AND s.status = 'active'"
            )
            return {task: (session, int(owner.split(":")[2])) for task, session, owner in self.house.rows(sql)}
        return {}

    def _draw(self) -> str:
        """Return the next kind: from a shuffled bag, so that each comes as often as it should."""
        if not self._bag:
            self._bag = [kind for kind, weight in KINDS.items() for _ in range(weight)]
            self._dice.shuffle(self._bag)
        return self._bag.pop()

    def _act(self, kind: str, in_flight: dict[int, tuple[int, int]]) -> tuple[str, list[int]] | None:
        """Do it; return who was hit and which tasks that one held, or None when there was nobody."""
        verb, _, whom = kind.partition(" ")
        if verb == "kill":
            return self._kill(whom, in_flight)
        if verb == "freeze":
            return self._freeze(whom, in_flight)
        if verb == "provider":
            return self._spoil_provider(whom)
        everything = list(in_flight)
        if kind == "deploy":
            [*clusters] = self.house.processes().get("cluster", ())
            return self._signal(clusters[:1], signal.SIGTERM, everything)
        if kind == "commit answer lost":
            return self._lose_commit(everything)
        return self._break_server(kind, everything)

    # --- processes ---

    def _kill(self, whom: str, in_flight: dict[int, tuple[int, int]]) -> tuple[str, list[int]] | None:
        processes = self.house.processes()
        busy = {pid for _, pid in in_flight.values()}
        everything = list(in_flight)
        if whom in ("worker", "quarantine"):
            pids = [pid for pid in processes.get(whom, ()) if pid in busy]
            chosen = [self._dice.choice(pids)] if pids else []
            return self._signal(chosen, signal.SIGKILL, [t for t, (_, pid) in in_flight.items() if pid in chosen])
        if whom == "idle worker":
            pids = [pid for pid in processes.get("worker", ()) if pid not in busy]
            return self._signal(pids[:1], signal.SIGKILL, everything)
        if whom == "everything":
            pids = [pid for of_kind in processes.values() for pid in of_kind]
            return self._signal(pids, signal.SIGKILL, everything)
        pids = processes.get(whom, [])
        return self._signal(pids[:1], signal.SIGKILL, everything)

    def _freeze(self, whom: str, in_flight: dict[int, tuple[int, int]]) -> tuple[str, list[int]] | None:
        processes = self.house.processes()
        if whom == "worker":
            busy = {pid for _, pid in in_flight.values()}
            pids = [pid for pid in processes.get("worker", ()) if pid in busy][:1]
        else:
            pids = [
                p for name in ("cluster", "sentinel", "worker", "monitor", "pusher") for p in processes.get(name, ())
            ]
        held = [task for task, (_, pid) in in_flight.items() if pid in pids]
        if not held or self._signal(pids, signal.SIGSTOP, held) is None:
            return None
        # Now and then for longer than a lease: then others have taken over when it wakes up.
        time.sleep(self._dice.choice((0.5, 2.0, 4.0, 7.0)))
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        return f"{whom} {pids}", held

    def _signal(self, pids: list[int], number: int, held: list[int]) -> tuple[str, list[int]] | None:
        hit = []
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
                hit.append(pid)
        return (f"{signal.Signals(number).name} to {hit}", held) if hit and held else None

    # --- servers ---

    def _break_server(self, kind: str, everything: list[int]) -> tuple[str, list[int]] | None:
        house, pause = self.house, self._dice.uniform(0.2, 3.0)
        if kind == "postgres immediate stop":
            pid = house.postgres.pid
            house.postgres.stop(at_once=True)
            time.sleep(pause / 2)
            house.postgres.start()
            return f"postmaster {pid}", everything
        if kind == "postgres frozen":
            pids = house.postgres_pids()
            return self._hold(pids, pause * 2, everything)
        if kind == "postgres backends terminated":
            share = self._dice.choice((0.3, 1.0))
            sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            with suppress(psycopg.Error):
                [(count,)] = house.rows(f"{sql} AND usename = 'sage' AND random() < %s", share)
                return (f"{count} backends", everything) if count else None
            return None
        if kind == "postgres connections cut":
            count = house.order("postgres")["open"]
            house.order("postgres", mode="refuse", cut=True)
            time.sleep(pause)
            house.order("postgres", mode="pass")
            return f"{count} connections", everything
        if kind == "postgres delayed":
            house.order("postgres", mode="delay", seconds=self._dice.uniform(0.05, 0.3))
            time.sleep(pause)
            house.order("postgres", mode="pass")
            return "every message", everything
        return self._break_redis(kind, pause, everything)

    def _break_redis(self, kind: str, pause: float, everything: list[int]) -> tuple[str, list[int]] | None:
        server = self.house.redis
        assert server is not None
        if kind == "redis killed":
            server.kill()
            server.wait()
            time.sleep(pause)
            self.house.start_redis()
        elif kind == "redis flushed":
            self.house.flush_redis()
        else:
            return self._hold([server.pid], pause * 2, everything)
        return f"redis {server.pid}", everything

    def _hold(self, pids: list[int], seconds: float, held: list[int]) -> tuple[str, list[int]] | None:
        done = self._signal(pids, signal.SIGSTOP, held)
        time.sleep(seconds)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        return done

    def _lose_commit(self, everything: list[int]) -> tuple[str, list[int]] | None:
        self._commits += 1
        rule = self._dice.choice(LOSING_RULES)
        key = self.house.arm(f"{rule}.before_commit", "lose", case=f"chaos{self._commits}")
        ends = time.monotonic() + 3
        while time.monotonic() < ends:
            if key in self.house.fired():
                return f"{rule} in {self.house.fired()[key]['pid']}", everything
            time.sleep(0.05)
        self.house.disarm(key)
        return None

    def _spoil_provider(self, outcome: str) -> tuple[str, list[int]] | None:
        began = time.time()
        self.house.provide(faults={outcome: 0.8})
        time.sleep(self._dice.uniform(1.0, 2.0))
        self.house.provide(faults={})
        hit = [line["task_id"] for line in self.house.calls(outcome=outcome) if line["at"] >= began]
        return (f"{len(hit)} calls", hit) if hit else None


def recoveries(house: House, faults: list[Fault]) -> list[float]:
    """Return for each fault the seconds until every session with a task in flight had gone on, or had ended.

    That a task was given back is no going on; its next start, answer or end is, and so is whatever a person does.
    """
    sql = (
        "SELECT s.id, s.ended_at IS NOT NULL, (SELECT min(extract(epoch FROM e.at)) FROM session_events e"
        " WHERE e.session_id = s.id AND e.at > to_timestamp(%s) AND e.type <> 'agent_task_released')"
        " FROM execution_sessions s WHERE s.id = ANY(%s)"
    )
    found = []
    with house.connect() as connection:
        for fault in faults:
            rows: list[Any] = connection.execute(sql, [fault.at, list(set(fault.in_flight.values()))]).fetchall()
            waits = [float(at) - fault.at for _, _, at in rows if at is not None]
            is_stuck = any(at is None and not has_ended for _, has_ended, at in rows)
            found.append(float("inf") if is_stuck else max(waits, default=0.0))
    return found
