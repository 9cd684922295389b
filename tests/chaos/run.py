"""`make chaos`: people use a house that breaks all the time, and at the end somebody who knows nothing of it judges.

    python -m tests.chaos.run --faults 300 --sessions 500 --seed 1

The exit code is 0 when nothing was lost, stuck, done twice or left out, and the house recovered in time.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.chaos.checker import check
from tests.chaos.checking.violation import Violation
from tests.chaos.faults import Fault, Injector, recoveries
from tests.chaos.house import House, running_house
from tests.chaos.people import People, draw_plans

REST_SECONDS = 240  # that the last sessions may take once nothing breaks any more
UNWILLING = {"cancel", "poison"}
MANY = 200  # sessions; with fewer, one of each plan is a larger share than it should be
P50_SECONDS, P99_SECONDS, COMPLETED_SHARE = 10.0, 30.0, 0.95


@dataclass(frozen=True)
class Wanted:
    """How much of a run there is to be."""

    faults: int = 300
    sessions: int = 500
    seed: int = 1
    lease_seconds: int = 5
    latency_seconds: float = 1.0
    gap_seconds: float = 1.2
    most_open: int = 80


@dataclass(frozen=True)
class Report:
    """What a run showed."""

    wanted: Wanted
    minutes: float
    faults: list[Fault]
    missed: int
    statuses: Counter[str]
    recovery_seconds: list[float]
    violations: list[Violation]
    complaints: list[str]
    figures: dict[str, int]
    ends: dict[str, Counter[str]]  # by plan

    @property
    def completed_share(self) -> float:
        return self.statuses["completed"] / max(1, sum(self.statuses.values()))

    @property
    def completed_share_of_willing(self) -> float:
        """Of the sessions that nobody cancels and whose brief kills no process."""
        willing: Counter[str] = Counter()
        for plan in self.ends.keys() - UNWILLING:
            willing.update(self.ends[plan])
        return willing["completed"] / max(1, willing.total())

    def percentile(self, share: float) -> float:
        ordered = sorted(self.recovery_seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0

    def failures(self) -> list[str]:
        """Return what must hold and does not, a sentence each."""
        wrong = [str(violation) for violation in self.violations] + self.complaints
        if len(self.faults) < self.wanted.faults:
            wrong.append(f"only {len(self.faults)} of {self.wanted.faults} faults hit something")
        if sum(self.statuses.values()) < self.wanted.sessions:
            wrong.append(f"only {sum(self.statuses.values())} of {self.wanted.sessions} sessions were started")
        if self.percentile(0.5) >= P50_SECONDS or self.percentile(0.99) >= P99_SECONDS:
            wrong.append(f"recovery p50 {self.percentile(0.5):.1f} s, p99 {self.percentile(0.99):.1f} s")
        if self.completed_share < COMPLETED_SHARE and self.wanted.sessions >= MANY:
            wrong.append(f"only {self.completed_share:.1%} of the sessions completed")
        if self.completed_share_of_willing < COMPLETED_SHARE:
            wrong.append(f"only {self.completed_share_of_willing:.1%} of those that could complete did")
        wrong += [f"a {plan} session ended {dict(ends)}" for plan, ends in self.ends.items() if _ill(plan, ends)]
        return wrong

    def table(self) -> str:
        """Return the figures as they are to be printed."""
        kinds = Counter(violation.kind for violation in self.violations)
        rows = [
            ("faults that hit", f"{len(self.faults)} ({self.missed} found nothing to hit)"),
            ("sessions", ", ".join(f"{count} {status}" for status, count in self.statuses.most_common())),
            ("completed", f"{self.completed_share:.1%}, {self.completed_share_of_willing:.1%} of those that could"),
            *((name, str(kinds.pop(name, 0))) for name in ("lost", "stuck", "twice", "gap", "illegal", "chain", "cap")),
            ("other violations", ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "0"),
            ("complaints of people", str(len(self.complaints))),
            ("recovery p50, p99, max", ", ".join(f"{self.percentile(p):.2f} s" for p in (0.5, 0.99, 1.0))),
            *((name, f"{value:,}") for name, value in self.figures.items()),
            ("minutes", f"{self.minutes:.1f}"),
        ]
        lines = [f"{name:<26} {value}" for name, value in rows]
        lines += ["", f"{'fault':<32} {'hits':>5} {'p50 s':>7} {'max s':>7}"]
        for kind, count in sorted(Counter(fault.kind for fault in self.faults).items()):
            waits = sorted(
                wait for fault, wait in zip(self.faults, self.recovery_seconds, strict=True) if fault.kind == kind
            )
            lines.append(f"{kind:<32} {count:>5} {waits[len(waits) // 2]:>7.2f} {waits[-1]:>7.2f}")
        return "\n".join(lines)


def _ill(plan: str, ends: Counter[str]) -> bool:
    """A poisoned session must fail, and be the only one that suffers; one that was cancelled may have been quicker."""
    if plan == "poison":
        return ends.total() != ends["failed"]
    return plan == "cancel" and ends.total() != ends["cancelled"] + ends["completed"]


def run(wanted: Wanted, folder: Path) -> Report:
    """Run a house in `folder` to the end of `wanted`; all logs stay there."""
    began = time.monotonic()
    with running_house(
        seed=wanted.seed,
        keep=folder,
        SAGE_LEASE_SECONDS=str(wanted.lease_seconds),
        SAGE_WORKERS="3",  # so that now and then one is idle
        SAGE_SHUTDOWN_SECONDS="5",
        SAGE_MAX_RUNNING_TASKS_PER_USER="0",
    ) as house:
        house.provide(latency=wanted.latency_seconds, hostile=True)
        injector = Injector(
            house, folder / "faults.jsonl", seed=wanted.seed, wanted=wanted.faults, gap_seconds=wanted.gap_seconds
        )
        wishes = draw_plans(wanted.sessions, seed=wanted.seed)
        # About what a fault takes, with its pause: sessions are to come until the last fault.
        whole_seconds = wanted.faults * (wanted.gap_seconds + 1.4)
        people = People(
            house.url, folder, wishes, per_second=wanted.sessions / whole_seconds,
            most_open=wanted.most_open, seed=wanted.seed,
        )  # fmt: skip
        people.start()
        _wait_for(lambda: len(injector.in_flight()) > 3, 30)
        injector.run(until=people.are_done)
        _wait_for(people.are_done, REST_SECONDS + wanted.sessions / 5)
        time.sleep(3)  # for what was done last to reach the logs
        return _report(wanted, house, injector, people, (time.monotonic() - began) / 60)


def _wait_for(condition: object, seconds: float) -> None:
    ends = time.monotonic() + seconds
    assert callable(condition)
    while time.monotonic() < ends and not condition():
        time.sleep(0.2)


def _report(wanted: Wanted, house: House, injector: Injector, people: People, minutes: float) -> Report:
    folder = house.folder
    violations = check(
        house.database_url,
        provider_log=house.provider_log,
        client_log=folder / "client.jsonl",
        ws_log=folder / "ws.jsonl",
    )
    with psycopg.connect(house.database_url) as connection:
        by_id = dict(connection.execute("SELECT id, status FROM execution_sessions").fetchall())
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM session_events), (SELECT count(*) FROM llm_calls WHERE status = 'succeeded'),"
            " (SELECT count(*) FROM session_events WHERE type = 'agent_task_released')"
        ).fetchone()
    assert counts is not None
    statuses, ends = Counter(by_id.values()), dict[str, Counter[str]]()
    for wish in people.wishes:
        ends.setdefault(wish.plan, Counter())[by_id.get(wish.session_id, "never started")] += 1
    figures = {
        "events": counts[0],
        "paid calls": counts[1],
        "requests to the provider": len(house.calls()),
        "tasks given back": counts[2],
        "watchers": people.watched,
        "commit answers lost": int(house.order("postgres")["lost"]),
    }
    return Report(
        wanted, minutes, injector.faults, injector.missed, statuses, recoveries(house, injector.faults), violations,
        people.complaints, figures, ends,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description="Break a house while people use it, and judge what is left.")
    parser.add_argument("--faults", type=int, default=Wanted.faults)
    parser.add_argument("--sessions", type=int, default=Wanted.sessions)
    parser.add_argument("--seed", type=int, default=Wanted.seed)
    parser.add_argument("--folder", type=Path, help="where the logs stay (default: a new one under /tmp)")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="sage-chaos-"))
    print(f"{given.faults} faults, {given.sessions} sessions, seed {given.seed}, logs in {folder}", flush=True)
    print(f"{platform.platform()}, {platform.python_implementation()} {platform.python_version()}", flush=True)
    report = run(Wanted(given.faults, given.sessions, given.seed), folder)
    print(report.table())
    failures = report.failures()
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
