"""What the page is told while an answer streams in: tokens so far and the last words, a few times a second."""

from __future__ import annotations

import time
from typing import Final

from agents.cleaning import clean_json
from agents.providers.contract import Progress
from agents.secrets import redact

FRAMES_PER_SECOND: Final = 4
CHARACTERS_PER_TOKEN: Final = 4  # about; the provider's own count comes with the end of the answer
WORDS_SHOWN: Final = 12
_TAIL: Final = 400


class Meter:
    """Keeps the text of an answer as it comes and reports it to `on_progress` at most FRAMES_PER_SECOND times."""

    def __init__(self, on_progress: Progress) -> None:
        self.first_at: float | None = None  # time.monotonic() of the first piece, thoughts included
        self._on_progress = on_progress
        self._parts: list[str] = []
        self._characters = 0
        self._next_report = 0.0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(self, piece: str) -> None:
        """Keep a piece of the answer."""
        self._parts.append(piece)
        self._characters += len(piece)
        now = time.monotonic()
        if now >= self._next_report:
            self._report(now)

    def restart(self) -> None:
        """Forget the text so far: what comes now is the answer, that was talk before it."""
        self._parts.clear()

    def count(self, characters: int) -> None:
        """Count what the model wrote and nobody is shown, such as its thoughts."""
        self._characters += characters
        now = time.monotonic()
        if now >= self._next_report:
            self._report(now)

    def _report(self, now: float) -> None:
        if self.first_at is None:
            self.first_at = now
        self._next_report = now + 1 / FRAMES_PER_SECOND
        self._on_progress(self._characters // CHARACTERS_PER_TOKEN, last_words(self._tail()))

    def _tail(self) -> str:
        taken = characters = 0
        while taken < len(self._parts) and characters < _TAIL:
            taken += 1
            characters += len(self._parts[-taken])
        return "".join(self._parts[len(self._parts) - taken :])


def last_words(said: str) -> str:
    """Return the tail of a JSON text, readable: escapes and punctuation of the notation left out.

    Whole words only, without secrets: of a key that a provider repeats, no part is recognised as one.
    """
    tail = clean_json(said[-_TAIL:]).replace("\\n", " ")
    for mark in ('\\"', '"', "{", "}", "[", "]", "\\"):
        tail = tail.replace(mark, " ")
    words = tail.split()
    if len(said) >= _TAIL:
        del words[:1]
    if not tail[-1:].isspace():
        del words[-1:]
    return redact(" ".join(words[-WORDS_SHOWN:]))
