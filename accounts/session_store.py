"""Where web sessions live: Django's store in the database, which asks it only for keys that can be there."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError

KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(DatabaseStore):
    """A cookie may hold any bytes, also NUL, which PostgreSQL refuses with an error; such a key names no session."""

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and KEY.fullmatch(key) is not None

    def save(self, must_create: bool = False) -> None:
        """As Django's, but a database that is away is told as such: for Django the session would be gone (400)."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise
