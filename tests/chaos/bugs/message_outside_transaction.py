"""Wake-ups are sent over a connection of their own, whatever becomes of the transaction that they belong to."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django_q.brokers import get_broker

from sessions_app.engine import writer
from tests.chaos.bugs import replace

NAME = "message_outside_transaction"


class Outside:
    """A broker whose connection is not the caller's."""

    def enqueue_many(self, messages: Iterable[dict[str, Any]]) -> None:
        def send(rows: list[dict[str, Any]]) -> None:
            try:
                get_broker().enqueue_many(rows)
            finally:
                connection.close()

        sender = threading.Thread(target=send, args=[list(messages)])
        sender.start()
        sender.join()


def plant() -> None:
    replace(writer, "_broker", Outside)
