"""Marks around text from outside, so that a model can tell it from what it is told.

The name of a mark is a digest of all the text between marks of that name. Nobody can write a text that holds its own
digest, so no text can close its mark and go on as if it were ours.
"""

import hashlib
from collections.abc import Iterable
from html import escape

from agents.cleaning import clean_line

MARK_CHARS = 16


class Fence:
    """Marks for `texts`, and for no others."""

    def __init__(self, texts: Iterable[str]) -> None:
        told = list(texts)
        digest = hashlib.sha256()
        for text in told:
            data = text.encode("utf-8", "replace")
            digest.update(len(data).to_bytes(8, "big") + data)
        self.mark = digest.hexdigest()[:MARK_CHARS]
        while any(self.mark in text for text in told):  # never by design; by then the text would need two digests
            self.mark = hashlib.sha256(self.mark.encode()).hexdigest()[:MARK_CHARS]

    def around(self, label: str, text: str, **facts: str) -> str:
        """Return `text` between marks that say what it is; facts become attributes, escaped and on one line."""
        said = "".join(f' {name}="{escape(clean_line(value, limit=300))}"' for name, value in facts.items())
        return f'<data-{self.mark} of="{escape(clean_line(label, limit=80))}"{said}>\n{text}\n</data-{self.mark}>'
