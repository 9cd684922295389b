"""Ids are drawn ahead; none may be given that a crash of the server could give a second time."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import transaction

from sessions_app.engine.ids import BATCH, new_id

pytestmark = pytest.mark.django_db(transaction=True)


class Crash(Exception):
    pass


def draw(table: str = "agent_tasks") -> int:
    with transaction.atomic():
        return new_id(table)


def test_what_a_committed_transaction_drew_and_did_not_use_serves_the_next():
    first = draw()

    assert draw() == first + 1


def test_what_a_transaction_drew_that_did_not_commit_is_never_given():
    failed: list[int] = []
    with suppress(Crash), transaction.atomic():
        failed += [new_id("stages") for _ in range(3 * BATCH)]
        raise Crash

    after = [draw("stages") for _ in range(3 * BATCH)]

    assert not set(failed) & set(after)
    assert len(set(after)) == len(after)
