"""A new session is answered with 201 inside its transaction; the commit comes when the answer has gone."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.core.signals import request_finished
from django.db import Error as DatabaseError
from django.db import transaction

from sessions_app.engine import apply
from tests.chaos.bugs import connect, replace

NAME = "acknowledged_before_commit"
log = logging.getLogger(__name__)
_open = threading.local()  # the transaction of the request that this thread is about to answer


def plant() -> None:
    write_new = replace(apply, "write_new", None)

    def write_and_commit_later(*args: Any, **kwargs: Any) -> Any:
        _open.transaction = transaction.atomic()
        _open.transaction.__enter__()
        return write_new(*args, **kwargs)

    apply.write_new = write_and_commit_later
    connect(request_finished, commit_now)


def commit_now(**_: Any) -> None:
    opened, _open.transaction = getattr(_open, "transaction", None), None
    if opened is not None:
        try:
            opened.__exit__(None, None, None)
        except DatabaseError:
            log.warning("A session that was promised could not be committed")
