"""The least valid rows of accounts, browsers that are signed in, and a way back to where a test began."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client

from accounts.models import User

PASSWORD = "seven quiet leaves"  # passes the validators; all made users share it unless a test says otherwise
numbers = itertools.count(1)


def make_user(username: str = "", *, password: str | None = None, **fields: Any) -> User:
    """A person who can sign in with `password`; without one no password fits, which saves the hashing."""
    username = username or f"person-{next(numbers)}"
    return User.objects.create_user(username, fields.pop("email", f"{username}@example.org"), password, **fields)


def browser_of(user: User | None = None, *, checks_csrf: bool = False) -> Client:
    """A client as that person's browser; anonymous without one."""
    client = Client(enforce_csrf_checks=checks_csrf)
    if user is not None:
        client.force_login(user)
    return client


def send(client: Client, method: str, path: str, body: object = None, **headers: str) -> Any:
    """Send a JSON body, or bytes as they are."""
    return client.generic(
        method,
        path,
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode(),
        content_type="application/json",
        headers=headers,
    )


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was before the block, so that many cases can begin with rows that are made once."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
