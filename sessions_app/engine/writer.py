"""The one writer of session state: loads under the lock, asks the rules, commits everything or nothing.

A batch holds at most one transition of each session. Locks are taken in one order everywhere: session rows by id,
then `team_months` by team and month, then what runs for people and teams (`loads.py`), then the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django_q.brokers import get_broker

from sessions_app.engine import failpoints, statements
from sessions_app.engine.commits import Commit
from sessions_app.engine.ids import new_id
from sessions_app.engine.loading import state_from
from sessions_app.engine.loads import Loads
from sessions_app.errors import NotReachable
from sessions_app.journal.chain import seal
from sessions_app.rules.ledger import month_of
from sessions_app.rules.state import MonthRow, SessionState
from sessions_app.rules.writes import Message, Writes

log = logging.getLogger(__name__)
Rule = Callable[..., Writes]
RUN_AGENT_TASK = "sessions_app.tasks.run_agent_task"


@dataclass(eq=False)
class Transition:
    """A rule to be applied to a session, and afterwards what came of it."""

    session_id: int
    rule: Rule
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    pays: bool = True  # whether it may charge its team's month; else that is neither locked nor told to the rule
    outcome: Any = None
    error: BaseException | None = None


def write_batch(
    transitions: Sequence[Transition], *, wait: bool = False, commit: Commit | None = None
) -> list[Transition]:
    """Apply transitions of different sessions in one transaction; return those whose session was locked by others.

    A rule that refuses keeps its error and spoils nothing for its neighbours. With `wait` (one transition only) the
    lock is waited for, at most a second. Raises the database's errors; then nothing was written, unless the answer to
    COMMIT was lost: `commit` finds that out.
    """
    commit = commit or Commit()
    by_session = {transition.session_id: transition for transition in transitions}
    if len(by_session) != len(transitions):
        raise ValueError("a batch holds at most one transition of each session")
    with connection.wrap_database_errors, transaction.atomic():
        cursor = psycopg.Cursor(_raw_connection())
        commit.begin(cursor)
        states = _load(cursor, sorted(by_session), wait=wait)
        _add_months(cursor, [state for session_id, state in states.items() if by_session[session_id].pays])
        Loads(cursor, states).offer()
        written = []
        for session_id, state in states.items():
            transition = by_session[session_id]
            months = {month: replace(row) for month, row in state.months.items()}
            transition.outcome = transition.error = None
            try:
                writes = transition.rule(state, *transition.args, **transition.kwargs)
            except (DatabaseError, psycopg.Error):
                raise  # drawing an id failed: nothing of this batch can be written now
            except Exception as error:
                # The caller gets it. What the rule had begun is dropped with its state; the months it shares with
                # its neighbours are set back.
                transition.error = error
                for month, row in months.items():
                    vars(state.months[month]).update(vars(row))
                continue
            transition.outcome = writes.outcome
            if writes:
                written.append(writes)
        _write(cursor, written)
        done = [by_session[session_id] for session_id in states]
        left = [transition for session_id, transition in by_session.items() if session_id not in states]
        if wait:
            for transition in left:
                transition.error = NotReachable("There is no such session.")
            left = []
        failpoints.writer_failpoints("before_commit", done)
        commit.send(written, left)
    commit.is_done = True
    failpoints.writer_failpoints("after_commit", done)
    return left


def write_new(rule: Callable[..., Writes], *, commit: Commit | None = None) -> Any:
    """Apply a rule that makes a session: it takes `now` and `new_id`. Return its outcome."""
    commit = commit or Commit()
    with connection.wrap_database_errors, transaction.atomic():
        cursor = psycopg.Cursor(_raw_connection())
        writes = rule(now=commit.begin(cursor), new_id=new_id)
        _write(cursor, [writes])
        failpoints.failpoint("start_session.before_commit", session_id=writes.outcome)
        commit.send([writes])
    commit.is_done = True
    failpoints.failpoint("start_session.after_commit", session_id=writes.outcome)
    return writes.outcome


def _raw_connection() -> psycopg.Connection[Any]:
    # Django's own connection, so that its transactions, tests and time limits hold; its cursors bind on the client
    # and cannot prepare, ours can.
    connection.ensure_connection()
    return connection.connection


def _load(cursor: psycopg.Cursor[Any], session_ids: list[int], *, wait: bool) -> dict[int, SessionState]:
    if wait:
        cursor.execute(statements.LOCK_SESSION, session_ids)
    else:
        cursor.execute(statements.LOCK_SESSIONS, [session_ids])
    locked: dict[int, datetime] = dict(cursor.fetchall())
    if not locked:
        return {}
    cursor.execute(statements.LOAD_STATES, [list(locked)])
    documents = dict(cursor.fetchall())
    return {
        session_id: state_from(documents[session_id], now=now, new_id=new_id)
        for session_id, now in sorted(locked.items())
    }


def _add_months(cursor: psycopg.Cursor[Any], states: Sequence[SessionState]) -> None:
    """Lock the months that these sessions may charge: this one, and those of calls that are not settled."""
    wanted = {
        (state.session.team_id, month): state
        for state in states
        for month in {month_of(state.now), *(call.month for call in state.calls)}
    }
    if not wanted:
        return
    document = statements.json_text([{"team_id": team_id, "month": month} for team_id, month in sorted(wanted)])
    cursor.execute(statements.LOCK_MONTHS, [document])
    rows = cursor.fetchall()
    if len(rows) < len(wanted):
        cursor.execute(statements.ENSURE_MONTHS, [document])
        cursor.execute(statements.LOCK_MONTHS, [document])
        rows = cursor.fetchall()
    for team_id, month, row_id, spent, reserved, budget in rows:
        shared = MonthRow(row_id, month, spent, reserved, budget)
        for state in states:
            if state.session.team_id == team_id:
                state.months[month] = shared


def _write(cursor: psycopg.Cursor[Any], batch: Sequence[Writes]) -> None:
    if not batch:
        return
    added: dict[str, list[dict[str, Any]]] = {}
    changed: dict[str, dict[int, dict[str, Any]]] = {}
    messages: list[Message] = []
    announcements = []
    for writes in batch:
        if _seal_events(writes):
            announcements.append(f"{writes.state.session.id}:{writes.state.session.last_seq}")
        for table, rows in writes.added.items():
            added.setdefault(table, []).extend(rows)
        for table, by_id in writes.changed.items():
            merged = changed.setdefault(table, {})
            for row_id, values in by_id.items():
                merged.setdefault(row_id, {}).update(values)
        for task_id, fence in writes.guards.items():
            changed["agent_tasks"][task_id]["_fence"] = fence
        messages += writes.messages
    _merge_new_rows(added, changed)
    document: dict[str, list[Any]] = {f"add.{table}": rows for table, rows in added.items()}
    document |= {f"change.{table}": list(rows.values()) for table, rows in changed.items()}
    document["announce"] = announcements
    tables = tuple(table for table in statements.INSERTS if table in added)
    changing = tuple(table for table in statements.UPDATES if changed.get(table))
    cursor.execute(statements.write_statement(tables, changing), [statements.json_text(document)])
    [counts] = cursor.fetchall()
    for table, count in zip(changing, counts, strict=False):
        if count != len(changed[table]):
            raise psycopg.errors.SerializationFailure(f"{table}: {len(changed[table])} rows to change, {count} changed")
    if messages:
        _broker().enqueue_many(
            [
                {"id": message.id, "func": RUN_AGENT_TASK, "args": [message.task_id], "group": message.group,
                 "due": message.due}
                for message in messages
            ]
        )  # fmt: skip


def _seal_events(writes: Writes) -> bool:
    """Number and chain the events of a transition, and keep the head when the session has ended."""
    session = writes.state.session
    if unsaid := writes.unsaid():
        raise AssertionError(f"no event tells of {', '.join(unsaid)}")
    for event in writes.events:
        sealed = seal(
            session.chain_head,
            at=writes.state.now,
            chain_id=str(session.chain_id),
            seq=session.last_seq + 1,
            type=event.type,
            data=event.data,
        )
        writes.added["session_events"].append(
            {"id": new_id("session_events"), "session_id": session.id, **vars(sealed)}
        )
        writes.change(session, last_seq=sealed.seq, chain_head=sealed.hash)
    if writes.keep_head:
        writes.add(
            "chain_checkpoints",
            session_id=session.id,
            chain_id=session.chain_id,
            seq=session.last_seq,
            head=session.chain_head,
            count=session.last_seq,
            tombstone=False,
        )
    return bool(writes.events)


def _merge_new_rows(added: dict[str, list[dict[str, Any]]], changed: dict[str, dict[int, dict[str, Any]]]) -> None:
    """Fold changes of a row that is itself new into the row: one statement cannot add and change the same row."""
    for table, rows in added.items():
        for row in rows:
            change = changed.get(table, {}).pop(row["id"], None)
            if change:
                change.pop("_fence", None)
                row.update(change)


@lru_cache(maxsize=1)
def _broker() -> Any:
    return get_broker()
