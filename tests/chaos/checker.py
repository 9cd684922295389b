"""The independent checker: did a run lose, double or break anything? It knows nothing of the application's code.

It reads the database by plain SQL and three logs that others wrote (provider, client, sockets), and re-implements the
proof and the state machines from the design's text. Meant for a house that has come to rest.

    python -m tests.chaos.checker postgresql://... --provider-log provider.jsonl --client-log client.jsonl
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.checking.clocks import check_clock, check_order
from tests.chaos.checking.counting import check_numbers, check_once
from tests.chaos.checking.machines import check_machines
from tests.chaos.checking.money import check_months, check_session_money
from tests.chaos.checking.promises import check_promises
from tests.chaos.checking.proof import check_chain, check_vouched
from tests.chaos.checking.reading import House, read_house, read_lines
from tests.chaos.checking.sockets import check_sockets
from tests.chaos.checking.texts import check_texts
from tests.chaos.checking.violation import Violation
from tests.chaos.checking.waiting import check_messages, check_stuck
from tests.chaos.checking.wire import check_provider

LogPath = Path | str | None


@dataclass(frozen=True)
class Limits:
    """How long things may take before they count as wrong, in seconds, and what a run's faults account for."""

    stuck_seconds: float = 30.0  # without a word from a session that waits for nobody
    message_seconds: float = 15.0  # that a ready task may lack its message
    after_end_seconds: float = 10.0  # that a request may still reach the provider after a session's end
    clock_seconds: float = 30.0  # between a transaction's clock and its first write
    repeats_overall: int | None = None  # repeated requests to the provider; None: each task by its own losses alone


def check(
    database_url: str,
    *,
    provider_log: LogPath = None,
    client_log: LogPath = None,
    ws_log: LogPath = None,
    limits: Limits | None = None,
) -> list[Violation]:
    """Return everything that is wrong; an empty list is a clean bill. Logs that are not given are not asked.

    `database_url` is an address or a connection string of libpq. One snapshot of the database is read, after the logs.
    """
    with psycopg.connect(database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return judge(connection, provider_log=provider_log, client_log=client_log, ws_log=ws_log, limits=limits)


def judge(
    connection: psycopg.Connection[Any],
    *,
    provider_log: LogPath = None,
    client_log: LogPath = None,
    ws_log: LogPath = None,
    limits: Limits | None = None,
) -> list[Violation]:
    """As `check`, with what this connection sees in its transaction."""
    limits = limits or Limits()
    requests, told, frames = read_lines(provider_log), read_lines(client_log), read_lines(ws_log)
    house = read_house(connection)
    violations = [*_of_database(house, limits), *check_texts(connection)]
    violations += check_promises(house, told)
    violations += check_sockets(house, frames)
    if provider_log is not None:
        violations += check_provider(
            house,
            requests,
            after_end_seconds=limits.after_end_seconds,
            repeats_overall=limits.repeats_overall,
        )
    return violations


def _of_database(house: House, limits: Limits) -> Iterator[Violation]:
    for facts in house.sessions.values():
        yield from check_numbers(facts)
        yield from check_once(facts)
        yield from check_machines(facts)
        yield from check_chain(facts)
        yield from check_vouched(facts)
        yield from check_session_money(facts)
        yield from check_stuck(house, facts, seconds=limits.stuck_seconds)
        yield from check_order(house, facts)
    yield from check_months(house)
    yield from check_messages(house, seconds=limits.message_seconds)
    yield from check_clock(house, seconds=limits.clock_seconds)


def main() -> int:
    """Print what is wrong, and how much of each kind; the exit code is 0 when nothing is."""
    parser = argparse.ArgumentParser(description="Say what is wrong in a database of Sage Mode.")
    parser.add_argument("database_url")
    for name in ("--provider-log", "--client-log", "--ws-log"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    violations = check(
        given.database_url, provider_log=given.provider_log, client_log=given.client_log, ws_log=given.ws_log
    )
    for violation in violations:
        print(violation)
    for kind, count in sorted(Counter(violation.kind for violation in violations).items()):
        print(f"{count:6}  {kind}", file=sys.stderr)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
