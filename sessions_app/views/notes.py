"""What a person is told beside the session after they did something to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One sentence; `kept` is what they wrote and nobody recorded, so that it is not lost."""

    tone: str  # good or warn
    says: str
    kept: str = ""
