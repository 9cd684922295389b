"""A session as lines of text, for logs and pipes: one for each event that moves something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Self

from sessions_app import shapes
from sessions_app.terminal.figures import clock
from sessions_app.terminal.progress import SessionProgress
from sessions_app.terminal.sentences import sentence_for


class PlainLines:
    """Prints each event that is more than a detail, with the session's running time before it."""

    refresh_seconds = 60.0  # nothing changes between two events

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, progress: SessionProgress, events: Sequence[shapes.Event], now: datetime) -> None:
        for event in events:
            sentence = sentence_for(event, progress)
            if sentence.weight != "detail":
                self._write(f"{clock(progress.running_time(event.at)):>5}  {sentence.text}")
