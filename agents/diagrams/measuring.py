"""How wide words are, near enough: no font is at hand where diagrams are drawn."""

import re
import unicodedata
from typing import Final

SIZE: Final = 13.0
LINE: Final = 18.0

_NARROW: Final = frozenset("iljtfrI.,:;|!'`()[]{}/\\-·“”\" ")
_WIDE: Final = frozenset("mwMW@%—…")
_BREAKS: Final = re.compile(r"(?<=[_\-/.,])(?=\w)| ")


def width(text: str, *, size: float = SIZE, bold: bool = False, mono: bool = False) -> float:
    """Return the width of one line in pixels, rather too much than too little."""
    if mono:
        return sum(1.0 if _is_full(char) else 0.61 for char in text) * size
    total = 0.0
    for char in text:
        if _is_full(char):
            total += 1.05
        elif char in _NARROW:
            total += 0.34
        elif char in _WIDE:
            total += 0.92
        elif char.isupper():
            total += 0.7
        else:
            total += 0.6
    return total * size * (1.12 if bold else 1.0)


def wrap(text: str, *, most: float, lines: int = 4, bold: bool = False) -> list[str]:
    """Return `text` in at most `lines` lines of at most `most` pixels; what is left over ends in “…”."""
    words = [piece for piece in _pieces(text) if piece.strip()] or [""]
    found: list[str] = [""]
    for word in words:
        together = f"{found[-1]}{word}" if found[-1] else word.lstrip()
        if width(together.rstrip(), bold=bold) <= most or not found[-1]:
            found[-1] = together
        else:
            found.append(word.lstrip())
    found = [cut(line.strip(), most=most, bold=bold) for line in found]
    if len(found) > lines:
        found = [*found[: lines - 1], cut(f"{found[lines - 1]}…", most=most, bold=bold)]
    return found


def cut(text: str, *, most: float, bold: bool = False, mono: bool = False) -> str:
    """Return one line of at most `most` pixels, shortened with “…”."""
    if width(text, bold=bold, mono=mono) <= most:
        return text
    while text and width(f"{text}…", bold=bold, mono=mono) > most:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _pieces(text: str) -> list[str]:
    """Words with the space before them, long names also cut behind their marks."""
    found = []
    start = 0
    for match in _BREAKS.finditer(text):
        found.append(text[start : match.start()])
        start = match.start()
    found.append(text[start:])
    return found


def _is_full(char: str) -> bool:
    return ord(char) > 0x2E7F or unicodedata.east_asian_width(char) in "WF"
