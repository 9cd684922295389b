"""Django-Q2's queue in our database: claimed with SKIP LOCKED, woken by NOTIFY, and JSON instead of pickles.

A message carries ids only. It is signed JSON in the table; the packages that Django-Q passes between its own
processes are pickles, so one is made anew, inside the process, for its pusher. A message that is not our JSON, or
not signed by us, is dropped and logged.
"""

from __future__ import annotations

import logging
import select
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import orjson
import psycopg
from django.conf import settings
from django.core import signing
from django.db import DatabaseError, InterfaceError, connection, connections
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.humanhash import humanize
from django_q.signing import SignedPackage

from accounts.database.limits import LimitedConnection
from sagemode import pulse
from sessions_app.engine import failpoints

log = logging.getLogger(__name__)
SALT = "sagemode.queue"
CHANNEL = "sage_queue"
CANARY = "sagemode.broker.sing"
AWAY_SECONDS = 0.5
WAIT_SECONDS = 1.0  # for a wake-up; also how late a message that falls due is noticed

ENQUEUE = """
WITH new AS (
  INSERT INTO django_q_ormq (id, key, payload, lock)
  SELECT COALESCE(m.id, nextval('django_q_ormq_id_seq')), %(key)s, m.payload, COALESCE(m.due, clock_timestamp())
  FROM jsonb_to_recordset(%(messages)s::jsonb) AS m(id bigint, payload text, due timestamptz)
  RETURNING id
)
SELECT max(id), pg_notify(%(channel)s, %(key)s) FROM new
"""

DEQUEUE = """
WITH taken AS (
  SELECT id FROM django_q_ormq
  WHERE key = %s AND lock <= clock_timestamp()
  ORDER BY lock, id
  LIMIT %s
  FOR UPDATE SKIP LOCKED
)
UPDATE django_q_ormq q SET lock = clock_timestamp() + make_interval(secs => %s)
FROM taken WHERE q.id = taken.id
RETURNING q.id, q.payload
"""


class Broker(ORM):
    """The queue of agent tasks and jobs."""

    _listener: psycopg.Connection[Any] | None = None
    _next_canary_at = 0.0

    def enqueue_many(self, messages: Iterable[dict[str, Any]]) -> int | None:
        """Add messages in the caller's transaction: `func`, `args`, `group`, and perhaps `id` and `due`.

        They can be seen, and workers are woken, when that transaction commits. Returns the last id.
        """
        rows = [
            {
                "id": message.get("id"),
                "due": message.get("due"),
                "payload": pack({key: message[key] for key in ("func", "args", "group")}),
            }
            for message in messages
        ]
        with connections[Conf.ORM].cursor() as cursor:
            cursor.execute(
                ENQUEUE,
                {"key": self.list_key, "messages": orjson.dumps(rows).decode(), "channel": CHANNEL},
            )
            row = cursor.fetchone()
        return row[0] if row else None

    def enqueue(self, task: str) -> int | None:
        """Add what Django-Q's own `async_task` packed, as JSON. Raises TypeError when its arguments are none."""
        package = SignedPackage.loads(task)
        func = package["func"]
        if package.get("kwargs") or package.get("hook") or package.get("chain"):
            raise TypeError("a queue message carries positional ids only: no kwargs, hook or chain")
        return self.enqueue_many(
            [
                {
                    "func": func if isinstance(func, str) else f"{func.__module__}.{func.__qualname__}",
                    "args": list(package["args"]),
                    "group": package.get("group"),
                }
            ]
        )

    def dequeue(self) -> list[tuple[int, str]]:
        """Take messages that are due, waiting up to a second for one; none while the database is away.

        In a watched cluster a canary comes first every now and then: it shows that messages pass through all its
        processes. It never stands in the table, where any cluster would answer it.
        """
        pulse.beat()
        if pulse.is_watched("echo") and time.monotonic() >= self._next_canary_at:
            self._next_canary_at = time.monotonic() + settings.WATCHDOG_SECONDS / 3
            return [(0, for_pusher({"func": CANARY, "args": [], "group": ""}))]  # 0: nothing to acknowledge
        try:
            listener = self._listening()  # before the look: what comes after it wakes us
            return self._take() or self._after_wake_up(listener)
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            # Django-Q's pusher would end itself and be gone for ten seconds.
            log.warning("The queue could not be read: %s", type(error).__name__)
            self.close()
            connections[Conf.ORM].close()
            time.sleep(AWAY_SECONDS)
            return []

    def delete(self, task_id: int) -> None:
        """Remove a message. One that stays because the database is away comes again, and finds nothing to do."""
        facts = _facts_of(task_id) if failpoints.ENABLED else {}
        failpoints.failpoint("queue.before_ack", **facts)
        try:
            with connections[Conf.ORM].cursor() as cursor:
                cursor.execute("DELETE FROM django_q_ormq WHERE id = %s", [task_id])
        except (DatabaseError, InterfaceError) as error:
            log.warning("Message %s could not be acknowledged: %s", task_id, type(error).__name__)
            connections[Conf.ORM].close()
        failpoints.failpoint("queue.after_ack", **facts)

    def _take(self) -> list[tuple[int, str]]:
        with connections[Conf.ORM].cursor() as cursor:
            cursor.execute(DEQUEUE, [self.list_key, Conf.BULK, Conf.RETRY])
            rows = cursor.fetchall()
        tasks = []
        for row_id, payload in rows:
            try:
                tasks.append((row_id, for_pusher(unpack(payload))))
            except (signing.BadSignature, ValueError, TypeError, KeyError) as error:
                log.error("Dropped queue message %s: %s", row_id, error)
                self.delete(row_id)
        return tasks

    def _after_wake_up(self, listener: psycopg.Connection[Any]) -> list[tuple[int, str]]:
        """Wait for a wake-up and look again; woken or not, looking is cheap."""
        ready, _, _ = select.select([listener], [], [], WAIT_SECONDS)
        if ready:
            for _ in listener.notifies(timeout=0):
                pass
        else:
            listener.execute("")  # raises when nobody is at the other end of a wire that was cut in silence
        return self._take()

    def _listening(self) -> psycopg.Connection[Any]:
        # A connection of its own: Django's are closed and reopened under our feet.
        if self._listener is None or self._listener.closed:
            parameters = connection.get_connection_params()
            for name in ("cursor_factory", "context", "pool", "prepare_threshold"):
                parameters.pop(name, None)
            self._listener = LimitedConnection.connect(**parameters, autocommit=True)
            self._listener.execute(f"LISTEN {CHANNEL}")
        return self._listener

    def close(self) -> None:
        """Close the connection that waits for wake-ups."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _facts_of(message_id: int) -> dict[str, int]:
    """Return which agent task a message is for, for the failpoints of tests."""
    with suppress(DatabaseError, InterfaceError), connections[Conf.ORM].cursor() as cursor:
        cursor.execute("SELECT id FROM agent_tasks WHERE queue_task_id = %s", [message_id])
        if row := cursor.fetchone():
            return {"task_id": row[0]}
    return {}


def sing() -> None:
    """Do nothing, as a canary's entry point: that its result arrives is the echo."""


def pack(message: dict[str, Any]) -> str:
    """Return a message as it stands in the table: signed JSON. Raises TypeError for what is no JSON."""
    for argument in message["args"]:
        if not isinstance(argument, int | str):
            raise TypeError(f"a queue message carries ids only, not {type(argument).__name__}")
    return signing.dumps(message, salt=SALT)


def unpack(payload: str) -> dict[str, Any]:
    """Return the message. Raises BadSignature for whatever we did not sign, pickles included."""
    message = signing.loads(payload, salt=SALT)
    if not isinstance(message, dict) or not isinstance(message["func"], str) or not isinstance(message["args"], list):
        raise ValueError("not a message of ours")
    return message


def for_pusher(message: dict[str, Any]) -> str:
    """Return the package that Django-Q's pusher expects, made here and never stored."""
    task_id = uuid4()
    return SignedPackage.dumps(
        {
            "id": task_id.hex,
            "name": humanize(task_id.hex),
            "func": message["func"],
            "args": tuple(message["args"]),
            "kwargs": {},
            "group": message["group"] or "",
            "started": timezone.now(),
            "ack_failure": True,
        }
    )
