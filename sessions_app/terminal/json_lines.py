"""A session as JSON, for programs: one event a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Self

import orjson

from sessions_app import shapes
from sessions_app.terminal.progress import SessionProgress


class JsonLines:
    """Prints each event in the shape that the API gives it."""

    refresh_seconds = 60.0  # nothing changes between two events

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, progress: SessionProgress, events: Sequence[shapes.Event], now: datetime) -> None:
        for event in events:
            self._write(json_line(event))


def json_line(shape: shapes.Shape) -> str:
    """Return a shape as one line of JSON."""
    return orjson.dumps(shape.as_json()).decode()
